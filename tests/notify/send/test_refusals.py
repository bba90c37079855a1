"""What messages refuse, and what comes of it: nothing is sent that says nothing, nothing is lost that may yet come."""

import dataclasses
import json
import smtplib
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from app.core.clock import utcnow
from app.core.db import transaction
from app.events import inbox
from app.events.kinds import EventKind
from app.events.models import InboxRow, ListenerRow
from app.notify.models import Message
from app.notify.plan import listener
from app.notify.providers.sendgrid.hook import sendgrid_signed
from app.notify.providers.smtp.send import SmtpSender
from app.notify.render.mails import papers, texts
from app.notify.render.mails.facts import Facts
from app.notify.send.outgoing import country_of
from app.orders.models import OrderContact
from tests.notify.build import NOON, a_mail_config, an_order, facts, happens
from tests.rounds import heard, understood_reports

CONFIG = a_mail_config()


def bare() -> Facts:
    return dataclasses.replace(facts(), ordered=None, parcel=None, statement=None)


@pytest.mark.parametrize(
    ("ask", "lack"),
    [
        (lambda: bare().order(), "order"),
        (lambda: bare().box(), "parcel"),
        (lambda: papers.withdrawal(bare(), None), "statement"),  # type: ignore[arg-type]
        (lambda: texts._withdrawal(bare(), None), "statement"),  # type: ignore[arg-type]
    ],
)
def test_a_message_about_nothing_is_not_written(ask: Callable[[], object], lack: str) -> None:
    with pytest.raises(ValueError, match=f"no {lack}"):
        ask()


def test_a_number_of_no_country_has_none() -> None:
    assert country_of("no number") is None


def test_a_signature_that_is_no_base64_signs_nothing() -> None:
    assert not sendgrid_signed("ñ!", timestamp="1", body=b"", keys=["x"])


def test_a_mail_server_that_goes_silent_has_gone() -> None:
    with pytest.raises(smtplib.SMTPServerDisconnected):
        SmtpSender._expect(None, (-1, b""), 250)  # type: ignore[arg-type]


def test_an_order_that_another_worker_hears_of_now_waits_a_moment_and_has_not_failed(
    committed: sessionmaker[Session],
) -> None:
    with committed() as session, transaction(session):
        order = an_order(session, now=NOON)
        happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON)
        order_id = order.id
    with committed() as other:
        other.scalar(select(func.pg_advisory_xact_lock(listener.CAPS, order_id)))
        with committed() as session, transaction(session):
            assert heard(session, limit=50, now=NOON, config=CONFIG) == 0
        other.rollback()
    with committed() as session, transaction(session):
        waits = select(ListenerRow.attempts, ListenerRow.next_try_at).where(ListenerRow.listener == "notify")
        assert {tuple(row) for row in session.execute(waits)} == {(0, NOON + timedelta(seconds=2))}
        assert heard(session, limit=50, now=NOON + timedelta(seconds=2), config=CONFIG) > 0


def test_a_batch_of_reports_is_applied_where_its_messages_are_known_and_waits_for_the_others(session: Session) -> None:
    order = an_order(session, now=NOON)
    happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    conditions = (Message.channel == "email", Message.kind == "shipment.delivered")
    message = session.scalars(select(Message).where(*conditions)).one()
    message.state, message.provider = "accepted", "sendgrid"
    now = utcnow()
    events = [
        {
            "event": "delivered",
            "message": name,
            "sg_event_id": name,
            "sg_message_id": f"s-{name}",
            "timestamp": 1794000000,
        }
        for name in (message.public_id, "not-yet-committed")
    ]
    body = json.dumps(events).encode()
    inbox.store(session, endpoint="messages:sendgrid", delivery_key="d", headers={}, body=body, now=now)
    row = session.scalars(select(InboxRow)).one()
    understood_reports(session, limit=9, now=now, config=CONFIG)
    session.expire_all()
    assert (message.state, row.state, row.error) == ("delivered", "new", "1 messages are unknown")
    understood_reports(session, limit=9, now=now + timedelta(minutes=6), config=CONFIG)
    session.expire_all()
    assert row.state == "done"


def test_wishes_of_an_order_with_nobody_on_file_are_no_page(client: FlaskClient, session: Session) -> None:
    from tests.returns.stage import delivered_order, sign_in

    order = delivered_order(session, now=utcnow())
    sign_in(client, order)
    assert client.get(f"/o/{order.ref}/preferences").status_code == 200
    session.execute(delete(OrderContact).where(OrderContact.order_id == order.id))
    session.commit()
    assert client.get(f"/o/{order.ref}/preferences").status_code == 404
