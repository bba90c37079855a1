"""The draft of a policy as the page carries it from press to press: nothing of it is kept before it is saved."""

import json
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.core.errors import Fault, Invalid
from app.returns.policy.policy import Policy, read_policy
from app.returns.policy.stored.kind import checked_policy
from app.staff.settings.policies.fields_form import PolicyFields, fields_of, read_fields


@dataclass(slots=True)
class PolicyDraft:
    """A document under work, its fields as typed, what is wrong with it, and from which version it was made."""

    document: dict[str, Any]
    fields: PolicyFields
    expected: int
    faults: list[Fault] = field(default_factory=list)

    @property
    def rules(self) -> list[dict[str, Any]]:
        """Its own rules, to be changed in place."""
        rules: list[dict[str, Any]] = self.document.get("rules") or []
        return rules

    @property
    def policy(self) -> Policy:
        """The draft as a policy."""
        return read_policy(self.document)

    @property
    def written(self) -> str:
        """As the page carries it."""
        return json.dumps(self.document, ensure_ascii=False)


def begun(document: dict[str, Any], number: int) -> PolicyDraft:
    """The policy in force, to be changed."""
    return PolicyDraft(dict(document), fields_of(read_policy(document)), number)


def posted(form: MultiDict[str, str], in_force: dict[str, Any]) -> PolicyDraft:
    """The draft that the page sent, with what was typed into its fields. What is no draft begins anew."""
    number = form.get("expected", "")
    expected = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
    try:
        document = checked_policy(json.loads(form.get("draft", "")))
    # Nested deep enough, JSON ends Python's own stack.
    except (Invalid, ValueError, TypeError, RecursionError):
        draft = begun(in_force, expected)
        draft.faults.append(Fault("", _("The draft couldn't be read. What is in force stands here again.")))
        return draft
    # On the page of one rule the fields are not there.
    if "window_days" not in form:
        return PolicyDraft(document, fields_of(read_policy(document)), expected)
    fields = read_fields(form, document)
    return PolicyDraft(document, fields, expected, fields.faults + _misfits(document))


def _misfits(document: dict[str, Any]) -> list[Fault]:
    """What only fields and rules together show."""
    try:
        checked_policy(document)
    except Invalid:
        return [Fault("methods-dropoff", _("A rule offers none of these ways back. Change that rule first."))]
    return []


def act_on(draft: PolicyDraft, act: str, at: int) -> None:
    """Move or remove a rule; what is not there stays as it is."""
    rules = draft.rules
    if not 0 <= at < len(rules):
        return
    other = {"up": at - 1, "down": at + 1}.get(act)
    if act == "remove":
        del rules[at]
    elif other is not None and 0 <= other < len(rules):
        rules[at], rules[other] = rules[other], rules[at]
