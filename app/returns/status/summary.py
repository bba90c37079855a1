"""Where a return stands, in words: one title, one sentence on what happens next, a badge; pages and console."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import pgettext

from app.core.i18n.words import amount, day, money, short_day
from app.orders.records import OrderLineRecord
from app.returns.queries import ReturnView
from app.returns.refunds.destination import goes_to
from app.returns.states import HERE, GoodsState
from app.returns.status.standing import ReturnStanding, Situation
from app.returns.status.stops import CONTEXT, ReturnStage, stage_name


@dataclass(frozen=True, slots=True)
class StatusSummary:
    """The answer; ``kind`` is a notice's kind for badges."""

    title: str
    why: str
    kind: str = "info"


@dataclass(frozen=True, slots=True)
class SummaryStop:
    """A stop in words, for the trail macro."""

    label: str
    when: str
    state: str


def status_summary(view: ReturnView, standing: ReturnStanding) -> StatusSummary:
    """The state in plain words with what comes next and when."""
    return _SUMMARIES[standing.situation](view, standing)


def trail(view: ReturnView, standing: ReturnStanding) -> list[SummaryStop]:
    """The stages in words."""
    zone = view.order.brand.time_zone
    return [
        SummaryStop(
            stage_words(stop.stage, standing), short_day(stop.at, zone=zone) if stop.at else "", stop.state
        )
        for stop in standing.stops
    ]  # fmt: skip


def stage_words(stage: ReturnStage, standing: ReturnStanding) -> str:
    """A stage as it is called."""
    return str(pgettext(CONTEXT, stage_name(stage, collected=standing.collected)))


def badge(standing: ReturnStanding) -> tuple[str, str]:
    """(kind, text) for lists."""
    kind = {
        Situation.IN_REVIEW: "attention",
        Situation.REJECTED: "problem",
        Situation.REFUNDED: "done",
    }.get(standing.situation)
    ended = {
        Situation.IN_REVIEW: _("In review"),
        Situation.REJECTED: _("Not accepted"),
        Situation.SENT_BACK: pgettext("stage of a return", "Sent back"),
        Situation.CANCELLED: pgettext("stage of a return", "Cancelled"),
        Situation.EXPIRED: pgettext("stage of a return", "Expired"),
        Situation.NOTHING: _("No refund"),
    }.get(standing.situation)
    if ended:
        return kind or "plain", ended
    waiting = {
        Situation.TO_DROP_OFF: _("To drop off"),
        Situation.TO_COLLECT: _("To be collected"),
        Situation.PARTLY_HERE: _("Partly received") if standing.arrived else None,
    }.get(standing.situation)
    return kind or "info", waiting or stage_words(standing.stage, standing)


def pieces(lines: Mapping[int, OrderLineRecord], units: Mapping[int, int] | None) -> str:
    """«2 × Camiseta, 1 × Taza»; a measure stands as it was ordered, and is never counted as pieces."""
    counted = [(lines[line_id], count) for line_id, count in (units or {}).items() if line_id in lines]
    return ", ".join(f"{amount(count, line.measure_of(count))} × {line.title}" for line, count in counted)


def _review(view: ReturnView, standing: ReturnStanding) -> StatusSummary:
    until, goods = _said(standing.answer_by), view.return_.goods
    withdrawn = view.return_.initiated_by == "withdrawal"
    title = _("We have your withdrawal") if withdrawn else _("We're reviewing your return")
    if goods == GoodsState.AWAITING and withdrawn:
        # A right needs nobody's leave: what is looked at is which items are meant, and how they come back.
        why = _(
            "By %(day)s we'll write to tell you how to send the items back. Please keep them until then.", day=until
        )
    elif goods == GoodsState.AWAITING:
        why = _("You'll hear from us by %(day)s. Please keep the items until then.", day=until)
    elif goods == GoodsState.IN_TRANSIT:
        why = _("Your parcel is on its way to us. We'll decide once it's here and write to you.")
    elif view.return_.lines and not standing.arrived:
        why = _(
            "Your parcel is here, but the items of your return weren't inside. You'll hear from us by %(day)s.",
            day=until,
        )
    else:
        why = _("Your parcel is here. You'll hear from us by %(day)s.", day=until)
    return StatusSummary(title, why, "attention")


def _rejected(view: ReturnView, _standing: ReturnStanding) -> StatusSummary:
    reason = view.return_.decision_reason or _("Write to us and we'll explain why.")
    if view.return_.goods in HERE:
        reason = " ".join((reason, _("We'll send the items back to you.")))
    return StatusSummary(_("We can't accept this return"), reason, "problem")


def _sent_back(view: ReturnView, _standing: ReturnStanding) -> StatusSummary:
    reason = view.return_.decision_reason or _("Write to us and we'll explain why.")
    return StatusSummary(_("We have sent your items back to you"), reason, "problem")


def _nothing(view: ReturnView, standing: ReturnStanding) -> StatusSummary:
    """Everything is looked at, and no money follows: a person said so, or nothing came, or nothing is left to pay."""
    changes = view.return_.adjustments
    if view.return_.cap == 0 or (not changes and standing.arrived):
        why = _("No money is left to refund for these items.")
    else:
        why = changes[-1]["reason"] if changes else _("The items of your return weren't in the parcel that reached us.")
    return StatusSummary(_("There is nothing to refund"), why)


def _cancelled(view: ReturnView, _standing: ReturnStanding) -> StatusSummary:
    at = view.return_.cancelled_at or view.return_.changed_at
    on = day(at, zone=view.order.brand.time_zone)
    return StatusSummary(_("This return was cancelled"), _("On %(day)s. The label is no longer valid.", day=on))


