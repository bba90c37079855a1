"""One rule as a form: from its document to typed fields, and back, with every fault at its field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from app.core.errors import Fault
from app.core.i18n.catalogues import languages
from app.returns.policy.reasons import ReasonList
from app.returns.policy.ruleset.conditions import SHAPE_OF
from app.returns.policy.ruleset.rule import PolicyRule
from app.staff.settings.policies.questions import QUESTIONS, ConditionRow, choices_of
from app.staff.settings.policies.typed import amounts_text, names_of, read_amounts, whole

Document = dict[str, Any]
MOST_CONDITIONS = 20


@dataclass(slots=True)
class RuleForm:
    """What stands in the form of a rule."""

    name: str
    joint: str
    rows: list[ConditionRow]
    do: str
    values: dict[str, str] = field(default_factory=dict)
    methods: frozenset[str] = frozenset()
    even_in_withdrawal: bool = False


def is_flat(rule: Mapping[str, Any]) -> bool:
    """Whether a form can show it: one level of «and» or «or» over plain questions."""
    return all("on" in _bare(part)[0] for part in _parts(rule.get("when")))


def form_of(rule: Mapping[str, Any], reasons: ReasonList, currency: str) -> RuleForm:
    """The rule as it is to be changed."""
    when, then = rule.get("when"), rule["then"]
    values = {f"words-{language}": words for language, words in (rule.get("words") or {}).items()}
    values |= {"days": str(then.get("days", "")), "percent": str(then.get("percent") or "")}
    values["amount"] = amounts_text(then.get("amount") or {})
    return RuleForm(
        rule["name"],
        "any" if isinstance(when, dict) and "any" in when else "all",
        [_row(number, part, reasons) for number, part in enumerate(_parts(when))],
        then["do"],
        values,
        frozenset(then.get("methods", ())),
        bool(then.get("even_in_withdrawal")),
    )


def posted_form(form: MultiDict[str, str], reasons: ReasonList) -> RuleForm:
    """What was typed, as it was."""
    rows: list[ConditionRow] = []
    for number in range(MOST_CONDITIONS):
        on = form.get(f"c{number}-on", "")
        if on in QUESTIONS:
            prefix = f"c{number}-"
            typed = {key.removeprefix(prefix): text for key, text in form.items() if key.startswith(prefix)}
            ticked = frozenset(form.getlist(f"{prefix}pick"))
            rows.append(ConditionRow(len(rows), on, f"{prefix}not" in form, typed, ticked, choices_of(on, reasons)))
    texts = {
        name: form.get(name, "") for name in ("days", "percent", "amount", *(f"words-{one}" for one in languages()))
    }
    return RuleForm(
        form.get("name", "").strip(),
        "any" if form.get("joint") == "any" else "all",
        rows,
        form.get("do", ""),
        texts,
        frozenset(form.getlist("methods")),
        "even_in_withdrawal" in form,
    )


def empty_row(on: str, number: int, reasons: ReasonList) -> ConditionRow:
    """A condition to be filled in."""
    return ConditionRow(number, on, False, {}, frozenset(), choices_of(on, reasons))


def read_rule(form: RuleForm, currency: str) -> tuple[Document, list[Fault]]:
    """The rule's document, and what keeps it from being one; a fault's pointer is a field's name."""
    faults: list[Fault] = []
    conditions = [_condition(row, currency, faults) for row in form.rows]
    rule: Document = {"name": form.name, "then": _effect(form, currency, faults)}
    if conditions:
        rule["when"] = conditions[0] if len(conditions) == 1 else {form.joint: conditions}
    words = {one: text for one in sorted(languages()) if (text := form.values.get(f"words-{one}", "").strip())}
    if words:
        rule["words"] = words
    # What is wrong at a field would be said twice by the whole.
    if not faults:
        faults += _rest(rule)
    return rule, faults


def _rest(rule: Document) -> Iterator[Fault]:
    """What only the whole rule shows."""
    try:
        PolicyRule.model_validate(rule)
    except ValidationError as error:
        places = {str(one["loc"][0]) if one["loc"] else "" for one in error.errors()}
        if "name" in places:
            yield Fault("name", _("Write a short name of small letters, digits and hyphens."))
        elif "words" in places:
            yield Fault("words-es", _("A sentence has 300 signs at most."))
        elif "" in places:
            yield Fault("do", _("A rule about the way back or the amount can refuse, review, charge or make it free."))
        else:
            yield Fault("do", _("Something in this rule can't be read."))


def _effect(form: RuleForm, currency: str, faults: list[Fault]) -> Document:
    effect: Document = {"do": form.do}
    if form.do == "window":
        effect["days"] = _number(form.values["days"], "days", faults, most=3650)
    elif form.do == "fee" and form.values["percent"].strip():
        effect["percent"] = _number(form.values["percent"], "percent", faults, least=1, most=100)
    elif form.do == "fee":
        effect["amount"] = _amounts(form.values["amount"], "amount", currency, faults)
    elif form.do == "methods":
        effect["methods"] = sorted(form.methods)
        if not form.methods:
            faults.append(Fault("methods-dropoff", _("Choose at least one way back.")))
    elif form.do == "refuse" and form.even_in_withdrawal:
        effect["even_in_withdrawal"] = True
    return effect


