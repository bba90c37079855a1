"""The schedule of webhooks, as Standard Webhooks proposes it."""

from datetime import timedelta
from typing import Any

import pytest

from app.api.webhooks_out.deliveries import LONGEST_ASKED, WAITS_S, asked_wait, decide


def test_all_waits_make_seventy_five_hours_and_thirty_five_minutes() -> None:
    assert sum(WAITS_S) == 75 * 3600 + 35 * 60 + 5
    assert len(WAITS_S) == 10


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_two_hundreds_are_delivered(status: int, now: Any) -> None:
    assert decide(status=status, headers={}, attempts=1, now=now, random=0).state == "delivered"


@pytest.mark.parametrize("status", [None, 100, 301, 302, 307, 400, 401, 404, 500])
def test_all_else_is_tried_again_on_the_schedule(status: int | None, now: Any) -> None:
    waits = [
        decide(status=status, headers={}, attempts=attempts, now=now, random=0).next_try_at - now
        for attempts in range(1, len(WAITS_S))
    ]
    assert waits == [timedelta(seconds=wait) for wait in WAITS_S[1:]]
    assert decide(status=status, headers={}, attempts=len(WAITS_S), now=now, random=0).state == "failed"


def test_jitter_only_lengthens(now: Any) -> None:
    outcome = decide(status=500, headers={}, attempts=2, now=now, random=1)
    assert outcome.next_try_at == now + timedelta(seconds=330)


def test_gone_ends_the_subscription(now: Any) -> None:
    outcome = decide(status=410, headers={}, attempts=1, now=now, random=0)
    assert (outcome.state, outcome.gone) == ("failed", True)


def test_a_wait_that_is_asked_for_is_kept_but_not_beyond_a_day(now: Any) -> None:
    for status in (429, 503):
        outcome = decide(status=status, headers={"retry-after": "120"}, attempts=1, now=now, random=0)
        assert outcome.next_try_at == now + timedelta(seconds=120)
    sooner = decide(status=429, headers={"retry-after": "1"}, attempts=3, now=now, random=0)
    assert sooner.next_try_at == now + timedelta(minutes=30)
    assert asked_wait("9" * 40, now) == LONGEST_ASKED
    assert asked_wait("Sun, 22 Nov 2026 09:10:00 GMT", now) == timedelta(minutes=10)
    assert asked_wait("soon", now) is None
    assert asked_wait("-5", now) is None