def _expired(view: ReturnView, _standing: ReturnStanding) -> StatusSummary:
    until = day(view.return_.deadline or view.return_.changed_at, zone=view.order.brand.time_zone)
    why = _("We had no news of the parcel by %(day)s. You can start another return from your order.", day=until)
    return StatusSummary(_("This return has expired"), why)


def _refunded(view: ReturnView, standing: ReturnStanding) -> StatusSummary:
    title = _("%(amount)s refunded", amount=money(standing.sent, view.return_.currency))
    on, to_where = _said(standing.refunded_on), goes_to(view.order)
    sent = _("We sent it on %(day)s %(to_where)s.", day=on, to_where=to_where)
    return StatusSummary(title, f"{sent} {bank_words()}{_missing(view, standing)}", "done")


def bank_words() -> str:
    """How long the money may be under way, the same everywhere."""
    return str(_("Your bank may take up to 5 working days to show it."))


def _owed(view: ReturnView, standing: ReturnStanding) -> StatusSummary:
    amount_words = money(standing.owed, view.return_.currency)
    by, to_where = _said(standing.refund_by), goes_to(view.order)
    why = _("We'll refund you by %(day)s, %(to_where)s.", day=by, to_where=to_where)
    return StatusSummary(
        _("We're refunding you %(amount)s", amount=amount_words),
        f"{why}{_sent(view, standing)}{_missing(view, standing)}",
        "done",
    )


def _part(view: ReturnView, standing: ReturnStanding) -> StatusSummary:
    """Exactly what came, what follows for it, and what is still to come."""
    if not standing.arrived:
        why = _("The items of your return weren't in it.")
        awaited = pieces(view.lines, standing.awaited)
        return StatusSummary(_("A parcel of yours is here"), f"{why} {_('Still to come: %(items)s.', items=awaited)}")
    owed = money(standing.owed, view.return_.currency)
    sentences = [_("Arrived: %(items)s.", items=pieces(view.lines, standing.arrived))] if standing.arrived else []
    if standing.owed:
        by = _said(standing.refund_by)
        sentences.append(_("By %(day)s we'll refund %(amount)s for it.", amount=owed, day=by))
    if standing.awaited:
        sentences.append(_("Still to come: %(items)s.", items=pieces(view.lines, standing.awaited)))
    why = " ".join(sentences) + _sent(view, standing) + _missing(view, standing)
    return StatusSummary(_("Part of your return has arrived"), why)


def _here(_view: ReturnView, standing: ReturnStanding) -> StatusSummary:
    why = _("We'll check it and refund you by %(day)s.", day=_said(standing.refund_by))
    return StatusSummary(_("Your return has arrived"), why)


def _on_its_way(_view: ReturnView, standing: ReturnStanding) -> StatusSummary:
    why = _("We expect to refund you by %(day)s.", day=_said(standing.refund_by))
    return StatusSummary(_("Your return is on its way"), why)


def _to_collect(view: ReturnView, standing: ReturnStanding) -> StatusSummary:
    on, until = standing.collected_on, _said(standing.refund_by)
    if standing.not_collected is not None:
        why = standing.not_collected + " " + _("Write to us, and we'll find another way.")
        return StatusSummary(_("We can't collect it"), why, "attention")
    if not standing.is_booked:
        why = _("We'll confirm it by e-mail. Have the parcel ready with its label on.")
        return StatusSummary(_("You asked for a collection on %(day)s", day=_said(on)), why)
    if standing.nobody_came:
        why = _("Has nobody come? Write to us.")
        return StatusSummary(_("Collection was planned for %(day)s", day=_said(on)), why, "attention")
    note = (view.return_.pickup or {}).get("note") or ""
    why = _("Have the parcel ready with its label on. We'll refund you by %(day)s.", day=until)
    return StatusSummary(_("Collection on %(day)s", day=_said(on)), f"{note} {why}".strip())


def _to_drop_off(view: ReturnView, standing: ReturnStanding) -> StatusSummary:
    deadline = standing.deadline or view.return_.requested_at
    return StatusSummary(
        _("Drop it off by %(day)s", day=day(deadline, zone=view.order.brand.time_zone)),
        _(
            "If you drop it off on %(handed)s, we'll refund you by %(day)s.",
            handed=_said(standing.handed_on),
            day=_said(standing.refund_by),
        ),
    )


def _sent(view: ReturnView, standing: ReturnStanding) -> str:
    """What is paid already, after the sentence on what follows."""
    if not standing.sent:
        return ""
    return " " + _("We have refunded you %(amount)s so far.", amount=money(standing.sent, view.return_.currency))


def _missing(view: ReturnView, standing: ReturnStanding) -> str:
    if not standing.lacking:
        return ""
    return " " + _("This wasn't in the parcel: %(items)s.", items=pieces(view.lines, standing.lacking))


def _said(when: date | None) -> str:
    return day(when) if when else "–"


_SUMMARIES: dict[Situation, Callable[[ReturnView, ReturnStanding], StatusSummary]] = {
    Situation.IN_REVIEW: _review,
    Situation.REJECTED: _rejected,
    Situation.SENT_BACK: _sent_back,
    Situation.CANCELLED: _cancelled,
    Situation.EXPIRED: _expired,
    Situation.NOTHING: _nothing,
    Situation.REFUNDED: _refunded,
    Situation.OWED: _owed,
    Situation.PARTLY_HERE: _part,
    Situation.HERE: _here,
    Situation.ON_ITS_WAY: _on_its_way,
    Situation.TO_COLLECT: _to_collect,
    Situation.TO_DROP_OFF: _to_drop_off,
}
