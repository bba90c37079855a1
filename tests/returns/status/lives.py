"""All that can befall a return, a life each: short stories at whose end page, mail, console and interface agree."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.orders.models import Order
from app.returns.decisions import expire_overdue
from app.returns.models import Return
from app.returns.policy.policy import Method
from app.returns.refunds.pay import pay_refund
from app.returns.services import (
    approve,
    book_pickup,
    cancel,
    change_amount,
    refuse_pickup,
    reject,
    request_return,
    send_back,
    void_refund,
)
from app.returns.withdrawal.matching import receive
from app.returns.withdrawal.statement import WithdrawalStatement, state_withdrawal
from app.tracking.models import Shipment
from app.tracking.states import ShipmentState
from tests.conftest import SECRET
from tests.orders.build import GOOD
from tests.returns.stage import LINES, asking, delivered_order, scan
from tests.returns.story import asked, booked, handed_over, missing, some, unasked

NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
COUNTER = {
    "name": "Papelería Velarde", "line1": "Calle Velarde 8", "postcode": "28004", "city": "Madrid", "kind": "shop",
    "network": "correos_express", "accepts": ["code", "label"],
}  # fmt: skip
LOCKER = COUNTER | {"name": "Taquilla Dos de Mayo", "kind": "locker"}
PAPER_ONLY = COUNTER | {"name": "Estanco Mayor", "accepts": ["label"]}


@dataclass
class Life:
    """The order of a life, and how late it is in it."""

    session: Session
    order: Order
    now: datetime = NOON

    def asked(self, **more: Any) -> Return:
        """Both shirts go back."""
        return asked(self.session, self.order, now=self.now, **more)

    def later(self, days: float) -> "Life":
        """So many days on."""
        self.now += timedelta(days=days)
        return self

    def paid(self, return_: Return, number: int = 0) -> Return:
        """A refund is paid."""
        refund = sorted(return_.refunds, key=lambda one: one.id)[number]
        pay_refund(self.session, refund.id, reference=f"TR-{number}", by="eva", now=self.now)
        return return_

    def booked(self, return_: Return, *units: Any) -> Return:
        """The warehouse books some of it."""
        booked(self.session, return_, *units, now=self.now)
        return return_

    def stated(self, items: str | None = None) -> Return:
        """The customer withdraws from the contract."""
        statement = WithdrawalStatement(
            "Marisol", self.order.number, "marisol@example.com", self.order.locale, "k" * 20, items
        )
        state_withdrawal(self.session, statement, now=self.now)
        receive(self.session, limit=9, key=SECRET, now=self.now)
        return self.session.scalars(select(Return).where(Return.order_id == self.order.id)).one()


def _to(point: dict[str, Any]) -> Callable[[Life], Return]:
    def life(life: Life) -> Return:
        shirts = asking(("1", 2, "colour"))
        return request_return(life.session, life.order.id, shirts, by="customer", now=life.now, point=point)

    return life


def _collected(life: Life) -> Return:
    return life.asked(method=Method.PICKUP, pickup_on=(NOON + timedelta(days=3)).date())


def _collection_booked(life: Life) -> Return:
    return_ = _collected(life)
    day = (NOON + timedelta(days=4)).date()
    book_pickup(life.session, return_.id, on=day, note="Entre las 9 y las 14 h.", by="ana", now=life.now)
    return return_


def _collection_refused(life: Life) -> Return:
    return_ = _collected(life)
    refuse_pickup(life.session, return_.id, reason="El transportista no llega a tu zona.", by="ana", now=life.now)
    return return_


def _collected_by_nobody(life: Life) -> Return:
    return_ = _collection_booked(life)
    life.later(5)
    return return_


def _collected_and_moving(life: Life) -> Return:
    return_ = _collected(life)
    handed_over(life.session, return_, now=life.later(3).now)
    return return_


def _dropped_off_late(life: Life) -> Return:
    return_ = life.asked()
    life.later(6)
    return return_


def _rejected(life: Life) -> Return:
    return_ = life.asked()
    reject(life.session, return_.id, by="ana", reason="Lleva señales de uso.", now=life.now)
    return return_


def _rejected_here(life: Life) -> Return:
    return_ = unasked(life.session, life.order, some("1", 2), now=life.now)
    reject(life.session, return_.id, by="ana", reason="Fuera de plazo.", now=life.now)
    return return_


def _sent_back(life: Life) -> Return:
    return_ = _rejected_here(life)
    send_back(life.session, return_.id, by="wh", now=life.now)
    return return_


def _cancelled(life: Life) -> Return:
    return_ = life.asked()
    cancel(life.session, return_.id, by="customer", now=life.now)
    return return_


def _cancelled_and_came(life: Life) -> Return:
    return_ = _cancelled(life)
    handed_over(life.session, return_, now=life.later(1).now)
    return return_


def _expired(life: Life) -> Return:
    return_ = life.asked()
    expire_overdue(life.session, limit=9, now=life.later(40).now)
    return return_


def _expired_and_came(life: Life) -> Return:
    return_ = _expired(life)
    handed_over(life.session, return_, now=life.later(1).now)
    return return_


def _moving(life: Life) -> Return:
    return_ = life.asked()
    handed_over(life.session, return_, now=life.later(1).now)
    return return_


def _delivered(life: Life) -> Return:
    return_ = _moving(life)
    parcel = life.session.get_one(Shipment, return_.shipment_id)
    scan(life.session, parcel, ShipmentState.DELIVERED, life.later(2).now)
    return return_


def _paid_unseen(life: Life) -> Return:
    brand = life.session.get_one(Brand, life.order.brand_key)
    brand.policy = brand.policy | {"refund_without_receipt": True}
    life.session.flush()
    return life.paid(_moving(life))


def _in_two_parts(life: Life) -> Return:
    return_ = life.paid(life.booked(_moving(life), some("1", 1)))
    return life.paid(life.booked(return_, some("1", 1)), 1)


def _changed(life: Life) -> Return:
    return_ = life.booked(_moving(life), some("1", 2))
    change_amount(life.session, return_.id, amount=1500, reason="Una venía usada.", by="ana", now=life.now)
    return return_


def _void(life: Life) -> Return:
    return_ = _changed(life)
    due = next(one for one in return_.refunds if one.state == "due")
    void_refund(life.session, due.id, reason="Pagado en tienda.", by="ana", now=life.now)
    return return_


def _unannounced_approved(life: Life) -> Return:
    return_ = unasked(life.session, life.order, some("1", 2), now=life.now)
    approve(life.session, return_.id, by="ana", now=life.now)
    return return_


LIVES: dict[str, Callable[[Life], Return]] = {
    "to drop off anywhere": lambda life: life.asked(),
    "to drop off at a counter": _to(COUNTER),
    "to drop off at a locker": _to(LOCKER),
    "to drop off where paper is needed": _to(PAPER_ONLY),
    "to drop off, later than planned": _dropped_off_late,
    "to be collected": _collected,
    "collection booked": _collection_booked,
    "collection refused": _collection_refused,
    "collected by nobody": _collected_by_nobody,
    "collected and on its way": _collected_and_moving,
    "in review": lambda life: life.asked(),
    "rejected": _rejected,
    "rejected after it came": _rejected_here,
    "rejected and sent back": _sent_back,
    "cancelled": _cancelled,
    "cancelled and came": _cancelled_and_came,
    "expired": _expired,
    "expired and came": _expired_and_came,
    "on its way": _moving,
    "delivered and not booked": _delivered,
    "part of it here": lambda life: life.booked(_moving(life), some("1", 1)),
    "part of it here and paid": lambda life: life.paid(life.booked(_moving(life), some("1", 1))),
    "here": lambda life: life.booked(_moving(life), some("1", 2)),
    "here, one not inside": lambda life: life.booked(_moving(life), some("1", 1), missing("1", 1)),
    "an empty box": lambda life: life.booked(_moving(life), missing("1", 2)),
    "other things inside": lambda life: life.booked(_moving(life), some(None, description="Una taza ajena")),
    "refunded": lambda life: life.paid(life.booked(_moving(life), some("1", 2))),
    "refunded, one not inside": lambda life: life.paid(life.booked(_moving(life), some("1", 1), missing("1", 1))),
    "refunded in two parts": _in_two_parts,
    "refunded before it came": _paid_unseen,
    "another amount": _changed,
    "no refund after all": _void,
    "withdrawn": lambda life: life.stated(),
    "withdrawn in words": lambda life: life.stated("La taza, no: las dos camisetas."),
    "unannounced": lambda life: unasked(life.session, life.order, some("1", 2), now=life.now),
    "unannounced and accepted": _unannounced_approved,
    "a measure": lambda life: life.asked(),
}
# What an order needs for a life beside what all have: a late one is for a person, cloth is sold by the metre.
_CLOTH = LINES[0] | {"title": "Tela", "quantity": 3, "quantity_text": "2.5", "total": 3980}
_PARCEL = GOOD["shipments"][0] | {"lines": []}
ORDERS: dict[str, dict[str, Any]] = {
    "in review": {"days_ago": 32},
    "rejected": {"days_ago": 32},
    "a measure": {"lines": [_CLOTH], "totals": {"items": 3980, "paid": 3980}, "parcel": _PARCEL},
}


def lived(session: Session, name: str, locale: str) -> tuple[Life, Return]:
    """A life to its end."""
    order = delivered_order(session, now=NOON, locale=locale, **ORDERS.get(name, {}))
    brand = session.get_one(Brand, order.brand_key)
    brand.help_email = "ayuda@almazara.example"
    brand.return_address = {"line1": "Polígono 3", "postcode": "23001", "city": "Jaén", "country": "ES"}
    session.flush()
    life = Life(session, order)
    if name == "a measure":
        return life, asked(session, order, ("1", 3, "colour"), now=NOON)
    return_ = LIVES[name](life)
    session.commit()
    return life, return_
