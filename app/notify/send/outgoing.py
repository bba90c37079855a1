"""One message as it leaves: from rows to facts, from facts to a mail or a text."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

from app.brands.facts import is_address, legal_lines, mail_name, notice, reply_to
from app.brands.look import look_of
from app.brands.queries import ShopFront, home_of
from app.brands.records import BrandRecord
from app.core.clock import utcnow
from app.core.i18n.locale import speaking
from app.core.i18n.words import local_day
from app.core.tokens import digest
from app.notify.kinds import KINDS, TO_SHOP, Channel, Purpose, is_to_shop
from app.notify.models import Message
from app.notify.providers.ports import Outgoing, header
from app.notify.records import AnyMessage
from app.notify.render.links import LinkBook
from app.notify.render.mails.facts import Back, Facts, Links, MailItem, MailShop, MailStatement, Ordered
from app.notify.render.mails.texts import stop_hint, text
from app.notify.render.reading import MessageRows
from app.notify.render.render import fill, mail
from app.notify.render.words import Tongue, defused, tongue
from app.notify.send.config import MailConfig, without_secrets
from app.notify.send.parcels import items_of, page_of, parcel_of
from app.notify.send.support_facts import address_lines, case_of, pickup_of
from app.notify.texts.faults import TextMisfit, misfit_of
from app.notify.texts.own import own_body
from app.orders.records import OrderRecord
from app.returns.points.chosen import chosen_point
from app.returns.policy.policy import Method
from app.returns.queries import ReturnView, view_of
from app.returns.records import RefundRecord, ReturnRecord, WithdrawalRecord
from app.returns.refunds.destination import goes_to
from app.returns.refunds.reckoning import told_amount
from app.returns.states import Decision, GoodsState, news_state
from app.returns.status.standing import collection_day, is_booked, promised_day, standing_of
from app.returns.withdrawal.law import WithdrawalLaw, law_in, law_of
from app.returns.withdrawal.statement import reach

# A receipt of a withdrawal opens nothing: it may go to whoever stated it.
LINKED = frozenset(KINDS) - {"withdrawal.received"} - frozenset(TO_SHOP.values())


def outgoing_of(message: Message, rows: MessageRows, config: MailConfig, book: LinkBook) -> Outgoing:
    """Render one message that is about to leave; what is said is kept in its row, without the secrets of its links."""
    outgoing, misfit = rendered_anyway(message, rows, config, book)
    message.text_fault, message.text_fault_values = misfit.columns if misfit else (None, None)
    message.subject, message.text = outgoing.subject or None, without_secrets(outgoing.text)
    message.body_hash = digest(outgoing.text)
    return outgoing


def rendered(message: AnyMessage, rows: MessageRows, config: MailConfig, book: LinkBook) -> Outgoing:
    """A message as today's facts make it; nothing is kept of it."""
    return rendered_anyway(message, rows, config, book)[0]


def rendered_anyway(
    message: AnyMessage, rows: MessageRows, config: MailConfig, book: LinkBook
) -> tuple[Outgoing, TextMisfit | None]:
    """The same, and why the shop's own text could not be used for it: then the portal's is."""
    config = config.of(rows.brand(message.brand_key))
    t = tongue(message.locale, zone_of_message(message, rows), config.languages)
    # What the order's page says is said here in the recipient's language.
    with speaking(t.tag):
        facts = facts_of(message, rows, config, _links(message, rows, config, book))
    make = _text if message.channel == Channel.SMS else _mail
    own = rows.own_text(message, t.language)
    try:
        return make(message, facts, rows, config, t, own), None
    except Exception as error:
        # A customer waits for the news, and not for its words.
        if own is None:
            raise
        return make(message, facts, rows, config, t, None), misfit_of(error)


OwnText = Mapping[str, Any] | None


def _mail(
    message: AnyMessage, facts: Facts, rows: MessageRows, config: MailConfig, t: Tongue, own: OwnText
) -> Outgoing:
    wish = rows.wishes.get(message.brand_key)
    number = facts.ordered.number if facts.ordered else ""
    carrier = (facts.parcel.carrier if facts.parcel else None) or ""
    note = fill(
        (wish.notes if wish else {}).get(t.language, ""),
        {"shop": facts.shop.name, "number": number, "carrier": carrier},
    )
    content = mail(message.kind, facts, t, own=own, note=note, pictures=rows.pictures_at(config.console))
    return Outgoing(
        reference=message.public_id,
        channel=Channel.EMAIL,
        to=message.recipient,
        subject=content.subject,
        text=content.text,
        html=content.html,
        from_name=header(facts.shop.mail_name or facts.shop.name, 70),
        reply_to=_reply_to(message, facts),
        headers=_headers(message, facts, config),
        enclosed=content.enclosed,
    )


