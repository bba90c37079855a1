"""The portal's own words as texts to edit: filled in, they say what the portal says."""

from dataclasses import replace
from typing import Any

import pytest

from app.notify.kinds import KINDS, Channel
from app.notify.render.mails.book import MAILS
from app.notify.render.mails.facts import Facts, OtherParcel
from app.notify.render.mails.texts import TEXTS, stop_hint, text
from app.notify.render.words import tongue
from app.notify.texts.lint import TextScene, remarks, tidied
from app.notify.texts.own import own_body, own_content
from app.notify.texts.trying.samples import sample_facts, sample_shop
from app.notify.texts.usual import is_written_out, usual_text
from app.notify.texts.variables import editable, variables_of
from app.tracking.summary.stages import Stage
from tests.notify.build import facts

LANGUAGES = ("en", "es")
EVERY = [(kind, channel) for channel in Channel for kind in editable(channel)]


def scene(kind: str, channel: str, language: str = "en", **changes: Any) -> TextScene:
    return TextScene(kind, channel, language, replace(sample_shop("Almazara"), **changes))


def lives(kind: str, channel: str) -> list[Facts]:
    """Facts as orders have them: with everything, without each thing that may be lacking, and as tests know them."""
    whole = replace(facts(), ordered=replace(facts().order(), why="Nothing is charged.", title="On hold"))
    parcels = replace(
        whole, parcel=replace(whole.box(), rest=(OtherParcel(2, "On its way"),), next_step="Wait for it.")
    )
    collected = replace(parcels, parcel=replace(parcels.box(), stage=Stage.COLLECTED))
    waiting = replace(whole, ordered=replace(whole.order(), stage=Stage.ON_HOLD))
    owed = replace(whole, back=replace(whole.returned(), owed=595, collected_on=whole.returned().deadline))
    linked = replace(whole, links=replace(whole.links, orders=(("1", "https://x"), ("2", "https://y"))))
    alive = [whole, parcels, collected, waiting, owed, linked]
    without = [variable.without for variable in variables_of(kind, channel).values() if variable.without]
    every = alive + [take(one) for one in alive for take in without]
    # Where others are still to come there is more than one.
    return [one for one in every if one.box().total > 1 or not one.box().rest]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", editable(Channel.EMAIL))
def test_a_mails_template_says_what_the_portal_says(kind: str, language: str) -> None:
    t = tongue(language, "Europe/Madrid")
    for life in lives(kind, Channel.EMAIL):
        content = MAILS[kind](life, t)
        template = usual_text(kind, Channel.EMAIL, language, life.shop)
        made = own_content(content, kind, template, life, t)
        assert replace(made, lead=content.lead, after=content.after) == content
        assert (_flat(made.lead), _flat(made.after)) == (_flat(content.lead), _flat(content.after))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", editable(Channel.SMS))
def test_a_texts_template_says_what_the_portal_says(kind: str, language: str) -> None:
    t, shop = tongue(language, "Europe/Madrid"), sample_shop("Almazara")
    life = sample_facts(shop, t)
    template = usual_text(kind, Channel.SMS, language, shop)
    hint = stop_hint(t, answerable=True)
    assert own_body(kind, template, life, t, hint) == text(kind, life, t, hint=hint)


def test_what_can_be_written_out_is() -> None:
    late = usual_text("shipment.late", Channel.EMAIL, "en", sample_shop())
    assert late["headline"] == "{% if when and before %}Late: now {{ when }}{% else %}Your parcel is late{% endif %}"
    shipped = usual_text("shipment.shipped", Channel.EMAIL, "es", sample_shop())
    assert "Llega {{ when }}: pedido {{ number }}" in shipped["subject"]
    assert usual_text("shipment.incident", Channel.EMAIL, "en", sample_shop())["lead"] == "{{ standard_text }}"
    assert sum(map(is_written_out, editable(Channel.EMAIL))) >= 15


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "channel"), EVERY)
def test_nothing_refuses_the_portals_own_words(kind: str, channel: str, language: str) -> None:
    one = scene(kind, channel, language)
    template = usual_text(kind, channel, language, one.shop)
    assert [remark.words() for remark in remarks(template, one) if remark.refuses] == []
    assert tidied(template, one) == tidied(tidied(template, one), one)


def test_every_message_to_a_customer_can_be_edited_but_the_laws() -> None:
    apart = {kind for kind in KINDS if kind.startswith("shop.")} | {"withdrawal.received", "privacy.erasure_asked"}
    assert {*editable(Channel.EMAIL), *editable(Channel.SMS)} == {*KINDS} - apart
    assert {*editable(Channel.SMS)} == {*TEXTS} - apart


def _flat(lines: tuple[str, ...]) -> list[str]:
    return [line for line in lines if line]
