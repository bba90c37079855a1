"""The warehouse's form: units to grade one by one, things that were not announced, and the receipt they make."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.receiving.facts import USUAL, Disposition, Grade, ReceiptFacts, ReceivedItem, UnitCounts
from app.returns.records import ReceiptRecord

# A mark of the form alone: it is neither a grade nor booked.
LATER = "later"
# One piece is one row with its buttons: a page of more is no use, and what is left is booked by a second receipt.
MOST_UNITS = 100
MOST_EXTRAS = 8


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece that may be in the parcel; ``grade`` None is not looked at yet, ``later`` not in this parcel.

    ``line`` is its line as the shop calls it, ``row`` as we do.
    """

    number: int
    line: str
    title: str
    variant: str | None = None
    row: int = 0
    grade: str | None = None
    disposition: str | None = None
    sku: str = ""

    @property
    def code(self) -> str:
        """What the page's address keeps of it."""
        return f"{self.number}.{self.grade}.{self.disposition or ''}"


@dataclass(frozen=True, slots=True)
class Extra:
    """Something that was not announced, as it was typed."""

    line: str = ""
    description: str = ""
    quantity: str = "1"
    grade: str = Grade.AS_NEW
    disposition: str = ""


def expected_units(order: OrderRecord, standing: UnitCounts) -> list[Unit]:
    """The pieces that were announced and are neither here nor said to be missing."""
    still_open = {
        line: quantity - standing.arrived.get(line, 0) - standing.missing.get(line, 0)
        for line, quantity in standing.announced.items()
    }
    return _pieces((line, still_open.get(line.line_id, 0)) for line in order.all_lines)


def ordered_units(order: OrderRecord) -> list[Unit]:
    """Every piece of an order, for a parcel that nobody announced."""
    return _pieces((line, line.quantity) for line in order.lines)


def marked(units: Sequence[Unit], codes: Iterable[str]) -> list[Unit]:
    """The units with what the page's address says of them; what cannot be read is passed over."""
    marks = {}
    for code in codes:
        number, _, rest = code.partition(".")
        grade, _, disposition = rest.partition(".")
        # Codes come back from the browser: what was not written by this page grades nothing.
        if number.isdecimal() and (grade == LATER or grade in set(Grade)):
            marks[int(number)] = (grade, disposition if disposition in set(Disposition) else _usual(grade))
    return [
        replace(unit, grade=marks[unit.number][0], disposition=marks[unit.number][1]) if unit.number in marks else unit
        for unit in units
    ]


def graded(units: Sequence[Unit], *, at: int, count: int, grade: str, disposition: str) -> list[Unit]:
    """Grade unit ``at`` and the next ones of its line that are not graded, ``count`` in all."""
    line = next((unit.line for unit in units if unit.number == at), None)
    # Only later ones of the same line: a count typed at one piece must not grade what was passed over on purpose.
    open_ones = [unit.number for unit in units if unit.line == line and unit.number > at and unit.grade is None]
    numbers = {at, *open_ones[: max(count, 1) - 1]}
    codes = [unit.code for unit in units if unit.grade]
    return marked(units, [*codes, *(f"{number}.{grade}.{disposition}" for number in numbers)])


def current_unit(units: Sequence[Unit], at: int | None) -> Unit | None:
    """The one to grade now: the one asked for, else the first that nobody looked at."""
    opened = next((unit for unit in units if unit.number == at), None)
    return opened or next((unit for unit in units if unit.grade is None), None)


def receipt_of(units: Sequence[Unit], extras: Sequence[Extra], note: str) -> ReceiptFacts:
    """What is to be booked: equal units together, then what was not announced."""
    # One row for equal pieces, so that a receipt reads «3 × as new» and not three times one.
    alike = Counter(
        (unit.line, unit.grade, unit.disposition or _usual(unit.grade))
        for unit in units
        if unit.grade not in (None, LATER)
    )
    items = [
        ReceivedItem(count, str(grade), disposition, line=line) for (line, grade, disposition), count in alike.items()
    ]
    items += [
        ReceivedItem(
            int(extra.quantity),
            extra.grade,
            extra.disposition or None,
            line=extra.line or None,
            description=extra.description or None,
        )
        for extra in extras
    ]
    return ReceiptFacts(tuple(items), note=note or None)


def read_extras(form: Mapping[str, str]) -> list[Extra]:
    """The rows for things that were not announced, without the empty ones."""
    rows = [
        Extra(*(form.get(f"x{number}_{name}", "").strip() for name in Extra.__dataclass_fields__))
        for number in range(MOST_EXTRAS)
    ]
    return [row for row in rows if row.line or row.description]


def refill(units: Sequence[Unit], receipt: ReceiptRecord, order: OrderRecord) -> tuple[list[Unit], list[Extra]]:
    """A booked receipt as the form would have held it, to be corrected."""
    names = {line.id: line.line_id for line in order.all_lines}
    filled, extras = list(units), []
    for item in receipt.lines:
        line = names.get(item.order_line_id or 0, "")
        free = [unit.number for unit in filled if unit.line == line and unit.grade is None][: item.quantity]
        filled = marked(
            filled,
            [unit.code for unit in filled if unit.grade] + [f"{n}.{item.grade}.{item.disposition}" for n in free],
        )
        # More came than was announced: what is beyond has no piece on the form, and goes among the further things.
        if len(free) < item.quantity:
            rest = str(item.quantity - len(free))
            extras.append(Extra(line, "" if line else item.description or "", rest, item.grade, item.disposition))
    return filled, extras


def _pieces(lines: Iterable[tuple[OrderLineRecord, int]]) -> list[Unit]:
    pieces = [line for line, quantity in lines for _ in range(quantity)][:MOST_UNITS]
    return [
        Unit(number, line.line_id, line.title, line.variant, line.id, sku=line.sku)
        for number, line in enumerate(pieces)
    ]


def _usual(grade: str | None) -> str:
    return USUAL[Grade(grade)].value if grade in set(Grade) else ""
