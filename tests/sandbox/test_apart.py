"""The demo shop and the shop's own orders in one database: the simulated carrier and real senders keep them apart."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.core.errors import Conflict, ProviderRejected
from app.core.settings import Settings
from app.notify.kinds import Channel
from app.notify.models import Message
from app.notify.send.claim import prepare
from app.notify.send.codes import CodeMessages
from app.oms.intake import receive_order
from app.orders.models import Order
from app.providers import mailer
from app.returns.services import request_return
from app.sandbox import arrivals, carrier, demo, documents, front
from app.sandbox.story import STORIES
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.services import fold_dirty
from tests.connections.build import SENDGRID, TWILIO
from tests.notify.build import Recorder, a_mail_config
from tests.orders.build import document
from tests.returns.stage import asking, delivered_order
from tests.rounds import heard

URL = "http://127.0.0.1:8000"


def scans(session: Session, number: str) -> list[str]:
    """What was ever said of the parcels of an order."""
    spoken = (
        select(TrackingEvent.status)
        .join(Shipment, Shipment.number == TrackingEvent.number)
        .join(Order, Order.id == Shipment.order_id)
    )
    return list(session.scalars(spoken.where(Order.number == number)))


def test_the_simulated_carrier_moves_no_parcel_of_the_shops_own(session: Session, now: datetime) -> None:
    demo.seed(session, public_url=URL, now=now)
    receive_order(session, document(status="shipped"), now=now)
    before = len(scans(session, "A-10460"))
    for minutes in range(0, 60, 5):
        later = now + timedelta(minutes=minutes)
        carrier.move(session, still=frozenset(), now=later)
        fold_dirty(session, now=later)
    assert scans(session, "1001") == []
    assert len(scans(session, "A-10460")) > before


def test_an_order_under_a_number_of_the_demos_stays_as_the_shop_has_told_it(session: Session, now: datetime) -> None:
    order_document = document(
        number="A-20001", status="received", placed_at=now.isoformat(), updated_at=now.isoformat()
    )
    order_id = receive_order(session, order_document, now=now).order.id
    assert arrivals.advance(session, public_url=URL, now=now + timedelta(days=1)) == 0
    order = session.get_one(Order, order_id)
    assert (order.status, order.customer_id) == ("received", "c-9")
    assert arrivals.arrive(session, public_url=URL, now=now) == "A-20002"


def test_what_the_shop_itself_tells_of_an_order_of_the_demo_makes_it_its_own(session: Session, now: datetime) -> None:
    demo.seed(session, public_url=URL, now=now)
    before = scans(session, "A-10460")
    later = now + timedelta(minutes=1)
    (story,) = (story for story in STORIES if story.number == "A-10460")
    order_document = documents.document(story, public_url=URL, now=now).model_copy(
        update={"extra": {}, "updated_at": later}
    )
    receive_order(session, order_document, now=later)
    carrier.move(session, still=frozenset(), now=now + timedelta(hours=1))
    assert scans(session, "A-10460") == before


def test_the_sandboxs_page_shows_and_moves_nothing_of_the_shops_own(session: Session, now: datetime) -> None:
    order = delivered_order(session, now=now)
    ref = request_return(session, order.id, asking(("1", 1, "colour")), by="customer", now=now).ref
    assert front.demo_orders(session) == [] and front.waiting(session) == []
    with pytest.raises(Conflict):
        front.hand_over(session, ref, now=now)


def test_a_real_sender_is_given_no_message_of_a_demo_order_and_all_of_the_shops_own(
    session: Session, now: datetime
) -> None:
    config = a_mail_config(mailer=Recorder("sendgrid"), texter=Recorder("twilio"))
    dates = {"placed_at": now.isoformat(), "updated_at": now.isoformat()}
    own = receive_order(session, document(**dates), now=now).order.id
    number = arrivals.arrive(session, public_url=URL, now=now)
    while heard(session, limit=100, now=now, config=config):
        pass
    for channel in Channel:
        prepare(session, channel, limit=100, now=now + timedelta(hours=2), config=config)
    session.flush()
    states = session.execute(
        select(Order.number, Message.state, Message.reason).join(Order, Order.id == Message.order_id)
    ).all()
    assert {(state, reason) for at, state, reason in states if at == number} == {("skipped", "demo_order")}
    assert {state for at, state, _ in states if at == "1001"} == {"sending"}
    assert own


@pytest.mark.parametrize("to", ["lucia@example.com", "+34600000001"])
def test_a_code_for_an_invented_customer_leaves_through_no_real_sender(
    session: Session, app: Flask, now: datetime, to: str
) -> None:
    demo.seed(session, public_url=URL, now=now)
    session.commit()
    sessions: sessionmaker[Session] = app.extensions["database"].sessions
    real, pretended = Recorder("sendgrid"), Recorder("sandbox")
    channel = "email" if "@" in to else "sms"
    with pytest.raises(ProviderRejected) as refused:
        CodeMessages(a_mail_config(mailer=real, texter=real), sessions).send_code(
            channel=channel, to=to, code="123456", locale="es", brand="demo"
        )
    assert refused.value.code == "demo_order"
    CodeMessages(a_mail_config(mailer=pretended, texter=pretended), sessions).send_code(
        channel=channel, to=to, code="123456", locale="es", brand="demo"
    )


@pytest.mark.parametrize("demo_too", ["0", "1"])
def test_with_a_real_sender_nothing_goes_to_the_sandbox(settings: Settings, demo_too: str) -> None:
    connected = Settings.from_env({**settings.environ, **SENDGRID, **TWILIO, "DEMO": demo_too})
    senders = mailer(connected, sessionmaker()).senders
    assert {channel: [one.name for one in some] for channel, some in senders.items()} == {
        Channel.EMAIL: ["sendgrid"],
        Channel.SMS: ["twilio"],
    }
