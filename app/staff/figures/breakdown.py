"""Delivery by carrier, region or channel: a bar a group, and the tables behind all charts of delivery."""

from collections.abc import Callable, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from app.metrics import charts
from app.metrics.delivery import DeliveryRow
from app.metrics.period import GroupBy
from app.staff.figures.page import Chart, Rows, table
from app.staff.figures.words import carriers_apart, count, days, group_words, region_words, share

# Of fewer, one parcel moves the share by more than three points.
ENOUGH = 30
"""Parcels that a group needs before a sentence says that it is better or worse than another."""
# More do not fit a screen; the table has them all.
MOST_BARS = 12

Say = Callable[[str], str]


def by_group(rows: Sequence[DeliveryRow], by: GroupBy, name: str, title: str, csv: str) -> Chart:
    """On time by group, the largest first; the smallest of many are in the table only."""
    largest = sorted(rows, key=lambda row: (-row.delivered, row.group))
    say = _naming(rows, by)
    drawn = [(say(row.group), _share_of(row), _parts(row)) for row in largest[:MOST_BARS]]
    return Chart(
        name,
        title,
        _sentence(rows, say, hidden=len(rows) - len(drawn)),
        charts.bars(drawn, whole=1.0),
        _("The share on time as above, then the number of parcels it is a share of; the largest groups first."),
        share_rows(largest, say),
        csv,
        ((1, _("On time")), (3, _("Late"))),
    )


def share_rows(rows: Sequence[DeliveryRow], say: Say) -> Rows:
    """How many parcels, and how many on time by each measure."""
    columns = (
        _("Group"),
        _("Parcels delivered"),
        _("With a promised date"),
        _("On time"),
        _("First attempt on time"),
        _("Before the promised day"),
    )
    return table(columns, (_shares(row, say) for row in rows))


def time_rows(rows: Sequence[DeliveryRow], say: Say) -> Rows:
    """How many parcels, and how long they took."""
    columns = (
        _("Group"),
        _("Parcels delivered"),
        _("One in ten within"),
        _("Half within"),
        _("Nine in ten within"),
        _("Half within, from the carrier"),
    )
    return table(columns, (_times(row, say) for row in rows))


def _naming(rows: Sequence[DeliveryRow], by: GroupBy) -> Say:
    """Regions of a single country need not repeat it."""
    countries = {row.group.partition(" ")[0] for row in rows}
    if by is GroupBy.REGION and len(countries) == 1:
        return lambda key: key.partition(" ")[2] or region_words(key)
    if by is GroupBy.CARRIER:
        apart = carriers_apart(row.group for row in rows)
        return lambda key: apart.get(key, key)
    return group_words(by)


def _shares(row: DeliveryRow, say: Say) -> tuple[str, ...]:
    numbers = (count(row.delivered), count(row.promised))
    return (
        say(row.group),
        *numbers,
        share(row.on_time_share),
        share(row.first_attempt_share),
        share(row.to_the_instant_share),
    )


def _times(row: DeliveryRow, say: Say) -> tuple[str, ...]:
    return (say(row.group), count(row.delivered), *map(days, row.order_to_door), days(row.carrier_to_door[1]))


def _share_of(row: DeliveryRow) -> str:
    """«94.1% of 120 parcels»; only the number where none of them had a promised day."""
    whole = ngettext("%(count)s parcel", "%(count)s parcels", row.promised, count=count(row.promised))
    if row.on_time_share is None:
        return whole
    return _("%(share)s of %(whole)s", share=share(row.on_time_share), whole=whole)


def _parts(row: DeliveryRow) -> list[float]:
    """On time, nothing, late: tones one and three."""
    on_time = row.on_time_share
    return [] if on_time is None else [on_time, 0.0, 1 - on_time]


def _sentence(rows: Sequence[DeliveryRow], say: Say, *, hidden: int) -> str:
    ranked = sorted((row.on_time_share or 0.0, say(row.group)) for row in rows if row.promised >= ENOUGH)
    if len(ranked) > 1:
        (least, worst), (most, best) = ranked[0], ranked[-1]
        sentence = _(
            "Most often on time: %(best)s, %(most)s. Least often: %(worst)s, %(least)s.",
            best=best,
            most=share(most),
            worst=worst,
            least=share(least),
        )
    elif len(rows) == 1:
        sentence = _("There is one group only: %(name)s.", name=say(rows[0].group))
    else:
        sentence = _("Too few parcels to compare: a group needs %(count)s.", count=ENOUGH)
    if hidden > 0:
        sentence += " " + ngettext(
            "%(num)s smaller group is only in the table.", "%(num)s smaller groups are only in the table.", hidden
        )
    return sentence
