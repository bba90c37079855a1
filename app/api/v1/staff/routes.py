"""Members of staff over HTTP: who there is, invite, another role, shut out and let in again."""

from datetime import datetime
from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, NothingMore, Operation, acting, operation, same_names
from app.api.v1.staff.desk import MemberFacts, desk
from app.core.errors import NotFound

SCOPE = "staff"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]


class MemberAnswer(BaseModel):
    """A member; ``invited``: they have yet to choose a password."""

    id: int
    email: str
    name: str
    role: str
    active: bool
    invited: bool
    second_factor: bool
    created_at: datetime
    signed_in_at: datetime | None


class MemberList(BaseModel):
    """Every member, those who may sign in first."""

    members: list[MemberAnswer]


class InvitationDocument(BaseModel, extra="forbid"):
    """Whom to invite; ``language`` is that of the mail, the shop's own where there is none."""

    email: Line
    role: Line
    name: Annotated[str, Field(strict=True, max_length=80)] = ""
    language: Annotated[str, Field(strict=True, max_length=20)] = ""


class RoleChange(BaseModel, extra="forbid"):
    """The role's key."""

    role: Line


@api.get("/staff/members")
@operation(Operation(scope=SCOPE, summary=_l("All members of staff"), answer=MemberList))
def list_members(session: Session) -> Answer:
    """Tell every member."""
    return Answer(MemberList(members=[_member_answer(one) for one in desk().members(session)]))


@api.post("/staff/invitations")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Invite somebody"),
        notes=_l("They get a mail with a link for 72 hours. Whoever has not joined is invited again."),
        body=InvitationDocument,
        answer=MemberAnswer,
        status=201,
        example={"email": "ana@shop.example", "role": "support", "name": "Ana"},
        audit="staff.invited",
        audited_below=True,
    )
)
def post_invitation(session: Session, body: InvitationDocument) -> Answer:
    """Invite."""
    # Who invites twice invites once: an open invitation is mailed anew, and its first link ends.
    facts = {"email": body.email, "role": body.role, "name": body.name, "language": body.language}
    member = desk().invite(session, **facts, by=acting())
    return Answer(_member_answer(member), status=201)


@api.put("/staff/members/<member_id>/role")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Give a member another role"),
        body=RoleChange,
        answer=MemberAnswer,
        example={"role": "warehouse"},
        audit="staff.role_changed",
        audited_below=True,
    )
)
def put_role(session: Session, member_id: str, body: RoleChange) -> Answer:
    """Change the role."""
    return Answer(_member_answer(desk().change_role(session, _number(member_id), body.role, by=acting())))


@api.post("/staff/members/<member_id>/deactivation")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Shut a member out"),
        notes=_l("All their sessions end at once. An open invitation opens nothing meanwhile."),
        body=NothingMore,
        answer=MemberAnswer,
        example={},
        audit="staff.deactivated",
        audited_below=True,
    )
)
def post_member_deactivation(session: Session, member_id: str, body: NothingMore) -> Answer:
    """Deactivate."""
    return Answer(_member_answer(desk().set_active(session, _number(member_id), False, by=acting())))


@api.post("/staff/members/<member_id>/reactivation")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Let a member in again"),
        body=NothingMore,
        answer=MemberAnswer,
        example={},
        audit="staff.reactivated",
        audited_below=True,
    )
)
def post_member_reactivation(session: Session, member_id: str, body: NothingMore) -> Answer:
    """Reactivate."""
    return Answer(_member_answer(desk().set_active(session, _number(member_id), True, by=acting())))


def _member_answer(member: MemberFacts) -> MemberAnswer:
    states = {"invited": member.is_invited, "second_factor": member.has_second_factor}
    return MemberAnswer(**same_names(MemberAnswer, member) | states)


def _number(member_id: str) -> int:
    """The number of a member; one that no row can have is nobody's."""
    if not (member_id.isascii() and member_id.isdigit() and len(member_id) <= 18):
        raise NotFound("There is no such member.")
    return int(member_id)
