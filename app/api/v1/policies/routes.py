"""Policies and reasons over HTTP: read, written whole, approved, brought back."""

import re

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import NOTED_BELOW, Answer, NothingMore, Operation, acting, operation
from app.api.v1 import examples
from app.api.v1.policies.answers import (
    PolicyAnswer,
    PolicyBody,
    ReasonsAnswer,
    ReasonsBody,
    SettingVersionList,
    expected_number,
    policy_answer,
    reasons_answer,
    version_list,
)
from app.brands import versions
from app.core.clock import utcnow
from app.core.errors import NotFound
from app.returns.policy.stored.kind import bring_back, place_of, put_policy
from app.returns.policy.stored.reason_list import bring_reasons_back, put_reasons, reasons_place

READ, WRITE = "settings:read", "settings:write"
UNREAD = _l("The whole document. With If-Match nothing is overwritten that you have not read.")


@api.get("/policies/<brand>")
@operation(Operation(scope=READ, summary=_l("The returns policy of a brand"), answer=PolicyAnswer))
def get_policy(session: Session, brand: str) -> Answer:
    """Tell the policy in force, and what waits for a second person."""
    return policy_answer(session, brand)


@api.put("/policies/<brand>")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Set the returns policy of a brand"),
        notes=_l(
            "The whole document. With If-Match nothing is overwritten that you have not read. Where the policy in "
            "force wants a second person for what may cost money, it is proposed, and stands in the answer as such."
        ),
        body=PolicyBody,
        answer=PolicyAnswer,
        example=examples.POLICY,
        audit="setting.saved",
        versioned=True,
    )
)
def put_brand_policy(session: Session, brand: str, body: PolicyBody) -> Answer:
    """Put it in force, or propose it."""
    expected = expected_number(session, place_of(brand), request.if_match)
    # What was not said is kept unsaid: then a later release may give it a better default.
    document = body.model_dump(mode="json", exclude_unset=True, by_alias=True)
    put_policy(session, brand, document, by=acting(), expected=expected, now=utcnow())
    return _noted(policy_answer(session, brand))


@api.get("/policies/<brand>/versions")
@operation(Operation(scope=READ, summary=_l("The versions of a returns policy"), answer=SettingVersionList))
def list_policy_versions(session: Session, brand: str) -> Answer:
    """Tell the newest fifty."""
    return version_list(session, place_of(brand))


@api.post("/policies/<brand>/versions/<number>/restoration")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Bring an earlier returns policy back"),
        body=NothingMore,
        answer=PolicyAnswer,
        example={},
        audit="setting.restored",
        versioned=True,
    )
)
def post_policy_restoration(session: Session, brand: str, number: str, body: NothingMore) -> Answer:
    """Bring it back as a new version, or propose that."""
    expected = expected_number(session, place_of(brand), request.if_match)
    bring_back(session, brand, _number(number), by=acting(), expected=expected, now=utcnow())
    return _noted(policy_answer(session, brand))


@api.post("/policies/<brand>/versions/<number>/approval")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Approve a returns policy that somebody else has proposed"),
        body=NothingMore,
        answer=PolicyAnswer,
        example={},
        audit="setting.approved",
    )
)
def post_policy_approval(session: Session, brand: str, number: str, body: NothingMore) -> Answer:
    """Put it in force."""
    versions.approve(session, place_of(brand), _number(number), by=acting(), now=utcnow())
    return _noted(policy_answer(session, brand))


@api.get("/reasons/<brand>")
@operation(Operation(scope=READ, summary=_l("The reasons for returns of a brand"), answer=ReasonsAnswer))
def get_reasons(session: Session, brand: str) -> Answer:
    """Tell the list in force."""
    return reasons_answer(session, brand)


@api.put("/reasons/<brand>")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Put a list of reasons in force"),
        notes=UNREAD,
        body=ReasonsBody,
        answer=ReasonsAnswer,
        example=examples.REASONS,
        audit="setting.saved",
        versioned=True,
    )
)
def put_brand_reasons(session: Session, brand: str, body: ReasonsBody) -> Answer:
    """Put it in force."""
    expected = expected_number(session, reasons_place(brand), request.if_match)
    document = body.model_dump(mode="json", exclude_unset=True)
    put_reasons(session, brand, document, by=acting(), expected=expected, now=utcnow())
    return _noted(reasons_answer(session, brand))


@api.get("/reasons/<brand>/versions")
@operation(Operation(scope=READ, summary=_l("The versions of a list of reasons"), answer=SettingVersionList))
def list_reasons_versions(session: Session, brand: str) -> Answer:
    """Tell the newest fifty."""
    return version_list(session, reasons_place(brand))


@api.post("/reasons/<brand>/versions/<number>/restoration")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Bring an earlier list of reasons back"),
        notes=_l("Reasons that are newer than it stay on it, retired."),
        body=NothingMore,
        answer=ReasonsAnswer,
        example={},
        audit="setting.restored",
        versioned=True,
    )
)
def post_reasons_restoration(session: Session, brand: str, number: str, body: NothingMore) -> Answer:
    """Bring it back as a new version."""
    expected = expected_number(session, reasons_place(brand), request.if_match)
    bring_reasons_back(session, brand, _number(number), by=acting(), expected=expected, now=utcnow())
    return _noted(reasons_answer(session, brand))


def _noted(answer: Answer) -> Answer:
    """The versions' own service has written the row of the trail."""
    return Answer(answer.content, headers=answer.headers, noted=NOTED_BELOW)


def _number(written: str) -> int:
    """A version's number; what is none is a version that there is not."""
    # Nine digits at most: more fit into no column, and would be an error of the database.
    if not re.fullmatch(r"[0-9]{1,9}", written):
        raise NotFound("There is no such version.")
    return int(written)
