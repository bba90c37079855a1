"""Roles of the shop's own: made of the permissions there are, changed at once for everybody who has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from anyascii import anyascii
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.errors import Conflict, Fault, Invalid, NotFound
from app.staff.auth.roles import BUILT_IN, Permission, missing, read_permissions
from app.staff.models import ProviderRole, StaffRole, StaffUser

LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role: what it may do, and how many people have it; ``name`` is empty for those that are built in."""

    key: str
    name: str
    permissions: frozenset[Permission]
    people: int

    @property
    def built_in(self) -> bool:
        """Whether it came with the portal, and stays as it is."""
        return self.key in BUILT_IN


def all_roles(session: Session) -> list[RoleFacts]:
    """Every role, the built-in ones first."""
    people = dict(session.execute(select(StaffUser.role, func.count()).group_by(StaffUser.role)).all())
    own = session.scalars(select(StaffRole).order_by(StaffRole.name))
    return [
        *(RoleFacts(key, "", permissions, people.get(key, 0)) for key, permissions in BUILT_IN.items()),
        *(RoleFacts(row.key, row.name, read_permissions(row.permissions), people.get(row.key, 0)) for row in own),
    ]


def find_role(session: Session, key: str, *, lock: bool = False) -> StaffRole:
    """A role of the shop's own. Raises NotFound, for those that are built in too."""
    row = session.get(StaffRole, key, with_for_update=lock or None)
    if row is None:
        raise NotFound(f"There is no role {key} of the shop's own.")
    return row


def make_role(session: Session, *, name: str, permissions: Sequence[str], by: str, now: datetime) -> StaffRole:
    """Make a role. Raises Invalid with what is wrong with name or permissions, Conflict for a name that is taken."""
    title, names = _checked(name, permissions)
    key = (
        "-".join("".join(sign if sign.isalnum() else " " for sign in anyascii(title).lower()).split())[:LONGEST_NAME]
        or "role"
    )
    # Under one lock: of two who make the same at once, the second sees the first's.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("staff_role"))))
    _refuse_taken(session, key, title)
    row = StaffRole(key=key, name=title, permissions=names, created_at=now)
    session.add(row)
    audit.record(session, actor=by, action="staff.role_made", subject=key, detail={"to": ", ".join(names)}, now=now)
    session.flush()
    return row


def change_role(
    session: Session, key: str, *, name: str, permissions: Sequence[str], by: str, now: datetime
) -> StaffRole:
    """Change what a role is called and may do; who has it works with that from the next click on. Raises as above."""
    title, names = _checked(name, permissions)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("staff_role"))))
    row = find_role(session, key, lock=True)
    _refuse_taken(session, "", title, but=key)
    detail = {"from": ", ".join(row.permissions), "to": ", ".join(names)}
    row.name, row.permissions = title, names
    audit.record(session, actor=by, action="staff.role_edited", subject=key, detail=detail, now=now)
    return row


def remove_role(session: Session, key: str, *, by: str, now: datetime) -> None:
    """Remove a role that nobody has. Raises NotFound, and Conflict while anybody has or may get it."""
    row = find_role(session, key, lock=True)
    # Whoever had it would be left with nothing, and nobody would know why.
    has_it = session.scalar(select(func.count()).where(StaffUser.role == key))
    is_mapped = session.scalar(select(func.count()).where(ProviderRole.role == key))
    if has_it or is_mapped:
        raise Conflict("Somebody has this role.")
    session.delete(row)
    audit.record(session, actor=by, action="staff.role_removed", subject=key, now=now)


def _checked(name: str, permissions: Sequence[str]) -> tuple[str, list[str]]:
    title = " ".join(name.split())
    there = read_permissions(permissions)
    faults = [] if title and len(title) <= LONGEST_NAME else [Fault("name", "must have 1 to 40 characters")]
    if not there or len(there) != len(set(permissions)):
        faults.append(Fault("permissions", f"are some of {', '.join(Permission)}"))
    faults += [Fault("permissions", f"{one} needs {other} too") for one, other in missing(there)]
    if faults:
        raise Invalid(faults)
    return title, [one.value for one in Permission if one in there]


def _refuse_taken(session: Session, key: str, title: str, *, but: str = "") -> None:
    same_name = (func.lower(StaffRole.name) == title.lower()) | (StaffRole.key == key)
    is_taken = session.scalar(select(func.count()).where(same_name, StaffRole.key != but))
    if is_taken or key in BUILT_IN or title.lower() in BUILT_IN:
        raise Conflict("There is a role of this name.")
