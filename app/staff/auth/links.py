"""Mailed links by which a member chooses a password: invitations, and for whoever has forgotten theirs."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.queue import defer
from app.core.tokens import digest, new_secret, seal, unseal
from app.notify.inside.link_mails import LinkMail
from app.orders.lookup.sessions import end_of_staff
from app.staff.auth import passwords, services, tries
from app.staff.auth.provider_rules import may_use_password
from app.staff.models import StaffLink, StaffUser

INVITATION, PASSWORD = "invitation", "password"
LIFE = {INVITATION: timedelta(hours=72), PASSWORD: timedelta(hours=2)}
# Used and ended ones are looked at for so long, then they go.
KEPT = timedelta(days=30)
# Who asked for a new password has given up waiting by then.
ASKED_FOR = 3600
PATH = "/staff/l/"


def post(session: Session, user: StaffUser, purpose: str, *, by: str, key: str, now: datetime) -> None:
    """Make a link, which ends the one before, and have it mailed; in the clear it is in the mail alone."""
    token = new_secret()
    session.execute(delete(StaffLink).where(StaffLink.staff_id == user.id, StaffLink.purpose == purpose))
    link = StaffLink(
        staff_id=user.id,
        purpose=purpose,
        token_hash=digest(token),
        issued_by=by,
        issued_at=now,
        expires_at=now + LIFE[purpose],
    )
    session.add(link)
    session.flush()
    defer(session, "mail_staff_link", priority=5, sealed=seal(key, json.dumps({"link": link.id, "token": token})))


def ask_for_password(session: Session, email: str, *, key: str) -> None:
    """Answer whoever has forgotten their password. The request does the same whoever asks: only the job looks."""
    defer(session, "answer_forgotten", priority=5, sealed=seal(key, json.dumps({"email": email.strip().lower()[:320]})))


def answer_forgotten(session: Session, sealed: str, *, key: str, now: datetime) -> bool:
    """Have a link mailed, if a member who signs in by password has this address; False for everybody else."""
    request = unseal(key, sealed, max_age=ASKED_FOR)
    email = json.loads(request)["email"] if request else ""
    user = session.scalar(select(StaffUser).where(StaffUser.email == email).with_for_update())
    # An invitation that has ended is the admin's to renew.
    if user is None or not user.active or user.is_invited or not may_use_password(session, user.role):
        return False
    post(session, user, PASSWORD, by=user.email, key=key, now=now)
    audit.record(session, actor=user.email, action="staff.password_forgotten", subject=user.email, now=now)
    return True


def open_mail(session: Session, sealed: str, *, key: str, now: datetime) -> LinkMail | None:
    """The mail to send now; None when its link has ended, or another has taken its place."""
    text = unseal(key, sealed, max_age=int(max(LIFE.values()).total_seconds()))
    written = json.loads(text) if text else {}
    link = find(session, written.get("token", ""), now=now)
    user = session.get(StaffUser, link.staff_id) if link else None
    if link is None or user is None:
        return None
    by = session.scalar(select(StaffUser.name).where(StaffUser.email == link.issued_by)) or ""
    return LinkMail(link.id, link.purpose, user.email, PATH + written["token"], user.locale, by)


def note_sent(session: Session, link_id: int, fault: str | None, *, now: datetime) -> None:
    """Write down what came of the mail."""
    values = {"fault": fault, "sent_at": None if fault else now}
    session.execute(update(StaffLink).where(StaffLink.id == link_id).values(values))


def find(session: Session, token: str, *, now: datetime, lock: bool = False) -> StaffLink | None:
    """The living link of a token: not used, not ended, of a member who is not shut out."""
    return by_hash(session, digest(token), now=now, lock=lock)


def by_hash(session: Session, token_hash: bytes, *, now: datetime, lock: bool = False) -> StaffLink | None:
    """The same for its hash, which is what a session keeps of it."""
    living = (StaffLink.token_hash == token_hash, StaffLink.used_at.is_(None), StaffLink.expires_at > now)
    statement = select(StaffLink).join(StaffUser, StaffUser.id == StaffLink.staff_id).where(*living, StaffUser.active)
    return session.scalar(statement.with_for_update(of=StaffLink) if lock else statement)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whose password was chosen."""

    user: StaffUser
    joined: bool


def choose_password(session: Session, token_hash: bytes, password: str, *, now: datetime) -> Chosen | None:
    """Take a password by a link, which is used up with it; all sessions and blocks of the member end.

    None when the link has ended meanwhile. Raises Invalid for a weak password, which leaves the link as it was.
    """
    staff_id = session.scalar(select(StaffLink.staff_id).where(StaffLink.token_hash == token_hash))
    # The member first, as whoever changes a member does: then the link under that lock.
    user = session.get(StaffUser, staff_id or 0, with_for_update=True, populate_existing=True)
    link = by_hash(session, token_hash, now=now, lock=True)
    if user is None or link is None or not may_use_password(session, user.role):
        return None
    joined = link.purpose == INVITATION
    user.password_hash = passwords.hashed(password, about=services.words_about(session, user.email, user.name))
    user.handed_over, user.failures, user.failed_at = False, 0, None
    link.used_at = now
    tries.forget(session, user.id)
    end_of_staff(session, user.id)
    action = "staff.joined" if joined else "staff.password_changed"
    audit.record(session, actor=user.email, action=action, subject=user.email, now=now)
    if not user.has_second_factor:
        services.let_in(session, user, now=now)
    session.flush()
    return Chosen(user, joined)


def forget_old(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Remove at most ``limit`` links for passwords that ended long ago; an invitation stays with its member."""
    old = select(StaffLink.id).where(StaffLink.purpose == PASSWORD, StaffLink.expires_at < now - KEPT).limit(limit)
    return len(session.execute(delete(StaffLink).where(StaffLink.id.in_(old)).returning(StaffLink.id)).all())
