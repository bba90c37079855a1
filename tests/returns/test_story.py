"""Two hundred stories of returns, each by whoever comes in whatever order; ten thousand in ``benchmarks``."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from tests.returns.machine import ReturnStory, two_orders

RUNS = int(os.environ.get("RETURN_STORIES", "200"))
HALVES = 2
"""Two tests of half as many each, so that two processes share them."""
STEPS = 10


@pytest.mark.parametrize("half", range(HALVES))
def test_whatever_befalls_returns_the_books_agree_and_all_comes_to_an_end(session: Session, half: int) -> None:
    class Story(ReturnStory):
        pass

    Story.session, Story.orders = session, two_orders(session)
    unhurried = [HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=RUNS // HALVES,
            stateful_step_count=STEPS,
            suppress_health_check=unhurried,
        ),
    )
