"""Notes on an order document: what was set right in it, or set aside, and where; for staff and for its sender. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# As much of what was sent as helps to find it again.
LONGEST_WAS = 120


def _l(text: str) -> str:
    """Mark a text for translation where it stands; it is translated when it is said."""
    return text


class NoteKind(StrEnum):
    """What was done; each has its sentence in ``WORDS``."""

    CLEANED = "cleaned"
    HTML = "html"
    CUT = "cut"
    LEFT_OUT = "left_out"
    DEFAULTED = "defaulted"
    WORD_UNKNOWN = "word_unknown"
    TIME_UNREADABLE = "time_unreadable"
    EMAIL_MENDED = "email_mended"
    EMAIL_UNUSABLE = "email_unusable"
    PHONE_UNREADABLE = "phone_unreadable"
    PICTURE_UNUSABLE = "picture_unusable"
    ADDRESS_UNUSABLE = "address_unusable"
    COUNTRY_READ = "country_read"
    COUNTRY_UNKNOWN = "country_unknown"
    POSTCODE_ZERO = "postcode_zero"
    SEVERAL_NUMBERS = "several_numbers"
    NO_NUMBER = "no_number"
    QUANTITY_ROUNDED = "quantity_rounded"
    DISCOUNT_LINE = "discount_line"
    MADE_POSITIVE = "made_positive"
    FEE_AS_DISCOUNT = "fee_as_discount"
    LINE_UNKNOWN = "line_unknown"
    MORE_PACKED = "more_packed"
    MORE_GONE = "more_gone"
    PAYMENTS_DIFFER = "payments_differ"
    PAID_AFTER_REFUNDS = "paid_after_refunds"
    PAID_UNSURE = "paid_unsure"
    PAID_BELOW_REFUNDS = "paid_below_refunds"


WORDS = {
    NoteKind.CLEANED: _l("Control characters and invisible marks were left out."),
    NoteKind.HTML: _l("HTML in the text was read as plain text."),
    NoteKind.CUT: _l("The text was too long and was cut."),
    NoteKind.LEFT_OUT: _l("It could not be read and was left out."),
    NoteKind.DEFAULTED: _l("It was missing; the usual value was taken."),
    NoteKind.WORD_UNKNOWN: _l("The word is unknown; the usual value was taken."),
    NoteKind.TIME_UNREADABLE: _l("The time could not be read and was left out."),
    NoteKind.EMAIL_MENDED: _l("The e-mail address was read out of what was written."),
    NoteKind.EMAIL_UNUSABLE: _l("This is no e-mail address that can be written to: no mails are sent to it."),
    NoteKind.PHONE_UNREADABLE: _l("This is no phone number that can be read: no texts are sent to it."),
    NoteKind.PICTURE_UNUSABLE: _l("The picture's address cannot be used; a neutral picture is shown."),
    NoteKind.ADDRESS_UNUSABLE: _l("The web address cannot be used and was left out."),
    NoteKind.COUNTRY_READ: _l("The country was read from what was written."),
    NoteKind.COUNTRY_UNKNOWN: _l("The country is missing or unknown."),
    NoteKind.POSTCODE_ZERO: _l("A leading zero was put back into the postcode."),
    NoteKind.SEVERAL_NUMBERS: _l("Several tracking numbers stood in one field: each is a parcel of its own."),
    NoteKind.NO_NUMBER: _l("This is no tracking number and was left out."),
    NoteKind.QUANTITY_ROUNDED: _l("The quantity is no whole number: it was rounded up, the amount stays exact."),
    NoteKind.DISCOUNT_LINE: _l("The line has a negative price: it was taken as a discount on the order."),
    NoteKind.MADE_POSITIVE: _l("A discount is an amount of zero or more: the sign was left out."),
    NoteKind.FEE_AS_DISCOUNT: _l("A negative fee was taken as a discount."),
    NoteKind.LINE_UNKNOWN: _l("The order has no such line: this was left out."),
    NoteKind.MORE_PACKED: _l("Parcels hold more pieces than were ordered, as when something is sent again."),
    NoteKind.MORE_GONE: _l("More pieces are cancelled and returned than were ordered; no more than those count."),
    NoteKind.PAYMENTS_DIFFER: _l("The payments do not add up to what was paid: the larger sum was taken."),
    NoteKind.PAID_AFTER_REFUNDS: _l("What was paid is told without what was given back: refunds were added again."),
    NoteKind.PAID_UNSURE: _l("What was paid fell as if by refunds of ours: see whether those due are paid already."),
    NoteKind.PAID_BELOW_REFUNDS: _l("More was given back than was paid: a person should look."),
}

# Of what a person can mend at its source, or has to decide: money that does not add up, a customer whom nothing
# reaches, goods and parcels that are not what the shop meant. What was read as it was surely meant needs nobody.
FOR_A_PERSON = (
    NoteKind.PAID_UNSURE,
    NoteKind.PAID_BELOW_REFUNDS,
    NoteKind.PAYMENTS_DIFFER,
    NoteKind.MORE_GONE,
    NoteKind.LINE_UNKNOWN,
    NoteKind.NO_NUMBER,
    NoteKind.EMAIL_UNUSABLE,
    NoteKind.COUNTRY_UNKNOWN,
    NoteKind.LEFT_OUT,
)
# Leads to them in the notes of a row. An index is made of it: other kinds take a migration that makes it anew.
PATH_FOR_A_PERSON = "$[*].kind ? ({})".format(" || ".join(f'@ == "{kind}"' for kind in sorted(FOR_A_PERSON)))


@dataclass(frozen=True, slots=True)
class Note:
    """``pointer`` leads into the document as it was sent (RFC 6901), ``was`` is what stood there."""

    pointer: str
    kind: NoteKind
    was: str | None = None

    @property
    def detail(self) -> str:
        """The note as a sentence in English, as it stands in the catalogues."""
        return WORDS[self.kind]

    def document(self) -> dict[str, Any]:
        """As the order's row keeps it."""
        return {"pointer": self.pointer, "kind": self.kind.value, "was": self.was}


def note_of(document: dict[str, Any]) -> Note:
    """A note that a row kept."""
    return Note(document["pointer"], NoteKind(document["kind"]), document.get("was"))
