"""One message as it leaves: from rows to facts, from facts to a mail or a text."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

from app.brands.look import look_of
from app.brands.records import BrandRecord
from app.core.i18n.words import local_day
from app.core.tokens import digest
from app.notify.kinds import KINDS, Channel, Purpose
from app.notify.models import Message
from app.notify.providers.ports import Outgoing, header
from app.notify.records import AnyMessage
from app.notify.render.links import LinkBook
from app.notify.render.mails.facts import Back, Facts, Links, MailItem, MailParcel, MailShop, MailStatement, Ordered
from app.notify.render.mails.texts import stop_hint, text
from app.notify.render.reading import MessageRows
from app.notify.render.render import fill, mail
from app.notify.render.words import Tongue, defused, tongue
from app.notify.send.config import MailConfig, without_secrets
from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.receiving.facts import Disposition
from app.returns.records import RefundRecord, ReturnRecord, WithdrawalRecord
from app.returns.refunds.reckoning import arrived, owed, paid, refund_by, told_amount
from app.returns.states import Decision, GoodsState, news_state
from app.returns.withdrawal.statement import reach
from app.tracking.carrier_pages import carrier_title
from app.tracking.clocks import stage_clock
from app.tracking.estimate import read_window
from app.tracking.records import ShipmentRecord

# A receipt of a withdrawal opens nothing: it may go to whoever stated it.
LINKED = frozenset(KINDS) - {"withdrawal.received"}


def outgoing_of(message: Message, rows: MessageRows, config: MailConfig, book: LinkBook) -> Outgoing:
    """Render one message that is about to leave; what is said is kept in its row, without the secrets of its links."""
    outgoing = rendered(message, rows, config, book)
    message.subject, message.text = outgoing.subject or None, without_secrets(outgoing.text)
    message.body_hash = digest(outgoing.text)
    return outgoing


def rendered(message: AnyMessage, rows: MessageRows, config: MailConfig, book: LinkBook) -> Outgoing:
    """A message as today's facts make it; nothing is kept of it."""
    facts = facts_of(message, rows, config, _links(message, rows, config, book))
    t = tongue(message.locale, zone_of_message(message, rows), config.languages)
    return (_text if message.channel == Channel.SMS else _mail)(message, facts, rows, config, t)


def _mail(message: AnyMessage, facts: Facts, rows: MessageRows, config: MailConfig, t: Tongue) -> Outgoing:
    wish = rows.wishes.get(message.brand_key)
    number = facts.ordered.number if facts.ordered else ""
    carrier = (facts.parcel.carrier if facts.parcel else None) or ""
    note = fill(
        (wish.notes if wish else {}).get(t.language, ""),
        {"shop": facts.shop.name, "number": number, "carrier": carrier},
    )
    content = mail(message.kind, facts, t, note=note, pictures=rows.pictures_at(config.public_url))
    return Outgoing(
        reference=message.public_id,
        channel=Channel.EMAIL,
        to=message.recipient,
        subject=content.subject,
        text=content.text,
        html=content.html,
        from_name=header(facts.shop.name, 70),
        reply_to=facts.shop.help_email or "",
        headers=_headers(message, facts, config),
    )


def _text(message: AnyMessage, facts: Facts, rows: MessageRows, config: MailConfig, t: Tongue) -> Outgoing:
    # Twilio's own end where a message has none (ValidityPeriod, 36,000 s).
    left = (message.valid_until - message.created_at) if message.valid_until else timedelta(hours=10)
    return Outgoing(
        reference=message.public_id,
        channel=Channel.SMS,
        to=message.recipient,
        text=text(message.kind, facts, t, hint=stop_hint(t, answerable=config.answerable)),
        valid_seconds=int(left.total_seconds()),
    )


