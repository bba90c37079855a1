"""What differs between Medusa's truth of an order and what the portal answers of it. Pure."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.oms.mapping.reading import exact, instant, minor

Order = dict[str, Any]
STAGES = {
    "requested": "approved",
    "partially_received": "part_received",
    "received": "received",
    "canceled": "cancelled",
}


def differences(truth: Order, raw: Order, answer: Order) -> list[str]:
    """Each difference in words; ``raw`` is Medusa's own answer, for the sums that its snapshot does not hold."""
    number = truth["number"]
    parts = (_head, _people, _lines, _payments, _returns, _parcels)
    found_by = [one for part in parts for one in part(truth, answer)]
    return [f"order {number}: {one}" for one in (*found_by, *_sums(truth, raw, answer))]


def _unequal(name: str, there: object, here: object) -> Iterator[str]:
    if there != here:
        yield f"{name} is {there!r} in Medusa and {here!r} in the portal"


def _head(truth: Order, answer: Order) -> Iterator[str]:
    yield from _unequal("currency", truth["currency"], answer["currency"])
    yield from _unequal("channel", truth["channel"], answer["channel"])
    yield from _unequal("cancelled", truth["cancelled"], answer["status"] == "cancelled")
    yield from _unequal("placed", instant(truth["placed_at"]), instant(answer["placed_at"]))


def _people(truth: Order, answer: Order) -> Iterator[str]:
    yield from _unequal("e-mail", truth["email"], answer["customer"]["email"])
    there, here = truth["ship_to"] or {}, answer["ship_to"] or {}
    for theirs, ours in (("address_1", "line1"), ("address_2", "line2"), ("city", "city"), ("postal_code", "postcode")):
        yield from _unequal(ours, there.get(theirs), here.get(ours))
    yield from _unequal("company", truth["company"], here.get("company"))


def _lines(truth: Order, answer: Order) -> Iterator[str]:
    theirs, ours = ({line["id"]: line for line in one["lines"]} for one in (truth, answer))
    yield from _unequal("lines", sorted(theirs), sorted(ours))
    backwards = claimed_back(truth)
    for id_ in theirs.keys() & ours.keys():
        there, here = theirs[id_], ours[id_]
        origin = "order" if here["origin"] == "edit" else here["origin"]
        settled = max(0, there["written_off"] - there["returned_damaged"] - backwards[id_])
        yield from _unequal(f"{id_} sku", there["sku"], here["sku"])
        yield from _unequal(f"{id_} pieces", there["ordered"], here["quantity"])
        yield from _unequal(f"{id_} price", there["unit_price"], here["unit_price"])
        yield from _unequal(f"{id_} origin", there["origin"], origin)
        yield from _unequal(f"{id_} returned", min(there["ordered"], there["returned"] + settled), here["returned"])


def claimed_back(truth: Order) -> Counter[str]:
    """Pieces by line that come back because of a claim."""
    pieces: Counter[str] = Counter()
    for one in truth["returns"]:
        if one["claim"] and one["status"] != "canceled":
            for line in one["lines"]:
                pieces[line["line"]] += line["quantity"]
    return pieces


def _payments(truth: Order, answer: Order) -> Iterator[str]:
    captured = sum(payment["captured"] for payment in truth["payments"])
    yield from _unequal("paid", captured, answer["totals"]["paid"])
    yield from _unequal("refunds", _amounts(truth["refunds"]), _amounts(answer["refunds"]))
    given_back = sum(payment["refunded"] for payment in truth["payments"])
    yield from _unequal("given back", given_back, sum(one["amount"] for one in answer["refunds"]))
    yield from _unequal("shipping", truth["shipping"], answer["totals"]["shipping"])


def _amounts(refunds: list[Order]) -> dict[str, int]:
    return {refund["id"]: refund["amount"] for refund in refunds}


def _returns(truth: Order, answer: Order) -> Iterator[str]:
    theirs = {one["id"]: one for one in truth["returns"] if one["status"] in STAGES}
    ours = {one["id"]: one for one in answer["returns"]}
    yield from _unequal("returns", sorted(theirs), sorted(ours))
    for id_ in theirs.keys() & ours.keys():
        there, here = theirs[id_], ours[id_]
        kind = "exchange" if there["exchange"] else "claim" if there["claim"] else "return"
        yield from _unequal(f"{id_} stage", STAGES[there["status"]], here["status"])
        yield from _unequal(f"{id_} kind", kind, here["kind"])
        yield from _unequal(f"{id_} pieces", _pieces(there), _pieces(here))


def _pieces(one: Order) -> dict[str, tuple[int, int, int]]:
    return {line["line"]: (line["quantity"], line["received"], line["damaged"]) for line in one["lines"]}


def _parcels(truth: Order, answer: Order) -> Iterator[str]:
    live = [one for one in truth["fulfilments"] if not one["cancelled_at"]]
    outward = [parcel for parcel in answer["shipments"] if parcel["direction"] == "outbound"]
    yield from _unequal("parcels", sum(max(1, len(one["labels"])) for one in live), len(outward))
    numbers = sorted(label["number"] for one in live for label in one["labels"])
    yield from _unequal("numbers", numbers, sorted(one["tracking_number"] for one in outward if one["tracking_number"]))
    for one in live:
        mine = [parcel for parcel in outward if parcel["group"] == one["id"]]
        packed = Counter[str]()
        for line in (line for parcel in mine for line in parcel["lines"]):
            packed[line["line"]] += line["quantity"]
        sent = {line["line"]: line["quantity"] for line in one["lines"] if line["line"]}
        yield from _unequal(f"{one['id']} contents", sent, dict(packed))
        stage = "delivered" if one["delivered_at"] else "shipped" if one["shipped_at"] else "packed"
        for parcel in mine:
            yield from _unequal(f"{one['id']} stage", stage, parcel["status"])
            arrived = instant(parcel["delivered_at"])
            yield from _unequal(f"{one['id']} delivered", instant(one["delivered_at"]), arrived)


def _sums(truth: Order, raw: Order, answer: Order) -> Iterator[str]:
    """What was bought comes to what Medusa says it does, where no goods have come back, which makes its sums shrink."""
    added = {line["id"] for line in truth["lines"] if line["origin"] != "order"}
    lines = [line for line in raw["items"] if line["id"] not in added]
    own = [line for line in answer["lines"] if line["id"] not in added]
    grown = [grown_back(line) for line in lines]
    if None not in grown:
        goods = sum((total for total, _ in filter(None, grown)), Decimal(0))
        ways = [one for one in raw["shipping_methods"] if not (one.get("detail") or {}).get("return_id")]
        tax = sum((tax for _, tax in filter(None, grown)), Decimal(0))
        tax += sum((exact((one.get("raw_tax_total") or {}).get("value")) for one in ways), Decimal(0))
        yield from _unequal("goods", minor(goods, truth["currency"]), answer["totals"]["items"])
        yield from _unequal("tax", minor(tax, truth["currency"]), answer["totals"]["tax"])
    yield from _unequal("sum of lines", answer["totals"]["items"], sum(line["total"] for line in own))


def grown_back(line: Order) -> tuple[Decimal, Decimal] | None:
    """What a line and its tax came to before goods of it came back; None where all of it did."""
    detail, amounts = (
        line["detail"],
        [exact((line[f"raw_{name}"] or {}).get("value")) for name in ("total", "tax_total")],
    )
    pieces = exact(detail["quantity"])
    left = pieces - exact(detail["return_received_quantity"]) - exact(detail["return_dismissed_quantity"])
    if left <= 0:
        return None
    total, tax = (amount * pieces / left for amount in amounts)
    return total, tax
