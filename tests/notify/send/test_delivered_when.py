"""When a mail says that a parcel was delivered: by the clock of the scan, and as exactly as it is known."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.tracking.models import Shipment
from tests.notify.build import Recorder, a_mail_config
from tests.notify.send.test_sending import go, tell

Sessions = sessionmaker[Session]
LATE = datetime(2026, 11, 21, 23, 40, tzinfo=UTC)


def mail_of(sessions: Sessions, **entry: Any) -> str:
    """The mail of a parcel whose timeline has this one scan."""
    mailer = Recorder("mailer")
    config = a_mail_config(mailer)
    tell(sessions, config)
    usual = {"by": "seur", "at": LATE.isoformat(), "exact": True, "zone": None, "city": "Madrid", "country": "ES"}
    usual |= {"state": "delivered", "words": "", "incident": None}
    with sessions() as session, transaction(session):
        session.execute(update(Shipment).values(delivered_at=LATE, timeline=[usual | entry]))
    go(sessions, config)
    return mailer.sent[0].text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({}, "domingo 22 de noviembre a las 0:40"),
        ({"zone": "+00:00"}, "domingo 22 de noviembre a las 0:40"),
        ({"zone": "+00:00", "city": None, "country": None}, "domingo 22 de noviembre a las 0:40"),
        ({"zone": "Atlantic/Canary", "city": "Arona"}, "sábado 21 de noviembre a las 23:40"),
        ({"exact": False}, "domingo 22 de noviembre."),
        ({"exact": False, "zone": "Atlantic/Canary"}, "sábado 21 de noviembre."),
    ],
)
def test_the_mail_says_what_the_order_page_says(committed: Sessions, entry: dict[str, Any], says: str) -> None:
    assert f"Entregado el {says}" in mail_of(committed, **entry)
