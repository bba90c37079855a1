"""Whoever is first: an order that comes in while its person is erased is either found by that, or comes in bare."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import in_transaction, transaction
from app.oms.intake import receive_order
from app.orders.models import Order, OrderContact
from app.privacy import requests
from app.privacy.people import subject_by
from tests.conftest import SECRET
from tests.privacy.canaries import EMAIL, document

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
Sessions = sessionmaker[Session]


@pytest.mark.parametrize("order_first", [True, False])
def test_an_order_and_the_erasure_of_its_person_wait_for_each_other(
    committed: Sessions, tmp_path: Path, order_first: bool
) -> None:
    with committed() as session, transaction(session):
        receive_order(session, document(updated_at="2026-11-12T10:00:00Z"), now=NOW)
    with committed() as session, transaction(session):
        subject = subject_by(email=EMAIL)
        ref = requests.ask(session, subject, by="cli:me", key=SECRET, at_once=True, now=NOW).ref

    def erase() -> None:
        requests.perform(
            lambda work: in_transaction(committed, work), ref, key=SECRET, path=tmp_path / "ledger", now=NOW
        )

    def write(session: Session) -> None:
        receive_order(session, document(updated_at="2026-11-13T10:00:00Z"), now=NOW)
        receive_order(session, document(number="K-2", source="two", updated_at="2026-11-13T10:00:00Z"), now=NOW)

    if order_first:
        # Written and not committed: the erasure begins now, and waits until these orders can be seen.
        with committed() as session, transaction(session):
            write(session)
            other = threading.Thread(target=erase)
            other.start()
            _until_somebody_waits(committed)
        other.join(30)
    else:
        erase()
        in_transaction(committed, write)
    with committed() as session:
        assert set(session.scalars(select(OrderContact.email))) == {None}
        assert session.scalar(select(func.count()).where(Order.erased_at.is_not(None))) == (2 if order_first else 1)


def _until_somebody_waits(committed: Sessions) -> None:
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    with committed() as session:
        while not session.scalar(text(waiting)):
            session.rollback()