def _reply_to(message: AnyMessage, facts: Facts) -> str:
    """Who hears an answer: the shop; of a mail to the shop the customer, if that is how they want to be answered."""
    if is_to_shop(message.kind):
        return facts.case.reply_to if facts.case else ""
    return facts.shop.answered_at or ""


def _text(
    message: AnyMessage, facts: Facts, _rows: MessageRows, config: MailConfig, t: Tongue, own: OwnText
) -> Outgoing:
    hint = stop_hint(t, answerable=config.answerable)
    # Twilio's own end where a message has none (ValidityPeriod, 36,000 s).
    left = (message.valid_until - message.created_at) if message.valid_until else timedelta(hours=10)
    return Outgoing(
        reference=message.public_id,
        channel=Channel.SMS,
        to=message.recipient,
        text=own_body(message.kind, own, facts, t, hint)
        if own is not None
        else text(message.kind, facts, t, hint=hint),
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
    orders = tuple((order.number, book.order(order.id, at=config.public_url)) for order in requested)
    linked = message.order_id if message.kind in LINKED else None
    own = orders[0][1] if orders else _own(message, linked, rows, config, book)
    preferences = (
        book.preferences(message, at=config.public_url) if message.order_id and not is_to_shop(message.kind) else ""
    )
    law, order = law_for(message, rows), rows.orders.get(linked or 0)
    # Its page needs no link that opens anything: it asks who comes, and is filled in for who may see the order.
    page = f"{config.public_url}/withdraw" + (f"?order={order.ref}" if order else "")
    return Links(own, preferences, page if law else "", orders, law)


def law_for(message: AnyMessage, rows: MessageRows) -> WithdrawalLaw | None:
    """The law of withdrawing that a message's reader can go by: of their order, else of the shop's country."""
    withdrawal = rows.withdrawals.get(message.facts.get("withdrawal_id", 0))
    if withdrawal is not None and "law" in withdrawal.shown:
        return WithdrawalLaw(withdrawal.shown["law"])
    order = rows.orders.get(message.order_id or 0) if message.kind in LINKED else None
    return law_of(order) if order is not None else law_in(home_of(rows.brand(message.brand_key)))


def _own(message: AnyMessage, linked: int | None, rows: MessageRows, config: MailConfig, book: LinkBook) -> str:
    """The way to the order: a link that opens it, or its page, which asks who comes, for an address on no file."""
    if linked is None:
        return ""
    if message.readdressed:
        return f"{config.public_url}/o/{rows.orders[linked].ref}"
    return book.order(linked, at=config.public_url)


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
    t = tongue(message.locale, zone_of_message(message, rows), config.languages)
    back = None
    if return_ and order:
        view = view_of(return_, order, rows.shipments.get(return_.shipment_id or 0))
        back = _back(view, refund, message)
    return Facts(
        shop=shop_of(rows.brand(message.brand_key), config, t.tag),
        links=links,
        happened_at=message.happened_at,
        ordered=_ordered(order, rows, message) if order else None,
        parcel=parcel_of(parcel, order, rows, message.created_at, config) if parcel and order else None,
        back=_with_point(back, return_.point, t, config) if back and return_ and return_.point else back,
        statement=_statement(withdrawal, message, rows, config) if withdrawal else None,
        case=case_of(message, rows, links, config),
        pickup=pickup_of(message, return_, order, config, t.tag) if return_ and order else None,
        payload=message.facts,
    )


def shop_of(brand: BrandRecord | ShopFront, config: MailConfig, language: str = "") -> MailShop:
    """How the shop calls itself in messages; ``config`` is the brand's own."""
    imprint = notice(brand, "imprint", language)
    return MailShop(
        name=brand.name,
        sms_name=brand.sms_name or brand.name,
        origin=config.public_url,
        help_email=brand.help_email,
        help_phone=brand.help_phone,
        postal_address=" ".join(brand.postal_address.split()),
        country=home_of(brand),
        look=look_of(brand),
        mail_name=mail_name(brand),
        reply_to=reply_to(brand),
        legal_lines=legal_lines(brand),
        # A text stands on a page of ours.
        imprint=imprint if is_address(imprint) or not imprint else f"{config.public_url}/notices/imprint",
    )


def zone_of_message(message: AnyMessage, rows: MessageRows) -> str:
    """The zone in which the message tells times: the parcel's place, else the shop's."""
    parcel = rows.shipments.get(message.shipment_id or 0)
    return parcel.zone if parcel else rows.brand(message.brand_key).time_zone


def _news_state(return_: ReturnRecord) -> str:
    return news_state(Decision(return_.decision), GoodsState(return_.goods), labelled=bool(return_.label_number))


def _ordered(order: OrderRecord, rows: MessageRows, message: AnyMessage) -> Ordered:
    zone = rows.brand(message.brand_key).time_zone
    return Ordered(
        number=order.number,
        ref=order.ref,
        status=order.status,
        placed_on=order.placed_at.astimezone(ZoneInfo(zone)).date(),
        items=_bought(order),
        # What it costs, also while nothing of it is paid; no total is said where none is told.
        total=order.totals.get("total") or order.paid or None,
        currency=order.currency,
        **page_of(rows.tracked.get(order.id), message.created_at),
    )


def _bought(order: OrderRecord) -> tuple[MailItem, ...]:
    """What is still to come of the order, or all that was in it once it is cancelled."""
    is_over = order.status == "cancelled"
    bought = {line.id: line.ordered if is_over else line.quantity for line in order.all_lines}
    return items_of({line: units for line, units in bought.items() if units}, order)


def _back(view: ReturnView, refund: RefundRecord | None, message: AnyMessage) -> Back:
    """The return as pages show it, from the same facts, at the moment when the message was written."""
    now = message.created_at
    return_, order, standing = view.return_, view.order, standing_of(view, now=now)
    zone, point = order.brand.time_zone, return_.point or {}
    return Back(
        ref=return_.ref,
        state=_news_state(return_),
        method=return_.method,
        items=items_of({line.order_line_id: line.quantity for line in return_.lines}, order),
        deadline=return_.deadline,
        amount=told_amount(return_),
        currency=return_.currency,
        refund_by=promised_day(view, today=local_day(now, zone)),
        reason=return_.decision_reason,
        paid=refund.amount if refund else None,
        paid_on=local_day(refund.paid_at, zone) if refund and refund.paid_at else None,
        paid_reference=refund.reference if refund else None,
        arrived=items_of(standing.arrived or {}, order),
        lacking=items_of(standing.lacking or {}, order),
        awaited=items_of(standing.awaited or {}, order),
        owed=standing.owed,
        sent=standing.sent,
        goods=return_.goods,
        collected_on=collection_day(return_),
        is_booked=is_booked(return_),
        changed_why=return_.adjustments[-1]["reason"] if return_.adjustments else None,
        stops=standing.stops,
        handing=_handing(point),
        withdrawn=return_.initiated_by == "withdrawal",
        goes_to=goes_to(order),
        **({} if message.readdressed else _taken_along(view)),
    )


def _taken_along(view: ReturnView) -> dict[str, Any]:
    """The code, or where it is collected: for an address of the order, which gets the same by a one-time code."""
    return_, to = view.return_, view.order.ship_to or {}
    if return_.method == Method.PICKUP:
        return {"collected_at": address_lines(to)}
    return {"code": None if _handing(return_.point or {}) == "paper" else return_.label_number}


def _handing(point: Mapping[str, Any]) -> str:
    """With what a parcel is dropped off at a point: a code, a code at a locker, or paper alone."""
    if "code" not in point.get("accepts", ("code",)):
        return "paper"
    return "locker" if point.get("kind") == "locker" else "code"


def _with_point(back: Back, point: Mapping[str, Any], t: Tongue, config: MailConfig) -> Back:
    """The return with the point that was chosen for it, in the words of the mail's language."""
    # The moment is of no account: a mail is read later, and says the usual week alone.
    chosen = chosen_point(point, directions_url=config.directions_url, now=utcnow(), locale=t.tag)
    return replace(
        back,
        point_name=chosen.name,
        point_address=chosen.address,
        point_hours=chosen.usual,
        point_directions=chosen.directions,
    )


def _statement(
    withdrawal: WithdrawalRecord, message: AnyMessage, rows: MessageRows, config: MailConfig
) -> MailStatement:
    """Anybody may type anything into the form: only to an address of the order is it repeated, and taken apart."""
    by_reader = bool(message.readdressed) or message.recipient in reach(withdrawal.receipt_to)
    # The receipt has to go out, but whoever stated it may have typed a stranger's address.
    law = withdrawal.shown.get("law")
    if not (withdrawal.own and by_reader):
        return MailStatement(withdrawal.ref, None, None, None, withdrawal.stated_at, by_reader, law)
    items = defused(withdrawal.items_text, MOST_ITEMS) if withdrawal.items_text else None
    return MailStatement(
        withdrawal.ref,
        defused(withdrawal.name, MOST),
        defused(withdrawal.order_text, MOST),
        items,
        withdrawal.stated_at,
        law=law,
        returns=tuple((ref, f"{config.public_url}/returns/{ref}") for ref in rows.withdrawn.get(withdrawal.id, ())),
    )
