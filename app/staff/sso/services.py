"""Letting somebody in for whom the provider vouches: known again by issuer and subject, with the role of today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.errors import Conflict, PortalError
from app.core.oidc.code_flow import signed_in_lately
from app.staff.auth import services
from app.staff.auth.links import INVITATION
from app.staff.models import SignInProvider, StaffIdentity, StaffLink, StaffUser
from app.staff.people import people
from app.staff.sso import settings

# As long as a session of staff lasts: a second factor from before that says nothing of today.
MAX_AGE = 12 * 3600
# RFC 8176: what is no password. One of them alone is one factor; «mfa» says by itself that there were several.
FACTORS = frozenset({"otp", "hwk", "swk", "sc", "fpt", "face", "iris", "pop"})


class NotLetIn(PortalError):
    """The provider vouches for somebody whom this portal does not let in; ``reason`` is a word for why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class LetIn:
    """Who came in; ``factor_there``: their second factor was asked for at the provider, and counts."""

    user: StaffUser
    factor_there: bool


def let_in(session: Session, provider: SignInProvider, claims: Mapping[str, Any], *, now: datetime) -> LetIn:
    """The member behind the claims, made where they come for the first time, with the role of today.

    Raises NotLetIn: ``domain``, ``role``, ``address`` (none, or somebody else's), ``deactivated``, ``last_admin``.
    """
    _check_domain(provider, claims)
    # Before anybody is looked up: who has no role here leaves no trace in the tables.
    role = mapped_role(session, provider, claims)
    if role is None:
        raise NotLetIn("role")
    user = _known(session, claims) or _invited(session, claims, now=now) or _made(session, claims, role, now=now)
    if not user.active:
        raise NotLetIn("deactivated")
    if user.role != role:
        try:
            people.change_role(session, user, role, by=f"staff:{user.email}", now=now)
        except Conflict as error:
            raise NotLetIn("last_admin") from error
    factor_there = provider.trusts_factor and _had_factor(claims, now=now)
    if factor_there or not user.has_second_factor:
        services.let_in(session, user, now=now)
    return LetIn(user, factor_there)


def connect(session: Session, user: StaffUser, claims: Mapping[str, Any], *, now: datetime) -> None:
    """Know a member by the provider's name for them from now on. Raises NotLetIn when it is somebody else's."""
    identity = session.get(StaffIdentity, (claims["iss"], claims["sub"]))
    if identity is not None and identity.staff_id != user.id:
        raise NotLetIn("taken")
    if identity is None:
        session.add(StaffIdentity(issuer=claims["iss"], subject=claims["sub"], staff_id=user.id, linked_at=now))
        audit.record(session, actor=user.email, action="sign_in.connected", subject=user.email, now=now)


def mapped_role(session: Session, provider: SignInProvider, claims: Mapping[str, Any]) -> str | None:
    """The role of the first mapped value that the claim has; None where it has none."""
    value = claims.get(provider.claim)
    values = {one for one in value if isinstance(one, str)} if isinstance(value, list) else {value}
    # A role of the shop's own may be gone since it was mapped.
    there = set(services.role_keys(session))
    return next((row.role for row in settings.roles(session) if row.value in values and row.role in there), None)


def _check_domain(provider: SignInProvider, claims: Mapping[str, Any]) -> None:
    domain = _email(claims).rpartition("@")[2]
    # An address that nobody has checked proves no domain.
    is_theirs = domain in provider.domains and claims.get("email_verified") is not False
    if provider.domains and not is_theirs:
        raise NotLetIn("domain")


def _known(session: Session, claims: Mapping[str, Any]) -> StaffUser | None:
    identity = session.get(StaffIdentity, (claims["iss"], claims["sub"]))
    # Under its lock, as every sign-in: who is shut out at this moment does not slip in.
    return session.get(StaffUser, identity.staff_id, with_for_update=True, populate_existing=True) if identity else None


def _invited(session: Session, claims: Mapping[str, Any], *, now: datetime) -> StaffUser | None:
    """Somebody who was invited and has not joined: the provider has checked that the address is theirs."""
    user = session.scalar(select(StaffUser).where(StaffUser.email == _email(claims)).with_for_update())
    if user is None or not user.is_invited or claims.get("email_verified") is not True:
        return None
    links = select(StaffLink).where(StaffLink.staff_id == user.id, StaffLink.purpose == INVITATION)
    session.scalars(links).one().used_at = now
    connect(session, user, claims, now=now)
    audit.record(session, actor=user.email, action="staff.joined", subject=user.email, now=now)
    return user


def _made(session: Session, claims: Mapping[str, Any], role: str, *, now: datetime) -> StaffUser:
    email, name = _email(claims), claims.get("name")
    if not email:
        raise NotLetIn("address")
    try:
        shown = name[:80] if isinstance(name, str) else ""
        user = services.create(session, email=email, role=role, password=None, name=shown, by=email, now=now)
    except Conflict as error:
        # Whoever has the address here proves it by signing in, and connects the two then.
        raise NotLetIn("address") from error
    connect(session, user, claims, now=now)
    session.flush()
    session.refresh(user)
    return user


def _email(claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    return email.strip().lower()[:254] if isinstance(email, str) and "@" in email else ""


def _had_factor(claims: Mapping[str, Any], *, now: datetime) -> bool:
    """Whether the provider says that it asked for a second factor, and lately."""
    named = claims.get("amr")
    methods = {one for one in named if isinstance(one, str)} if isinstance(named, list) else set()
    several = "mfa" in methods or (len(methods) > 1 and not FACTORS.isdisjoint(methods))
    return several and signed_in_lately(claims, MAX_AGE, now=now)
