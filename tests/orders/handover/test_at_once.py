"""One link from the shop's own pages that comes to several machines at the same moment opens one visit."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.orders.handover.used import spend
from app.orders.lookup.models import UsedHandover
from tests.at_once import at_once

MACHINES = 12


@pytest.mark.parametrize("round_number", range(5))
def test_of_many_that_use_a_link_at_once_one_gets_in(
    committed: sessionmaker[Session], now: datetime, round_number: int
) -> None:
    def use(_machine: int) -> bool:
        with committed() as session, transaction(session):
            return spend(session, f"link-{round_number}", ends_at=now + timedelta(minutes=5))

    assert sorted(at_once(MACHINES, use)) == [False] * (MACHINES - 1) + [True]
    with committed() as session:
        assert len(session.scalars(select(UsedHandover)).all()) == 1


def test_one_whose_visit_breaks_off_leaves_the_link_to_the_next(
    committed: sessionmaker[Session], now: datetime
) -> None:
    def break_off() -> None:
        with committed() as session, transaction(session):
            assert spend(session, "link", ends_at=now + timedelta(minutes=5))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    with committed() as session, transaction(session):
        assert spend(session, "link", ends_at=now + timedelta(minutes=5))
