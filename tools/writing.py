"""Holds the texts of both languages to docs/writing.md: ``python -m tools.writing`` tells what a reader stumbles over.

Texts are those of the catalogues. Words that mean something else in Spain and in Mexico, or have another name here, are
faults in every text; sentences too long or too hard to read in those that customers read; buttons too long for a phone.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import textstat
from babel.messages.catalog import Message

from tools.words import PLACEHOLDER, ROOT, catalogue_of, forms

# INFLESZ calls 55 to 65 «normal», 65 and more «easy»; Flesch calls 60 «plain English».
EASY = 60
MOST_WORDS = 20
# Of fewer words a measure made for pages of text says nothing: one long name decides.
FEWEST_WORDS = 10
BUTTON = 24
# Pages that only the shop's own people and their engineers read.
CONSOLE = re.compile(
    r"^app/(staff|metrics|api|sandbox|oms|notify/plan|notify/send|orders/document"
    r"|templates/(staff|api|sandbox|pages/_ui|pages/ui))"
)
# A value for each placeholder, of the length that a sentence usually gets.
SAMPLES = {"day": "Friday", "amount": "€20", "number": "A-10482", "num": "2"}
SENTENCE = re.compile(r"(?<=[.!?…])\s+")
# The words of the law are a table of their own, which nobody rewrites in passing.
LAW = re.compile(r"withdraw|cancel my contract|desist|revoc", re.IGNORECASE)

BRITISH = re.compile(
    r"\b(parcels?|cancell(ed|ing)|postcodes?|colours?|neighbours?|letterbox|centre|working days?"
    r"|acknowledgement|labelled|authorised|recognised|metres)\b",
    re.IGNORECASE,
)

FORBIDDEN = {
    "es": {
        r"\bmóvil(es)?\b": "teléfono",
        r"\bresguardos?\b": "comprobante",
        r"\bjustificantes?\b": "acuse de recibo, comprobante",
        r"\btaquillas?\b": "casillero automático (locker)",
        r"\bporter[íi]as?\b": "recepción",
        r"\bparad[oa]s?\b": "en espera",
        r"\balbar[áa]n(es)?\b": "hoja de devolución",
        r"\bvuestr[oa]s?\b|\benviadme\b|\bvosotr[oa]s\b": "tú",
        r"\blaborables?\b": "hábiles",
        r"\bantes del %\(": "a más tardar el",
        r"\bcomo (muy )?tarde\b": "a más tardar",
        r"\ba por\b": "recoger",
    },
    "en": {
        r"\bthe way you paid\b": "to the same payment method",
        r"\btelephone\b": "phone",
        r"[«»]": "“ ”",
        r"\bat the latest\b": "by",
        r"\breturn window\b": "return period",
        r"\bparcel shop\b": "partner shop",
    },
}
# Only where the shop talks to its customers: a console and an interface may be drier.
FORBIDDEN_TO_CUSTOMERS: dict[str, dict[str, str]] = {
    "es": {},
    "en": {
        r"\bhand(s|ed|ing)? (it |the parcel |them )?over\b": "drop off",
        r"\b(do|does|did|is|are|was|were|can|will|would|have|has) ?not\b": "a contraction",
        r"\b(we|you) will\b|(?<![a-z] )\b(it|we|you) (is|are)\b": "a contraction",
    },
}


@dataclass(frozen=True, slots=True)
class Line:
    """One form of a text in one language, and whether customers read it."""

    language: str
    text: str
    customers: bool

    @property
    def sentences(self) -> list[str]:
        """Its sentences, with a value in each placeholder."""
        whole = re.sub(r"%\((\w+)\)s", lambda match: SAMPLES.get(match.group(1), "Correos"), self.text)
        return [one for one in SENTENCE.split(whole.strip()) if one.endswith((".", "!", "?", "…"))]


def lines() -> Iterator[Line]:
    """Every text in English and Spanish."""
    for message in catalogue_of("es", "messages"):
        if message.id:
            yield from _lines_of(message)


def _lines_of(message: Message) -> Iterator[Line]:
    customers = any(not CONSOLE.match(path) for path, _line in message.locations)
    for language, texts in (("en", message.id), ("es", message.string)):
        yield from (Line(language, form, customers) for form in forms(texts) if form)


def word_faults(line: Line) -> Iterator[str]:
    """Words that are not ours."""
    patterns = {**FORBIDDEN[line.language], **(FORBIDDEN_TO_CUSTOMERS[line.language] if line.customers else {})}
    for pattern, better in patterns.items():
        match = re.search(pattern, line.text, re.IGNORECASE)
        if match:
            yield f"{line.language}: “{match.group()}” in {line.text!r}: say {better}"


def sentence_faults(line: Line) -> Iterator[str]:
    """Sentences that a tired person reads twice."""
    for sentence in line.sentences if line.customers and not LAW.search(line.text) else ():
        words = len(sentence.split())
        if words > MOST_WORDS:
            yield f"{line.language}: {words} words: {sentence!r}"
        if words >= FEWEST_WORDS and (ease := reading_ease(sentence, line.language)) < EASY:
            yield f"{line.language}: reading ease {ease:.0f}: {sentence!r}"


def reading_ease(text: str, language: str) -> float:
    """Flesch's figure for English, Szigriszt's (the INFLESZ scale) for Spanish: 0 hard to 100 easy."""
    textstat.set_lang(language)
    return float(textstat.flesch_reading_ease(text) if language == "en" else textstat.szigriszt_pazos(text))


def buttons() -> set[str]:
    """The English texts of all buttons and of links that look like one."""
    macro = re.compile(r"\b(?:link_|post_)?button\(\s*_\(\s*\"([^\"]+)\"")
    plain = re.compile(r"class=\"button[^>]*>\s*\{\{-? _\(\"([^\"]+)\"")
    pages = [path.read_text("utf-8") for path in (ROOT / "app" / "templates").rglob("*.html")]
    return {match for page in pages for pattern in (macro, plain) for match in pattern.findall(page)}


def button_faults() -> Iterator[str]:
    """Buttons that do not fit on a phone."""
    named = buttons()
    for message in catalogue_of("es", "messages"):
        if forms(message.id)[0] in named:
            for text in (*forms(message.id), *forms(message.string)):
                if len(re.sub(r"%\(\w+\)s", "xxxxxx", text)) > BUTTON:
                    yield f"a button of {len(text)} signs: {text!r}"


def american_faults() -> Iterator[str]:
    """Texts that Americans would read in British words."""
    american = {forms(text.id)[0]: forms(text.string) for text in catalogue_of("en_US", "messages") if text.id}
    for message in catalogue_of("es", "messages"):
        if BRITISH.search(PLACEHOLDER.sub("", " ".join(forms(message.id)))) and not is_american(
            american.get(forms(message.id)[0], ())
        ):
            yield f"en_US: {forms(message.id)[0]!r} is British: say it in app/translations/en_US"


def is_american(texts: Sequence[str]) -> bool:
    """Whether there is a text, and nothing British in it; names of placeholders are the code's."""
    return all(texts) and bool(texts) and not BRITISH.search(PLACEHOLDER.sub("", " ".join(texts)))


def faults() -> list[str]:
    """All of it, each once."""
    faults_of_texts = [fault for line in lines() for check in (word_faults, sentence_faults) for fault in check(line)]
    return list(dict.fromkeys([*faults_of_texts, *button_faults(), *american_faults()]))


def main() -> int:
    """Tell them; 1 when there is one."""
    wrong = faults()
    sys.stdout.write("".join(f"{fault}\n" for fault in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
