"""The command that folds everything again reports what it finds, and ends with 1 when rows differ."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.tracking.fold.rebuild import rebuild_command
from app.tracking.models import Shipment
from app.tracking.services import fold_dirty, record_events
from tests.tracking.documents import PLACED, document, event


def test_rebuild_reports_and_puts_right(app: Flask, session: Session) -> None:
    receive_order(session, document(), now=PLACED)
    record_events(session, [event("picked_up", PLACED + timedelta(hours=9))], source="api", now=PLACED)
    fold_dirty(session, now=PLACED)
    runner = app.test_cli_runner()
    good = runner.invoke(rebuild_command)
    assert (good.exit_code, "All rows say what their events say." in good.output) == (0, True)
    session.execute(update(Shipment).values(state="lost"))
    session.commit()
    bad = runner.invoke(rebuild_command)
    assert (bad.exit_code, "state is 'lost', folds to" in bad.output) == (1, True)
    assert runner.invoke(rebuild_command, ["--apply"]).exit_code == 0
    assert runner.invoke(rebuild_command).exit_code == 0
