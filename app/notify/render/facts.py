"""From rows to facts: what one message may say of its order, parcel, return and money."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.brands.records import BrandRecord
from app.core.i18n.words import local_day
from app.notify.records import AnyMessage
from app.notify.render.mails.facts import Back, Facts, Links, MailItem, MailParcel, MailShop, MailStatement, Ordered
from app.notify.render.reading import MessageRows
from app.notify.render.words import defused
from app.notify.send.config import Office
from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.receiving.facts import Disposition
from app.returns.records import RefundRecord, ReturnRecord, WithdrawalRecord
from app.returns.refunds.reckoning import arrived, owed, paid, refund_by, told_amount
from app.returns.states import Decision, GoodsState, news_state
from app.returns.withdrawal.statement import reach
from app.tracking.carrier_pages import carrier_title
from app.tracking.estimate import read_window
from app.tracking.records import ShipmentRecord

# As much as tells what was meant, and too little for a letter of one's own.
MOST, MOST_ITEMS = 80, 300


def state_of(message: AnyMessage, known: MessageRows) -> str | None:
    """The state that the message's news is about, as it is now."""
    refund = known.refunds.get(message.facts.get("refund_id", 0))
    if refund is not None:
        return refund.state
    if message.return_id is not None:
        found = known.returns.get(message.return_id)
        return _news_state(found) if found else None
    if message.shipment_id is not None:
        parcel = known.shipments.get(message.shipment_id)
        return parcel.state if parcel else None
    order = known.orders.get(message.order_id or 0)
    return order.status if order else None


def facts_of(message: AnyMessage, known: MessageRows, office: Office, links: Links) -> Facts:
    """All that this message can be made from."""
    order = known.orders.get(message.order_id or 0)
    parcel = known.shipments.get(message.shipment_id or 0)
    back = known.returns.get(message.return_id or 0)
    said = known.withdrawals.get(message.facts.get("withdrawal_id", 0))
    refund = known.refunds.get(message.facts.get("refund_id", 0))
    return Facts(
        shop=shop_of(known.brand(message.brand_key), office),
        links=links,
        happened_at=message.happened_at,
        ordered=_ordered(order, known.brand(message.brand_key).time_zone) if order else None,
        parcel=_parcel(parcel, order, known, message.created_at) if parcel and order else None,
        back=_back(back, order, refund, known.shipments.get(back.shipment_id or 0)) if back and order else None,
        statement=_statement(said, message) if said else None,
        payload=message.facts,
    )


def shop_of(brand: BrandRecord, office: Office) -> MailShop:
    """How the shop calls itself in messages."""
    return MailShop(
        name=brand.name,
        sms_name=brand.sms_name or brand.name,
        origin=office.public_url,
        help_email=brand.help_email,
        help_phone=brand.help_phone,
        postal_address=" ".join(brand.postal_address.split()),
    )


def zone_of_message(message: AnyMessage, known: MessageRows) -> str:
    """The zone in which the message tells times: the parcel's place, else the shop's."""
    parcel = known.shipments.get(message.shipment_id or 0)
    return parcel.zone if parcel else known.brand(message.brand_key).time_zone


def _news_state(return_: ReturnRecord) -> str:
    return news_state(Decision(return_.decision), GoodsState(return_.goods), labelled=bool(return_.label_number))


def _ordered(order: OrderRecord, zone: str) -> Ordered:
    return Ordered(
        number=order.number,
        ref=order.ref,
        status=order.status,
        placed_on=order.placed_at.astimezone(ZoneInfo(zone)).date(),
        items=tuple(MailItem(line.title, line.quantity, line.variant) for line in order.lines),
        hold=order.hold,
        total=order.totals.get("paid"),
        currency=order.currency,
        expected_from=order.promise_from,
        expected_until=order.promise_until,
    )


