"""One try of a webhook has one outcome, however many workers believe that it is theirs."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.api.models import WebhookDelivery, WebhookSubscription
from app.api.webhooks_out.deliveries import Call, Result, claim, settle
from app.core.db import transaction
from tests.conftest import SECRET
from tests.meanwhile import Beside, meanwhile

Sessions = sessionmaker[Session]
TAKEN, BROKEN = Result(200, {}, None), Result(500, {}, None)


@pytest.fixture
def call(committed: Sessions, now: datetime) -> Call:
    """A delivery that a worker has claimed."""
    with committed() as session, transaction(session):
        hook = WebhookSubscription(
            public_id="h", url="https://shop.example/hook", kinds=[], sealed_secrets=[], created_at=now
        )
        session.add(hook)
        session.flush()
        session.add(
            WebhookDelivery(
                public_id="d", subscription_id=hook.id, event_id=1, kind="order.received", body="{}", created_at=now,
                next_try_at=now,
            )
        )  # fmt: skip
    with committed() as session, transaction(session):
        (claimed,) = claim(session, key=SECRET, limit=1, now=now)
    return claimed


def stored(committed: Sessions) -> tuple[str, int | None]:
    with committed() as session:
        row = session.scalars(select(WebhookDelivery)).one()
        return row.state, row.status


def test_of_two_who_settle_at_once_the_first_counts(committed: Sessions, call: Call, now: datetime) -> None:
    outcomes = []

    def late(session: Session) -> None:
        outcomes.append(settle(session, call, BROKEN, now=now))

    second = Beside(committed, late)
    with committed() as session, transaction(session), meanwhile(session, "update webhook_delivery", second):
        assert settle(session, call, TAKEN, now=now) is not None
        session.flush()
    second.join()
    assert outcomes == [None]
    assert stored(committed) == ("delivered", 200)


def test_who_read_it_before_another_settled_it_does_not_settle_it_again(
    committed: Sessions, call: Call, now: datetime
) -> None:
    with committed() as session, transaction(session):
        read = session.scalars(select(WebhookDelivery)).one()
        with committed() as other, transaction(other):
            settle(other, call, TAKEN, now=now)
        assert read.state == "waiting"
        assert settle(session, call, BROKEN, now=now) is None
    assert stored(committed) == ("delivered", 200)


def test_an_outcome_that_a_later_try_has_overtaken_changes_nothing(
    committed: Sessions, call: Call, now: datetime
) -> None:
    with committed() as session, transaction(session):
        (again,) = claim(session, key=SECRET, limit=1, now=now + timedelta(minutes=3))
        assert again.attempts == call.attempts + 1
    with committed() as session, transaction(session):
        assert settle(session, call, BROKEN, now=now) is None
    with committed() as session, transaction(session):
        assert settle(session, again, TAKEN, now=now) is not None
    assert stored(committed) == ("delivered", 200)
