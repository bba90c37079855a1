"""Medusa's lines as the document's: bought, exchanged, replaced, come back, and what each was charged. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.oms.mapping.medusa.amounts import detail, holds_tax, in_minor, line_charges, units
from tests.oms.mapping.medusa.statuses import to_send
from tests.oms.mapping.reading import Raw, first, minor, ordered, without_blanks


@dataclass(frozen=True, slots=True)
class Replacing:
    """A line that an exchange or a claim added: of which, and the lines and units that were given in for it."""

    origin: str
    for_units: dict[str, int]


@dataclass(slots=True)
class Changes:
    """What the exchanges and claims of one order did to its lines."""

    added: dict[str, Replacing] = field(default_factory=dict)
    # Units that a claim settled without their coming back, by line.
    settled: Counter[str] = field(default_factory=Counter)


def changes(order: Raw, exchanges: Iterable[Raw], claims: Iterable[Raw]) -> Changes:
    """What those of the exchanges and claims that are of this order and stand say of its lines."""
    result = Changes()
    coming_back = _coming_back(order)
    for origin, all_of_them in (("exchange", exchanges), ("claim", claims)):
        for one in ordered(all_of_them):
            if one.get("order_id") != order["id"] or one.get("canceled_at"):
                continue
            claimed = Counter[str]()
            for item in one.get("claim_items") or ():
                claimed[item["item_id"]] += units(item, "quantity")
            result.settled += claimed - coming_back[one["id"]]
            given_in = claimed or coming_back[one["id"]]
            for item in one.get("additional_items") or ():
                result.added[item["item_id"]] = Replacing(origin, dict(given_in))
    return result


def _coming_back(order: Raw) -> dict[str, Counter[str]]:
    by_change: dict[str, Counter[str]] = {}
    for one in order.get("returns") or ():
        if one.get("status") == "canceled":
            continue
        for line in one.get("items") or ():
            for change in (one.get("exchange_id"), one.get("claim_id")):
                if change:
                    by_change.setdefault(change, Counter())[line["item_id"]] += units(line, "quantity")
    return _Missing(by_change)


class _Missing(dict[str, Counter[str]]):
    def __missing__(self, key: str) -> Counter[str]:
        return Counter()


def lines(order: Raw, made: Changes, *, currency: str, paid: int, shipping: int) -> list[dict[str, Any]]:
    """The document's lines; ``paid`` and ``shipping``, in minor units, say how far replacements are covered."""
    bought = ordered(order.get("items"))
    amounts = in_minor(line_charges(bought, with_tax=holds_tax(order)), currency)
    mapped = [
        _line(line, order, made, currency=currency) | {"total": total, "discount": discount, "tax": tax}
        for line, (total, discount, tax) in zip(bought, amounts, strict=True)
    ]
    _cover(mapped, made, paid - shipping)
    return mapped


def _line(line: Raw, order: Raw, made: Changes, *, currency: str) -> dict[str, Any]:
    counts, product = detail(line), (line.get("variant") or {}).get("product") or {}
    came_back = units(counts, "return_received_quantity") + units(counts, "return_dismissed_quantity")
    replacing = made.added.get(line["id"])
    later = str(line.get("created_at") or "")[:19] > str(order.get("created_at") or "")[:19]
    return without_blanks(
        {
            "id": line["id"],
            "sku": first(line.get("variant_sku")),
            "title": first(line.get("product_title"), line.get("title"), line.get("variant_sku"), line["id"]),
            "variant": first(line.get("variant_title")),
            "category": first(line.get("product_type"), line.get("product_collection")),
            "quantity": units(counts, "quantity"),
            "returned": min(units(counts, "quantity"), came_back + made.settled[line["id"]]),
            "unit_price": minor(_unit_price(line, order), currency),
            "image_url": first(line.get("thumbnail")),
            "weight_g": (line.get("variant") or {}).get("weight") or product.get("weight"),
            "kind": "gift_card" if line.get("is_giftcard") else "goods" if to_send(line) else "digital",
            "origin": replacing.origin if replacing else "edit" if later else "order",
            "for_line": next(iter(replacing.for_units), None) if replacing else None,
        }
    )


def _unit_price(line: Raw, order: Raw) -> Any:
    single = {**line, "detail": None, "raw_quantity": None, "quantity": 1, "adjustments": ()}
    return line_charges([single], with_tax=holds_tax(order))[0].price


def _cover(mapped: Sequence[dict[str, Any]], made: Changes, money: int) -> None:
    """Lower what replacements count to what their customer's money covers: what was given in, and what was added."""
    by_id = {line["id"]: line for line in mapped}
    extra = max(0, money - sum(line["total"] for line in mapped if line["id"] not in made.added))
    for line in mapped:
        replacing = made.added.get(line["id"])
        if replacing is None:
            continue
        worth = sum(_worth(by_id.get(one), count) for one, count in replacing.for_units.items())
        covered = min(line["total"], worth + extra)
        extra -= max(0, covered - worth)
        line["tax"] = line["tax"] * covered // line["total"] if line["total"] else 0
        line["total"] = covered


def _worth(line: dict[str, Any] | None, count: int) -> int:
    if line is None or not line["quantity"]:
        return 0
    return int(line["total"] * min(count, line["quantity"]) // line["quantity"])