def _headers(message: AnyMessage, facts: Facts, config: MailConfig) -> dict[str, str]:
    """One thread an order, no answer from machines, and one click to stop the news."""
    # RFC 3834 for the answering machines of most programs; the third is Exchange's own way.
    headers = {
        "Message-ID": f"<{message.public_id}@{config.host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    # No mail has this id: it is the thread's root, the same for all mails of an order.
    if facts.ordered:
        headers["References"] = f"<order-{facts.ordered.ref}@{config.host}>"
    # RFC 8058: both headers, or mail programs offer no button.
    if message.purpose == Purpose.NEWS and facts.links.preferences:
        headers["List-Unsubscribe"] = f"<{facts.links.preferences}/unsubscribe>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _links(message: AnyMessage, rows: MessageRows, config: MailConfig, book: LinkBook) -> Links:
    requested = [rows.orders[i] for i in message.facts.get("order_ids", ()) if i in rows.orders]
    orders = tuple((order.number, book.order(order.id)) for order in requested)
    linked = message.order_id if message.kind in LINKED else None
    own = orders[0][1] if orders else _own(message, linked, rows, config, book)
    preferences = book.preferences(message) if message.order_id else ""
    return Links(own, preferences, f"{config.public_url}/withdraw", orders)


def _own(message: AnyMessage, linked: int | None, rows: MessageRows, config: MailConfig, book: LinkBook) -> str:
    """The way to the order: a link that opens it, or its page, which asks who comes, for an address on no file."""
    if linked is None:
        return ""
    if message.readdressed:
        return f"{config.public_url}/o/{rows.orders[linked].ref}"
    return book.order(linked)


def country_of(number: str) -> str | None:
    """The country of a number in E.164."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return None


# As much as tells what was meant, and too little for a mail of one's own.
MOST, MOST_ITEMS = 80, 300


def state_of(message: AnyMessage, rows: MessageRows) -> str | None:
    """The state that the message's news is about, as it is now."""
    refund = rows.refunds.get(message.facts.get("refund_id", 0))
    if refund is not None:
        return refund.state
    if message.return_id is not None:
        return_ = rows.returns.get(message.return_id)
        return _news_state(return_) if return_ else None
    order = rows.orders.get(message.order_id or 0)
    # No news is about such a state: what waits to be said of a removed order is overtaken.
    if order is not None and order.removed:
        return "removed"
    if message.shipment_id is not None:
        parcel = rows.shipments.get(message.shipment_id)
        return parcel.state if parcel else None
    return order.status if order else None


def facts_of(message: AnyMessage, rows: MessageRows, config: MailConfig, links: Links) -> Facts:
    """All that this message can be made from."""
    order = rows.orders.get(message.order_id or 0)
    parcel = rows.shipments.get(message.shipment_id or 0)
    return_ = rows.returns.get(message.return_id or 0)
    withdrawal = rows.withdrawals.get(message.facts.get("withdrawal_id", 0))
    refund = rows.refunds.get(message.facts.get("refund_id", 0))
    return Facts(
        shop=shop_of(rows.brand(message.brand_key), config),
        links=links,
        happened_at=message.happened_at,
        ordered=_ordered(order, rows.brand(message.brand_key).time_zone) if order else None,
        parcel=_parcel(parcel, order, rows, message.created_at, config) if parcel and order else None,
        back=_back(return_, order, refund, rows.shipments.get(return_.shipment_id or 0)) if return_ and order else None,
        statement=_statement(withdrawal, message) if withdrawal else None,
        payload=message.facts,
    )


def shop_of(brand: BrandRecord, config: MailConfig) -> MailShop:
    """How the shop calls itself in messages."""
    return MailShop(
        name=brand.name,
        sms_name=brand.sms_name or brand.name,
        origin=config.public_url,
        help_email=brand.help_email,
        help_phone=brand.help_phone,
        postal_address=" ".join(brand.postal_address.split()),
        look=look_of(brand.key),
    )


def zone_of_message(message: AnyMessage, rows: MessageRows) -> str:
    """The zone in which the message tells times: the parcel's place, else the shop's."""
    parcel = rows.shipments.get(message.shipment_id or 0)
    return parcel.zone if parcel else rows.brand(message.brand_key).time_zone


def _news_state(return_: ReturnRecord) -> str:
    return news_state(Decision(return_.decision), GoodsState(return_.goods), labelled=bool(return_.label_number))


def _ordered(order: OrderRecord, zone: str) -> Ordered:
    return Ordered(
        number=order.number,
        ref=order.ref,
        status=order.status,
        placed_on=order.placed_at.astimezone(ZoneInfo(zone)).date(),
        items=_bought(order),
        hold=order.hold,
        hold_until=order.hold_until,
        # What it costs, also while nothing of it is paid; no total is said where none is told.
        total=order.totals.get("total") or order.paid or None,
        currency=order.currency,
        expected_from=order.promise_from,
        expected_until=order.promise_until,
    )


def _bought(order: OrderRecord) -> tuple[MailItem, ...]:
    """What is still to come of the order, or all that was in it once it is cancelled."""
    is_over = order.status == "cancelled"
    bought = {line.id: line.ordered if is_over else line.quantity for line in order.all_lines}
    return _items({line: units for line, units in bought.items() if units}, order)


def _parcel(
    parcel: ShipmentRecord, order: OrderRecord, rows: MessageRows, at: datetime, config: MailConfig
) -> MailParcel:
    parcels = rows.parcels_of(order.id)
    siblings = [sibling.id for sibling in parcels]
    together = [other for other in parcels if other.parcel_group and other.parcel_group == parcel.parcel_group]
    packed: Counter[int] = Counter()
    for line in (line for one in together or [parcel] for line in one.lines):
        packed[line.order_line_id] += line.quantity
    point = parcel.pickup_point or {}
    first, last = _expected(parcel, at)
    return MailParcel(
        state=parcel.state,
        position=siblings.index(parcel.id) + 1 if parcel.id in siblings else 1,
        total=max(1, len(siblings)),
        carrier=carrier_title(parcel.carrier),
        number=parcel.number,
        method=parcel.method,
        items=_items(packed, order),
        together=max(1, len(together)),
        expected_from=first,
        expected_until=last,
        expected_before=parcel.estimate_before,
        window=_window(parcel),
        point_name=point.get("name"),
        point_address=", ".join(filter(None, (point.get("line1"), point.get("postcode"), point.get("city")))) or None,
        keep_until=_day(point.get("keep_until")),
        **_delivery(parcel),
        followed=config.asks(parcel.carrier) or any(scan["by"] != "shop" for scan in parcel.timeline),
    )


def _delivery(parcel: ShipmentRecord) -> dict[str, Any]:
    """When it was delivered, by the clock of the scan that says so, as exactly as that is known."""
    at = parcel.delivered_at
    if at is None:
        return {}
    zone, exact = stage_clock(parcel.timeline, at, parcel.zone)
    return {"delivered_at": at, "delivered_zone": zone, "delivered_on": None if exact else local_day(at, zone)}


def _expected(parcel: ShipmentRecord, at: datetime) -> tuple[date | None, date | None]:
    """The days on which it is expected; none when they were over at ``at``: what has passed is no news."""
    first, last = parcel.estimate_from or parcel.promise_from, parcel.estimate_until or parcel.promise_until
    today = at.astimezone(ZoneInfo(parcel.zone)).date()
    return (first, last) if last is None or last >= today else (None, None)


def _window(parcel: ShipmentRecord) -> tuple[str, str] | None:
    window = read_window(parcel.estimate_window)
    return (f"{window.begin:%H:%M}", f"{window.until:%H:%M}") if window else None


def _back(
    return_: ReturnRecord, order: OrderRecord, refund: RefundRecord | None, parcel: ShipmentRecord | None
) -> Back:
    here = arrived(return_)
    return Back(
        ref=return_.ref,
        state=_news_state(return_),
        method=return_.method,
        items=_items({line.order_line_id: line.quantity for line in return_.lines}, order),
        deadline=return_.deadline,
        amount=told_amount(return_),
        currency=return_.currency,
        refund_by=refund_by(order, return_, delivered_at=parcel.delivered_at if parcel else None),
        reason=return_.decision_reason,
        point_name=(return_.point or {}).get("name"),
        paid=refund.amount if refund else None,
        paid_on=local_day(refund.paid_at, order.brand.time_zone) if refund and refund.paid_at else None,
        paid_reference=refund.reference if refund else None,
        arrived=_items(here, order),
        lacking=_items(_lacking(return_, here), order),
        owed=owed(return_),
        sent=paid(return_),
        goods=return_.goods,
        collected_on=_day((return_.pickup or {}).get("on")),
        changed_why=return_.adjustments[-1]["reason"] if return_.adjustments else None,
    )


def _lacking(return_: ReturnRecord, here: Mapping[int, int]) -> dict[int, int]:
    """Units that were announced and said to be missing, and have not come since."""
    missing = Counter[int]()
    for receipt in return_.receipts:
        for line in receipt.lines if receipt.voided_at is None else ():
            if line.order_line_id is not None and line.disposition == Disposition.MISSING:
                missing[line.order_line_id] += line.quantity
    # What came in a later parcel lacks no more.
    left = {line.order_line_id: line.quantity - here.get(line.order_line_id, 0) for line in return_.lines}
    return {line: min(missing[line], count) for line, count in left.items() if count > 0 and missing[line]}


def _statement(withdrawal: WithdrawalRecord, message: AnyMessage) -> MailStatement:
    """Anybody may type anything into the form: only to an address of the order is it repeated, and taken apart."""
    by_reader = bool(message.readdressed) or message.recipient in reach(withdrawal.receipt_to)
    # The receipt has to go out, but whoever stated it may have typed a stranger's address.
    if not (withdrawal.own and by_reader):
        return MailStatement(withdrawal.ref, None, None, None, withdrawal.stated_at, by_reader)
    items = defused(withdrawal.items_text, MOST_ITEMS) if withdrawal.items_text else None
    return MailStatement(
        withdrawal.ref,
        defused(withdrawal.name, MOST),
        defused(withdrawal.order_text, MOST),
        items,
        withdrawal.stated_at,
    )


def _items(quantities: Mapping[int, int], order: OrderRecord) -> tuple[MailItem, ...]:
    lines: list[OrderLineRecord] = [line for line in order.all_lines if line.id in quantities]
    return tuple(
        MailItem(line.title, quantities[line.id], line.variant, line.measure_of(quantities[line.id]), line.image_url)
        for line in lines
    )


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
