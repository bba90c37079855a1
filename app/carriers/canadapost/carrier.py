"""Canada Post: XML tracking details; each event names its zone by letters such as EST."""

from typing import Any
from xml.etree.ElementTree import Element

from app.carriers import check_digits as check
from app.carriers.base import karrio
from app.carriers.base.declaration import AskingAccess, Carrier, variables
from app.carriers.base.documents import every, text_of
from app.carriers.base.instants import read_day, written
from app.carriers.base.number_forms import NumberForm, ends, s10
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan
from app.tracking.ports import Place
from app.tracking.states import ShipmentState

_S = ShipmentState
# Canada Post writes both with and without leading zeros.
CODES = {
    "100": CodeMeaning(_S.IN_TRANSIT),
    "173": CodeMeaning(_S.DELAYED, "incorrect_address"),
    "174": CodeMeaning(_S.OUT_FOR_DELIVERY),
    "20": CodeMeaning(_S.UNKNOWN),
}
PROVINCES = ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")
LETTERS = {
    "NST": "-03:30", "NDT": "-02:30", "AST": "-04:00", "ADT": "-03:00", "EST": "-05:00", "EDT": "-04:00",
    "CST": "-06:00", "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00",
}  # fmt: skip


def parcels(document: Any) -> list[ReportedParcel]:
    """Every tracking detail of the answer."""
    if not isinstance(document, Element):
        return []
    return [_parcel(detail) for detail in every(document, "tracking-detail")]


def _parcel(detail: Element) -> ReportedParcel:
    nodes = every(detail, "occurrence")
    expected = text_of(detail, "changed-expected-date") or text_of(detail, "expected-delivery-date")
    return ReportedParcel(
        number=text_of(detail, "pin") or "",
        scans=tuple(_scan(node, len(nodes) - position) for position, node in enumerate(nodes)),
        estimate_until=read_day(expected),
        signed_by=next(filter(None, (text_of(node, "signatory-name") for node in nodes)), None),
    )


def _scan(node: Element, sequence: int) -> ReportedScan:
    province = text_of(node, "event-province")
    country = "CA" if province in PROVINCES else None
    return ReportedScan(
        text=text_of(node, "event-description") or "",
        time=written(
            text_of(node, "event-date"),
            text_of(node, "event-time"),
            offset=LETTERS.get(text_of(node, "event-time-zone") or ""),
        ),
        code=text_of(node, "event-identifier"),
        place=Place(city=text_of(node, "event-site"), region=province, country=country),
        sequence=sequence,
    )


CARRIER = Carrier(
    name="canadapost",
    title="Canada Post",
    language="en",
    page="https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
    aliases=(
        "canada_post",
        "postes_canada",
        "canada_post_corporation",
    ),
    forms=(
        s10("CA"),
        NumberForm("Canada Post (16)", r"[1-47]\d{15}", ends(check.modulo_10)),
    ),
    parcels=parcels,
    connector="canadapost",
    shape=lambda document, number: karrio.element(document),
    codes=CODES,
    access=AskingAccess(
        variables("CANADAPOST", "username", "password"),
        optional=variables("CANADAPOST", "customer_number", "contract_id"),
    ),
)
