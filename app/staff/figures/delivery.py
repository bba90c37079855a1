"""The page of delivery: on time over time and by carrier, region and channel, and how long parcels took."""

from collections.abc import Callable, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.metrics import charts
from app.metrics.delivery import DeliveryRow, delivery
from app.metrics.period import FiguresQuestion, GroupBy, steps
from app.staff.figures.breakdown import ENOUGH, by_group, share_rows, time_rows
from app.staff.figures.page import Chart, Figure, FiguresPage, better, figure
from app.staff.figures.words import count, days, more, more_days, points, share, step_name, step_title, whole_share

NONE = (None, None, None)
# Of fewer, one parcel moves the share by more than twenty points: a day with one draws nought or all.
FEW = 5

Link = Callable[[GroupBy], str]


def delivery_page(session: Session, question: FiguresQuestion, by: GroupBy, link: Link) -> FiguresPage:
    """The figures of a question, its steps ``by`` day, week or month; ``link`` leads to a cut as a file."""
    now = _total(session, question)
    if now is None:
        return FiguresPage((), ())
    over = delivery(session, question.cut(by))
    drawn = [_on_time(now, over, question, by, link), _how_long(now, over, question, by, link)]
    for cut, name, title in (
        (GroupBy.CARRIER, "carriers", _("On time by carrier")),
        (GroupBy.REGION, "regions", _("On time by region")),
        (GroupBy.CHANNEL, "channels", _("On time by sales channel")),
    ):
        drawn.append(by_group(delivery(session, question.cut(cut)), cut, name, title, link(cut)))
    return FiguresPage(tuple(_figures(now, _total(session, question.before()))), tuple(drawn))


def _total(session: Session, question: FiguresQuestion) -> DeliveryRow | None:
    rows = delivery(session, question.cut(GroupBy.NONE))
    return rows[0] if rows else None


def _figures(now: DeliveryRow, then: DeliveryRow | None) -> list[Figure]:
    middle, middle_then = now.order_to_door[1], then.order_to_door[1] if then else None
    nine, nine_then = now.order_to_door[2], then.order_to_door[2] if then else None
    on_time, first = then.on_time_share if then else None, then.first_attempt_share if then else None
    return [
        figure(_("Parcels delivered"), count(now.delivered), more(now.delivered, then.delivered) if then else None),
        figure(_("On time"), share(now.on_time_share), points(now.on_time_share, on_time),
               better=better(now.on_time_share, on_time)),
        figure(_("First attempt on time"), share(now.first_attempt_share), points(now.first_attempt_share, first),
               better=better(now.first_attempt_share, first)),
        # Turned round: fewer days are better.
        figure(_("Half arrive within"), days(middle), more_days(middle, middle_then),
               better=better(middle_then, middle)),
        figure(_("Nine in ten within"), days(nine), more_days(nine, nine_then), better=better(nine_then, nine)),
    ]  # fmt: skip


def _on_time(
    now: DeliveryRow, over: Sequence[DeliveryRow], question: FiguresQuestion, by: GroupBy, link: Link
) -> Chart:
    at, rows_by_step = steps(question, by), {row.group: row for row in over}
    values = [rows_by_step[key].on_time_share if key in rows_by_step else None for key in at]
    few = [key in rows_by_step and rows_by_step[key].promised < FEW for key in at]
    return Chart(
        "on-time",
        _("On time"),
        _on_time_sentence(now, over, lambda key: step_title(at[key], by)),
        charts.shares([step_name(day, by) for day in at.values()], values, say=whole_share, few=few),
        _(
            "The share of parcels with a promised day that came on that day or earlier, by the calendar of the place "
            "of delivery. The promise is the one made at purchase."
        ),
        share_rows(over, lambda key: step_title(at[key], by)),
        link(by),
    )


def _on_time_sentence(now: DeliveryRow, over: Sequence[DeliveryRow], name: Callable[[str], str]) -> str:
    sentences = [
        ngettext(
            "Of %(count)s parcel with a promised day, %(share)s came on time.",
            "Of %(count)s parcels with a promised day, %(share)s came on time.",
            now.promised, share=share(now.on_time_share), count=count(now.promised),
        )
    ]  # fmt: skip
    rates = [(row.on_time_share, row.group) for row in over if row.promised >= ENOUGH and row.on_time_share is not None]
    # Where all are equal there is no lowest.
    if len(rates) > 1 and min(rates)[0] < max(rates)[0]:
        sentences.append(_("Lowest: %(name)s, %(share)s.", name=name(min(rates)[1]), share=share(min(rates)[0])))
    few = sum(0 < row.promised < FEW for row in over)
    if few:
        sentences.append(
            ngettext("%(num)s hollow dot stands for fewer than %(few)s parcels: its share says little.",
                     "%(num)s hollow dots stand for fewer than %(few)s parcels each: their shares say little.",
                     few, few=FEW)
        )  # fmt: skip
    without = now.delivered - now.promised
    if without:
        sentences.append(
            ngettext("%(count)s parcel had no promised day and is not in the shares.",
                     "%(count)s parcels had no promised day and are not in the shares.", without, count=count(without))
        )  # fmt: skip
    return " ".join(sentences)


def _how_long(
    now: DeliveryRow, over: Sequence[DeliveryRow], question: FiguresQuestion, by: GroupBy, link: Link
) -> Chart:
    at, rows_by_step = steps(question, by), {row.group: row for row in over}
    values = [rows_by_step[key].order_to_door if key in rows_by_step else NONE for key in at]
    sentence = _("Half of the parcels arrive within %(half)s of the order, nine in ten within %(nine)s.",
             half=days(now.order_to_door[1]), nine=days(now.order_to_door[2]))  # fmt: skip
    if now.odd:
        sentence += " " + ngettext(
            "%(count)s parcel has dates that contradict each other; what contradicts is in no duration.",
            "%(count)s parcels have dates that contradict each other; what contradicts is in no duration.",
            now.odd, count=count(now.odd),
        )  # fmt: skip
    return Chart(
        "how-long",
        _("Days from order to door"),
        sentence,
        charts.spans([step_name(day, by) for day in at.values()], values, say=days, tick=count),
        _(
            "Time from the purchase to the delivery, in days of 24 hours. The dot is the middle parcel of the "
            "interval; the line reaches from the quickest tenth to the slowest tenth."
        ),
        time_rows(over, lambda key: step_title(at[key], by)),
        link(by),
    )
