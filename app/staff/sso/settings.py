"""The provider with which staff sign in: set, changed and removed, and which of its groups have which role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.errors import Conflict, Fault, Invalid, NotFound
from app.core.oidc.provider import OidcClient
from app.core.settings.domains import ascii_domain
from app.core.tokens import seal, unseal
from app.staff.auth import services
from app.staff.auth.provider_rules import ADMINS, EVERYONE, STAFF, an_admin_gets_in, provider_of_staff
from app.staff.models import ProviderRole, SignInProvider

# A seal may expire; a client secret does so by the provider's own rules.
KEPT_SECONDS = 3600 * 24 * 365 * 100


@dataclass(frozen=True, slots=True)
class ProviderWish:
    """What somebody wants the provider to be; an empty ``secret`` keeps the one that is there."""

    title: str
    issuer: str
    client_id: str
    secret: str = ""
    domains: tuple[str, ...] = ()
    claim: str = "groups"
    trusts_factor: bool = False
    local_for: str = EVERYONE


def check(session: Session, wish: ProviderWish) -> None:
    """Raises Invalid with everything that is wrong with a wish; asks nobody outside."""
    faults = [
        Fault(name, "must have 1 to 200 characters")
        for name in ("title", "issuer", "client_id", "claim")
        if not 0 < len(getattr(wish, name)) <= 200
    ]
    if not wish.secret and provider_of_staff(session) is None:
        faults.append(Fault("secret", "is needed"))
    if any(ascii_domain(domain) is None or "." not in domain for domain in wish.domains):
        faults.append(Fault("domains", "are names such as shop.example"))
    if wish.local_for not in (EVERYONE, ADMINS):
        faults.append(Fault("local_for", f"is {EVERYONE} or {ADMINS}"))
    if faults:
        raise Invalid(faults)


def save(session: Session, wish: ProviderWish, *, by: str, key: str, now: datetime) -> SignInProvider:
    """Set the provider up, or change it.

    Raises Invalid, and Conflict where passwords would be left to admins and none of them has both factors.
    """
    check(session, wish)
    if wish.local_for == ADMINS and not an_admin_gets_in(session):
        raise Conflict("At least one admin needs a password and a second factor.")
    row = session.get(SignInProvider, STAFF, with_for_update=True)
    if row is None:
        row = SignInProvider(key=STAFF, secret="")
        session.add(row)
    detail = (
        {"from": row.issuer, "to": wish.issuer} if row.issuer and row.issuer != wish.issuer else {"to": wish.issuer}
    )
    row.title, row.issuer, row.client_id = wish.title, wish.issuer, wish.client_id
    row.domains, row.claim = [domain.lower() for domain in wish.domains], wish.claim
    row.trusts_factor, row.local_for, row.changed_at = wish.trusts_factor, wish.local_for, now
    # The page never shows it, so an empty field means that it stays.
    if wish.secret:
        row.secret = seal(key, wish.secret)
    facts: dict[str, Any] = {"secret": bool(wish.secret), "local_for": wish.local_for, "trusts": wish.trusts_factor}
    audit.record(session, actor=by, action="sign_in.provider_set", subject=wish.title, detail=detail | facts, now=now)
    session.flush()
    return row


def remove(session: Session, *, by: str, now: datetime) -> None:
    """Take the provider away; who has signed in by it stays a member, and needs a password from then on."""
    row = session.get(SignInProvider, STAFF, with_for_update=True)
    if row is None:
        raise NotFound("No provider is set up.")
    session.delete(row)
    audit.record(session, actor=by, action="sign_in.provider_removed", subject=row.title, now=now)


def roles(session: Session) -> Sequence[ProviderRole]:
    """Which values have which role, in the order in which they count."""
    return session.scalars(
        select(ProviderRole).where(ProviderRole.provider == STAFF).order_by(ProviderRole.position, ProviderRole.value)
    ).all()


def map_role(session: Session, value: str, role: str, *, by: str, now: datetime) -> None:
    """Give a role to those with a value; a value that is there gets another role. Raises Invalid, NotFound."""
    services.check_role(session, role)
    text = value.strip()
    if not 0 < len(text) <= 200:
        raise Invalid([Fault("value", "must have 1 to 200 characters")])
    # Under its lock: of two that are added at once, each has a place of its own.
    if session.get(SignInProvider, STAFF, with_for_update=True) is None:
        raise NotFound("No provider is set up.")
    last = session.scalar(select(func.max(ProviderRole.position)).where(ProviderRole.provider == STAFF)) or 0
    row = session.get(ProviderRole, (STAFF, text)) or ProviderRole(provider=STAFF, value=text, position=last + 1)
    row.role = role
    session.add(row)
    audit.record(session, actor=by, action="sign_in.role_mapped", subject=text, detail={"to": role}, now=now)


def unmap_role(session: Session, value: str, *, by: str, now: datetime) -> None:
    """Give no role to those with a value any more. Raises NotFound."""
    row = session.get(ProviderRole, (STAFF, value), with_for_update=True)
    if row is None:
        raise NotFound("There is no such value.")
    session.delete(row)
    audit.record(session, actor=by, action="sign_in.role_unmapped", subject=value, now=now)


def client_of(row: SignInProvider, key: str) -> OidcClient:
    """This portal as the provider knows it, with the secret in the clear."""
    return OidcClient(row.issuer, row.client_id, unseal(key, row.secret, max_age=KEPT_SECONDS) or "")
