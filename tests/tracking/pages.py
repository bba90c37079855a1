"""Opening order pages in tests: an order with its events as they stand, a browser that may see it, the page as text."""

import html
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as engine_events
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.orders.document.document import OrderDocument
from app.orders.models import Order
from app.tracking.ports import ReportedEvent
from app.tracking.services import fold_dirty, record_events
from tests.tracking.documents import PLACED, document, event

THURSDAY = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
STAGES = ("picked_up", "in_transit", "out_for_delivery")


def scans(*stages: str, last: datetime = THURSDAY - timedelta(hours=1)) -> list[Any]:
    """Stages six hours apart, the last one at ``last``."""
    count = len(stages)
    return [event(status, last - timedelta(hours=6) * (count - rank)) for rank, status in enumerate(stages, start=1)]


def given(
    session: Session,
    order_document: OrderDocument | None = None,
    events: Sequence[ReportedEvent] = (),
    *,
    now: datetime = PLACED,
) -> Order:
    """An order with the events told of it, folded."""
    order = session.get_one(Order, receive_order(session, order_document or document(), now=PLACED).order.id)
    record_events(session, events, source="test", now=now)
    fold_dirty(session, now=now)
    session.commit()
    return order


def browser(app: Flask, order: Order, *, tier: int = 1, language: str = "es") -> FlaskClient:
    """A browser that was granted this order."""
    client = app.test_client()
    with client.session_transaction() as browser_session:
        browser_session["orders"] = {order.ref: [tier, order.access_epoch, 0]}
    client.set_cookie("language", language)
    return client


@contextmanager
def at(now: datetime) -> Iterator[None]:
    """The order page's clock stands at ``now``."""
    with patch("app.tracking.page.views.utcnow", lambda: now), patch("app.core.i18n.words.utcnow", lambda: now):
        yield


def text_of(page: str) -> str:
    """What a page says, without its markup."""
    body = page[page.find("<main") : page.find("</main>")] if "<main" in page else page
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def title_of(page: str) -> str:
    """The answer at the top."""
    match = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert match
    return html.unescape(match.group(1)).strip().replace("\u00a0", " ")


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements sent meanwhile, without those of savepoints."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "savepoint" not in statement.lower():
            sent.append(statement)

    engine = session.get_bind().engine
    engine_events.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        engine_events.remove(engine, "before_cursor_execute", note)
