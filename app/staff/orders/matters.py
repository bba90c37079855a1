"""What is the matter with an order, and what can be done about it now: the head of its page, worst first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.i18n.words import day, local_day, money, short_day
from app.notify.records import MessageRecord
from app.orders.document.notes import FOR_A_PERSON, note_of
from app.orders.records import OrderRecord
from app.returns.records import RefundElsewhereRecord, RefundRecord, ReturnRecord
from app.returns.states import HERE, GoodsState, ReturnAction
from app.returns.status.standing import ReturnStanding, Situation
from app.staff.messages.words import channel_words, kind_words, reason_words
from app.staff.orders.words import HOLDS, flag_words, is_doubtful
from app.staff.returns.page import may_send_back, possible
from app.staff.worklists.messages import failed
from app.staff.worklists.parcels import listed_acts
from app.staff.worklists.returns import days_left_words
from app.tracking.carrier_pages import carrier_title
from app.tracking.carriers.choosing import may_choose
from app.tracking.page.words import INCIDENTS, state_words
from app.tracking.records import ShipmentRecord
from app.tracking.states import ShipmentState

WORST = ("problem", "attention", "info")
# States in which somebody should know of a parcel, and how badly.
PARCELS = {
    ShipmentState.LOST: "problem",
    ShipmentState.DAMAGED: "problem",
    ShipmentState.RETURNED: "problem",
    ShipmentState.RETURN_TO_SENDER: "problem",
    ShipmentState.DELIVERY_FAILED: "attention",
    ShipmentState.ON_HOLD: "attention",
    ShipmentState.EXPIRED: "attention",
    ShipmentState.READY_FOR_PICKUP: "info",
}


@dataclass(frozen=True, slots=True)
class NextDeed:
    """A button that leads to a page that asks; ``key`` presses it."""

    label: str
    href: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that somebody should know of; ``tone`` is one of ``WORST``."""

    tone: str
    text: str
    deeds: Sequence[NextDeed] = ()


def matters(
    session: Session,
    order: OrderRecord,
    parcels: Sequence[ShipmentRecord],
    returns: Sequence[ReturnRecord],
    standings: Mapping[int, ReturnStanding],
    *,
    now: datetime,
) -> list[Matter]:
    """All of them, the worst first; each key once."""
    everything = [
        *_of_order(session, order),
        *(matter for parcel in parcels for matter in _of_parcel(session, order, parcel)),
        *(matter for return_ in returns for matter in _of_return(order, return_, standings[return_.id], now)),
        *_of_messages(session, order),
    ]
    ranked = sorted(everything, key=lambda matter: WORST.index(matter.tone))
    return _with_keys_once(ranked)


def _with_keys_once(ranked: Sequence[Matter]) -> list[Matter]:
    """Of two buttons with one key only the first has it: the other's would press the first."""
    taken: set[str] = set()
    result = []
    for matter in ranked:
        deeds = [NextDeed(deed.label, deed.href, "" if deed.key in taken else deed.key) for deed in matter.deeds]
        taken |= {deed.key for deed in deeds}
        result.append(Matter(matter.tone, matter.text, deeds))
    return result


def _of_order(session: Session, order: OrderRecord) -> Iterator[Matter]:
    if order.removed:
        yield Matter("attention", _("The shop removed this order: customers no longer see it."))
    if order.status == "on_hold":
        why = str(HOLDS.get(order.hold or "", order.hold or _("no reason given")))
        until = _("until %(day)s", day=day(order.hold_until)) if order.hold_until else ""
        yield Matter("attention", _("On hold: %(why)s.", why=" ".join(filter(None, (why, until)))))
    if any(note_of(document).kind in FOR_A_PERSON for document in order.notes):
        notes = url_for("console.order", ref=order.ref, _anchor="notes-title")
        yield Matter("attention", _("Its document needs a correction."), [NextDeed(_("Read the notes"), notes)])
    unsure = select(RefundElsewhereRecord).where(
        RefundElsewhereRecord.order_id == order.id, RefundElsewhereRecord.verdict == "unsure"
    )
    for refund in session.scalars(unsure):
        text = _(
            "The shop's system tells of a refund of %(amount)s (%(refund)s) that may be one of ours.",
            amount=money(refund.amount, refund.currency),
            refund=refund.external_id,
        )
        compare = url_for("console.order", ref=order.ref, _anchor="elsewhere")
        yield Matter("attention", text, [NextDeed(_("Compare refunds"), compare, "o")])


def _of_parcel(session: Session, order: OrderRecord, parcel: ShipmentRecord) -> Iterator[Matter]:
    name = parcel_name(parcel)
    state = ShipmentState(parcel.state)
    done = [NextDeed(act.label, act.href) for act in listed_acts(session, parcel)]
    if is_doubtful(parcel):
        text = _(
            "%(parcel)s: the scans may be another parcel's (%(odd)s). "
            "The customer hears of none until you confirm them.",
            parcel=name,
            odd=", ".join(flag_words(parcel.flags)),
        )
        confirm = url_for("order_actions.free", ref=order.ref, shipment_id=parcel.id)
        yield Matter("attention", text, [NextDeed(_("Confirm these scans"), confirm, "f")])
    if state in PARCELS:
        yield Matter(PARCELS[state], f"{name}: {_news(parcel, state)}.", done)
    elif parcel.late_since and not parcel.finished_at:
        promised = day(parcel.promise_until) if parcel.promise_until else ""
        late = _("%(parcel)s is late: promised for %(day)s.", parcel=name, day=promised)
        yield Matter("problem", late if promised else _("%(parcel)s is late.", parcel=name), done)
    if parcel.carrier is None and parcel.number and may_choose(parcel):
        text = _("%(parcel)s: nobody says who carries it.", parcel=name)
        choose = url_for("order_actions.carrier", ref=order.ref, shipment_id=parcel.id)
        yield Matter("attention", text, [NextDeed(_("Set the carrier"), choose)])


