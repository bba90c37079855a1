"""What a person is told of one order leaves in the order in which it happened; what is replaced is not sent late."""

import threading
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.events.kinds import EventKind
from app.notify.kinds import Channel
from app.notify.models import Message
from app.notify.providers.ports import Accepted, Begin, Outgoing
from app.notify.send.drain import drain
from app.notify.send.outcomes import fault
from app.notify.send.rests import Breaker
from tests.notify.build import NOON, Recorder, a_mail_config, an_order, happens
from tests.notify.send.test_sending import at, states
from tests.rounds import heard

Sessions = sessionmaker[Session]


class HeldUp(Recorder):
    """A provider whose first call lasts until somebody else's mail is through."""

    first: str | None = None
    passed: threading.Event

    def send(self, outgoing: Outgoing, begin: Begin) -> Accepted:
        self.first = self.first or outgoing.reference
        if outgoing.reference == self.first:
            self.passed.wait(10)
        accepted = super().send(outgoing, begin)
        if outgoing.to == "otra@example.com":
            self.passed.set()
        return accepted


def held_order(sessions: Sessions, number: str = "1001") -> None:
    """An order that comes, and is held up at once."""
    with sessions() as session, transaction(session):
        an_order(session, number, now=NOON, status="on_hold", hold="stock", shipments=[])
        heard(session, limit=50, now=NOON, config=a_mail_config())


def another_order(sessions: Sessions) -> None:
    customer = {"id": "c-2", "name": "Otra", "email": "otra@example.com", "phone": None, "sms_consent": False}
    with sessions() as session, transaction(session):
        an_order(session, "2002", now=NOON, customer=customer, shipments=[])
        heard(session, limit=50, now=NOON, config=a_mail_config())


def subjects(mailer: Recorder, to: str = "ana@example.com") -> list[str]:
    return [outgoing.subject for outgoing in mailer.sent if outgoing.to == to]


def test_the_newest_mail_of_an_order_is_the_newest_in_the_mailbox_however_slow_the_one_before_it(
    committed: Sessions,
) -> None:
    held_order(committed)
    another_order(committed)
    mailer = HeldUp("mailer")
    mailer.passed = threading.Event()
    assert drain(committed, a_mail_config(mailer), Breaker(), Channel.EMAIL, clock=at(NOON), lanes=2) == 3
    assert mailer.passed.is_set()
    assert subjects(mailer) == ["Hemos recibido tu pedido 1001", "Tu pedido 1001 está en espera"]


def test_what_failed_is_not_sent_after_what_replaced_it(committed: Sessions) -> None:
    held_order(committed)
    mailer = Recorder("mailer", faults=[fault("sendgrid", "blocked")])
    config = a_mail_config(mailer)
    assert drain(committed, config, Breaker(), Channel.EMAIL, clock=at(NOON), lanes=1) == 2
    later = NOON + timedelta(minutes=5)
    assert drain(committed, config, Breaker(), Channel.EMAIL, clock=at(later), lanes=1) == 0
    assert subjects(mailer) == ["Tu pedido 1001 está en espera"]
    assert ("email", "skipped", "overtaken") in states(committed)


def test_news_of_a_parcel_replaces_what_failed_about_its_order_and_no_other_parcel_s(committed: Sessions) -> None:
    with committed() as session, transaction(session):
        order = an_order(session, now=NOON)
        heard(session, limit=50, now=NOON, config=a_mail_config())
        happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON, state="delivered")
        heard(session, limit=50, now=NOON, config=a_mail_config())
        kinds = list(session.scalars(select(Message.kind).where(Message.channel == "email").order_by(Message.id)))
    assert kinds == ["order.received", "shipment.delivered"]
    mailer = Recorder("mailer", faults=[fault("sendgrid", "blocked")])
    config = a_mail_config(mailer)
    drain(committed, config, Breaker(), Channel.EMAIL, clock=at(NOON), lanes=1)
    drain(committed, config, Breaker(), Channel.EMAIL, clock=at(NOON + timedelta(minutes=5)), lanes=1)
    assert subjects(mailer) == ["Entregado: pedido 1001"]


def test_what_failed_goes_again_while_nothing_newer_was_told(committed: Sessions) -> None:
    held_order(committed)
    mailer = Recorder("mailer", faults=[fault("sendgrid", "blocked")] * 2)
    config = a_mail_config(mailer)
    drain(committed, config, Breaker(), Channel.EMAIL, clock=at(NOON), lanes=1)
    drain(committed, config, Breaker(), Channel.EMAIL, clock=at(NOON + timedelta(minutes=5)), lanes=1)
    assert subjects(mailer) == ["Hemos recibido tu pedido 1001", "Tu pedido 1001 está en espera"]
