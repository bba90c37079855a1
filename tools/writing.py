"""Holds the texts of both languages to docs/writing.md: ``python -m tools.writing`` tells what a reader stumbles over.

Texts are those of the catalogues. Words that mean something else in Spain and in Mexico, or have another name here, are
faults in every text; sentences too long or too hard to read in those that customers read; buttons too long for a phone.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import textstat
from babel.messages.catalog import Message

from tools.words import PLACEHOLDER, ROOT, catalogue_of, forms

# INFLESZ calls 55 to 65 «normal», 65 and more «easy»; Flesch calls 60 «plain English».
EASY = 60
MOST_WORDS = 20
# Both figures are made for pages: of one to four words («Continuar», «Order number») a single long name decides.
FEWEST_WORDS = 5
# Sentences that stay below, each for its reason; whatever else does is said in shorter words.
SPARED = {
    "The carrier couldn't deliver your parcel.": "each word is the plain one; no other says who and what",
    "El transportista lo tiene retenido.": "the carrier has one name, of five syllables",
    "This e-mail is your acknowledgement.": "the law's word",
    "Devoluciones, reembolsos y desistimientos: porque la ley nos obliga.": "three of the law's words",
}
BUTTON = 24
# Pages that only the shop's own people and their engineers read.
CONSOLE = re.compile(
    r"^app/(staff|metrics|api|sandbox|oms|notify/plan|notify/texts|notify/send/(?!codes)|notify/providers|orders/document|pages/samples"
    r"|templates/(staff|api|sandbox|pages/_ui|pages/ui))"
)
# A value for each placeholder, of the length that a sentence usually gets.
SAMPLES = {
    "en": {
        "day": "4 May",
        "when": "4 May",
        "until": "4 May",
        "moment": "at 18:00",
        "amount": "€20",
        "number": "A-10482",
    },
    "es": {
        "day": "4 de mayo",
        "when": "4 de mayo",
        "until": "4 de mayo",
        "moment": "a las 18:00",
        "amount": "20 €",
        "number": "A-10482",
    },
}
COUNTED = ("num", "most", "many", "count", "total", "quantity")
# What is spelt for a machine is not read aloud.
ADDRESS = re.compile(r"\S+@\S*\w")
SENTENCE = re.compile(r"(?<=[.!?…])\s+")
BRITISH = re.compile(
    r"\b(parcels?|cancell(ed|ing)|postcodes?|colours?|neighbours?|letterbox|centre|working days?"
    r"|acknowledgement|collect(s|ed|ions?)?|pick-ups?|labelled|authorised|recognised|metres)\b",
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
        r"(?<!gastos de )(?<!forma de )(?<!de su )\benvíos?\b(?! corre)": "paquete",
        r"\bdetenid[oa]s?\b": "retenido",
        r"\bretrasad[oa]s?\b|\bse retrasa\b": "con retraso",
        r"\bde camino\b": "en camino",
        r"\bpuntos? de entrega\b": "punto de devolución, punto de recogida",
        r"\benseñ(a|as|ar|e|es|o)(lo|la)?\b": "mostrar",
        r"\b(alguien|una persona) (del|de nuestro) equipo\b|\bequipo de ayuda\b": "nuestro equipo",
        r"\bpor el mismo medio\b": "al mismo medio de pago",
        r"(?<!faltan )\bpiezas?\b": "unidad",
        r"\bescaneos?\b": "lectura",
        r"\bvale (durante|hasta|diez|\d)": "caduca en, válido hasta",
        r"\b(STOP|START)\b": "BAJA, ALTA",
        r"\brastreo\b": "seguimiento",
        r"\bventa final\b": "sin devolución por cambio de idea",
        r"\bcontactarnos\b": "contactar con nosotros",
        r"\banul\w+ (la|una|tu|esta) devoluci|\bdevoluci\w+ anulad": "cancelar",
        r"^Salir$": "Cerrar sesión, Cerrar el pedido",
    },
    "en": {
        r"\bthe way you paid\b": "to the same payment method",
        r"\btelephone\b": "phone",
        r"[«»]": "“ ”",
        r"\bat the latest\b": "by",
        r"\breturn window\b": "return period",
        r"\bparcel shop\b": "partner shop",
        r"\bheld up\b": "held",
        r"\bdelayed\b(?! by)": "late",
        r"\bpick(s|ed|ing)? (it |them )?up\b": "collect",
        r"\bplaced on\b": "ordered on",
        r"\bbank days?\b": "working days",
        r"\b(one of us|a person on our team|help team)\b": "our team",
        r"\b(my|your) position\b": "location",
        r"\banswer(ed)? STOP\b": "reply STOP",
        r"\bletter box\b": "letterbox",
        r"\bfinal sale\b": "sold without return for a change of mind",
        r"\buniversal time\b": "UTC",
    },
}
# Only where the shop talks to its customers: a console and an interface may be drier.
FORBIDDEN_TO_CUSTOMERS: dict[str, dict[str, str]] = {
    "es": {
        r"\bproductos?\b": "artículo",
        r"\bestá (cancelad|aceptad|entregad|aprobad)[oa]\b": "se ha cancelado, hemos aceptado",
    },
    "en": {
        r"\bpieces?\b": "unit",
        r"\bshipments?\b": "parcel",
        r"\bmoney back\b": "refund",
        r"(?<!its )\bway back\b": "how you send it back",
        r"\bannounced\b": "of your return",
        r"(?<!-)\bmails?\b": "e-mail",
        r"\bwe look\b|\btak(e|es|ing) a look\b": "check, review",
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
        values = dict.fromkeys(COUNTED, "2") | SAMPLES[self.language]
        whole = re.sub(r"%\((\w+)\)s", lambda match: values.get(match.group(1), "Correos"), self.text)
        return [one for one in SENTENCE.split(ADDRESS.sub("me", whole).strip()) if one.endswith((".", "!", "?", "…"))]


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
    for sentence in line.sentences if line.customers else ():
        words = len(sentence.split())
        if words > MOST_WORDS:
            yield f"{line.language}: {words} words: {sentence!r}"
        if sentence not in SPARED and words >= FEWEST_WORDS and (ease := reading_ease(sentence, line.language)) < EASY:
            yield f"{line.language}: reading ease {ease:.0f}: {sentence!r}"


def reading_ease(text: str, language: str) -> float:
    """Flesch's figure for English, Szigriszt's (the INFLESZ scale) for Spanish: 0 hard to 100 easy."""
    textstat.set_lang(language)
    return float(textstat.flesch_reading_ease(text) if language == "en" else textstat.szigriszt_pazos(text))


def spread() -> Iterator[str]:
    """How easy what customers read is: sentences by length, and how many of them stay below."""
    for language in FORBIDDEN:
        sentences = {
            sentence for line in lines() if line.customers and line.language == language for sentence in line.sentences
        }
        for least, most in ((1, FEWEST_WORDS - 1), (FEWEST_WORDS, 9), (10, MOST_WORDS)):
            eases = [reading_ease(one, language) for one in sentences if least <= len(one.split()) <= most]
            tens = Counter(min(90, max(0, int(ease // 10) * 10)) for ease in eases)
            shown = " ".join(f"{ten}+:{tens[ten]}" for ten in sorted(tens))
            below = sum(ease < EASY for ease in eases)
            yield f"{language}: {least} to {most} words: {len(eases)}, below {EASY}: {below} ({shown})"


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
    """Tell them; 1 when there is one. ``ease`` tells how easy the whole is instead."""
    if "ease" in sys.argv[1:]:
        sys.stdout.write("".join(f"{line}\n" for line in spread()))
        return 0
    wrong = faults()
    sys.stdout.write("".join(f"{fault}\n" for fault in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
