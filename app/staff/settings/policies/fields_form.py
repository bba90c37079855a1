"""The fields of a policy that are no rules, as typed texts: read into the draft, with every fault at its field."""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from app.core.errors import Fault
from app.returns.policy.policy import Policy
from app.returns.policy.ruleset.terms import Method
from app.returns.policy.ruleset.whole import amounts_of
from app.staff.settings.policies.typed import amounts_text, names_of, read_amounts, whole

LABELS: dict[str, LazyString] = {
    "window_days": _l("Days to send it back"),
    "grace_days": _l("Days after that in which a person decides"),
    "conformity_days": _l("Days for what is damaged or wrong"),
    "hand_over_days": _l("Days to hand it over, from approval"),
    "transit_days": _l("Working days on the road back"),
    "inspection_days": _l("Working days from receipt to refund"),
    "final_sale": _l("Sold without return"),
    "personalised": _l("Made for one person"),
    "fees-dropoff": _l("Cost of dropping it off"),
    "fees-pickup": _l("Cost of a collection"),
    "free_above": _l("Free of charge for goods worth"),
    "review_above": _l("A person looks at refunds above"),
    "second_person_above": _l("Two people pay refunds above"),
    "countries": _l("Countries served"),
    "category_windows": _l("Other days by category"),
    "categories": _l("Categories that can't come back"),
    "methods": _l("Ways back"),
    "refund_without_receipt": _l("Refund when the carrier has the parcel"),
    "second_person": _l("What may cost money is approved by a second person"),
    "currency": _l("Currency of amounts without one"),
}
NUMBERS = {
    "window_days": 3650, "grace_days": 365, "conformity_days": 10_000, "hand_over_days": 90, "transit_days": 60,
    "inspection_days": 30,
}  # fmt: skip
LEAVES, FLAGS = ("final_sale", "personalised"), ("refund_without_receipt", "second_person")
AMOUNTS = ("free_above", "review_above", "second_person_above")


@dataclass(slots=True)
class PolicyFields:
    """What stands in the form: texts by field, and what is ticked."""

    texts: dict[str, str]
    methods: frozenset[str]
    flags: frozenset[str]
    faults: list[Fault] = field(default_factory=list)


def fields_of(policy: Policy) -> PolicyFields:
    """A policy's fields as they are typed."""
    texts = {name: str(getattr(policy, name)) for name in (*NUMBERS, *LEAVES, "currency")}
    texts |= {name: amounts_text(amounts_of(getattr(policy, name), policy.currency)) for name in AMOUNTS}
    for method in Method:
        texts[f"fees-{method}"] = amounts_text(amounts_of(policy.fees.get(method), policy.currency))
    texts["countries"] = ", ".join(policy.countries or ())
    texts["category_windows"] = "\n".join(f"{name}: {days}" for name, days in policy.category_windows.items())
    texts["categories"] = "\n".join(f"{name}: {leave}" for name, leave in policy.categories.items())
    flags = frozenset(name for name in FLAGS if getattr(policy, name))
    return PolicyFields(texts, frozenset(policy.methods), flags)


def read_fields(form: MultiDict[str, str], document: dict[str, Any]) -> PolicyFields:
    """Write what was typed into the document; what says the usual and was left out before is left out still."""
    policy = Policy.model_validate({name: value for name, value in document.items() if name != "rules"})
    before, typed = fields_of(policy), _posted(form)
    changes: dict[str, Any] = {}
    for name, text in typed.texts.items():
        if text.replace("\r\n", "\n").strip() != before.texts[name]:
            _READERS[name](name, text, typed, changes)
    if typed.methods != before.methods:
        changes["methods"] = [str(method) for method in Method if method in typed.methods]
        if not typed.methods:
            typed.faults.append(Fault("methods-dropoff", _("Choose at least one way back.")))
    changes |= {name: name in typed.flags for name in FLAGS if (name in typed.flags) != (name in before.flags)}
    # One fee alone would leave the other ways back free: the document names all of them or none.
    if "fees" in changes:
        usual = {str(method): amounts_of(policy.fees.get(method), policy.currency) for method in policy.fees}
        changes["fees"] = usual | changes["fees"]
    # Half of what was typed would be a policy that nobody wrote.
    if not typed.faults:
        document |= changes
    return typed


def _posted(form: MultiDict[str, str]) -> PolicyFields:
    names = [name for name in LABELS if name not in (*FLAGS, "methods")]
    texts = {name: form.get(name, "") for name in names if name in form}
    return PolicyFields(
        texts, frozenset(form.getlist("way")) & frozenset(Method), frozenset(name for name in FLAGS if name in form)
    )


def _number(name: str, text: str, typed: PolicyFields, changes: dict[str, Any]) -> None:
    number = whole(text, NUMBERS[name])
    if number is None or (name == "hand_over_days" and number < 1):
        say = _("%(field)s: write a whole number up to %(most)s.", field=LABELS[name], most=NUMBERS[name])
        typed.faults.append(Fault(name, say))
    changes[name] = number


def _leave(name: str, text: str, _typed: PolicyFields, changes: dict[str, Any]) -> None:
    # What is none of the three was never offered.
    if text in ("yes", "review", "no"):
        changes[name] = text


def _amount(name: str, text: str, typed: PolicyFields, changes: dict[str, Any]) -> None:
    amounts = read_amounts(text, typed.texts.get("currency", "EUR"))
    if amounts is None:
        say = _("%(field)s: write amounts with their currency, such as 3.95 EUR; 4.50 USD.", field=LABELS[name])
        typed.faults.append(Fault(name, say))
    if name.startswith("fees-"):
        changes.setdefault("fees", {})[name.removeprefix("fees-")] = amounts or {}
    else:
        changes[name] = amounts or None


def _countries(name: str, text: str, typed: PolicyFields, changes: dict[str, Any]) -> None:
    codes = [code.upper() for code in names_of(text)]
    if any(len(code) != 2 or not code.isascii() or not code.isalpha() for code in codes):
        typed.faults.append(Fault(name, _("Write codes of two letters, such as ES, PT; nothing serves all countries.")))
    changes[name] = codes or None


def _currency(name: str, text: str, typed: PolicyFields, changes: dict[str, Any]) -> None:
    code = text.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        typed.faults.append(Fault(name, _("Write a code of three letters, such as EUR.")))
    changes[name] = code


def _rows(name: str, text: str, typed: PolicyFields, changes: dict[str, Any]) -> None:
    """Lines of «name: value»."""
    rows: dict[str, Any] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        key, _colon, value = (part.strip() for part in line.rpartition(":"))
        read = whole(value, 3650) if name == "category_windows" else value if value in ("yes", "review", "no") else None
        if not key or read is None or key in rows:
            say = _("%(field)s: one category a line, as the hint shows.", field=LABELS[name])
            typed.faults.append(Fault(name, say))
            return
        rows[key] = read
    changes[name] = rows


_READERS = {
    **dict.fromkeys(NUMBERS, _number), **dict.fromkeys(LEAVES, _leave),
    **dict.fromkeys((*AMOUNTS, "fees-dropoff", "fees-pickup"), _amount), "countries": _countries,
    "currency": _currency, "category_windows": _rows, "categories": _rows,
}  # fmt: skip