def _parcel(parcel: ShipmentRecord, order: OrderRecord, known: MessageRows, at: datetime) -> MailParcel:
    siblings = [one.id for one in known.parcels_of(order.id)]
    point = parcel.pickup_point or {}
    first, last = _expected(parcel, at)
    return MailParcel(
        state=parcel.state,
        position=siblings.index(parcel.id) + 1 if parcel.id in siblings else 1,
        total=max(1, len(siblings)),
        carrier=carrier_title(parcel.carrier),
        number=parcel.number,
        method=parcel.method,
        items=_items({line.order_line_id: line.quantity for line in parcel.lines}, order),
        expected_from=first,
        expected_until=last,
        expected_before=parcel.estimate_before,
        window=_window(parcel),
        point_name=point.get("name"),
        point_address=", ".join(filter(None, (point.get("line1"), point.get("postcode"), point.get("city")))) or None,
        keep_until=_day(point.get("keep_until")),
        delivered_at=parcel.delivered_at,
    )


def _expected(parcel: ShipmentRecord, at: datetime) -> tuple[date | None, date | None]:
    """The days on which it is expected; none when they were over at ``at``: what has passed is no news."""
    first, last = parcel.estimate_from or parcel.promise_from, parcel.estimate_until or parcel.promise_until
    today = at.astimezone(ZoneInfo(parcel.zone)).date()
    return (first, last) if last is None or last >= today else (None, None)


def _window(parcel: ShipmentRecord) -> tuple[str, str] | None:
    window = read_window(parcel.estimate_window)
    return (f"{window.begin:%H:%M}", f"{window.until:%H:%M}") if window else None


def _back(found: ReturnRecord, order: OrderRecord, refund: RefundRecord | None, parcel: ShipmentRecord | None) -> Back:
    here = arrived(found)
    return Back(
        ref=found.ref,
        state=_news_state(found),
        method=found.method,
        items=_items({line.order_line_id: line.quantity for line in found.lines}, order),
        deadline=found.deadline,
        amount=told_amount(found),
        currency=found.currency,
        refund_by=refund_by(order, found, delivered_at=parcel.delivered_at if parcel else None),
        reason=found.decision_reason,
        point_name=(found.point or {}).get("name"),
        paid=refund.amount if refund else None,
        paid_on=local_day(refund.paid_at, order.brand.time_zone) if refund and refund.paid_at else None,
        paid_reference=refund.reference if refund else None,
        arrived=_items(here, order),
        lacking=_items(_lacking(found, here), order),
        owed=owed(found),
        sent=paid(found),
        goods=found.goods,
        collected_on=_day((found.pickup or {}).get("on")),
        changed_why=found.adjustments[-1]["reason"] if found.adjustments else None,
    )


def _lacking(found: ReturnRecord, here: Mapping[int, int]) -> dict[int, int]:
    """Units that were announced and said to be missing, and have not come since."""
    said = Counter[int]()
    for receipt in found.receipts:
        for line in receipt.lines if receipt.voided_at is None else ():
            if line.order_line_id is not None and line.disposition == Disposition.MISSING:
                said[line.order_line_id] += line.quantity
    left = {line.order_line_id: line.quantity - here.get(line.order_line_id, 0) for line in found.lines}
    return {line: min(said[line], count) for line, count in left.items() if count > 0 and said[line]}


def _statement(said: WithdrawalRecord, message: AnyMessage) -> MailStatement:
    """Anybody may type anything into the form: only to an address of the order is it repeated, and taken apart."""
    theirs = bool(message.readdressed) or message.recipient in reach(said.receipt_to)
    if not (said.own and theirs):
        return MailStatement(said.ref, None, None, None, said.stated_at, theirs)
    items = defused(said.items_text, MOST_ITEMS) if said.items_text else None
    return MailStatement(said.ref, defused(said.name, MOST), defused(said.order_text, MOST), items, said.stated_at)


def _items(quantities: Mapping[int, int], order: OrderRecord) -> tuple[MailItem, ...]:
    lines: list[OrderLineRecord] = [line for line in order.all_lines if line.id in quantities]
    return tuple(MailItem(line.title, quantities[line.id], line.variant) for line in lines)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
