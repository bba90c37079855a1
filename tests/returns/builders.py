"""Small facts for the returns rules' tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.returns.policy.facts import LineFacts, PolicyOrder

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


def a_line(line_id: str = "1", *, days_ago: float | None = 5, quantity: int = 2, **facts: Any) -> LineFacts:
    """A line delivered so many days before NOW; None: not delivered."""
    if days_ago is not None:
        at = NOW - timedelta(days=days_ago)
        facts = {"delivered": quantity, "delivered_at": at, "shipped_at": at - timedelta(days=2)} | facts
    return LineFacts(line_id, quantity, **facts)


def an_order(*lines: LineFacts, country: str | None = "ES", **facts: Any) -> PolicyOrder:
    """An order of these lines from a consumer in Madrid."""
    return PolicyOrder(lines or (a_line(),), country, MADRID, **facts)
