"""What the withdrawal's form holds: who, which order, where the acknowledgement goes, and which items are meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.core.i18n.words import amount
from app.orders.contacts.contact_points import email_key, pasted_contact
from app.orders.records import OrderLineRecord

# 254 is the longest address that SMTP carries (RFC 5321 and its errata). What is longer is cut, never refused.
LENGTHS = {"name": 200, "order": 200, "contact": 254, "items": 2000, "ref": 20}
UNITS = "units-"


@dataclass(frozen=True, slots=True)
class WithdrawalLine:
    """An item that may be withdrawn from: so many are left, and so many chosen; a measure is taken whole or not."""

    line: OrderLineRecord
    left: int
    chosen: int

    @property
    def field(self) -> str:
        """The name of its field."""
        return f"{UNITS}{self.line.line_id}"

    @property
    def measure(self) -> str | None:
        """How much it is where that is no number of pieces."""
        return self.line.measure_of(self.left)

    @property
    def said(self) -> str:
        """«2 × Camiseta»."""
        return f"{amount(self.chosen, self.line.measure_of(self.chosen))} × {self.line.title}"


@dataclass(frozen=True, slots=True)
class Entries:
    """What was typed, and ticked: ``units`` by the shop's line id; ``ref`` the order's page that led here."""

    name: str = ""
    order: str = ""
    contact: str = ""
    items: str = ""
    ref: str = ""
    units: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "Entries":
        """The form, trimmed and cut to what a statement can hold."""
        typed = {name: form.get(name, "").replace("\x00", "").strip()[:most] for name, most in LENGTHS.items()}
        units = {name.removeprefix(UNITS): _count(form[name]) for name in form if name.startswith(UNITS)}
        return cls(**typed, units=units)

    def errors(self, lines: Iterable[WithdrawalLine] = ()) -> list[tuple[str, str]]:
        """Only what makes an acknowledgement impossible, or leaves nothing to withdraw from."""
        errors = []
        # The law asks for these three alone: nothing else may stand in the way (Directive 2011/83, article 11a).
        if not self.name:
            errors.append(("name", _("Enter your name.")))
        if not self.order:
            errors.append(("order", _("Enter your order number, or describe the order.")))
        if email_key(pasted_contact(self.contact)) is None:
            errors.append(("contact", _("Enter an e-mail address, so that we can send you the acknowledgement.")))
        offered = list(lines)
        if offered and not any(line.chosen for line in offered):
            errors.append((offered[0].field, _("Choose at least one item.")))
        return errors


def chosen_lines(lines: Iterable[tuple[OrderLineRecord, int]], entries: Entries | None) -> list[WithdrawalLine]:
    """The items with what was chosen of them: all of it until somebody says otherwise."""
    return [
        WithdrawalLine(line, left, left if entries is None else _chosen(line, left, entries)) for line, left in lines
    ]


def _chosen(line: OrderLineRecord, left: int, entries: Entries) -> int:
    units = entries.units.get(line.line_id, 0)
    # A measure has one box to tick: all of it, or none.
    return min(units, left) if not line.measure_of(left) else left if units else 0


def _count(text: str) -> int:
    # isdigit takes «²» as well, which int refuses.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
