"""Counting failed tries to sign in per account and asker, before a password is looked at; who fails slows itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.tokens import digest, keyed_digest
from app.orders.lookup import limits
from app.orders.lookup.links import FIRST_BROWSER
from app.staff.models import SignInTries

# Requirement A-17: a delay after five, an end after a hundred in a row.
FREE_TRIES, BLOCKED_AT = 5, 100
LONGEST_WAIT = timedelta(minutes=15)
# Over all accounts, so that nobody can try one password on each of them, nor keep the machine busy with argon2.
PER_CLIENT = (limits.Limit(30, timedelta(hours=1)),)
# A cookie keeps a browser known for as long. Waits end within the quarter of an hour; a block is kept for a month.
KNOWN_FOR, WAITS_FOR, BLOCKED_FOR = FIRST_BROWSER, timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SignInClient:
    """Who tries: the client's address, and the secret of the browser if it has one."""

    client: str | None
    browser: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """A try that may be made, counted as a failure until it is right; ``failures`` are those in a row with it."""

    account: bytes
    asker: bytes
    failures: int
    reserved: limits.Reservation | None = None


def of_member(user_id: int) -> bytes:
    """What stands for a member's account."""
    return digest(f"member:{user_id}")


def of_nobody(key: str, email: str) -> bytes:
    """What stands for an address that no member has; it is counted all the same, or the answers would differ."""
    return keyed_digest(key, f"staff:{email}")


def count(session: Session, account: bytes, asker: SignInClient, *, key: str, now: datetime) -> Counted | None:
    """Count a try at an account; None when this asker has to wait or is blocked.

    A browser that signed in to the account before counts by itself: others of the same address do not slow it down.
    """
    browser = digest(asker.browser) if asker.browser else b""
    if _is_known(session, account, browser, now=now):
        return count_as(session, account, browser, now=now)
    client = keyed_digest(key, f"staff-client:{limits.network(asker.client)}")
    reserved = limits.reserve(session, [limits.GuessSubject(client, PER_CLIENT)], now=now)
    counted = count_as(session, account, client, now=now) if reserved.allowed else None
    if counted is None:
        # A try that has to wait was not made, and is not to use up the hour's.
        limits.give_back(session, reserved)
        return None
    return Counted(account, client, counted.failures, reserved)


def count_as(session: Session, account: bytes, asker: bytes, *, now: datetime) -> Counted | None:
    """The same for an asker by name. The row is locked, so that tries made at once are counted one by one."""
    values = {"account": account, "asker": asker}
    # The row has to be there to be locked; two first tries at once both pass here, and then take turns.
    session.execute(insert(SignInTries).values(values).on_conflict_do_nothing())
    row = session.get_one(SignInTries, (account, asker), with_for_update=True, populate_existing=True)
    if not may_try(row.failures, row.failed_at, now=now):
        return None
    # As if it were wrong already: a process that dies while it compares gives no free try.
    row.failures, row.failed_at = row.failures + 1, now
    session.flush()
    return Counted(account, asker, row.failures)


def may_try(failures: int, failed_at: datetime | None, *, now: datetime) -> bool:
    """Whether the wait after so many failures in a row is over (1 s, 2 s, 4 s … 15 min); a hundred block."""
    if failed_at is None or failures < FREE_TRIES:
        return True
    # Doubling makes guessing hopeless after some ten, and costs a clumsy member seconds.
    seconds = min(2 ** (failures - FREE_TRIES), LONGEST_WAIT.total_seconds())
    return failures < BLOCKED_AT and now >= failed_at + timedelta(seconds=seconds)


def was_right(session: Session, counted: Counted) -> None:
    """Forget the failures in a row: the try was right."""
    of_asker = (SignInTries.account == counted.account, SignInTries.asker == counted.asker)
    session.execute(update(SignInTries).where(*of_asker).values(failures=0, failed_at=None))
    if counted.reserved is not None:
        limits.give_back(session, counted.reserved)


def remember_browser(session: Session, user_id: int, browser: str, *, now: datetime) -> None:
    """Know a browser again in which this member signed in."""
    row = insert(SignInTries).values(account=of_member(user_id), asker=digest(browser), known_at=now)
    session.execute(row.on_conflict_do_update(index_elements=["account", "asker"], set_={"known_at": now}))


def forget(session: Session, user_id: int) -> None:
    """Forget all failed tries at a member's account: there is a new password."""
    of_account = SignInTries.account == of_member(user_id)
    session.execute(update(SignInTries).where(of_account).values(failures=0, failed_at=None))


def blocked(session: Session) -> set[bytes]:
    """The accounts at which some asker was blocked."""
    return set(session.scalars(select(SignInTries.account).where(SignInTries.failures >= BLOCKED_AT)))


def forget_old(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Remove at most ``limit`` rows that neither slow anybody down nor make a browser known."""
    unknown = or_(SignInTries.known_at.is_(None), SignInTries.known_at < now - KNOWN_FOR)
    calm = or_(
        SignInTries.failed_at.is_(None),
        SignInTries.failed_at < now - BLOCKED_FOR,
        (SignInTries.failed_at < now - WAITS_FOR) & (SignInTries.failures < BLOCKED_AT),
    )
    old = select(SignInTries.account, SignInTries.asker).where(unknown, calm).limit(limit).subquery()
    is_old = (SignInTries.account == old.c.account, SignInTries.asker == old.c.asker)
    return len(session.execute(delete(SignInTries).where(*is_old).returning(SignInTries.asker)).all())


def _is_known(session: Session, account: bytes, browser: bytes, *, now: datetime) -> bool:
    is_known = (SignInTries.account == account, SignInTries.asker == browser, SignInTries.known_at > now - KNOWN_FOR)
    return session.scalar(select(select(SignInTries).where(*is_known).exists())) or False