def _condition(row: ConditionRow, currency: str, faults: list[Fault]) -> Document:
    prefix = f"c{row.number}-"
    leaf: Document = {"on": row.on} | _SHAPES[row.shape](row, prefix, currency, faults)
    return {"not": leaf} if row.opposite else leaf


def _name(row: ConditionRow, prefix: str, _currency: str, faults: list[Fault]) -> Document:
    if row.choices:
        names = tuple(key for key, _words in row.choices if key in row.ticked)
    else:
        names = names_of(row.values.get("names", ""))
    if row.on in ("country", "currency", "region"):
        names = tuple(name.upper() for name in names)
    letters = {"country": 2, "currency": 3}.get(row.on)
    if not names or any(letters and not (len(one) == letters and one.isascii() and one.isalpha()) for one in names):
        where = f"{prefix}pick-{row.choices[0][0]}" if row.choices else f"{prefix}names"
        faults.append(Fault(where, _("%(question)s: say at least one, as the hint shows.", question=row.title)))
    return {"one_of": list(names)}


def _worth(row: ConditionRow, prefix: str, currency: str, faults: list[Fault]) -> Document:
    bounds = {}
    for name in ("at_least", "below"):
        if row.values.get(name, "").strip():
            bounds[name] = _amounts(row.values[name], f"{prefix}{name}", currency, faults)
    if not bounds:
        faults.append(
            Fault(f"{prefix}at_least", _("%(question)s: say from or below which amount.", question=row.title))
        )
    return bounds


def _count(row: ConditionRow, prefix: str, _currency: str, faults: list[Fault]) -> Document:
    names = [name for name in ("at_least", "at_most") if row.values.get(name, "").strip()]
    if not names:
        faults.append(Fault(f"{prefix}at_least", _("%(question)s: say from or up to how many.", question=row.title)))
    return {name: _number(row.values[name], f"{prefix}{name}", faults) for name in names}


def _history(row: ConditionRow, prefix: str, _currency: str, faults: list[Fault]) -> Document:
    most = 100 if row.on == "share_returned" else 10_000
    return {
        "at_least": _number(row.values.get("at_least", ""), f"{prefix}at_least", faults, least=1, most=most),
        "days": _number(row.values.get("days", ""), f"{prefix}days", faults, least=1, most=3650),
    }


def _title(row: ConditionRow, prefix: str, _currency: str, faults: list[Fault]) -> Document:
    words = names_of(row.values.get("names", ""))
    if not words:
        faults.append(Fault(f"{prefix}names", _("%(question)s: say at least one.", question=row.title)))
    return {"words": list(words)}


def _season(row: ConditionRow, prefix: str, _currency: str, faults: list[Fault]) -> Document:
    days = {name: row.values.get(name, "").strip() for name in ("since", "until")}
    try:
        PolicyRule.model_validate({"name": "one", "when": {"on": row.on} | days, "then": {"do": "waive"}})
    except ValidationError:
        faults.append(Fault(f"{prefix}since", _("Write both days as 2026-12-24, or as 12-24 for every year.")))
    return days


def _flag(_row: ConditionRow, _prefix: str, _currency: str, _faults: list[Fault]) -> Document:
    return {}


_SHAPES = {
    "name": _name, "worth": _worth, "count": _count, "history": _history, "title": _title, "season": _season,
    "flag": _flag,
}  # fmt: skip


def _number(text: str, where: str, faults: list[Fault], *, least: int = 0, most: int = 10**6) -> int:
    number = whole(text, most)
    if number is None or number < least:
        faults.append(Fault(where, _("Write a whole number from %(least)s to %(most)s.", least=least, most=most)))
    return number or 0


def _amounts(text: str, where: str, currency: str, faults: list[Fault]) -> dict[str, int]:
    amounts = read_amounts(text, currency)
    if not amounts:
        faults.append(Fault(where, _("Write amounts with their currency, such as 3.95 EUR; 4.50 USD.")))
    return amounts or {}


def _parts(when: Any) -> list[Document]:
    if when is None:
        return []
    joined = when.get("all") or when.get("any")
    return list(joined) if joined else [when]


def _bare(part: Document) -> tuple[Document, bool]:
    return (part["not"], True) if "not" in part else (part, False)


def _row(number: int, part: Document, reasons: ReasonList) -> ConditionRow:
    leaf, opposite = _bare(part)
    shape, values = SHAPE_OF[leaf["on"]], {}
    names = leaf.get("one_of") or leaf.get("words") or ()
    if shape == "worth":
        values = {name: amounts_text(leaf.get(name) or {}) for name in ("at_least", "below")}
    elif shape in ("count", "history", "season"):
        values = {name: str(amount) for name, amount in leaf.items() if name != "on" and amount is not None}
    elif shape == "flag":
        # «Not so» and «no» mean the same: the form knows one of them.
        opposite = opposite is bool(leaf.get("yes", True))
    else:
        values = {"names": ", ".join(names)}
    return ConditionRow(number, leaf["on"], opposite, values, frozenset(names), choices_of(leaf["on"], reasons))
