"""Rules of a draft as rows of the page, and the places of a policy in words for its versions."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.returns.policy.policy import Policy
from app.returns.policy.reasons import ReasonList
from app.returns.policy.ruleset.whole import as_rules
from app.returns.policy.words.names import reason_words
from app.returns.policy.words.sentences import rule_sentence
from app.staff.settings.policies.fields_form import LABELS
from app.staff.settings.policies.rule_form import is_flat


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule of the draft: its sentence, and whether a form can change it."""

    number: int
    name: str
    sentence: str
    flat: bool


def rule_rows(policy: Policy, document: dict[str, Any], reasons: ReasonList) -> list[RuleRow]:
    """The shop's own rules, from the top."""
    written = document.get("rules", [])
    return [
        RuleRow(at, rule.name, rule_sentence(rule, lambda handle: reason_words(handle, reasons)), is_flat(written[at]))
        for at, rule in enumerate(policy.rules)
    ]


def usual_rows(policy: Policy, reasons: ReasonList) -> list[str]:
    """What the fields say, as sentences, in the order in which it is asked after the shop's own rules."""
    return [
        rule_sentence(rule, lambda handle: reason_words(handle, reasons)) for rule in as_rules(policy) if rule.is_usual
    ]


def place_words(path: str) -> str:
    """A changed place (``rules.2.then.days``) for people."""
    steps = path.split(".")
    if steps[0] == "rules":
        return _("Rule %(number)s", number=steps[1]) if len(steps) > 1 else _("Rules")
    label = LABELS.get("-".join(steps[:2])) or LABELS.get(steps[0])
    return str(label) if label else path
