"""The page of returns: how much comes back, why, and which products."""

from collections.abc import Callable, Iterable, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.core.i18n.words import money
from app.metrics import charts
from app.metrics.period import FiguresQuestion, GroupBy, steps
from app.metrics.returns import ProductRow, ReturnRow, cohort, products, returns
from app.returns.policy.reasons import ReasonList
from app.returns.policy.stored.reason_list import every_list
from app.returns.words import reason_words
from app.staff.figures.page import Chart, Figure, FiguresPage, better, figure, table
from app.staff.figures.words import count, more, points, share, step_name, step_title

Link = Callable[[GroupBy], str]


def returns_page(
    session: Session, question: FiguresQuestion, by: GroupBy, link: Link, products_link: str, *, zone: str
) -> FiguresPage:
    """The figures of a question, its steps ``by`` day, week or month."""
    now = returns(session, question.cut(GroupBy.NONE), zone=zone)
    back = products(session, question, zone=zone)
    if not now and not back:
        return FiguresPage((), ())
    drawn = []
    if now:
        reasons = _by_key(returns(session, question.cut(GroupBy.REASON), zone=zone))
        over = _by_key(returns(session, question.cut(by), zone=zone))
        drawn = [_reasons(reasons, link, every_list(session)), _over_time(over, question, by, link)]
    if back:
        drawn.append(_products(back, products_link))
    return FiguresPage(tuple(_figures(session, question, now, zone=zone)), tuple(drawn))


def _figures(session: Session, question: FiguresQuestion, now: Sequence[ReturnRow], *, zone: str) -> list[Figure]:
    then = returns(session, question.before().cut(GroupBy.NONE), zone=zone)
    rate, rate_then = _rate(session, question, zone=zone), _rate(session, question.before(), zone=zone)
    many, many_then = _units(now), _units(then)
    figures = [
        figure(_("Returns"), count(sum(row.returns for row in now)),
               more(sum(row.returns for row in now), sum(row.returns for row in then))),
        figure(_("Units"), count(many), more(many, many_then)),
        figure(_("Return rate"), share(rate), points(rate, rate_then), better=better(rate_then, rate)),
        figure(_("Units already received"), count(sum(row.received for row in now))),
    ]  # fmt: skip
    # A figure for each currency: amounts of different ones have no sum.
    return figures + [figure(_("Quoted to customers"), money(row.quoted, row.currency)) for row in now]


def _rate(session: Session, question: FiguresQuestion, *, zone: str) -> float | None:
    sold, gone = cohort(session, question, zone=zone)
    return gone / sold if sold else None


def _units(rows: Iterable[ReturnRow]) -> int:
    return sum(row.units for row in rows)


def _by_key(rows: Sequence[ReturnRow]) -> dict[str, tuple[int, int, int]]:
    """Units, returns and units received by group, whatever the currency."""
    groups: dict[str, tuple[int, int, int]] = {}
    for row in rows:
        units, many, received = groups.get(row.group, (0, 0, 0))
        groups[row.group] = (units + row.units, many + row.returns, received + row.received)
    return groups


def _reasons(groups: dict[str, tuple[int, int, int]], link: Link, lists: Sequence[ReasonList]) -> Chart:
    all_units = sum(units for units, _many, _received in groups.values())

    def say(key: str) -> str:
        return reason_words(key, *lists).rstrip(".")

    largest = sorted(groups.items(), key=lambda item: (-item[1][0], item[0]))
    name, (most, _many, _received) = largest[0]
    return Chart(
        "reasons",
        _("Why things come back"),
        _("Named most often: %(reason)s, %(share)s of the units.", reason=say(name), share=share(most / all_units)),
        charts.bars(
            [(say(key), f"{count(units[0])} · {share(units[0] / all_units)}", [units[0]]) for key, units in largest]
        ),
        _(
            "Units in returns asked for in the period, by the reason that the customer chose. Returns that were "
            "rejected, cancelled or never sent are left out."
        ),
        table(
            (_("Reason"), _("Units"), _("Returns"), _("Units received")),
            ((say(key), *(count(number) for number in numbers)) for key, numbers in largest),
        ),
        link(GroupBy.REASON),
    )


def _over_time(groups: dict[str, tuple[int, int, int]], question: FiguresQuestion, by: GroupBy, link: Link) -> Chart:
    at = steps(question, by)
    # The later step of equal ones, so that the sentence does not change from call to call.
    most = max(groups, key=lambda key: (groups[key][0], key))
    return Chart(
        "over-time",
        _("Units over time"),
        _("Most in one step: %(name)s, %(count)s.", name=step_title(at[most], by), count=count(groups[most][0])),
        charts.counts(
            [step_name(day, by) for day in at.values()], [float(groups.get(key, (0,))[0]) for key in at], say=count
        ),
        _("Units in returns by the day on which the return was asked for, in the shop's calendar."),
        table(
            (_("Step"), _("Units"), _("Returns"), _("Units received")),
            ((step_title(at[key], by), *(count(number) for number in groups[key])) for key in at if key in groups),
        ),
        link(by),
    )


def _products(rows: Sequence[ProductRow], csv: str) -> Chart:
    first = rows[0]
    return Chart(
        "products",
        _("Which products come back"),
        ngettext(
            "%(title)s has the highest rate: of %(sold)s unit sold, %(returned)s came back.",
            "%(title)s has the highest rate: of %(sold)s units sold, %(returned)s came back.",
            first.sold, title=first.title, sold=count(first.sold), returned=count(first.returned),
        ),
        charts.bars([(row.title, f"{share(row.rate)} · {count(row.sold)}", [row.rate]) for row in rows], whole=None),
        _(
            "Of the units sold in orders placed in the period, the share that was sent back, whenever that was, and "
            "the units sold. Cancelled orders are left out. A rate of few units says little."
        ),
        table(
            (_("Product"), _("SKU"), _("Sold"), _("Sent back"), _("Rate")),
            ((row.title, row.sku, count(row.sold), count(row.returned), share(row.rate)) for row in rows),
        ),
        csv,
    )  # fmt: skip
