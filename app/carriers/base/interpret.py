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
    by_code = _from_tables(declared, code, (*hints, *pair)) or _from_words([code, *hints])
    if by_code is not None:
        return by_code
    if declared is None or declared.reads_text:
        by_sentence = phrase_meaning(text)
        # A sentence may say that it moves; that a journey has ended is for a code that somebody explained.
        if by_sentence is not None and not (code and by_sentence.status in FINAL):
            return by_sentence
    return UNKNOWN


def _from_tables(declared: Carrier | None, code: str | None, hints: tuple[str, ...]) -> CodeMeaning | None:
    """Pairs of type and code (``X/48``) are finer than the code, the code finer than the other hints."""
    if declared is None:
        return None
    fine = [hint for hint in hints if "/" in hint]
    coarse = [hint for hint in hints if "/" not in hint]
    # UPS uses the same letters in two lists: the type has to decide which is meant.
    if declared.hints_first:
        return first_meaning([declared.codes], [*fine, *coarse]) or first_meaning(_tables(declared), [code])
    return first_meaning(_tables(declared), [*fine, code, *coarse])


def _tables(declared: Carrier) -> list[Mapping[str, CodeMeaning]]:
    return [declared.codes, *([karrio.code_table(declared.connector)] if declared.connector else [])]


def _from_words(codes: list[str | None]) -> CodeMeaning | None:
    return next((understood for code in codes if (understood := word_meaning(code)) is not None), None)
