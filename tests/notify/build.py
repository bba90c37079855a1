"""Facts, orders and settings for the tests of messages."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.db import do_last_acts
from app.core.tokens import new_secret
from app.events.kinds import EventKind
from app.events.log import append
from app.notify.kinds import Channel
from app.notify.models import Message
from app.notify.preferences.suppression import recipient_key
from app.notify.providers.ports import Accepted, Begin, Lost, Outgoing, SendFailed
from app.notify.render.mails.facts import (
    Back,
    Facts,
    Links,
    MailCase,
    MailItem,
    MailParcel,
    MailPickup,
    MailShop,
    MailStatement,
    Ordered,
)
from app.notify.send.claim import Ready, prepare
from app.notify.send.config import MailConfig
from app.notify.send.doubt import Choice
from app.oms.intake import receive_order
from app.orders.document.document import OrderDocument
from app.orders.models import Order
from app.tracking.models import Shipment
from tests.conftest import SECRET

NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
TOKEN = "Zx9-" + "w" * 39


def facts(origin: str = "https://pedidos.almazara.example", **changes: Any) -> Facts:
    """Everything a message can speak of, with the longest values that shops send."""
    items = (
        MailItem("Aceite de oliva virgen extra, cosecha temprana", 2, "500 ml"),
        MailItem("Jabón <b>negro</b> & sal", 1),
    )
    values: dict[str, Any] = {
        "shop": MailShop("Almazara", "Almazara", origin, "ayuda@almazara.example", None, "Calle Real 1, 23001 Jaén"),
        "links": Links(f"{origin}/l/{TOKEN}", f"{origin}/preferences/{TOKEN}", f"{origin}/withdraw"),
        "happened_at": NOON,
        "ordered": Ordered(
            "10482", "7K2M9QXA", "on_hold", date(2026, 11, 20), items, "payment", 4475, "EUR", None, date(2026, 11, 26)
        ),
        "parcel": MailParcel(
            "in_transit",
            1,
            2,
            "Correos Express",
            "3230007655410294",
            "delivery",
            items,
            date(2026, 11, 26),
            date(2026, 11, 28),
            date(2026, 11, 25),
            (time(12), time(14)),
            "Estanco Nº 4 de la Plaza Mayor",
            "Plaza Mayor 4, 23001 Jaén",
            date(2026, 12, 3),
            NOON,
        ),
        "back": Back(
            "R7K2M9QX",
            "requested",
            "drop_off",
            items,
            date(2026, 12, 6),
            2380,
            "EUR",
            date(2026, 12, 20),
            "Fuera de plazo",
            "Punto SEUR",
            paid=2380,
            paid_on=date(2026, 12, 1),
            paid_reference="TR-1",
            goes_to="al mismo medio de pago",
        ),
        "statement": MailStatement("W7K2M9QX", "Ana Ruiz", "10482", None, NOON),
        "case": MailCase(
            "C7K2M9QX",
            "It's late",
            ("¿Dónde está mi pedido?", "Lo necesito el viernes."),
            f"{origin}/l/{TOKEN}?case=C7K2M9QX",
            f"{origin}/staff/cases/C7K2M9QX",
            reply_to="ana@example.com",
        ),
        "pickup": MailPickup(
            date(2026, 11, 26), f"{origin}/staff/returns/R7K2M9QX", "Ana Ruiz", "Calle Mayor 1, 28013 Madrid, España"
        ),
    }
    return Facts(**(values | changes))


def document(number: str = "1001", **changes: Any) -> OrderDocument:
    """An order of two parcels, for a customer who wants texts."""
    customer = {
        "id": "c-9",
        "name": "Ana Ruiz",
        "email": "ana@example.com",
        "phone": "+34612345678",
        "sms_consent": True,
    }
    values: dict[str, Any] = {
        "number": number,
        "channel": "web",
        "brand": "demo",
        "kind": "b2c",
        "placed_at": "2026-11-20T10:00:00+01:00",
        "updated_at": "2026-11-21T08:00:00+01:00",
        "status": "confirmed",
        "currency": "EUR",
        "locale": "es-ES",
        "customer": customer,
        "ship_to": {
            "name": "Ana Ruiz",
            "line1": "Calle Mayor 1",
            "city": "Madrid",
            "postcode": "28013",
            "country": "ES",
        },
        "promise": {"from": "2026-11-24", "until": "2026-11-26"},
        "lines": [
            {
                "id": "1",
                "sku": "ACE-500",
                "title": "Aceite de oliva",
                "variant": "500 ml",
                "quantity": 2,
                "unit_price": 1190,
            }
        ],
        "totals": {"items": 2380, "shipping": 0, "tax": 0, "discount": 0, "paid": 2380},
        "payments": [],
        "shipments": [
            {
                "id": "s1",
                "carrier": "correos_express",
                "tracking_number": f"32300076554{number}",
                "method": "delivery",
                "lines": [{"line": "1", "quantity": 2}],
            }
        ],
    }
    return OrderDocument.model_validate(values | changes)


def an_order(session: Session, number: str = "1001", *, now: datetime, **changes: Any) -> Order:
    """An order in the database, with nothing yet to be told of it."""
    order = session.get_one(Order, receive_order(session, document(number, **changes), now=now).order.id)
    session.flush()
    return order


def happens(
    session: Session, kind: EventKind, order: Order, *, now: datetime, state: str | None = None, **payload: Any
) -> int:
    """Something happens to the order's first parcel, or to the order itself."""
    parcel = session.query(Shipment).filter_by(order_id=order.id).order_by(Shipment.id).first()
    if state is not None and parcel is not None:
        parcel.state = state
    about = parcel.id if parcel is not None and kind.startswith("shipment.") else None
    return append(session, kind, order_id=order.id, shipment_id=about, payload={"leg": 1} | payload, now=now)


