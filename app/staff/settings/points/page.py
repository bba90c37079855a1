"""Drop-off points in words: networks and what they lack, postcodes, files that were sent, the shop's own points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.core.hours.words import week_words
from app.core.i18n.words import country_name, moment, number, percent, short_day
from app.returns.points.chosen import kind_words
from app.returns.points.keeping.networks import NetworkState, PostcodeState, coverage
from app.returns.points.keeping.own import TypedPoint
from app.returns.points.keeping.uploads import Upload
from app.returns.points.ports import Accepts, PointKind
from app.staff.words import who
from app.tracking.carrier_pages import distinct_carrier_title

ACCEPTS = {
    Accepts.LABEL: _l("a parcel with its label on it"),
    Accepts.CODE: _l("a parcel with a code, without a label"),
    Accepts.UNPACKED: _l("goods that are not even packed"),
}
# A fault of a field in words that help; what the reader of lists says of it is for whoever writes lists.
FAULTS = {
    "network": _l("Write the carrier's name with letters and digits."),
    "name": _l("Write what the place is called."),
    "line1": _l("Write street and number."),
    "postcode": _l("Write the postcode: addresses in this country have one."),
    "city": _l("Write the town."),
    "country": _l("Choose a country."),
    "latitude": _l("Write degrees that lie in the country, such as 40.4168, or leave both empty."),
    "longitude": _l("Write degrees, such as -3.7038, or leave both empty."),
    "opening_hours": _l("Write the hours as in Mo-Fr 09:00-14:00,17:00-20:00; Sa 10:00-14:00."),
    "closed": _l("Write days such as 2026-12-24, at most 60, and the hours of the other days."),
    "accepts": _l("Choose what it takes."),
    "kind": _l("Choose what it is."),
}


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """One network in one country."""

    network: str
    country: str
    active: int
    lacks: str
    covered: str
    imported: str


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One file that was sent: ``badge`` how far it is, ``came_to`` what of it."""

    id: int
    name: str
    badge: tuple[str, str]
    came_to: str
    sent: str
    remedy: str


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One point of the shop's own."""

    id: int
    name: str
    address: str
    kind: str
    network: str
    hours: str
    accepts: str
    active: bool


def network_rows(session: Session, rows: Sequence[NetworkState], zone: str) -> list[NetworkRow]:
    """The networks in their order, with how much of each country they cover."""
    return [
        NetworkRow(
            network_words(row.network),
            country_name(row.country),
            row.active,
            _lacks(row),
            _covered(coverage(session, row.network, row.country)),
            moment(row.imported_at, zone=zone),
        )
        for row in rows
    ]


def network_words(network: str) -> str:
    """A network as its carrier calls itself."""
    return distinct_carrier_title(network) or network


def postcode_words(row: PostcodeState) -> str:
    """How many postcodes of a country are there."""
    return number(row.postcodes) if row.postcodes else _("none yet")


def upload_row(file: Upload, zone: str) -> UploadRow:
    """One file in words."""
    badge, remedy = _upload_standing(file)
    sent = _("%(when)s by %(who)s", when=moment(file.made_at, zone=zone), who=who(file.made_by))
    return UploadRow(file.id, file.name, badge, _came_to(file), sent, remedy)


def own_row(point: TypedPoint) -> OwnRow:
    """One point of the shop's own in words."""
    row = point.record
    return OwnRow(
        point.id,
        row.name,
        f"{row.line1}, {row.postcode} {row.city}",
        kind_words(row.kind),
        row.network,
        hours_words(point.hours, point.closed),
        ", ".join(str(words) for form, words in ACCEPTS.items() if form in row.accepts),
        row.active,
    )


def hours_words(hours: str, closed: Sequence[date]) -> str:
    """«Mon–Fri 9:00–14:00; closed 24 Dec»: how the hours are read."""
    if not hours:
        return _("not known")
    days = ", ".join(short_day(day) for day in closed)
    week = week_words(hours) or hours
    return _("%(week)s; closed on %(days)s", week=week, days=days) if days else week


def kind_choices() -> list[tuple[str, str]]:
    """What a point can be, the shop's own place first."""
    kinds = sorted(PointKind, key=lambda kind: kind is not PointKind.STORE)
    return [(kind.value, kind_words(kind.value)) for kind in kinds]


def _lacks(row: NetworkState) -> str:
    parts = [
        _("%(count)s without hours", count=number(row.without_hours)) if row.without_hours else "",
        _("%(count)s roughly placed", count=number(row.approximate)) if row.approximate else "",
        _("%(count)s not offered: no place", count=number(row.waiting)) if row.waiting else "",
        _("%(count)s retired", count=number(row.retired)) if row.retired else "",
    ]
    return ", ".join(filter(None, parts)) or "—"


def _covered(share: float | None) -> str:
    return percent(share) if share is not None else _("no postcodes")


def _came_to(file: Upload) -> str:
    if file.error is not None or file.checked_at is None:
        return file.error or _("line %(line)s", line=number(file.lines))
    parts = [
        ngettext("%(count)s point", "%(count)s points", file.taken, count=number(file.taken)),
        ngettext("%(count)s line refused", "%(count)s lines refused", file.refused, count=number(file.refused))
        if file.refused
        else "",
        _("%(count)s retired", count=number(file.retired)) if file.retired else "",
        _("%(count)s without a place", count=number(file.waiting)) if file.waiting else "",
    ]
    return ", ".join(filter(None, parts))


def _upload_standing(file: Upload) -> tuple[tuple[str, str], str]:
    if file.error is not None:
        return ("problem", _("Not a list")), _("Compare its first line with the columns we know, and send it anew.")
    # In the order of a file's way; the first that is not done yet is where it stands.
    if file.checked_at is None:
        return ("info", _("Being checked")), _("A worker reads it. Load this page again in a moment.")
    if file.wanted_at is None:
        return ("attention", _("Checked")), _("Nothing is changed yet. Bring it in, or send it anew.")
    if file.done_at is None:
        return ("info", _("Being brought in")), _("A worker brings it in. Load this page again in a moment.")
    return ("done", _("Brought in")), ""
