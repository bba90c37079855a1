"""The returns policy as a versioned setting of a brand: checked, written to the brand, and who has to agree to it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.brands import versions
from app.brands.queries import named_brand
from app.brands.records import SettingVersionRecord
from app.brands.services import write_policy
from app.brands.versions import SettingKind, SettingPlace, Settled
from app.core.errors import Fault, Invalid
from app.returns.policy.policy import Policy, read_policy

# Faults whose place is a name that the document lacks.
NAMED = frozenset({"missing"})
# What says when, by whom and in which words, and moves no money.
FREE_FIELDS = frozenset({"carrier", "label_maker", "draft_days", "hand_over_days", "transit_days", "inspection_days"})


def checked_policy(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it is kept: what it leaves out stays out. Raises Invalid with every fault."""
    try:
        policy = Policy.model_validate(dict(document))
    except ValidationError as error:
        raise Invalid(faults_of(document, error)) from error
    return policy.model_dump(mode="json", exclude_unset=True, by_alias=True)


def faults_of(document: Any, error: ValidationError) -> list[Fault]:
    """Each fault with the JSON pointer of its place in the document."""
    # Where a row of a list is wrong the checker calls the list too short besides, which it is not.
    faults = [one for one in error.errors() if one["type"] != "too_short" or not one["input"]]
    return [Fault(_pointer(document, one["loc"], named=one["type"] in NAMED), one["msg"]) for one in faults]


def _pointer(document: Any, where: tuple[int | str, ...], *, named: bool) -> str:
    """The place as the document has it: a choice between shapes is a step of the checker and none of the document.

    ``named``: the last step is one of the document though it is not in it.
    """
    steps, here = [], document
    for at, step in enumerate(where):
        below = _below(here, step)
        if below is None and not (named and at == len(where) - 1):
            continue
        steps.append(str(step).replace("~", "~0").replace("/", "~1"))
        here = below and below[0]
    return "".join(f"/{step}" for step in steps)


def _below(document: Any, step: int | str) -> tuple[Any] | None:
    """What stands there in the document, alone in a tuple; None where it has no such place."""
    if isinstance(document, Mapping) and step in document:
        return (document[step],)
    if isinstance(step, int) and isinstance(document, list | tuple) and step < len(document):
        return (document[step],)
    return None


def _apply(session: Session, brand: str, _name: str, document: Settled) -> None:
    write_policy(session, brand, document or {})


POLICY = SettingKind("policy", checked_policy, _apply)


def place_of(brand: str) -> SettingPlace:
    """Where a brand's policy is versioned."""
    return SettingPlace(brand, POLICY)


def may_cost(before: Policy, after: Policy) -> bool:
    """Whether a change may cost the shop money: everything but dates, carrier and the rules' own sentences."""
    return _weighed(before) != _weighed(after)


def _weighed(policy: Policy) -> dict[str, Any]:
    fields = policy.model_dump(exclude=set(FREE_FIELDS))
    return fields | {"rules": [{**rule, "words": None, "name": None} for rule in fields["rules"]]}


def put_policy(
    session: Session,
    brand: str,
    document: Mapping[str, Any] | None,
    *,
    by: str,
    expected: int | None = None,
    note: str = "",
    now: datetime,
) -> SettingVersionRecord:
    """Put a policy in force (None: the usual), or propose it where the one in force wants a second person for it.

    Raises Invalid, NotFound, and Conflict when somebody else changed it meanwhile.
    """
    draft = Policy() if document is None else read_policy(checked_policy(document))
    act = versions.propose if _needs_second(session, brand, draft) else versions.save
    return act(session, place_of(brand), document, by=by, expected=expected, note=note, now=now)


def bring_back(
    session: Session, brand: str, number: int, *, by: str, expected: int | None = None, now: datetime
) -> SettingVersionRecord:
    """Put an earlier version in force again, or propose it; 0 is the usual. Raises as ``put_policy`` does."""
    place = place_of(brand)
    document = versions.numbered(session, place, number).document if number else None
    if _needs_second(session, brand, read_policy(document)):
        note = f"Version {number}"
        return versions.propose(session, place, document, by=by, expected=expected, note=note, now=now)
    return versions.restore(session, place, number, by=by, expected=expected, now=now)


def _needs_second(session: Session, brand: str, draft: Policy) -> bool:
    # The policy in force decides: who wants to be free of a second person needs one for that.
    current = read_policy(named_brand(session, brand).policy)
    return current.second_person and may_cost(current, draft)