def some_messages(session: Session, number: int, **values: Any) -> list[Message]:
    """Messages that wait since noon, each to somebody else: links that were asked for, or texts that help."""
    channel = values.get("channel", "email")
    usual = {
        "kind": "access.link_requested" if channel == "email" else "text.help",
        "order_id": _any_order(session) if channel == "email" else None,
        "purpose": "receipt",
        "channel": channel,
        "locale": "es",
        "brand_key": "demo",
        "facts": {},
        "created_at": NOON,
        "happened_at": NOON,
        "next_try_at": NOON,
    }
    made = []
    for _ in range(number):
        reference = new_secret()[:22]
        to = f"{reference}@example.com" if channel == "email" else f"+346{secrets.randbelow(10**8):08}"
        own = {"public_id": reference, "dedup_key": reference, "recipient": to}
        key = recipient_key(SECRET, channel, to)
        made.append(Message(**(usual | own | {"recipient_hash": key} | values)))
        session.add(made[-1])
        session.flush()
    return made


def _any_order(session: Session) -> int:
    """An order that messages can speak of; what its coming would set going is of no concern here."""
    order_id = session.scalar(select(Order.id).limit(1)) or an_order(session, "9001", now=NOON).id
    do_last_acts(session)
    session.execute(text("delete from hearing"))
    session.execute(text("delete from procrastinate_jobs"))
    return order_id


@dataclass
class Recorder:
    """A provider that keeps what it gets and fails as it is told; ``holds`` is what it says when asked."""

    name: str = "recorder"
    lag_seconds: int | None = 0
    sent: list[Outgoing] = field(default_factory=list)
    faults: list[Any] = field(default_factory=list)
    keeps_on_fault: bool = False
    asked_at_once: int = 100
    lookups: list[list[str]] = field(default_factory=list)
    mute: Exception | None = None

    def send(self, outgoing: Outgoing, begin: Begin) -> Accepted:
        begin()
        if self.faults:
            fault = self.faults.pop(0)
            if self.keeps_on_fault:
                self.sent.append(outgoing)
            raise fault if isinstance(fault, Exception) else SendFailed(fault)
        self.sent.append(outgoing)
        return Accepted(self.name, f"id-{outgoing.reference}")

    def find(self, lost: Sequence[Lost]) -> Mapping[str, Accepted | None]:
        if self.mute is not None:
            raise self.mute
        self.lookups.append([one.reference for one in lost])
        references = {one.reference for one in self.sent}
        return {
            one.reference: Accepted(self.name, f"id-{one.reference}") if one.reference in references else None
            for one in lost
        }


def a_mail_config(
    mailer: Any = None,
    texter: Any = None,
    *,
    second: Any = None,
    sms_from: str = "+34600000000",
    mail_in_doubt: Choice = Choice.SEND_AGAIN,
) -> MailConfig:
    """Settings with recorders, or the given senders; ``second`` carries mail while the first rests."""
    mailers = [mailer or Recorder("mailer"), *([second] if second else [])]
    senders = {Channel.EMAIL: mailers, Channel.SMS: [texter or Recorder("texter")]}
    choices = {Channel.EMAIL: mail_in_doubt, Channel.SMS: Choice.LEAVE}
    return MailConfig(
        SECRET, "https://pedidos.almazara.example", "pedidos@almazara.example", sms_from, senders, choices
    )


def prepared(session: Session, *, now: datetime, config: MailConfig) -> list[Ready]:
    """All that may leave now, by whatever channel, as a drain would claim it."""
    return [one for channel in Channel for one in prepare(session, channel, limit=200, now=now, config=config) or []]
