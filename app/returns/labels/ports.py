"""What a label and its packing slip say: frozen facts and the words around them, in the reader's language."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Label:
    """One return parcel's label.

    ``reference`` is the return's random reference; ``order`` what the customer knows the order by, printed and never
    part of an address; ``code`` the text inside the QR code; ``tracking_number`` printable ASCII without blanks;
    ``sender`` and ``recipient`` address lines, name first; ``weight_g`` grams.
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

    def __post_init__(self) -> None:
        """Refuse codes that no scanner could read back."""
        if not is_code(self.tracking_number, 48):
            raise ValueError("The tracking number holds characters that a bar code cannot carry.")
        if not is_code(self.code, 120):
            raise ValueError("The code text holds characters that the slip's code cannot carry.")


@dataclass(frozen=True, slots=True)
class LabelWords:
    """The printed words, already in the reader's language; dates and weights are written out."""

    sender: str
    recipient: str
    reference: str
    order: str
    deadline: str = ""
    weight: str = ""


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
