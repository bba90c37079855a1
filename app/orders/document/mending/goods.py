"""Mending lines and parcels: quantities that are no whole number, lines that are discounts, odd numbers. Pure."""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING
from typing import Any

from app.orders.document.mending.numbers import decimal, flag, grams, positive, rounded, shown_day, shown_instant, whole
from app.orders.document.mending.parts import Part, Workbench, objects
from app.orders.document.mending.people import country, place_menders
from app.orders.document.mending.texts import Mended, code, identity, shown, web_address
from app.orders.document.notes import NoteKind

_TEXT, _WORD = shown(300), shown(64)


def _numbers(value: Any) -> Mended:
    """A number as it was written, or several; a line of its own is as good as a separator."""
    text, _ = identity(value)
    return (re.sub(r"[\r\n\t]+", "; ", text), None) if isinstance(text, str) else (None, NoteKind.NO_NUMBER)


_LINE = {
    "id": identity,
    "sku": identity,
    "title": _TEXT,
    "variant": _TEXT,
    "category": _TEXT,
    "quantity_text": _WORD,
    "unit_price": whole,
    "tax": whole,
    "discount": positive,
    "total": whole,
    "image_url": web_address(NoteKind.PICTURE_UNUSABLE),
    "url": web_address(NoteKind.ADDRESS_UNUSABLE),
    "weight_g": grams,
    "final_sale": flag,
    "personalised": flag,
    "origin": code(("order", "exchange", "claim", "edit"), default="order"),
    "for_line": identity,
    "kind": code(("goods", "digital", "gift_card", "service"), {"giftcard": "gift_card"}, default="goods"),
}
_USUAL = ("tax", "discount", "cancelled", "returned", "final_sale", "personalised", "origin", "kind")
_COUNTS = ("quantity", "cancelled", "returned")
_PARCEL = {
    "id": identity,
    "carrier": shown(64),
    "carrier_word": _TEXT,
    "service": _TEXT,
    "tracking_number": _numbers,
    "tracking_url": web_address(NoteKind.ADDRESS_UNUSABLE),
    "method": code(("delivery", "pickup_point", "store_pickup"), default="delivery"),
    "status": code(
        ("packed", "shipped", "ready_for_pickup", "delivered", "cancelled"), {"canceled": "cancelled"}, default=None
    ),
    "group": identity,
    **dict.fromkeys(("label_created_at", "packed_at", "shipped_at", "delivered_at"), shown_instant),
}


@dataclass(slots=True)
class DiscountLines:
    """What lines with negative prices take off, in minor units."""

    amount: int = 0


def mend_lines(bench: Workbench, lines: Any) -> DiscountLines:
    """Mend the lines of an order in place; one with a negative price is set to nothing and counts as a discount."""
    discounts = DiscountLines()
    for at, line in objects(lines):
        bench.mend(line, ("lines", at), _LINE, usual=_USUAL)
        title = line.get("title")
        if title is None and (line.get("sku") or line.get("id")):
            line["title"] = line.get("sku") or line.get("id")
            bench.note(("lines", at, "title"), NoteKind.DEFAULTED)
        _count(bench, line, at)
        _take_off(bench, line, at, discounts)
    return discounts


def _count(bench: Workbench, line: Part, at: int) -> None:
    """Whole pieces, rounded up where metres or kilograms were bought; the amount stays as exact as it was."""
    ordered = decimal(line.get("quantity"))
    for name in _COUNTS:
        number = decimal(line.get(name))
        if number is None or number < 0:
            continue
        line[name] = int(number.to_integral_value(ROUND_CEILING))
        if number != line[name]:
            bench.note(("lines", at, name), NoteKind.QUANTITY_ROUNDED, number)
    _cap(bench, line, at)
    if ordered is None or ordered < 0 or ordered == ordered.to_integral_value():
        return
    line.setdefault("quantity_text", f"{ordered.normalize():f}")
    price, discount = line.get("unit_price"), line.get("discount") or 0
    if line.get("total") is None and isinstance(price, int) and isinstance(discount, int):
        line["total"] = max(0, rounded(ordered * price) - discount)


def _cap(bench: Workbench, line: Part, at: int) -> None:
    """Some systems count a piece twice, as returned and as written off: no more are gone than were ordered."""
    ordered, cancelled, returned = (line.get(name, 0) for name in _COUNTS)
    if not all(isinstance(count, int) and count >= 0 for count in (ordered, cancelled, returned)):
        return
    if cancelled + returned > ordered:
        line["cancelled"] = min(cancelled, ordered)
        line["returned"] = ordered - line["cancelled"]
        bench.note(("lines", at, "returned"), NoteKind.MORE_GONE, returned)


def _take_off(bench: Workbench, line: Part, at: int, discounts: DiscountLines) -> None:
    price, total, quantity = line.get("unit_price"), line.get("total"), line.get("quantity")
    negative = isinstance(price, int) and price < 0
    if not negative and not (isinstance(total, int) and total < 0 and not price):
        return
    count = quantity if isinstance(quantity, int) and quantity > 0 else 1
    discounts.amount += -total if isinstance(total, int) and total < 0 else count * -int(price or 0)
    bench.note(("lines", at), NoteKind.DISCOUNT_LINE, price if negative else total)
    line.update(quantity=0, cancelled=0, returned=0, unit_price=0, tax=0, discount=0, total=None)


def mend_parcels(bench: Workbench, parcels: Any) -> None:
    """Mend the parcels of an order in place."""
    for at, parcel in objects(parcels):
        place = ("shipments", at)
        bench.mend(parcel, place, _PARCEL, usual=("method", "lines"))
        for name in ("origin", "pickup_point"):
            if isinstance(parcel.get(name), dict):
                mend_place(bench, parcel, name, (*place, name))
        point = parcel.get("pickup_point")
        if isinstance(point, dict):
            bench.mend(point, (*place, "pickup_point"), {"keep_until": shown_day})
        if isinstance(point, dict) and not point.get("name"):
            point["name"] = point.get("line1") or point.get("city")
            parcel["pickup_point"] = point if point["name"] else None
            bench.note((*place, "pickup_point", "name"), NoteKind.DEFAULTED)
        for within, packed in objects(parcel.get("lines")):
            bench.mend(packed, (*place, "lines", within), {"line": identity})
            number = decimal(packed.get("quantity"))
            if number is not None and number >= 0:
                packed["quantity"] = int(number.to_integral_value(ROUND_CEILING))


def mend_place(bench: Workbench, part: Part, name: str, place: tuple[str | int, ...]) -> None:
    """Mend an address, origin or point that stands in ``part``; one that says nothing at all is left out."""
    inner = part[name] = dict(part[name])
    if all(value in (None, "") for value in inner.values()):
        part[name] = None
        return
    written = inner.get("country")
    inner["country"], kind = country(written)
    if kind:
        bench.note((*place, "country"), kind, written if isinstance(written, str | int) else None)
    bench.mend(inner, place, place_menders(inner["country"]))
