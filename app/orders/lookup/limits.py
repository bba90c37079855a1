"""Counting tries to look up an order before they are made: per order, contact, client, and of all; in PostgreSQL."""

import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import ScalarSelect, delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core.tokens import keyed_digest, new_secret
from app.core.web import settings
from app.orders.contacts.contact_points import contact_key, typed_number
from app.orders.lookup.links import FIRST_BROWSER
from app.orders.lookup.models import Guess, GuessTally

# A-03 names these three.
SURGE_SPAN = timedelta(minutes=5)
SURGE_WRONG = 50
SURGE_SHARE = 0.05
# The longest span of any limit.
KEPT = timedelta(days=1)
# A person hardly notices; whoever tries thousands does.
CALM_AFTER = timedelta(seconds=5)
TURN_KEPT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` tries in any stretch of ``span``."""

    most: int
    span: timedelta


# so few since a known customer's postcode falls in two dozen guesses.
PER_ORDER = (Limit(5, timedelta(hours=1)), Limit(20, timedelta(days=1)))
# One known address against many numbers is the same guess as many addresses against one number.
PER_CONTACT = PER_ORDER
PER_CLIENT = (Limit(30, timedelta(hours=1)),)
# As many as of codes.
PER_ADDRESS = (Limit(3, timedelta(minutes=15)), Limit(6, timedelta(days=1)))


@dataclass(frozen=True, slots=True)
class GuessSubject:
    """Whom or what tries are counted for; ``name`` is a keyed hash, so that no address rests in the table."""

    name: bytes
    limits: tuple[Limit, ...]


def network(address: str | None) -> str:
    """What counts as one client: an IPv4 address, the /64 of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def order_subject(key: str, number: str) -> GuessSubject:
    """Tries at one order, whether it exists or not."""
    return GuessSubject(keyed_digest(key, f"order:{number}"), PER_ORDER)


def typed_subject(key: str, typed: str) -> GuessSubject:
    """Tries with one number as it was typed: the same pause whether there is such an order or not (A-02)."""
    return GuessSubject(keyed_digest(key, f"typed:{typed_number(typed)}"), PER_ORDER)


def contact_subject(key: str, typed: str) -> GuessSubject:
    """Tries with one e-mail address or phone number, whichever order they are for."""
    return GuessSubject(keyed_digest(key, f"contact:{contact_key(typed)}"), PER_CONTACT)


def client_subject(key: str, address: str | None) -> GuessSubject:
    """Tries from one client: an IPv4 address or the /64 of an IPv6 one."""
    return GuessSubject(keyed_digest(key, f"client:{network(address)}"), PER_CLIENT)


def asker_subject(name: bytes) -> GuessSubject:
    """Requests of one asker: a client by its name, or a browser that is known."""
    return GuessSubject(name, PER_CLIENT)


def address_subject(key: str, email: str) -> GuessSubject:
    """Mails asked for to one address."""
    return GuessSubject(keyed_digest(key, f"address:{email}"), PER_ADDRESS)


@dataclass(frozen=True, slots=True)
class Reservation:
    """A try that is about to be made: the rows that count it, and whether it may be made at all.

    ``lasting`` are the rows that stay unless it turns out right. ``paused`` is, for each subject that the asker may
    hear of, until when it has no try left. ``crowded``: so many asked at once that the wait took too long.
    """

    rows: tuple[int, ...]
    allowed: bool
    lasting: tuple[int, ...] = ()
    paused: tuple[datetime | None, ...] = ()
    crowded: bool = False


def reserve(
    session: Session, subjects: Sequence[GuessSubject], *, unspoken: Sequence[GuessSubject] = (), now: datetime
) -> Reservation:
    """Count one try for all subjects before it is made; it is not allowed when one of them has no try left.

    Subjects are locked in the order given until the commit, so a burst cannot slip through between counting
    and checking. Commit before the check itself. A refused try takes the same steps and is counted for no one.
    ``unspoken`` subjects, such as an order that is on file, limit tries too; but a try that they alone refuse is
    counted for the others as if it had been made, or a pause would tell that there is such an order (A-02).
    """
    everything = [*subjects, *unspoken]
    in_turn = _locked(session, everything)
    ends = _pauses(session, everything, now) if in_turn else (None,) * len(everything)
    paused = ends[: len(subjects)]
    counts = in_turn and not any(paused)
    allowed = counts and not any(ends)
    # Rows that nobody looks at: a refused try writes as much and takes as long.
    names = [subject.name if counts else secrets.token_bytes(32) for subject in subjects]
    names += [subject.name if allowed else secrets.token_bytes(32) for subject in unspoken]
    rows = [{"subject": name, "tried_at": now} for name in names]
    made = tuple(session.scalars(insert(Guess).returning(Guess.id, sort_by_parameter_order=True), rows))
    lasting = made if allowed else made[: len(subjects)] if counts else ()
    return Reservation(made, allowed, lasting, paused, crowded=not in_turn)


def give_back(session: Session, reserved: Reservation) -> None:
    """Count a try for no one after all."""
    session.execute(delete(Guess).where(Guess.id.in_(reserved.rows)))


def next_turn(session: Session, subjects: Sequence[GuessSubject], *, now: datetime) -> datetime:
    """The first instant from now on at which all subjects have a try left, taken for them; others wait behind it.

    Of the newest ``most`` turns of a limit the oldest must be past by its span: then no span holds more, whatever
    the order in which turns were given.
    """
    _lock(session, subjects)
    turn = now
    for name, limit in [(subject.name, limit) for subject in subjects for limit in subject.limits]:
        taken = select(Guess.tried_at).where(Guess.subject == name).order_by(Guess.tried_at.desc())
        full_since = session.scalar(taken.offset(limit.most - 1).limit(1))
        turn = max(turn, full_since + limit.span) if full_since else turn
    session.execute(insert(Guess), [{"subject": subject.name, "tried_at": turn} for subject in subjects])
    return turn


def settle(session: Session, reserved: Reservation, *, right: bool, opens: bool = True, now: datetime) -> None:
    """Say how a try went: a right one is given back if it opens anything, a wrong one stays; both are tallied.

    One that opens nothing and were given back would be told from a wrong one by the pause that never comes (A-02).

    A refused one is tallied for no one, or one client alone could make it look as if everyone were guessing.
    """
    given_back = reserved.rows if right and opens else tuple(set(reserved.rows) - set(reserved.lasting))
    session.execute(delete(Guess).where(Guess.id.in_(given_back)))
    minute = now.replace(second=0, microsecond=0)
    tried, wrong = int(reserved.allowed), int(reserved.allowed and not right)
    row = upsert(GuessTally).values(minute=minute, tried=tried, wrong=wrong)
    counted = {"tried": GuessTally.tried + row.excluded.tried, "wrong": GuessTally.wrong + row.excluded.wrong}
    session.execute(row.on_conflict_do_update(index_elements=["minute"], set_=counted))


def surge(session: Session, *, now: datetime) -> bool:
    """Whether so many of everyone's tries are wrong that someone must be guessing at large."""
    sums = select(func.coalesce(func.sum(GuessTally.tried), 0), func.coalesce(func.sum(GuessTally.wrong), 0))
    tried, wrong = session.execute(sums.where(GuessTally.minute > now - SURGE_SPAN)).one()
    return bool(wrong > SURGE_WRONG and wrong > SURGE_SHARE * tried)


def has_turn(session: Session, key: str, address: str | None, *, now: datetime) -> bool:
    """Whether a client that was told to wait has waited; it is told so once, and has one try for each wait.

    A turn belongs to the client, not to a session: those can be had by the hundred, and would wait side by side.
    """
    turn_subject = GuessSubject(keyed_digest(key, f"turn:{network(address)}"), ())
    if not _locked(session, [turn_subject]):
        return False
    refusals = (Guess.subject == turn_subject.name, Guess.tried_at > now - TURN_KEPT)
    told_at = session.scalar(select(func.max(Guess.tried_at)).where(*refusals))
    if told_at is None:
        session.add(Guess(subject=turn_subject.name, tried_at=now))
        session.flush()
    elif now - told_at >= CALM_AFTER:
        session.execute(delete(Guess).where(Guess.subject == turn_subject.name))
        return True
    return False


def forget_old(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Remove at most ``limit`` tries that no limit looks at any more, and all old tallies."""
    session.execute(delete(GuessTally).where(GuessTally.minute < now - KEPT))
    old = select(Guess.id).where(Guess.tried_at < now - KEPT).limit(limit)
    return len(session.execute(delete(Guess).where(Guess.id.in_(old)).returning(Guess.id)).all())


def _pauses(session: Session, subjects: Sequence[GuessSubject], now: datetime) -> tuple[datetime | None, ...]:
    """For each subject, when it has a try left again; None where it has one now. One statement for all."""
    ends = [func.greatest(*(_full_until(subject, limit, now) for limit in subject.limits)) for subject in subjects]
    return tuple(session.execute(select(*ends)).one())


def _full_until(subject: GuessSubject, limit: Limit, now: datetime) -> ScalarSelect[datetime]:
    """When the limit's tries are fewer than ``most`` again: once the last but so many is past; null while they are."""
    end = Guess.tried_at + limit.span
    tries = select(end).where(Guess.subject == subject.name, Guess.tried_at > now - limit.span)
    return tries.order_by(Guess.tried_at.desc()).offset(limit.most - 1).limit(1).scalar_subquery()


def _locked(session: Session, subjects: Sequence[GuessSubject]) -> bool:
    """Wait for the subjects' turn; False when so many are waiting that the wait takes too long."""
    try:
        # A wait that was too long must not spoil the transaction that goes on.
        with session.begin_nested():
            _lock(session, subjects)
    except OperationalError:
        return False
    return True


def _lock(session: Session, subjects: Sequence[GuessSubject]) -> None:
    numbers = [int.from_bytes(subject.name[:8], "big", signed=True) for subject in subjects]
    session.execute(select(*(func.pg_advisory_xact_lock(number) for number in numbers)))


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this very host, where there is TLS."""
    return "__Host-browser" if settings().secure else "browser"


def browser_secret() -> str | None:
    """This browser's secret, if it has one that can be ours."""
    cookie = request.cookies.get(cookie_name(), "")
    return cookie if 20 < len(cookie) < 100 else None


def know_again(response: Response, secret: str | None = None) -> None:
    """Have the browser keep its secret, or a new one, for as long as a mailed link may work in it."""
    value, life, secure = secret or new_secret(), int(FIRST_BROWSER.total_seconds()), settings().secure
    response.set_cookie(cookie_name(), value, max_age=life, secure=secure, httponly=True, samesite="Lax", path="/")
