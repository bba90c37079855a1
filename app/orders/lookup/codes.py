"""One-time codes: six digits for ten minutes, bound to the browser that asked, tried five times at most, used once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import phonenumbers
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import ColumnElement, ScalarSelect, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.core.tokens import digest, keyed_digest
from app.orders.lookup.limits import GuessSubject, Limit
from app.orders.lookup.models import OneTimeCode
from app.orders.models import Order, OrderContact

# the most that NIST and ASVS allow.
LIFE = timedelta(minutes=10)
# with six codes a day, a year of guessing without pause opens one order in a hundred.
TRIES = 5
# A form that a second press sends again finds its code used by the first, whose answer the browser no longer shows.
PRESSED_AGAIN = timedelta(seconds=30)
# Nobody reads where a code went, chooses another way and presses for it within so short a time.
DOUBLE_PRESS = timedelta(seconds=3)
# One asker must leave some of the day for others, or strangers would use up the owner's codes; browsers known by a
# mailed link have a budget of their own for the same reason. Guessing is bounded by what strangers can ask for.
PER_ASKER = ((3, timedelta(minutes=15)), (4, timedelta(days=1)))
OF_ALL = ((6, timedelta(days=1)),)

# The least that OWASP takes for argon2id: a code lives for ten minutes, and the page must stay quick.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@dataclass(frozen=True, slots=True)
class CodeRequester:
    """Who asks: ``session`` is what the code is bound to, ``name`` the client, or a browser that ``is_known``."""

    session: str
    name: bytes
    is_known: bool = False


def wait_for_turn(session: Session, subject: bytes) -> None:
    """Be the only one who is sent a code for ``subject`` until the commit: one sees what the one before had sent."""
    session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(subject[:8], "big", signed=True))))


def next_code_at(session: Session, *, subject: bytes, asker: CodeRequester, now: datetime) -> datetime | None:
    """When ``asker`` may have another code for ``subject`` (an order, an address); None when that is now.

    Until the commit nobody else can ask for one, so a burst cannot slip through between counting and sending.
    """
    wait_for_turn(session, subject)
    alike = (OneTimeCode.subject == subject, OneTimeCode.is_known == asker.is_known)
    mine = (*alike, OneTimeCode.asked_by == asker.name)
    ends = [_full_until(mine, limit, now) for limit in PER_ASKER] + [_full_until(alike, limit, now) for limit in OF_ALL]
    return session.scalar(select(func.greatest(*ends)))


def new_code(session: Session, *, subject: bytes, asker: CodeRequester, now: datetime) -> str | None:
    """A fresh code for ``subject``; None when ``asker`` may have no more.

    A former code stays good for its time: mails overtake each other.
    """
    if next_code_at(session, subject=subject, asker=asker, now=now) is not None:
        return None
    code = f"{secrets.randbelow(1_000_000):06d}"
    row = OneTimeCode(
        subject=subject,
        session_hash=digest(asker.session),
        code_hash=_hasher.hash(code),
        sent_at=now,
        expires_at=now + LIFE,
        asked_by=asker.name,
        is_known=asker.is_known,
    )
    session.add(row)
    session.flush()
    return code


def take_try(session: Session, *, subject: bytes, browser: str, now: datetime) -> dict[int, str]:
    """Count one try against each living code of this browser, before any is compared: id → hash.

    Commit before comparing. Empty when there is no code left to try; one that was used just now can still be compared.
    """
    comparable = or_(OneTimeCode.used_at.is_(None), OneTimeCode.used_at > now - PRESSED_AGAIN)
    of_browser = (*_of_browser(subject, browser, now), comparable)
    counted = update(OneTimeCode).where(*of_browser).values(tries=OneTimeCode.tries + 1)
    rows = session.execute(counted.returning(OneTimeCode.id, OneTimeCode.code_hash))
    return {row.id: row.code_hash for row in rows}


def has_living(session: Session, *, subject: bytes, browser: str, now: datetime) -> bool:
    """Whether this browser has a code that a try may still be made at."""
    unused = (*_of_browser(subject, browser, now), OneTimeCode.used_at.is_(None))
    return session.scalar(select(exists().where(*unused))) or False


def matching(codes: dict[int, str], typed: str) -> int | None:
    """The code that was typed, by its id. No database is needed, so none is held while this takes its time."""
    matches = [code_id for code_id, code_hash in codes.items() if _is(code_hash, typed)]
    return matches[0] if matches else None


def use(session: Session, code_id: int, *, now: datetime) -> bool:
    """Spend a code; True for exactly one caller."""
    unused = update(OneTimeCode).where(OneTimeCode.id == code_id, OneTimeCode.used_at.is_(None)).values(used_at=now)
    return session.scalar(unused.returning(OneTimeCode.id)) is not None


def was_pressed_again(session: Session, code_id: int, *, now: datetime) -> bool:
    """Whether a code that this browser typed rightly was spent just now: by the same form, sent by an earlier press."""
    just_now = select(exists().where(OneTimeCode.id == code_id, OneTimeCode.used_at > now - PRESSED_AGAIN))
    return session.scalar(just_now) or False


def read_code(text: str) -> str | None:
    """Six digits as a person or an autofill types them, blanks and hyphens forgiven; None for anything else."""
    digits = "".join(text[:64].replace("-", "").split())
    return digits if len(digits) == 6 and digits.isascii() and digits.isdigit() else None


def forget_old(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Remove at most ``limit`` codes that neither open anything nor count towards a limit."""
    past = select(OneTimeCode.id).where(OneTimeCode.sent_at < now - timedelta(days=1)).limit(limit)
    return len(session.execute(delete(OneTimeCode).where(OneTimeCode.id.in_(past)).returning(OneTimeCode.id)).all())


