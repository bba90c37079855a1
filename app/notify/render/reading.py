"""Reads what a batch of messages may speak of out of the database, a statement a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.brands.queries import all_brands
from app.brands.records import BrandRecord
from app.notify.models import BrandMessages
from app.notify.records import AnyMessage
from app.notify.texts.shelf import OwnTexts, TextKey, texts_in_force
from app.orders.pictures.pictures import mailed, stored
from app.orders.records import OrderRecord
from app.returns.queries import returns_for
from app.returns.records import ReceiptRecord, RefundRecord, ReturnRecord, WithdrawalRecord
from app.support.records import SupportCaseRecord
from app.tracking.page.query import orders_facts
from app.tracking.page.records import TrackedOrder
from app.tracking.records import ShipmentRecord


@dataclass(frozen=True, slots=True)
class MessageRows:
    """The rows behind some messages, by id; ``withdrawn`` are returns made for statements of withdrawal."""

    orders: dict[int, OrderRecord] = field(default_factory=dict)
    shipments: dict[int, ShipmentRecord] = field(default_factory=dict)
    returns: dict[int, ReturnRecord] = field(default_factory=dict)
    refunds: dict[int, RefundRecord] = field(default_factory=dict)
    withdrawals: dict[int, WithdrawalRecord] = field(default_factory=dict)
    withdrawn: dict[int, list[str]] = field(default_factory=dict)
    cases: dict[int, SupportCaseRecord] = field(default_factory=dict)
    brands: dict[str, BrandRecord] = field(default_factory=dict)
    wishes: dict[str, BrandMessages] = field(default_factory=dict)
    tracked: dict[int, TrackedOrder] = field(default_factory=dict)
    pictures: frozenset[str] = frozenset()
    own_texts: OwnTexts = field(default_factory=dict)

    def brand(self, key: str) -> BrandRecord:
        """The brand, or the default one when it is gone."""
        return self.brands.get(key) or next(iter(self.brands.values()))

    def own_text(self, message: AnyMessage, language: str) -> dict[str, Any] | None:
        """The brand's own text for a message in this language; None where the portal's is in force."""
        return self.own_texts.get((message.brand_key, TextKey(message.kind, message.channel, language).name))

    def pictures_at(self, origin: str) -> dict[str, str]:
        """What a mail shows of each thing bought, by the address that its order names."""
        urls = {line.image_url for order in self.orders.values() for line in order.all_lines if line.image_url}
        ours = {url: mailed(url, is_kept=url in self.pictures, origin=origin) for url in urls}
        return {url: address for url, address in ours.items() if address}

    def parcels_of(self, order_id: int) -> list[ShipmentRecord]:
        """The outbound parcels of an order, in their order."""
        parcels = [
            parcel
            for parcel in self.shipments.values()
            if parcel.order_id == order_id and parcel.direction == "outbound"
        ]
        return sorted(parcels, key=lambda parcel: (parcel.position, parcel.id))


def read(session: Session, messages: Sequence[AnyMessage]) -> MessageRows:
    """Everything that these messages may speak of."""
    orders = {m.order_id for m in messages if m.order_id} | {i for m in messages for i in m.facts.get("order_ids", ())}
    brands, withdrawals = {m.brand_key for m in messages}, _named(messages, "withdrawal_id")
    read_orders = _orders(session, orders)
    return MessageRows(
        orders=read_orders,
        shipments=_shipments(session, orders),
        # What pages read: a message says the same.
        tracked=orders_facts(session, sorted(orders)),
        returns=_returns(session, {m.return_id for m in messages if m.return_id}),
        refunds=_refunds(session, _named(messages, "refund_id")),
        withdrawals=_withdrawals(session, withdrawals),
        withdrawn=returns_for(session, withdrawals) if withdrawals else {},
        cases=_cases(session, _named(messages, "case_id")),
        brands={brand.key: brand for brand in all_brands(session)},
        wishes={
            wish.brand_key: wish
            for wish in session.scalars(select(BrandMessages).where(BrandMessages.brand_key.in_(brands)))
        },
        pictures=_pictures(session, read_orders),
        own_texts=texts_in_force(session, brands),
    )


def _pictures(session: Session, orders: dict[int, OrderRecord]) -> frozenset[str]:
    """The pictures of what was ordered that we have a small one of."""
    urls = {line.image_url for order in orders.values() for line in order.all_lines if line.image_url}
    return frozenset(stored(session, urls)) if urls else frozenset()


def _named(messages: Sequence[AnyMessage], name: str) -> set[int]:
    return {m.facts[name] for m in messages if m.facts.get(name)}


def _orders(session: Session, ids: set[int]) -> dict[int, OrderRecord]:
    # A statement a table for the whole batch: loading with each message would be four more a message.
    relations = (
        selectinload(OrderRecord.lines),
        selectinload(OrderRecord.all_lines),
        selectinload(OrderRecord.contacts),
        selectinload(OrderRecord.brand),
    )
    chosen = select(OrderRecord).where(OrderRecord.id.in_(ids)).options(*relations)
    # An empty list would cost a round trip all the same.
    return {order.id: order for order in session.scalars(chosen)} if ids else {}


def _shipments(session: Session, orders: set[int]) -> dict[int, ShipmentRecord]:
    chosen = (
        select(ShipmentRecord).where(ShipmentRecord.order_id.in_(orders)).options(selectinload(ShipmentRecord.lines))
    )
    return {shipment.id: shipment for shipment in session.scalars(chosen)} if orders else {}


def _returns(session: Session, ids: set[int]) -> dict[int, ReturnRecord]:
    receipts = selectinload(ReturnRecord.receipts).selectinload(ReceiptRecord.lines)
    relations = (selectinload(ReturnRecord.lines), selectinload(ReturnRecord.refunds), receipts)
    chosen = select(ReturnRecord).where(ReturnRecord.id.in_(ids)).options(*relations)
    return {return_.id: return_ for return_ in session.scalars(chosen)} if ids else {}


def _refunds(session: Session, ids: set[int]) -> dict[int, RefundRecord]:
    return (
        {refund.id: refund for refund in session.scalars(select(RefundRecord).where(RefundRecord.id.in_(ids)))}
        if ids
        else {}
    )


def _cases(session: Session, ids: set[int]) -> dict[int, SupportCaseRecord]:
    chosen = select(SupportCaseRecord).where(SupportCaseRecord.id.in_(ids))
    entries = selectinload(SupportCaseRecord.entries)
    return {case.id: case for case in session.scalars(chosen.options(entries))} if ids else {}


def _withdrawals(session: Session, ids: set[int]) -> dict[int, WithdrawalRecord]:
    return (
        {
            withdrawal.id: withdrawal
            for withdrawal in session.scalars(select(WithdrawalRecord).where(WithdrawalRecord.id.in_(ids)))
        }
        if ids
        else {}
    )
