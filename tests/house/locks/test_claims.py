"""Who claims rows gets rows that nobody else has: eight at once, for every claim of the portal.

The eight hold their transactions open beside each other in one thread, so nothing depends on luck: where a lock is
missing, two get the same rows, or one waits for the other until its lock time-out. A new claim is a line of ``CLAIMS``;
those of messages stand in tests/notify/plan/test_claims.py.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, sessionmaker

from app.api.models import WebhookDelivery, WebhookSubscription
from app.api.webhooks_out import deliveries
from app.carriers.polling import polling
from app.core import queue
from app.core.db import transaction
from app.core.tokens import digest
from app.events import inbox, log
from app.events.kinds import EventKind, Listener
from app.events.models import InboxRow
from app.oms.intake import receive_orders
from app.orders.pictures import fetching
from app.orders.pictures.pictures import Picture
from app.privacy import expiry
from app.returns import decisions
from app.returns.models import Return, Withdrawal
from app.returns.withdrawal import matching
from app.tracking import watch
from app.tracking.fold import job
from app.tracking.models import Shipment
from app.tracking.services import fold_dirty, record_events
from tests.conftest import SECRET
from tests.returns.story import approved, statements
from tests.tracking.documents import CARRIER, PLACED, document, event, parcel

EIGHT, ROWS, EACH = 8, 24, 2
DAY = timedelta(days=1)
NOW = PLACED + 60 * DAY


@dataclass(frozen=True)
class Claim:
    """How its rows come, and how some are taken: gives what makes each of them itself."""

    fill: Callable[[Session], object]
    take: Callable[[Session], Sequence[Hashable]]


def parcels(session: Session) -> None:
    documents = [document(f"{at}", shipments=[parcel(tracking_number=f"N{at:06}")]) for at in range(ROWS)]
    receive_orders(session, documents, now=PLACED)


def scanned(session: Session) -> None:
    parcels(session)
    scans = [event("in_transit", PLACED + DAY, number=f"N{at:06}") for at in range(ROWS)]
    record_events(session, scans, source="api", now=PLACED + DAY)


def moving(session: Session) -> None:
    scanned(session)
    fold_dirty(session, limit=ROWS, now=PLACED + DAY)


def events(session: Session) -> None:
    for _at in range(ROWS):
        log.append(session, EventKind.ORDER_RECEIVED, order_id=1, now=PLACED)


def arrivals(session: Session) -> None:
    for at in range(ROWS):
        inbox.store(session, endpoint="oms:generic", delivery_key=str(at), headers={}, body=b"{}", now=PLACED)
    session.execute(update(InboxRow).values(next_try_at=PLACED))


def understood(session: Session) -> None:
    arrivals(session)
    session.execute(update(InboxRow).values(state="done", received_at=PLACED - 365 * DAY))


def hooks(session: Session) -> None:
    """One receiver for each of the eight: of one alone, some are enough in one round."""
    for name in range(EIGHT):
        url = f"https://shop.example/{name}"
        hook = WebhookSubscription(public_id=f"h{name}", url=url, kinds=[], sealed_secrets=[], created_at=NOW)
        session.add(hook)
        session.flush()
        session.add_all(
            WebhookDelivery(
                public_id=f"d{name}-{at}", subscription_id=hook.id, event_id=at, kind="order.received", body="{}",
                created_at=NOW, next_try_at=NOW - DAY,
            )
            for at in range(ROWS // EIGHT)
        )  # fmt: skip


def pictures(session: Session) -> None:
    for at in range(ROWS):
        url = f"https://shop.example/{at}.png"
        session.add(Picture(url_hash=digest(url), url=url, wanted_at=NOW, next_try_at=NOW))


def left_jobs(session: Session) -> None:
    for _at in range(ROWS):
        queue.defer(session, "mail_order_links", sealed="x")
    session.execute(text("update procrastinate_jobs set status = 'doing'"))


def ended_jobs(session: Session) -> None:
    left_jobs(session)
    session.execute(text("update procrastinate_jobs set status = 'failed'"))


def hears(session: Session) -> Sequence[Hashable]:
    return log.lease(session, Listener.NOTIFY, limit=EACH, now=NOW)


def polls(session: Session) -> Sequence[Hashable]:
    requests = polling.claim_due(session, source=CARRIER, able={CARRIER}, at_once=1, budget=EACH, now=NOW)
    return [question.numbers for question in requests]


def finds_late(session: Session) -> Sequence[Hashable]:
    watch.look_for_late(session, now=NOW)
    return session.scalars(select(Shipment.id).where(Shipment.late_since.is_not(None))).all()


def retires(session: Session) -> Sequence[Hashable]:
    watch.retire(session, now=NOW + 90 * DAY)
    return session.scalars(select(Shipment.id).where(Shipment.finished_at.is_not(None))).all()


def receives(session: Session) -> Sequence[Hashable]:
    matching.receive(session, limit=EACH, key=SECRET, now=NOW)
    return session.scalars(select(Withdrawal.id).where(Withdrawal.matched_at.is_not(None))).all()


def expires(session: Session) -> Sequence[Hashable]:
    decisions.expire_overdue(session, limit=1, now=NOW)
    return session.scalars(select(Return.id).where(Return.decision == "expired")).all()


def reminds(session: Session) -> Sequence[Hashable]:
    decisions.remind_before_expiry(session, limit=1, now=PLACED + 12 * DAY)
    return session.scalars(select(Return.id).where(Return.reminded_at.is_not(None))).all()


def delivers(session: Session) -> Sequence[Hashable]:
    return [call.delivery_id for call in deliveries.claim(session, key=SECRET, limit=EACH, now=NOW)]


def revives(session: Session) -> Sequence[Hashable]:
    queue.revive(session, never_twice=frozenset(), silent_for=DAY, longest=DAY, now=datetime.now(NOW.tzinfo))
    return session.scalars(text("select id from procrastinate_jobs where status = 'todo'")).all()


def forgets(session: Session) -> Sequence[Hashable]:
    before = set(session.scalars(text("select id from procrastinate_jobs")))
    queue.forget(session, since=NOW, keep_last=0, limit=EACH)
    return sorted(before - set(session.scalars(text("select id from procrastinate_jobs"))))


def empties(session: Session) -> Sequence[Hashable]:
    expiry.expire(session, key=SECRET, now=datetime.now(NOW.tzinfo) + 100 * DAY)
    return session.scalars(select(InboxRow.id).where(InboxRow.body == b"")).all()


CLAIMS = {
    "deliveries from outside": Claim(arrivals, lambda session: inbox.lease(session, "oms", limit=EACH, now=NOW)),
    "events": Claim(events, hears),
    "carriers to ask": Claim(parcels, polls),
    "parcels to fold": Claim(scanned, lambda session: job.claim_dirty(session, limit=EACH, now=NOW)),
    "late parcels": Claim(moving, finds_late),
    "silent parcels": Claim(moving, retires),
    "webhooks": Claim(hooks, delivers),
    "pictures": Claim(pictures, lambda session: [url for _, url in fetching.claim(session, now=NOW)]),
    "withdrawals": Claim(partial(statements, count=ROWS, now=PLACED), receives),
    "returns that expire": Claim(partial(approved, count=EIGHT, now=PLACED), expires),
    "returns to remind of": Claim(partial(approved, count=EIGHT, now=PLACED), reminds),
    "jobs of dead workers": Claim(left_jobs, revives),
    "jobs that ended": Claim(ended_jobs, forgets),
    "old bodies": Claim(understood, empties),
}


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_no_two_of_eight_at_once_take_the_same(claim: Claim, committed: sessionmaker[Session]) -> None:
    with committed() as session, transaction(session):
        claim.fill(session)
    with ExitStack() as all_open:
        sessions = [all_open.enter_context(committed()) for _one in range(EIGHT)]
        taken = [claim.take(session) for session in sessions]
        for session in sessions:
            session.commit()
    times = Counter(row for rows in taken for row in rows)
    assert times, "something was taken"
    assert {row: count for row, count in times.items() if count > 1} == {}
