"""Mending totals, payments, refunds and returns: signs, missing words, discounts that came as lines. Pure."""

import re
from decimal import ROUND_CEILING
from typing import Any

from app.orders.document.mending.goods import DiscountLines
from app.orders.document.mending.numbers import decimal, positive, shown_instant, whole
from app.orders.document.mending.parts import Part, Workbench, objects
from app.orders.document.mending.texts import Mended, code, identity, required_code, shown
from app.orders.document.notes import NoteKind

_TEXT, _WORD = shown(300), shown(64)
_TOTALS = {
    **dict.fromkeys(("items", "shipping", "tax", "fees", "duties", "paid", "total"), whole),
    **dict.fromkeys(("discount", "shipping_discount", "credit"), positive),
}
_STEPS = {
    "authorized": "authorised",
    "canceled": "voided",
    "cancelled": "voided",
    "paid": "captured",
    "pending": "authorised",
}
# Masks as systems write them: «**** 4242», "XXXX-4242", "…4242".
_MASKED = re.compile(r"[\s*xX•·.…-]*([0-9]{4})")


def _last_four(value: Any) -> Mended:
    """Mends the end of a card's number: without its mask; anything more is nobody's business, and not even noted."""
    written = f"{value:04d}" if isinstance(value, int) and not isinstance(value, bool) else value
    masked = _MASKED.fullmatch(written.strip()) if isinstance(written, str) else None
    return (masked[1], None) if masked else (None, None)


_PAYMENT = {
    "id": identity,
    "brand": _WORD,
    "last4": _last_four,
    "method": _WORD,
    "amount": whole,
    "status": code(("authorised", "captured", "failed", "voided"), _STEPS, default=None),
    "at": shown_instant,
}
_REFUND = {"id": identity, "amount": positive, "at": shown_instant, "reason": _TEXT, "key": identity}
_STAGES = ("asked", "approved", "part_received", "received", "rejected", "cancelled")
_RETURN = {
    "id": identity,
    "status": required_code(_STAGES, {"requested": "asked", "canceled": "cancelled", "declined": "rejected"}),
    "kind": code(("return", "exchange", "claim"), default="return"),
    "at": shown_instant,
    "key": identity,
    "tracking_number": identity,
}
_STATES = ("unpaid", "authorised", "part_paid", "paid", "part_refunded", "refunded", "voided")
_OTHER_STATES = {
    "authorized": "authorised",
    "pending": "unpaid",
    "not_paid": "unpaid",
    "captured": "paid",
    "partially_paid": "part_paid",
    "partially_refunded": "part_refunded",
    "canceled": "voided",
    "cancelled": "voided",
}
payment_state = code(_STATES, _OTHER_STATES, default=None)


def mend_totals(bench: Workbench, document: Part, discounts: DiscountLines) -> None:
    """Mend the totals in place; without items they are what the lines come to."""
    totals = document.get("totals")
    if not isinstance(totals, dict):
        return
    bench.mend(totals, ("totals",), _TOTALS, usual=_TOTALS)
    # What it all comes to is told beside the parts; one that cannot be is worth nothing.
    if isinstance(totals.get("total"), int) and totals["total"] < 0:
        bench.note(("totals", "total"), NoteKind.LEFT_OUT, totals.pop("total"))
    fees = totals.get("fees")
    if isinstance(fees, int) and fees < 0:
        totals["fees"] = 0
        totals["discount"] = _amount(totals.get("discount")) - fees
        bench.note(("totals", "fees"), NoteKind.FEE_AS_DISCOUNT, fees)
    goods = _goods(document)
    if "items" not in totals and goods is not None:
        totals["items"] = goods
        bench.note(("totals", "items"), NoteKind.DEFAULTED)
    if discounts.amount:
        _spread(totals, discounts.amount, goods or 0)


def _spread(totals: Part, amount: int, goods: int) -> None:
    """Put what discount lines take off where it belongs, unless the totals count it already."""
    # Items that are less than the goods have the negative lines among them: they are shown beside the discount.
    if _amount(totals.get("items")) + amount == goods:
        totals["items"] = goods
        totals["discount"] = _amount(totals.get("discount")) + amount
    elif _amount(totals.get("discount")) < amount:
        totals["discount"] = _amount(totals.get("discount")) + amount


def _goods(document: Part) -> int | None:
    """What the lines come to after their own discounts; None where a line has no price that can be read."""
    amount = 0
    for _, line in objects(document.get("lines")):
        quantity, price, total = line.get("quantity"), line.get("unit_price"), line.get("total")
        if not isinstance(quantity, int) or not isinstance(price, int):
            return None
        amount += total if isinstance(total, int) else max(0, quantity * price - _amount(line.get("discount")))
    return amount


def _amount(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def mend_payments(bench: Workbench, payments: Any) -> None:
    """Mend the payments in place."""
    for at, payment in objects(payments):
        bench.mend(payment, ("payments", at), _PAYMENT)
        for name, usual in (("id", str(at + 1)), ("method", "other")):
            if payment.get(name) is None:
                payment[name] = usual
                bench.note(("payments", at, name), NoteKind.DEFAULTED)


def mend_given_back(bench: Workbench, document: Part) -> None:
    """Mend the refunds and returns that were made elsewhere, in place."""
    for name, menders in (("refunds", _REFUND), ("returns", _RETURN)):
        for at, part in objects(document.get(name)):
            bench.mend(part, (name, at), menders, usual=("kind", "lines"))
            for within, line in objects(part.get("lines")):
                bench.mend(line, (name, at, "lines", within), {"line": identity, "reason": _TEXT})
                for count in ("quantity", "received", "damaged"):
                    number = decimal(line.get(count))
                    if number is not None and number >= 0:
                        line[count] = int(number.to_integral_value(ROUND_CEILING))
