"""Who makes labels of returns, and what our own say: frozen facts, the words around them in the reader's language."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from app.core.settings import PartSettings, check_names

NAME = re.compile(r"[a-z][a-z0-9_]*")
# The portal's own numbers. Thirteen characters make a bar code that fits a label of four inches at a width that every
# scanner reads. Among a million labels whoever guesses eleven digits hits one in a hundred thousand tries.
OWN_LETTERS, OWN_DIGITS = "PR", 11


@dataclass(frozen=True, slots=True)
class LabelAddress:
    """One end of the way back, as far as it is known; ``country`` has two letters."""

    name: str
    line1: str = ""
    line2: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class ParcelBack:
    """What a label is asked for. ``key``: the same however often the same label is asked for, and no other's.

    ``reference`` is the return's, ``order`` the order's number; ``carrier`` whom the shop's policy names; ``deadline``
    the last day to hand it over; ``weight_g`` grams, None where nobody knows.
    """

    key: str
    reference: str
    order: str
    carrier: str
    sender: LabelAddress
    recipient: LabelAddress
    deadline: date | None = None
    weight_g: int | None = None


@dataclass(frozen=True, slots=True)
class MadeLabel:
    """A label: its number, whose it is, and its files. Without files our own papers bear the number.

    Raises ValueError when the number could not be printed as a code.
    """

    number: str
    carrier: str
    pdf: bytes | None = None
    zpl: bytes | None = None

    def __post_init__(self) -> None:
        """Refuse a number that no scanner could read back."""
        if not is_code(self.number, 48):
            raise ValueError("The tracking number holds characters that a bar code cannot carry.")


class LabelMaker(Protocol):
    """Makes labels of parcels that come back."""

    def make(self, parcel: ParcelBack) -> MadeLabel:
        """The label, within ten seconds; asked again with the same ``key``, the same label where that can be had.

        Raises ProviderRejected where asking again is of no use; whatever else it raises, it is asked again.
        """


S = TypeVar("S", bound=PartSettings)


@dataclass(frozen=True, slots=True)
class Labels(Generic[S]):
    """A label maker, as ``maker.py`` of its folder declares it. ``name`` begins the names of its settings.

    ``at_once``: it calls nobody and has no settings, so the label is there in the moment in which a return is
    approved. Every other is asked by a job, with no transaction open.
    """

    name: str
    title: str
    settings: type[S]
    make: Callable[[S], LabelMaker]
    at_once: bool = False

    def __post_init__(self) -> None:
        """Refuse what would take another's place."""
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name}: small letters, digits and _ make a name")
        check_names(self.settings, f"{self.name}_")


@dataclass(frozen=True, slots=True)
class Label:
    """One return parcel's label.

    ``reference`` is the return's random reference; ``order`` what the customer knows the order by, printed and never
    part of an address; ``code`` the text inside the QR code; ``tracking_number`` printable ASCII without blanks;
    ``sender`` and ``recipient`` address lines, name first; ``weight_g`` grams; ``shop`` whose paper it is.
    Raises ValueError when a code could not be printed.
    """

    reference: str
    tracking_number: str
    carrier: str
    service: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    order: str
    code: str
    deadline: date | None = None
    weight_g: int | None = None
    shop: str = ""

    def __post_init__(self) -> None:
        """Refuse codes that no scanner could read back."""
        if not is_code(self.tracking_number, 48):
            raise ValueError("The tracking number holds characters that a bar code cannot carry.")
        if not is_code(self.code, 120):
            raise ValueError("The code text holds characters that the slip's code cannot carry.")


@dataclass(frozen=True, slots=True)
class LabelWords:
    """The printed words, already in the reader's language; dates and weights are written out.

    ``issuer`` says whose number it bears, ``point`` where it is dropped off; ``barcode`` and ``qr`` stand for the codes
    where somebody listens.
    """

    sender: str
    recipient: str
    reference: str
    order: str
    deadline: str = ""
    weight: str = ""
    point: tuple[str, ...] = ()
    issuer: str = ""
    barcode: str = ""
    qr: str = ""

    def facts(self) -> list[str]:
        """What stands beside the code, in its order."""
        texts = (self.reference, self.order, self.deadline, self.weight, *self.point, self.issuer)
        return [text for text in texts if text]


@dataclass(frozen=True, slots=True)
class SlipItem:
    """One line of the packing slip."""

    quantity: int
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """The packing slip below the label on A4: what goes into the parcel and what to do with the sheet."""

    title: str
    items_title: str
    items: tuple[SlipItem, ...]
    steps_title: str
    steps: tuple[str, ...]
    fold: str
    more: str = ""


def is_code(text: str, longest: int) -> bool:
    """Tell whether the text is printable ASCII without blanks and short enough for a code."""
    return 0 < len(text) <= longest and all("!" <= character <= "~" for character in text)


def is_own_number(number: str) -> bool:
    """Whether a number has the form of the portal's own, and so is most likely one."""
    letters, digits = number[: len(OWN_LETTERS)], number[len(OWN_LETTERS) :]
    return letters == OWN_LETTERS and len(digits) == OWN_DIGITS and digits.isdecimal()
