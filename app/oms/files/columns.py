"""The columns of an order file in CSV, and how a cell's text becomes a value of the order document."""

import difflib
from collections.abc import Callable, Iterable
from typing import Any

from app.core.errors import Fault

Read = Callable[[str], Any]

# As spreadsheets and people write it, in English and Spanish.
TRUE, FALSE = frozenset({"true", "1", "yes", "y", "sí", "si", "x"}), frozenset({"false", "0", "no", "n"})


def text(cell: str) -> str:
    """As it stands."""
    return cell


def whole(cell: str) -> int:
    """A whole number, such as an amount in minor units. Raises ValueError."""
    # isdigit takes other scripts' digits too; eighteen of them fit a bigint.
    if not cell.removeprefix("-").isascii() or not cell.removeprefix("-").isdigit() or len(cell) > 18:
        raise ValueError("must be a whole number (amounts in minor units: 1990 for 19.90)")
    return int(cell)


def flag(cell: str) -> bool:
    """Yes or no. Raises ValueError."""
    folded = cell.lower()
    if folded not in TRUE | FALSE:
        raise ValueError("must be true or false")
    return folded in TRUE


def _group(names: str, read: Read = text) -> dict[str, Read]:
    return {name: read for name in names.split()}


ORDER: dict[str, Read] = {
    **_group("number channel brand kind purchase_order placed_at updated_at status hold currency locale"),
    **_group("customer.id customer.name customer.email customer.phone"),
    **_group("customer.sms_consent", flag),
    **_group("ship_to.name ship_to.line1 ship_to.line2 ship_to.city ship_to.region ship_to.postcode ship_to.country"),
    **_group("promise.from promise.until"),
    **_group("totals.items totals.shipping totals.tax totals.discount totals.paid", whole),
}
LINE: dict[str, Read] = {
    **_group("line.id line.sku line.title line.variant line.category line.image_url"),
    **_group("line.quantity line.unit_price line.tax line.discount line.weight_g", whole),
    **_group("line.final_sale line.personalised", flag),
}
PAYMENT: dict[str, Read] = {**_group("payment.id payment.method"), **_group("payment.amount", whole)}
SHIPMENT: dict[str, Read] = {
    **_group("shipment.id shipment.carrier shipment.service shipment.tracking_number shipment.method"),
    **_group("shipment.label_created_at shipment.shipped_at shipment.promise.from shipment.promise.until"),
    **_group("shipment.origin.postcode shipment.origin.country"),
    **_group("shipment.quantity", whole),
}
COLUMNS: dict[str, Read] = {**ORDER, **LINE, **PAYMENT, **SHIPMENT}
NEEDED_OF_ORDER = ("number", "placed_at", "updated_at", "status", "currency")
NEEDED_OF_LINE = ("line.id", "line.title", "line.quantity", "line.unit_price")


def check_header(header: Iterable[str]) -> list[Fault]:
    """What is wrong with the first line of a file."""
    names = list(header)
    if not set(names) & set(COLUMNS):
        return [Fault("first line", f"It names none of the columns, such as {', '.join(NEEDED_OF_ORDER)}")]
    faults = [Fault(_shown(name), _unknown(name)) for name in names if name not in COLUMNS]
    faults += [Fault(name, "This column occurs twice") for name in sorted({n for n in names if names.count(n) > 1})]
    missing = [name for name in NEEDED_OF_ORDER + NEEDED_OF_LINE if name not in names]
    return faults + [Fault(name, "This column is needed") for name in missing]


def _unknown(name: str) -> str:
    """What is said of a column that does not exist: the one that is meant, where a letter or the first word is off."""
    folded = name.strip().lower().replace(" ", "_")
    ends = {column.rpartition(".")[2]: column for column in reversed(COLUMNS)}
    near = difflib.get_close_matches(folded, COLUMNS, n=1, cutoff=0.75) or [
        ends[end] for end in difflib.get_close_matches(folded.rpartition(".")[2], ends, n=1, cutoff=0.85)
    ]
    return "There is no such column" + (f"; is {near[0]} meant?" if near else "")


def _shown(name: str) -> str:
    """A column's name as it can be printed, whatever the file holds."""
    text = "".join(sign if sign.isprintable() else "?" for sign in name.encode("utf-8", "replace").decode())
    return text[:40] or "(empty)"


def read_cells(row: dict[str, str], columns: dict[str, Read]) -> tuple[dict[str, Any], list[Fault]]:
    """The filled cells of some columns as values by column name, and the faults of those that cannot be read.

    Such a cell stays as it stands, so that whoever looks at the whole misses nothing in its place.
    """
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, read in columns.items():
        cell = row.get(name, "").strip()
        if cell:
            try:
                values[name] = read(cell)
            except ValueError as error:
                values[name] = cell
                faults.append(Fault(name, str(error)))
    return values, faults


def nested(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """``{"promise.from": "…"}`` as ``{"promise": {"from": "…"}}``, without ``prefix``."""
    document: dict[str, Any] = {}
    for name, value in values.items():
        *outer, last = name.removeprefix(prefix).split(".")
        place = document
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = value
    return document