def was_sent_just_now(session: Session, *, subject: bytes, browser: str, now: datetime) -> bool:
    """Whether a code that still opens ``subject`` was sent for this browser's press a moment ago.

    Ask after ``wait_for_turn``, so that of two presses at once the second sees what the first had sent.
    """
    recent = (*_of_browser(subject, browser, now), OneTimeCode.used_at.is_(None))
    fresh = OneTimeCode.sent_at > now - DOUBLE_PRESS
    return session.scalar(select(exists().where(*recent, fresh))) or False


def _of_browser(subject: bytes, browser: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeCode.subject == subject,
        OneTimeCode.session_hash == digest(browser),
        OneTimeCode.expires_at > now,
        OneTimeCode.tries < TRIES,
    )


def _full_until(
    codes: Sequence[ColumnElement[bool]], limit: tuple[int, timedelta], now: datetime
) -> ScalarSelect[datetime]:
    """When fewer than the limit's ``most`` were sent within its span; null while fewer were."""
    most, span = limit
    sent = select(OneTimeCode.sent_at + span).where(*codes, OneTimeCode.sent_at > now - span)
    return sent.order_by(OneTimeCode.sent_at.desc()).offset(most - 1).limit(1).scalar_subquery()


def _is(code_hash: str, typed: str) -> bool:
    try:
        return _hasher.verify(code_hash, typed)
    except (VerifyMismatchError, InvalidHashError):
        return False


# who earns by texts has them sent to numbers in a row.
PER_BLOCK = (Limit(10, timedelta(minutes=10)),)
PER_HOUR = (Limit(200, timedelta(hours=1)),)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One way to reach a person of an order; ``masked`` is what a page may show of it."""

    channel: str
    to: str
    masked: str
    locale: str
    brand: str


def recipients(session: Session, order_id: int, *, position: int) -> list[Recipient]:
    """The ways to reach the contact at ``position``, e-mail before SMS; empty when there is none on file."""
    columns = (Order.locale, Order.brand_key, Order.ship_to["country"].astext.label("country"))
    contact = (OrderContact.email_folded, OrderContact.phone_e164)
    joined = select(*columns, *contact).join(OrderContact, OrderContact.order_id == Order.id)
    row = session.execute(joined.where(Order.id == order_id, OrderContact.position == position)).one_or_none()
    if row is None:
        return []
    reached = []
    if row.email_folded:
        reached.append(Recipient("email", row.email_folded, mask_email(row.email_folded), row.locale, row.brand_key))
    # texts only to where the order goes.
    if row.phone_e164 and region(row.phone_e164) == row.country:
        reached.append(Recipient("sms", row.phone_e164, mask_phone(row.phone_e164), row.locale, row.brand_key))
    return reached


def mask_email(email: str) -> str:
    """``maria@example.com`` as ``m•••@•••.com``: enough to know which mailbox to open."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@•••.{domain.rpartition('.')[2]}"


def mask_phone(number: str) -> str:
    """The last two digits alone."""
    return f"••• {number[-2:]}"


def region(number: str) -> str | None:
    """The country of a number in E.164."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number))


def sms_subjects(key: str, number: str) -> list[GuessSubject]:
    """What texts to a number are counted for: its block of ten thousand numbers, and all texts of the hour."""
    block = GuessSubject(keyed_digest(key, f"sms:{number[:-4]}"), PER_BLOCK)
    return [block, GuessSubject(keyed_digest(key, "sms:all"), PER_HOUR)]


class CodeSender(Protocol):
    """Sends a code at once; it is kept nowhere."""

    def send_code(self, *, channel: str, to: str, code: str, locale: str, brand: str) -> None:
        """Send ``code`` by ``email`` or ``sms``.

        Raises ProviderUnavailable (try again), ProviderRejected (of no use) or InDoubt (it may have gone).
        """
        ...
