"""What a shop's own text is refused for, and what is noted: each in a sentence, at its field."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.notify.kinds import Channel
from app.notify.render.gsm7 import segments
from app.notify.render.mails.book import MAILS
from app.notify.render.mails.facts import Facts
from app.notify.render.render import mail
from app.notify.texts.documents import checked
from app.notify.texts.language import BadText
from app.notify.texts.lint import TextScene, remarks, tidied
from app.notify.texts.own import own_body
from app.notify.texts.trying.samples import sample_facts
from app.notify.texts.variables import editable
from tests.notify.build import facts
from tests.notify.texts.test_usual import scene

GOOD = {"subject": "Order {{ number }}", "headline": "On its way", "lead": "Your parcel has left.\nSee you soon."}
MAIL, SMS = scene("shipment.shipped", "email"), scene("shipment.shipped", "sms")


def refused(document: dict[str, Any], where: TextScene) -> list[tuple[str, str]]:
    return [(one.field, one.words()) for one in remarks(document, where) if one.refuses]


def noted(document: dict[str, Any], where: TextScene) -> list[tuple[str, str]]:
    return [(one.field, one.words()) for one in remarks(document, where) if not one.refuses]


def test_a_good_text_is_kept_as_it_is() -> None:
    assert refused(GOOD, MAIL) == []
    assert checked(GOOD, scene=MAIL) == GOOD | {"preheader": "", "after": "", "button": ""}
    assert checked({"body": "order {{ number }} is here"}, scene=SMS)["segments"] == 1


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"subject": ""}, "subject", "Write something"),
        ({"lead": " \n "}, "lead", "Write something"),
        ({"lead": "{{ numbr }}"}, "lead", "Did you mean “number”"),
        ({"lead": "{{ amount }}"}, "lead", "There is no “amount”"),
        ({"subject": "Your order"}, "lead", "It must say “{{ number }}”"),
        ({"subject": "{% if when %}{{ number }}{% endif %}"}, "lead", "It must say “{{ number }}”"),
        ({"headline": "{{ when }}"}, "headline", "With some facts nothing is left"),
        ({"headline": "x" * 130}, "headline", "looks like an address"),
        ({"headline": "ab " * 50}, "headline", "more than 120 signs"),
        ({"subject": "{{ number }} " + "ab " * 60}, "subject", "more than 150 signs"),
        ({"lead": "ab\n" * 20}, "lead", "12 paragraphs"),
        ({"lead": "ab cd " * 500}, "lead", "2000 signs"),
        ({"lead": "x" * 5_000}, "lead", "more than 4000 signs"),
        ({"button": "Go and see where your parcel is at this moment"}, "button", "more than 40 signs"),
        ({"lead": "See https://evil.example/x"}, "lead", "looks like an address"),
        ({"lead": "Go to bit.ly/3xYz now"}, "lead", "looks like an address"),
        ({"lead": "Ask help@shop.example"}, "lead", "looks like an address"),
        ({"after": "www.evil.example"}, "after", "looks like an address"),
        ({"lead": "shop。com"}, "lead", "looks like an address"),
        ({"lead": "URGENT: your parcel"}, "lead", "what fraudsters write"),
        ({"lead": "Escribe tu contraseña"}, "lead", "what fraudsters write"),
        ({"lead": "Paga ahora"}, "lead", "what fraudsters write"),
        ({"colour": "red"}, "colour", "no field “colour”"),
        ({"lead": 7}, "lead", "Write a text"),
        ({"body": "x"}, "body", "no field"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(change: dict[str, Any], field: str, words: str) -> None:
    sentences = refused(GOOD | change, MAIL)
    assert [one for one in sentences if one[0] == field and words in one[1]], sentences
    with pytest.raises(Invalid, match="/"):
        checked(GOOD | change, scene=MAIL)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"subject": "{{ number }} " + "ab " * 26}, "subject", "Inboxes show 78 signs"),
        ({"preheader": "Short"}, "preheader", "40 to 110 signs"),
        ({"button": "See where your parcel is now"}, "button", "24 signs"),
        ({"headline": "HURRAY at last"}, "headline", "shouts"),
        ({"lead": "Yes!!"}, "lead", "shouts"),
    ],
)
def test_what_had_better_be_looked_at_is_noted(change: dict[str, Any], field: str, words: str) -> None:
    assert refused(GOOD | change, MAIL) == []
    assert [one for one in noted(GOOD | change, MAIL) if one[0] == field and words in one[1]]


@pytest.mark.parametrize("words", ["Thank you. We", "a.m. or p.m.", "12.30 h", "S.L.", "1.500 units", "Calle 3, 2º A"])
def test_a_point_alone_makes_no_address(words: str) -> None:
    assert refused(GOOD | {"lead": words}, MAIL) == []


@pytest.mark.parametrize(
    ("kind", "lead", "name"),
    [
        ("refund.paid", "We have sent it.", "amount"),
        ("return.rejected", "Sorry.", "reason"),
        ("case.answered", "We have answered you.", "standard_text"),
        ("shipment.incident", "Something happened.", "standard_text"),
        ("order.cancelled", "It's cancelled.", "why"),
    ],
)
def test_a_message_says_what_it_is_for(kind: str, lead: str, name: str) -> None:
    where = scene(kind, "email")
    assert ("lead", f"It must say “{{{{ {name} }}}}”, whichever way its choices go.") in refused(
        GOOD | {"lead": lead}, where
    )
    full = GOOD | {"lead": f"{lead} {{{{ standard_text }}}}", "subject": "{{ number }} {{ standard_headline }}"}
    assert refused(full, where) == []


def test_a_text_that_leaves_no_room_for_its_link_and_its_way_to_stop_is_refused() -> None:
    body = "order {{ number }} is on its way to you with our best wishes, and we hope that you like it"
    (refusal,) = refused({"body": body}, SMS)
    assert refusal[0] == "body" and "your name, the link and the way to stop" in refusal[1]
    assert refused({"body": body, "segments": 2}, SMS) == []
    assert ("body", "It can take 2 texts, and costs as many.") in noted({"body": body, "segments": 2}, SMS)
    assert refused({"body": body * 4, "segments": 2}, SMS)


def test_letters_that_texts_lack_are_named_with_what_stands_in() -> None:
    sentences = noted({"body": "tu pedido {{ number }} está aquí 🎁"}, SMS)
    assert ("body", "“á” is not in the alphabet of texts: “a” is sent.") in sentences
    assert ("body", "“í” is not in the alphabet of texts: “i” is sent.") in sentences
    assert ("body", "“🎁” is not in the alphabet of texts and is left out.") in sentences


def test_the_shop_is_not_named_twice_and_the_number_is_named() -> None:
    assert noted({"body": "Almazara: {{ number }}"}, SMS) == [("body", "Your name stands before each text already.")]
    assert refused({"body": "your parcel has left"}, SMS)[0][1].startswith("It must say “{{ number }}”")


NAME = st.sampled_from(["number", "when", "carrier", "parcels", "standard_text", "standard_headline", "followed"])
WORDS = st.text(max_size=12)
SAID = st.one_of(WORDS, NAME.map(lambda name: f"{{{{ {name} }}}}"))
CHOICE = st.builds(lambda name, a, b: f"{{% if {name} %}}{a}{{% else %}}{b}{{% endif %}}", NAME, SAID, SAID)
TEXT = st.lists(st.one_of(SAID, CHOICE, st.just("\n")), max_size=6).map("".join)
EVIL = "</td><script>x</script>{{ 7*7 }}\r\nBcc: x@y.z\u2028\u202e"


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(dict.fromkeys(("subject", "headline", "lead", "after", "preheader", "button"), TEXT)),
    st.booleans(),
)
def test_whatever_is_kept_can_be_sent_and_never_becomes_markup(document: dict[str, str], evil: bool) -> None:
    document = document | {"subject": document["subject"] + "{{ number }}", "headline": document["headline"] + "a"}
    try:
        document_kept = checked(document | {"lead": document["lead"] + "b"}, scene=MAIL)
    except Invalid:
        return
    for life in _lives(evil):
        made = mail("shipment.shipped", life, MAIL.tongue, own=document_kept)
        assert "<script" not in made.html.replace("&lt;script", "")
        assert not {"\r", "\n", "\u2028", "\u202e"} & {*made.subject}
        assert life.links.order in made.text and life.links.preferences in made.html
    assert tidied(document_kept, MAIL) == document_kept


@settings(max_examples=60, deadline=None)
@given(TEXT)
def test_whatever_text_is_kept_has_room_for_its_link_and_its_way_to_stop(body: str) -> None:
    try:
        document_kept = checked({"body": "{{ number }}" + body}, scene=SMS)
    except Invalid:
        return
    whole = own_body(SMS.kind, document_kept, sample_facts(SMS.shop, SMS.tongue), SMS.tongue, SMS.hint)
    assert segments(whole) == 1 and whole.endswith(SMS.hint) and "/l/" in whole and whole.startswith("Almazara: ")


def test_every_kind_names_what_it_needs() -> None:
    for channel in Channel:
        for kind in editable(channel):
            where = scene(kind, channel)
            empty = {"body": "hello"} if channel == Channel.SMS else GOOD | {"subject": "a", "lead": "b"}
            if kind != "access.link_requested":
                assert refused(empty, where) != [], kind


def _lives(evil: bool) -> list[Facts]:
    life = facts()
    bare = replace(life, parcel=replace(life.box(), expected_until=None, carrier=None, total=1, followed=False))
    bad = replace(life, parcel=replace(life.box(), carrier=EVIL), ordered=replace(life.order(), number=EVIL))
    return [life, bare, *([bad] if evil else [])]


def test_a_text_of_a_kind_that_has_none_is_an_error_that_sending_can_catch() -> None:
    with pytest.raises(BadText):
        mail("shipment.shipped", facts(), MAIL.tongue, own={"subject": "{% for %}"})
    assert set(editable(Channel.EMAIL)) <= set(MAILS)
