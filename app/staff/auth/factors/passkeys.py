"""Passkeys (WebAuthn): several of a member, each under a name; a second factor, or all that is asked for."""

import ipaddress
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.audit import trail as audit
from app.core.errors import Conflict
from app.staff.auth import services
from app.staff.models import Passkey, StaffUser

LONGEST_NAME = 40
MOST = 10
# What a browser sends has a few hundred bytes; an attestation that nobody asked for could have more.
LONGEST_ANSWER = 20_000


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """This portal as authenticators know it."""

    host: str
    origin: str

    @property
    def possible(self) -> bool:
        """Whether browsers have passkeys for it: they want a name, and TLS but for ``localhost``."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return self.origin.startswith("https://") or self.host == "localhost"
        return False


def relying_party(public_url: str) -> RelyingParty:
    """The portal at this address."""
    return RelyingParty(urlsplit(public_url).hostname or "", public_url)


def of_member(session: Session, staff_id: int) -> Sequence[Passkey]:
    """A member's passkeys, the oldest first."""
    return session.scalars(select(Passkey).where(Passkey.staff_id == staff_id).order_by(Passkey.id)).all()


def are_there(session: Session) -> bool:
    """Whether anybody has one."""
    return session.scalar(select(select(Passkey.id).exists())) or False


def new_challenge() -> bytes:
    """What an authenticator has to sign: 256 random bits, good once."""
    return secrets.token_bytes(32)


def creation_options(
    session: Session, user: StaffUser, party: RelyingParty, *, title: str, challenge: bytes, handle: bytes
) -> str:
    """What the browser is asked to make a passkey by, as JSON; none twice on one device."""
    wishes = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
    )
    return options_to_json(
        generate_registration_options(
            rp_id=party.host,
            rp_name=title,
            user_id=handle,
            user_name=user.email,
            user_display_name=user.name,
            challenge=challenge,
            authenticator_selection=wishes,
            exclude_credentials=_descriptors(session, user.id),
        )
    )


def handle_of(session: Session, staff_id: int) -> bytes:
    """What authenticators call the member: the same for all their passkeys, and nothing that tells who it is."""
    handle = session.scalar(select(Passkey.handle).where(Passkey.staff_id == staff_id).limit(1))
    return handle or secrets.token_bytes(32)


def request_options(session: Session, party: RelyingParty, *, challenge: bytes, staff_id: int | None = None) -> str:
    """What the browser is asked to sign by, as JSON; without a member, by any passkey, and after knowing its user."""
    verification = UserVerificationRequirement.REQUIRED if staff_id is None else UserVerificationRequirement.PREFERRED
    return options_to_json(
        generate_authentication_options(
            rp_id=party.host,
            challenge=challenge,
            allow_credentials=_descriptors(session, staff_id) if staff_id else None,
            user_verification=verification,
        )
    )


def add(
    session: Session, user: StaffUser, answer: str, party: RelyingParty, *, name: str, challenge: bytes,
    handle: bytes, now: datetime,
) -> Passkey | None:  # fmt: skip
    """Keep the passkey that a browser made; None when its answer is not what was asked for.

    Raises Conflict when the member has as many as there may be.
    """
    if len(of_member(session, user.id)) >= MOST:
        raise Conflict(f"At most {MOST} passkeys.")
    try:
        made = verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
        )
    # A library takes apart what anybody may send, CBOR and certificates too: what breaks it is no passkey.
    except Exception:
        return None
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)) is not None:
        return None
    passkey = Passkey(
        staff_id=user.id,
        name=" ".join(name.split())[:LONGEST_NAME],
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        handle=handle,
        sign_count=made.sign_count,
        created_at=now,
    )
    session.add(passkey)
    audit.record(session, actor=user.email, action="staff.passkey_added", subject=user.email, now=now)
    session.flush()
    return passkey


def sign_in(
    session: Session, answer: str, party: RelyingParty, *, challenge: bytes, staff_id: int | None = None, now: datetime
) -> StaffUser | None:
    """Let in whose passkey has signed the challenge; without a member, only when it has verified who holds it.

    None for anything else; the passkey is locked, so that its counter goes on by one sign-in at a time.
    """
    credential = _parsed(answer)
    passkey = _named(session, credential) if credential else None
    user = session.get(StaffUser, passkey.staff_id, with_for_update=True) if passkey else None
    if credential is None or passkey is None or user is None or not user.active:
        return None
    is_theirs = staff_id == user.id if staff_id is not None else credential.response.user_handle == passkey.handle
    session.refresh(passkey, with_for_update=True)
    verified = _count(credential, passkey, party, challenge, alone=staff_id is None) if is_theirs else None
    if verified is None:
        audit.record(session, actor=user.email, action="staff.sign_in_failed", detail={"step": "passkey"}, now=now)
        return None
    passkey.sign_count, passkey.used_at = verified, now
    services.let_in(session, user, now=now)
    return user


def remove(session: Session, user: StaffUser, passkey_id: int, *, by: str, now: datetime) -> None:
    """Forget one passkey; one that is gone already needs no row."""
    mine = (Passkey.id == passkey_id, Passkey.staff_id == user.id)
    if session.scalar(delete(Passkey).where(*mine).returning(Passkey.id)) is not None:
        audit.record(session, actor=by, action="staff.passkey_removed", subject=user.email, now=now)


def forget(session: Session, staff_id: int) -> None:
    """Forget all passkeys of a member."""
    session.execute(delete(Passkey).where(Passkey.staff_id == staff_id))


def _count(
    credential: AuthenticationCredential, passkey: Passkey, party: RelyingParty, challenge: bytes, *, alone: bool
) -> int | None:
    """How often the authenticator says that it has signed; None when the signature is not right."""
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=alone,
        )
    except Exception:
        return None
    return verified.new_sign_count


def _parsed(answer: str) -> AuthenticationCredential | None:
    try:
        return parse_authentication_credential_json(json.loads(answer[:LONGEST_ANSWER]))
    except Exception:
        return None


def _named(session: Session, credential: AuthenticationCredential) -> Passkey | None:
    return session.scalar(select(Passkey).where(Passkey.credential_id == base64url_to_bytes(credential.id)))


def _descriptors(session: Session, staff_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in of_member(session, staff_id)]
