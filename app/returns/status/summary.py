"""Where a return stands, as its page and the order page say it: one title, one sentence on what happens next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.i18n.words import day, local_day, money, short_day
from app.returns.queries import ReturnView, refunded_at, returns_of
from app.returns.records import ReturnRecord
from app.returns.refunds.reckoning import arrived, refund_by, standing_refunds
from app.returns.states import HERE, Decision, GoodsState
from app.returns.status.stops import stops
from app.returns.withdrawal.period import add_working_days

REVIEW_DAYS = 2
"""Working days within which a person answers, as the customer is told when asking."""


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


def status_summary(view: ReturnView) -> StatusSummary:
    """The state in plain words with what comes next and when."""
    if view.return_.decision != Decision.APPROVED:
        return _DECISIONS[view.return_.decision](view)
    if standing_refunds(view.return_.refunds):
        return _money(view)
    return _nothing(view) if view.return_.goods == GoodsState.INSPECTED else _goods(view)


def trail(view: ReturnView) -> list[SummaryStop]:
    """The five stops in words."""
    collected = _("Collected from you") if view.return_.method == "pickup" else _("Handed over")
    labels = {
        "handed_over": collected,
        "on_its_way": _("On its way"),
        "received": _("Received by us"),
        "checked": _("Checked"),
        "refunded": _("Refunded"),
    }
    zone = view.order.brand.time_zone
    return [
        SummaryStop(labels[stop.key], short_day(stop.at, zone=zone) if stop.at else "", stop.state)
        for stop in stops(view.journey)
    ]


def badge(return_: ReturnRecord) -> tuple[str, str]:
    """(kind, text) for lists."""
    if return_.goods == GoodsState.SENT_BACK:
        return "plain", _("Sent back to you")
    if return_.decision != Decision.APPROVED:
        return {
            Decision.REJECTED: ("problem", _("Not accepted")),
            Decision.CANCELLED: ("plain", _("Cancelled")),
            Decision.EXPIRED: ("plain", _("Expired")),
        }.get(Decision(return_.decision), ("attention", _("We are taking a look")))
    if refunded_at(return_):
        return "done", _("Refunded")
    return {
        GoodsState.AWAITING: ("info", _("Waiting for you to hand it over")),
        GoodsState.IN_TRANSIT: ("info", _("On its way")),
        GoodsState.PARTLY_RECEIVED: ("info", _("Partly received")),
    }.get(GoodsState(return_.goods), ("info", _("Received by us")))


def refund_expected(view: ReturnView) -> date:
    """The working day by which the money is sent back, as mails say it, too."""
    return refund_by(view.order, view.return_, delivered_at=view.journey.parcel_delivered_at)


def _review(view: ReturnView) -> StatusSummary:
    return_, country = view.return_, (view.order.ship_to or {}).get("country")
    since = return_.received_at or return_.requested_at
    until = day(add_working_days(_day(view, since), REVIEW_DAYS, country))
    if return_.goods == GoodsState.AWAITING:
        why = _("You hear from us by %(day)s. Please keep the items until then.", day=until)
    elif return_.goods == GoodsState.IN_TRANSIT:
        why = _("Your parcel is on its way to us. We decide once it is here, and write to you.")
    elif return_.lines and not arrived(return_):
        why = _("Your parcel is here, but what you announced was not inside. You hear from us by %(day)s.", day=until)
    else:
        why = _("Your parcel is here. You hear from us by %(day)s.", day=until)
    return StatusSummary(_("We are looking at your return"), why, "attention")


def _rejected(view: ReturnView) -> StatusSummary:
    reason = view.return_.decision_reason or _("Please write to us if you have questions.")
    if view.return_.goods == GoodsState.SENT_BACK:
        return StatusSummary(_("We have sent your items back to you"), reason, "problem")
    if view.return_.goods in HERE:
        reason = _("%(reason)s We send the items back to you.", reason=reason)
    return StatusSummary(_("We cannot accept this return"), reason, "problem")


def _nothing(view: ReturnView) -> StatusSummary:
    """Everything is looked at, and no money follows: a person said so, or nothing that was announced came."""
    changes = view.return_.adjustments
    why = changes[-1]["reason"] if changes else _("What you announced was not in the parcel that reached us.")
    return StatusSummary(_("There is nothing to refund"), why)


def _cancelled(view: ReturnView) -> StatusSummary:
    at = view.return_.cancelled_at or view.return_.changed_at
    return StatusSummary(
        _("This return was cancelled"), _("On %(day)s. The label is no longer valid.", day=day(_day(view, at)))
    )


def _expired(view: ReturnView) -> StatusSummary:
    until = view.return_.deadline or _day(view, view.return_.changed_at)
    return StatusSummary(
        _("This return has expired"),
        _("The parcel was not handed over by %(day)s. You can start again from the order.", day=day(until)),
    )


_DECISIONS: dict[str, Callable[[ReturnView], StatusSummary]] = {
    Decision.REQUESTED: _review,
    Decision.NEEDS_REVIEW: _review,
    Decision.REJECTED: _rejected,
    Decision.CANCELLED: _cancelled,
    Decision.EXPIRED: _expired,
}


def _money(view: ReturnView) -> StatusSummary:
    refunds, currency = standing_refunds(view.return_.refunds), view.return_.currency
    paid_at = refunded_at(view.return_)
    if paid_at:
        amount = money(sum(refund.amount for refund in refunds), currency)
        # The bank's own days come on top of ours: five, so that a weekend fits in.
        shown = _day(view, paid_at) + timedelta(days=5)
        why = _("Sent on %(day)s, the way you paid. Your bank shows it by %(shown)s at the latest.",
                day=day(_day(view, paid_at)), shown=day(shown))  # fmt: skip
        return StatusSummary(_("%(amount)s refunded", amount=amount), why, "done")
    owed = [refund for refund in refunds if refund.state == "due"]
    amount = money(sum(refund.amount for refund in owed), currency)
    until = refund_expected(view)
    why = _("We send the money by %(day)s, the way you paid.", day=day(until))
    return StatusSummary(_("%(amount)s is coming back to you", amount=amount), why, "done")


def _goods(view: ReturnView) -> StatusSummary:
    return_, until = view.return_, day(refund_expected(view))
    if return_.goods == GoodsState.PARTLY_RECEIVED:
        return StatusSummary(_("Part of your return has arrived"), _("We refund what has come by %(day)s.", day=until))
    if return_.goods in (GoodsState.RECEIVED, GoodsState.INSPECTED) or view.journey.parcel_delivered_at:
        return StatusSummary(_("Your return has arrived"), _("We check it and send the money by %(day)s.", day=until))
    if return_.goods == GoodsState.IN_TRANSIT:
        return StatusSummary(_("Your return is on its way"), _("We expect to send your money by %(day)s.", day=until))
    if return_.pickup:
        on = day(date.fromisoformat(return_.pickup["on"]))
        return StatusSummary(_("We collect it on %(day)s", day=on), _("Your money is sent by %(day)s.", day=until))
    deadline = return_.deadline or _day(view, return_.requested_at)
    return StatusSummary(
        _("Hand it over by %(day)s", day=day(deadline)),
        _(
            "If you do so on %(handed)s, we send your money by %(day)s.",
            handed=day(date.fromisoformat(return_.quote["handed_on"])),
            day=until,
        ),
    )


def _day(view: ReturnView, moment: datetime) -> date:
    return local_day(moment, view.order.brand.time_zone)


# Most orders have none, and their page is a hot path.
_ANY = text("select exists (select from return where order_id = :order_id)")
_ZONE = text('select b.time_zone from brand b join "order" o on o.brand_key = b.key where o.id = :order_id')


def order_panel(session: Session, order_id: int, tier: int) -> Markup:
    """A card with the order's returns; empty when there are none. Shows nothing that needs tier 2."""
    if not session.connection().scalar(_ANY, {"order_id": order_id}):
        return Markup("")
    returns = returns_of(session, order_id)
    rows = [(return_, badge(return_), sum(line.quantity for line in return_.lines)) for return_ in returns]
    zone = session.connection().scalar(_ZONE, {"order_id": order_id})
    page = render_template("returns/_panel.html", rows=rows, tier=tier, zone=zone)
    return Markup(page)  # noqa: S704 (made by our template)