def parcel_name(parcel: ShipmentRecord) -> str:
    """«Correos Express PQ4…»: how a sentence names a parcel."""
    carrier = carrier_title(parcel.carrier) or _("Parcel")
    return f"{carrier} {parcel.number or ''}".strip()


def _news(parcel: ShipmentRecord, state: ShipmentState) -> str:
    """The state, with where it waits or what went wrong."""
    if state is ShipmentState.READY_FOR_PICKUP and parcel.pickup_point and parcel.pickup_point.get("name"):
        return _("ready to collect at %(place)s", place=parcel.pickup_point["name"])
    incident = next((entry.get("incident") for entry in parcel.timeline[::-1] if entry.get("incident")), None)
    words = state_words(state)
    return f"{words} ({_(INCIDENTS[incident])})" if incident in INCIDENTS else words


def _of_return(order: OrderRecord, return_: ReturnRecord, standing: ReturnStanding, now: datetime) -> Iterator[Matter]:
    name = _("Return %(ref)s", ref=return_.ref)
    yield from _of_collection(return_, name)
    if return_.decision in ("requested", "needs_review"):
        yield Matter("attention", _("%(what)s waits for a decision.", what=name), _decisions(return_))
    elif may_send_back(return_):
        send = url_for("return_money.sending_back", ref=return_.ref)
        text = _("%(what)s is rejected, and its items are here.", what=name)
        yield Matter("attention", text, [NextDeed(_("Send the items back"), send, "b")])
    elif return_.decision == "approved" and return_.goods in (GoodsState.AWAITING, GoodsState.IN_TRANSIT):
        receive = NextDeed(_("Receive"), url_for("warehouse.receive", ref=return_.ref), "w")
        yield Matter("info", _awaited(return_, standing, name), [receive])
    elif return_.goods in HERE and not return_.refunds:
        yield Matter("info", _("%(what)s is here.", what=name), [NextDeed(_("Open the return"), _page(return_))])
    for refund in return_.refunds:
        if refund.state == "due":
            yield _due(order, return_, refund, now)


def _of_collection(return_: ReturnRecord, name: str) -> Iterator[Matter]:
    """A booked one that nobody needs any more."""
    pickup = return_.pickup or {}
    if "called_off_at" in pickup and "cancelled_at" not in pickup:
        on, cancel = day(date.fromisoformat(pickup["on"])), url_for("collections.cancelled", ref=return_.ref)
        text = _("%(what)s: its collection on %(day)s is still booked with the carrier.", what=name, day=on)
        yield Matter("attention", text, [NextDeed(_("Collection cancelled"), cancel)])


def _awaited(return_: ReturnRecord, standing: ReturnStanding, name: str) -> str:
    """Where the goods of an approved return are that nobody has booked yet."""
    if standing.situation is Situation.HERE:
        return _("%(what)s has arrived, and nobody has booked it.", what=name)
    if standing.collected_on:
        return _("%(what)s is to be collected on %(day)s.", what=name, day=day(standing.collected_on))
    if return_.goods == GoodsState.AWAITING and return_.deadline:
        return _("%(what)s: the customer has until %(day)s to drop it off.", what=name, day=day(return_.deadline))
    return _("%(what)s is on its way.", what=name)


def _decisions(return_: ReturnRecord) -> list[NextDeed]:
    """Approve and reject, as far as either is possible."""
    names = {
        ReturnAction.APPROVE: ("approval", _("Approve"), "a"),
        ReturnAction.REJECT: ("rejection", _("Reject"), "d"),
    }
    allowed = [action for action in possible(return_) if action in names]
    made = (names[action] for action in allowed)
    deeds = [NextDeed(label, url_for("decisions.decide", ref=return_.ref, name=path), key) for path, label, key in made]
    return [*deeds, NextDeed(_("Open the return"), _page(return_))]


def _due(order: OrderRecord, return_: ReturnRecord, refund: RefundRecord, now: datetime) -> Matter:
    days = (refund.due_on - local_day(now, order.brand.time_zone)).days
    text = _(
        "Return %(ref)s: %(amount)s is due by %(day)s (%(left)s).",
        ref=return_.ref,
        amount=money(refund.amount, refund.currency),
        day=short_day(refund.due_on),
        left=days_left_words(days),
    )
    # Whether a second person approves first, and whether it may be paid already, stands on the return's page.
    return Matter("problem" if days < 0 else "attention", text, [NextDeed(_("Go to the refund"), _page(return_), "p")])


def _page(return_: ReturnRecord) -> str:
    return url_for("returning.page", ref=return_.ref)


def _of_messages(session: Session, order: OrderRecord) -> Iterator[Matter]:
    statement = (
        select(MessageRecord)
        .where(MessageRecord.order_id == order.id, MessageRecord.id.in_(failed()))
        .order_by(MessageRecord.id.desc())
    )
    for message in session.scalars(statement):
        text = _(
            "%(channel)s “%(what)s” was not sent: %(why)s.",
            channel=channel_words(message.channel),
            what=kind_words(message.kind),
            why=reason_words(message.reason),
        )
        again = url_for("messages.ask", public_id=message.public_id)
        deeds = [] if message.state == "created" else [NextDeed(_("Send it again"), again, "s")]
        yield Matter("attention", text, deeds)
