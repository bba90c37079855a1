"""DHL Express: XML tracking answers; local times without zone, places with a country behind a dash."""

from typing import Any
from xml.etree.ElementTree import Element

from app.carriers import check_digits as check
from app.carriers.base.declaration import Carrier
from app.carriers.base.documents import every, text_of
from app.carriers.base.instants import read_day, written
from app.carriers.base.number_forms import NumberForm, ends
from app.carriers.base.places import country_named
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan
from app.tracking.ports import Place, ReportError
from app.tracking.states import Blame, ShipmentState

_S = ShipmentState
CODES = {
    "OK": CodeMeaning(_S.DELIVERED),
    "DD": CodeMeaning(_S.DELIVERED, "damaged", Blame.CARRIER),
    "PU": CodeMeaning(_S.PICKED_UP),
    **dict.fromkeys(("AF", "AR", "BN", "BR", "CI", "CR", "CU", "DF", "FD", "IA"), CodeMeaning(_S.IN_TRANSIT)),
    **dict.fromkeys(("IC", "PL", "PO", "RR", "RW", "SA", "SM", "TP", "TR"), CodeMeaning(_S.IN_TRANSIT)),
    "WC": CodeMeaning(_S.OUT_FOR_DELIVERY),
    "CC": CodeMeaning(_S.READY_FOR_PICKUP),
    "NH": CodeMeaning(_S.DELIVERY_FAILED, "not_home", Blame.CONSIGNEE),
    "CA": CodeMeaning(_S.DELIVERY_FAILED, "business_closed", Blame.CONSIGNEE),
    "ND": CodeMeaning(_S.DELIVERY_FAILED),
    **dict.fromkeys(("BA", "CM"), CodeMeaning(_S.DELIVERY_FAILED, "incorrect_address", Blame.CONSIGNEE)),
    "RD": CodeMeaning(_S.DELIVERY_FAILED, "refused", Blame.CONSIGNEE),
    "RT": CodeMeaning(_S.RETURN_TO_SENDER),
    "DM": CodeMeaning(_S.DAMAGED, "damaged", Blame.CARRIER),
    "DS": CodeMeaning(_S.CANCELLED, "destroyed"),
    **dict.fromkeys(("UD", "CD"), CodeMeaning(_S.DELAYED, "customs_delay", Blame.CUSTOMS)),
    **dict.fromkeys(("MC", "MS"), CodeMeaning(_S.DELAYED, "sorting_error", Blame.CARRIER)),
    **dict.fromkeys(("MD", "TD"), CodeMeaning(_S.DELAYED, None, Blame.CARRIER)),
    "HP": CodeMeaning(_S.ON_HOLD, "duties_unpaid", Blame.CUSTOMS),
    **dict.fromkeys(("OH", "SS", "ST"), CodeMeaning(_S.ON_HOLD)),
}


def parcels(document: Any) -> list[ReportedParcel]:
    """Every air waybill that has news or a fault; else the faults of the whole answer, of whatever topic."""
    if not isinstance(document, Element):
        return []
    with_news = [_parcel(info) for info in every(document, "AWBInfo")]
    return with_news or [ReportedParcel(number="", errors=errors) for errors in [_faults(document)] if errors]


def _parcel(info: Element) -> ReportedParcel:
    events = every(info, "ShipmentEvent")
    return ReportedParcel(
        number=text_of(info, "AWBNumber") or "",
        scans=tuple(_scan(event, position) for position, event in enumerate(events, start=1)),
        estimate_until=read_day((text_of(info, "ShipmentInfo", "EstDlvyDate") or "")[:10]),
        errors=_faults(info),
    )


def _scan(event: Element, sequence: int) -> ReportedScan:
    area = text_of(event, "ServiceArea", "Description") or ""
    city, _, country = area.rpartition("-")
    return ReportedScan(
        text=text_of(event, "ServiceEvent", "Description") or "",
        time=written(text_of(event, "Date"), text_of(event, "Time")),
        code=text_of(event, "ServiceEvent", "EventCode"),
        place=Place(city=(city or area).strip() or None, country=country_named(country)),
        sequence=sequence,
    )


def _faults(node: Element) -> tuple[ReportError, ...]:
    conditions = [(text_of(c, "ConditionCode"), text_of(c, "ConditionData")) for c in every(node, "Condition")]
    return tuple(
        ReportError(code or "error", sentence or code or "") for code, sentence in conditions if code or sentence
    )


# Without karrio: its package for DHL Express loads 36 MB of schemas, and unified tracking answers for Express too.
CARRIER = Carrier(
    name="dhl_express",
    title="DHL Express",
    language="en",
    page="https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
    aliases=(
        "dhlexp",
        "dhl_worldwide",
        "dhl_worldwide_express",
    ),
    branches=True,
    forms=(
        NumberForm("DHL Express", r"\d{10,11}", ends(check.modulo_7)),
        NumberForm("DHL Express (Piece ID)", r"JD\d{18}"),
    ),
    parcels=parcels,
    codes=CODES,
)
