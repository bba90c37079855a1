"""Policies and reasons as the interface tells them, with the tags by which they are changed."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.api.http.operations import Answer
from app.api.http.problems import Problem
from app.brands import versions
from app.brands.queries import named_brand
from app.brands.records import SettingVersionRecord
from app.brands.versions import SettingPlace
from app.core.i18n.locale import speaking
from app.returns.policy.policy import Policy, read_policy
from app.returns.policy.ruleset.whole import as_rules
from app.returns.policy.stored.kind import place_of
from app.returns.policy.stored.reason_list import ReasonDocument, reasons_of, reasons_place, usual_document
from app.returns.policy.words.names import reason_words
from app.returns.policy.words.sentences import rule_sentence


class PolicyBody(Policy):
    """A whole policy; what is left out is as usual."""


class ReasonsBody(ReasonDocument):
    """A whole list of reasons, in the order in which they are offered."""


class SettingVersionAnswer(BaseModel):
    """One version: who made it, when and why, who decided it, and what it says; no document: the usual."""

    number: int
    state: str
    made_by: str
    made_at: datetime
    decided_by: str | None
    note: str
    restores: int | None
    document: dict[str, Any] | None


class SettingVersionList(BaseModel):
    """The newest versions first."""

    versions: list[SettingVersionAnswer]


class RuleWords(BaseModel):
    """A rule of the policy by its name, as a sentence."""

    name: str
    words: str


class PolicyAnswer(BaseModel):
    """The policy in force: ``document`` as it was written, ``policy`` with what it leaves out, ``rules`` in words.

    ``version`` is the number in force, 0 while nobody has changed it; ``proposed`` waits for a second person.
    """

    brand: str
    version: int
    document: dict[str, Any]
    policy: dict[str, Any]
    rules: list[RuleWords]
    proposed: SettingVersionAnswer | None


class ReasonsAnswer(BaseModel):
    """The reasons in force, retired ones too."""

    brand: str
    version: int
    document: dict[str, Any]


def policy_answer(session: Session, key: str) -> Answer:
    """A brand's policy, with the tag of its version."""
    brand, place = named_brand(session, key), place_of(key)
    policy, proposal, lists = read_policy(brand.policy), versions.proposed(session, place), reasons_of(brand)
    # Sentences of the interface are English, whatever a browser would ask for.
    with speaking("en"):
        rules = [
            RuleWords(name=rule.name, words=rule_sentence(rule, lambda handle: reason_words(handle, lists)))
            for rule in as_rules(policy)
        ]
    answer = PolicyAnswer(
        brand=key,
        version=number_of(session, place),
        document=brand.policy,
        policy=policy.model_dump(mode="json", by_alias=True),
        rules=rules,
        proposed=version_answer(proposal) if proposal else None,
    )
    return Answer(answer, headers={"ETag": tag_of(session, place)})


def reasons_answer(session: Session, key: str) -> Answer:
    """A brand's reasons, with the tag of their version."""
    brand, place = named_brand(session, key), reasons_place(key)
    # As if it had been written: whoever reads it changes it and sends it back.
    document = brand.reasons or usual_document()
    answer = ReasonsAnswer(brand=key, version=number_of(session, place), document=document)
    return Answer(answer, headers={"ETag": tag_of(session, place)})


def version_list(session: Session, place: SettingPlace) -> Answer:
    """The newest fifty."""
    named_brand(session, place.brand)
    return Answer(SettingVersionList(versions=[version_answer(row) for row in versions.history(session, place)]))


def version_answer(version: SettingVersionRecord) -> SettingVersionAnswer:
    """A version as lists tell it."""
    return SettingVersionAnswer.model_validate(version, from_attributes=True)


def number_of(session: Session, place: SettingPlace) -> int:
    """The number in force; 0 while nobody has changed it."""
    current = versions.live(session, place)
    return current.number if current else 0


def tag_of(session: Session, place: SettingPlace) -> str:
    """The tag of what is in force."""
    return f'"{place.brand}-{place.kind.name}-{number_of(session, place)}"'


def expected_number(session: Session, place: SettingPlace, tags: Any) -> int | None:
    """The version that If-Match names, None without that header. Raises Problem 412 for another than that in force."""
    named_brand(session, place.brand)
    if not tags:
        return None
    if not tags.contains(tag_of(session, place).strip('"')):
        raise Problem(412, "Somebody else has changed this meanwhile. Read it again, and send your change once more.")
    return number_of(session, place)
