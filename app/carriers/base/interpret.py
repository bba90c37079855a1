"""One scan put into our words: our table, then karrio's, then the field's words, then sentences; else ``unknown``."""

from collections.abc import Mapping

from app.carriers.base import karrio
from app.carriers.base.declaration import Carrier
from app.carriers.base.scans import CodeMeaning
from app.carriers.base.vocabulary import UNKNOWN, first_meaning, phrase_meaning, word_meaning
from app.carriers.registry import reader
from app.tracking.states import ShipmentState

FINAL = frozenset({ShipmentState.DELIVERED, ShipmentState.RETURNED, ShipmentState.LOST, ShipmentState.CANCELLED})


def meaning(
    carrier: str, *, code: str | None = None, hints: tuple[str, ...] = (), text: str | None = None
) -> CodeMeaning:
    """What a carrier's code, coarser words and sentence say together.

    A sentence never ends a journey while a code that nobody explained stands beside it: an unknown code is unknown,
    never delivered. A carrier that nobody taught us is read by the field's words alone.
    """
    declared = reader(carrier)
    pair = (f"{code}/{text}",) if code and text else ()
    found = _from_tables(declared, code, (*hints, *pair)) or _from_words([code, *hints])
    if found is not None:
        return found
    if declared is None or declared.reads_text:
        said = phrase_meaning(text)
        if said is not None and not (code and said.status in FINAL):
            return said
    return UNKNOWN


def _from_tables(declared: Carrier | None, code: str | None, hints: tuple[str, ...]) -> CodeMeaning | None:
    """Pairs of type and code (``X/48``) are finer than the code, the code finer than the other hints."""
    if declared is None:
        return None
    fine = [hint for hint in hints if "/" in hint]
    coarse = [hint for hint in hints if "/" not in hint]
    if declared.hints_first:
        return first_meaning([declared.codes], [*fine, *coarse]) or first_meaning(_tables(declared), [code])
    return first_meaning(_tables(declared), [*fine, code, *coarse])


def _tables(declared: Carrier) -> list[Mapping[str, CodeMeaning]]:
    return [declared.codes, *([karrio.code_table(declared.connector)] if declared.connector else [])]


def _from_words(codes: list[str | None]) -> CodeMeaning | None:
    return next((found for code in codes if (found := word_meaning(code)) is not None), None)
