"""Every rule reads as a sentence, in Spanish and in English, made from the rule itself."""

from typing import Any

import pytest
from flask import Flask

from app.core.i18n.locale import speaking
from app.returns.policy.policy import Policy
from app.returns.policy.rules import RuleFinding
from app.returns.policy.ruleset.rule import PolicyRule
from app.returns.policy.ruleset.whole import as_rules
from app.returns.policy.words.sentences import finding_sentence, rule_sentence
from app.returns.words import finding_words, in_english
from tests.returns.policy.ruleset.rules import answer_of, policy_of, the_line, the_order

SHOES = {"on": "category", "one_of": ["zapatos"]}
FRANCE = {"on": "country", "one_of": ["FR", "PT"]}
RETURNS = {"on": "returns", "at_least": 5, "days": 90}


def sentence(rule: dict[str, Any], language: str) -> str:
    with speaking(language):
        return rule_sentence(PolicyRule.model_validate({"name": "one"} | rule)).replace("\u00a0", " ")


SENTENCES = [
    (
        {"when": {"all": [FRANCE, {"not": SHOES}]}, "then": {"do": "refuse"}},
        "If it goes to France or Portugal and the item isn't of the kind zapatos: you can't send it back.",
        "Si va a Francia o Portugal y el artículo no es del tipo zapatos: no lo puedes devolver.",
    ),
    (
        {"when": {"any": [RETURNS, {"on": "first_order"}]}, "then": {"do": "review"}},
        "If the customer has asked for 5 or more returns in 90 days or it's the customer's first order: "
        "our team decides.",
        "Si el cliente ha pedido 5 devoluciones o más en 90 días o es el primer pedido del cliente: "
        "decide nuestro equipo.",
    ),
    (
        {"when": {"on": "ordered", "since": "11-15", "until": "12-24"}, "then": {"do": "window", "days": 60}},
        "If it was ordered from 15 Nov to 24 Dec: you can send it back for 60 days after it arrives.",
        "Si se pidió del 15 nov al 24 dic: lo puedes devolver 60 días desde que llega.",
    ),
    (
        {"when": {"on": "return_value", "at_least": {"EUR": 5000, "MXN": 90000}}, "then": {"do": "waive"}},
        "If what you send back is worth €50.00 / MX$900.00 or more: sending it back is free.",
        "Si lo que devuelves vale 50,00 € / 900,00 MXN o más: devolverlo es gratis.",
    ),
    (
        {"then": {"do": "fee", "percent": 15}},
        "Always: sending it back costs 15% of its price.",
        "Siempre: devolverlo cuesta 15 % de su precio.",
    ),
    (
        {"when": {"on": "reason", "one_of": ["too_small"]}, "then": {"do": "methods", "methods": ["dropoff"]}},
        "If the reason is “Too small”: you can send it back this way: “Drop it off”.",
        "Si el motivo es «Talla o medida pequeña»: lo puedes devolver así: «Llevarlo a un punto».",
    ),
]


@pytest.mark.parametrize(("rule", "english", "spanish"), SENTENCES)
def test_a_rule_reads_as_a_sentence(app: Flask, rule: dict[str, Any], english: str, spanish: str) -> None:
    with app.app_context():
        assert sentence(rule, "en") == english
        assert sentence(rule, "es") == spanish


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_whole_policy_reads_as_sentences(app: Flask, language: str) -> None:
    with app.app_context(), speaking(language):
        sentences = [rule_sentence(rule) for rule in as_rules(Policy(countries=("ES", "PT"), free_above=5000))]
    assert len(sentences) > 15
    assert len(set(sentences)) == len(sentences)
    assert not any("%(" in one or "{" in one for one in sentences)


def findings_of(rule: dict[str, Any]) -> tuple[RuleFinding, ...]:
    return answer_of(policy_of(rule), the_order(the_line(category="zapatos"))).obstacles


def test_a_customer_reads_why(app: Flask) -> None:
    refused = findings_of({"when": SHOES, "then": {"do": "refuse"}})
    with app.app_context():
        for language, words in (
            ("en", "You can't send it back, since the item is of the kind zapatos."),
            ("es", "No lo puedes devolver, ya que el artículo es del tipo zapatos."),
        ):
            with speaking(language):
                assert finding_words(refused) == [words]
        assert in_english(refused[0].code, refused[0].params).startswith("You can't send it back, since")


def test_the_shop_s_own_sentence_stands_in_its_language(app: Flask) -> None:
    words = {"es": "Los zapatos de baile no se devuelven."}
    refused = findings_of({"when": SHOES, "then": {"do": "refuse"}, "words": words})
    with app.app_context():
        with speaking("es"):
            assert finding_words(refused) == [words["es"]]
        with speaking("en"):
            assert finding_words(refused) == ["You can't send it back, since the item is of the kind zapatos."]


def test_a_customer_is_not_told_how_their_returns_are_counted(app: Flask) -> None:
    often = {"on": "returns", "at_least": 1, "days": 90}
    with app.app_context(), speaking("en"):
        assert finding_words(findings_of({"when": often, "then": {"do": "review"}})) == ["Our team will review it."]
        refusal = finding_words(findings_of({"when": often, "then": {"do": "refuse"}}))
    assert refusal == ["You can't send it back here. Write to us if you have a question."]


@pytest.mark.parametrize("document", [{"when": {"on": "the moon"}, "then": {"do": "refuse"}}, "a rule", None])
def test_a_rule_of_a_release_that_is_gone_is_told_without_its_reason(app: Flask, document: object) -> None:
    with app.app_context(), speaking("en"):
        assert finding_sentence("rule_refuses", document).startswith("You can't send it back here.")
