"""What is wrong with a shop's own text, and what it had better look at: before it is saved, field by field."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as member
from itertools import combinations
from typing import Any

from app.notify.kinds import Channel
from app.notify.render.gsm7 import SINGLE, foreign, plain, segments, septets
from app.notify.render.mails.book import MAILS
from app.notify.render.mails.facts import Facts, MailShop
from app.notify.render.mails.texts import stop_hint, whole_text
from app.notify.render.words import Tongue, tongue
from app.notify.texts.language import BadText, Pieces, always_said, asked_for, clean, fill, read_text, words_of
from app.notify.texts.own import LONGEST_LINE, allowed_segments, names_of
from app.notify.texts.trying.samples import sample_facts
from app.notify.texts.usual import MAIL_FIELDS, ONE_LINE, dressed, standard_values
from app.notify.texts.variables import values_of, variables_of
from app.notify.texts.vocabulary import linked, shouted, tricky

# As it is typed, with its marks.
LONGEST_SOURCE = {"subject": 600, "preheader": 600, "headline": 600, "button": 200, "lead": 4_000, "after": 2_000}
LONGEST_BODY, LONGEST_SAID, MOST_PARAGRAPHS = 800, 2_000, 12
# What an inbox shows of a subject and beside it, and what a button holds on a phone (docs/writing.md).
SUBJECT, PREVIEW, BUTTON = 78, (40, 110), 24
MUST = {Channel.EMAIL: ("subject", "headline", "lead"), Channel.SMS: ("body",)}
_MONEY = ("amount", "standard_subject", "standard_headline", "standard_text")
_CASE = ("case", "standard_subject", "standard_text")
# What a message of a kind never goes without: one of these names is said in one of the fields that everybody reads.
_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "refund.paid": (_MONEY,),
    "refund.changed": (_MONEY,),
    "refund.voided": (_MONEY,),
    "return.changed": (_MONEY,),
    "return.rejected": (("reason", "standard_text"),),
    "return.sent_back": (("reason", "standard_text"),),
    "case.opened": (_CASE, ("standard_closing",)),
    "case.answered": (("standard_text",),),
    "order.cancelled": (("why", "standard_text"),),
    "order.on_hold": (("why", "standard_text"),),
    "shipment.incident": (("standard_text",),),
    "text.help": (("contact",),),
}
_NUMBER = ("number", "standard_subject")
# More would be tried than anybody's text turns on.
MOST_CHOICES = 6


def _l(text: str) -> str:
    """Mark a text for translation."""
    return text


@dataclass(frozen=True, slots=True)
class TextRemark:
    """Something about a field of a text; one that ``refuses`` must be mended before the text is saved."""

    field: str
    sentence: str
    values: Mapping[str, object] = member(default_factory=dict)
    refuses: bool = True

    def words(self, translate: Callable[..., str] | None = None) -> str:
        """The sentence, in English or as ``translate`` puts it."""
        return translate(self.sentence, **self.values) if translate else self.sentence % self.values


@dataclass(frozen=True, slots=True)
class TextScene:
    """What a text is for: kind, channel and language; the shop that says it; whether a text can be answered."""

    kind: str
    channel: str
    language: str
    shop: MailShop
    answerable: bool = True

    @property
    def tongue(self) -> Tongue:
        """The language, as it is spoken when nobody says where."""
        return tongue(self.language, "Europe/Madrid", (self.language,))

    @property
    def fields(self) -> tuple[str, ...]:
        """What can be written."""
        return ("body",) if self.channel == Channel.SMS else MAIL_FIELDS

    @property
    def hint(self) -> str:
        """How to get no more texts, as it stands at the end of each."""
        return stop_hint(self.tongue, answerable=self.answerable)


def tidied(document: Mapping[str, Any], scene: TextScene) -> dict[str, Any]:
    """The document as it is kept: its fields without what nobody sees."""
    tidy: dict[str, Any] = {
        name: clean(str(document.get(name) or ""), lines=name not in (*ONE_LINE, "body")) for name in scene.fields
    }
    return tidy | {"segments": allowed_segments(document)} if scene.channel == Channel.SMS else tidy


def remarks(document: Mapping[str, Any], scene: TextScene) -> list[TextRemark]:
    """Everything about a text, those that refuse it first; what cannot be read is looked at no further."""
    noticed = list(_of_source(document, scene))
    if not noticed:
        tidy = tidied(document, scene)
        pieces = {name: read_text(tidy[name], names_of(scene.kind, scene.channel)) for name in scene.fields}
        noticed = [*_of_words(pieces), *_of_names(pieces, scene), *_of_results(tidy, pieces, scene)]
    return sorted(_once(noticed), key=lambda remark: not remark.refuses)


def _once(noticed: list[TextRemark]) -> list[TextRemark]:
    return list({(one.field, one.words()): one for one in noticed}.values())


def _of_source(document: Mapping[str, Any], scene: TextScene) -> Iterator[TextRemark]:
    """Whether it can be read at all."""
    for name in document:
        if name not in (*scene.fields, "segments"):
            yield TextRemark(name, _l("There is no field “%(name)s”."), {"name": str(name)[:40]})
    for name in scene.fields:
        source, most = document.get(name) or "", LONGEST_SOURCE.get(name, LONGEST_BODY)
        if not isinstance(source, str):
            yield TextRemark(name, _l("Write a text."))
        elif len(source) > most:
            yield TextRemark(name, _l("It has more than %(most)s signs."), {"most": most})
        elif not source.strip() and name in MUST[Channel(scene.channel)]:
            yield TextRemark(name, _l("Write something here."))
        else:
            try:
                read_text(tidied({name: source}, scene)[name], names_of(scene.kind, scene.channel))
            except BadText as error:
                yield TextRemark(name, error.sentence, error.values)


def _of_words(pieces: Mapping[str, Pieces]) -> Iterator[TextRemark]:
    """What stands in it word for word: addresses, what looks like a trick, what shouts."""
    for name, field_pieces in pieces.items():
        words = "\n".join(words_of(field_pieces))
        for link in linked(words):
            sentence = _l("“%(link)s” looks like an address. Links are added by the portal: leave it out.")
            yield TextRemark(name, sentence, {"link": link})
        for word in tricky(words):
            sentence = _l("“%(word)s” is what fraudsters write, and mail programs and networks stop it.")
            yield TextRemark(name, sentence, {"word": word})
        for word in shouted(words):
            yield TextRemark(name, _l("“%(word)s” shouts: filters count it against you."), {"word": word}, False)


def _of_names(pieces: Mapping[str, Pieces], scene: TextScene) -> Iterator[TextRemark]:
    """What a kind never goes without."""
    names = frozenset[str]().union(*(always_said(field_pieces) for field_pieces in pieces.values()))
    needed = _NEEDED.get(scene.kind, ())
    if scene.kind.startswith(("order.", "shipment.", "return.", "refund.")):
        needed = (_NUMBER, *needed)
    for one_of in needed:
        if not names & {*one_of}:
            main = "body" if scene.channel == Channel.SMS else "after" if one_of == ("standard_closing",) else "lead"
            sentence = _l("It must say “{{ %(name)s }}”, whichever way its choices go.")
            # In a text there are no names for the portal's own words, nor all the facts that a mail has.
            if one_of[0] in names_of(scene.kind, scene.channel):
                yield TextRemark(main, sentence, {"name": one_of[0]})


def variants(pieces: Mapping[str, Pieces], scene: TextScene) -> Iterator[Facts]:
    """The sample with the longest usual values, with and without each thing that the text turns on."""
    variables = variables_of(scene.kind, scene.channel)
    turning = {name for field_pieces in pieces.values() for name in asked_for(field_pieces) | always_said(field_pieces)}
    without = [one for name in sorted(turning & variables.keys()) if (one := variables[name].without)][:MOST_CHOICES]
    whole = dressed(sample_facts(scene.shop, scene.tongue), scene.kind)
    for count in range(len(without) + 1):
        for chosen in combinations(without, count):
            facts = whole
            for take in chosen:
                facts = take(facts)
            yield facts


def _of_results(tidy: Mapping[str, Any], pieces: Mapping[str, Pieces], scene: TextScene) -> Iterator[TextRemark]:
    """What it comes to with the longest usual values, and where some of them are lacking."""
    for facts in variants(pieces, scene):
        if scene.channel == Channel.SMS:
            yield from _of_text(tidy, facts, scene)
        else:
            yield from _of_mail(tidy, facts, scene)
    if scene.channel == Channel.SMS:
        yield from _of_letters("\n".join(words_of(pieces["body"])))


def _of_letters(words: str) -> Iterator[TextRemark]:
    for letter in foreign(words):
        stand_in = plain(letter)
        sentence = (
            _l("“%(letter)s” is not in the alphabet of texts: “%(stand_in)s” is sent.")
            if stand_in
            else _l("“%(letter)s” is not in the alphabet of texts and is left out.")
        )
        yield TextRemark("body", sentence, {"letter": letter, "stand_in": stand_in}, False)


def _of_text(tidy: Mapping[str, Any], facts: Facts, scene: TextScene) -> Iterator[TextRemark]:
    values, names = values_of(scene.kind, scene.channel, facts, scene.tongue), names_of(scene.kind, scene.channel)
    body = fill(tidy["body"], values, names).strip()
    whole = whole_text(body, facts, scene.hint)
    if not body:
        yield TextRemark("body", _l("With some facts nothing is left of it."))
    count, most = segments(whole), allowed_segments(tidy)
    if count > most:
        over = septets(whole) - (SINGLE if most == 1 else 2 * 153)
        sentence = _l(
            "With the longest values, your name, the link and the way to stop, it is %(over)s signs too long."
        )
        yield TextRemark("body", sentence, {"over": over})
    elif count > 1:
        yield TextRemark("body", _l("It can take %(count)s texts, and costs as many."), {"count": count}, False)
    if plain(body).casefold().startswith(values["shop"].casefold()):
        yield TextRemark("body", _l("Your name stands before each text already."), refuses=False)


def _of_mail(tidy: Mapping[str, Any], facts: Facts, scene: TextScene) -> Iterator[TextRemark]:
    names = names_of(scene.kind, scene.channel)
    content = MAILS[scene.kind](facts, scene.tongue)
    values = values_of(scene.kind, scene.channel, facts, scene.tongue) | standard_values(content)
    filled = {name: fill(tidy[name], values, names).strip() for name in scene.fields}
    for name in MUST[Channel.EMAIL]:
        if not filled[name] and (name != "lead" or values["standard_text"]):
            yield TextRemark(name, _l("With some facts nothing is left of it."))
    for name, most in LONGEST_LINE.items():
        if len(filled[name]) > most:
            yield TextRemark(name, _l("With the longest values it has more than %(most)s signs."), {"most": most})
    for name in ("lead", "after"):
        if len(filled[name]) > LONGEST_SAID or len(filled[name].splitlines()) > MOST_PARAGRAPHS:
            limits = {"most": LONGEST_SAID, "paragraphs": MOST_PARAGRAPHS}
            yield TextRemark(name, _l("It has more than %(most)s signs or %(paragraphs)s paragraphs."), limits)
    yield from _of_inbox(filled)


def _of_inbox(filled: Mapping[str, str]) -> Iterator[TextRemark]:
    """What an inbox shows of it, and a button on a phone."""
    subject, preview = filled["subject"], filled["preheader"]
    if SUBJECT < len(subject) <= LONGEST_LINE["subject"]:
        sentence = _l("Inboxes show %(most)s signs of a subject: with the longest values it has %(count)s.")
        yield TextRemark("subject", sentence, {"most": SUBJECT, "count": len(subject)}, False)
    if preview and not PREVIEW[0] <= len(preview) <= PREVIEW[1]:
        limits = {"least": PREVIEW[0], "most": PREVIEW[1], "count": len(preview)}
        sentence = _l("A preview has %(least)s to %(most)s signs: this one has %(count)s.")
        yield TextRemark("preheader", sentence, limits, False)
    if preview and subject and preview.casefold() in (subject.casefold(), filled["headline"].casefold()):
        yield TextRemark("preheader", _l("The preview repeats what stands beside it."), refuses=False)
    if BUTTON < len(filled["button"]) <= LONGEST_LINE["button"]:
        yield TextRemark("button", _l("A button has %(most)s signs at most on a phone."), {"most": BUTTON}, False)
