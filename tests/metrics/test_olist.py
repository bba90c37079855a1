"""Ten thousand real orders of 2017 go in through the interface, and the known figures come out."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from app.api.keys import create_key
from app.metrics.delivery import delivery
from app.metrics.period import FiguresQuestion, GroupBy
from app.tracking.services import fold_dirty
from benchmarks import olist

pytestmark = [
    pytest.mark.skipif(not olist.there(), reason="the orders of 2017 are not beside the project (../shared/data)"),
]
TRIES = 3
YEARS = FiguresQuestion(date(2016, 1, 1), date(2019, 12, 31))


@pytest.fixture
def sent(flask_app: Flask, committed: sessionmaker[Session], now: datetime) -> Iterator[sessionmaker[Session]]:
    """All orders and scans, sent as a shop would send them."""
    with committed() as session:
        _, key = create_key(session, name="olist", scopes=["orders:write", "tracking:write"], now=now)
        session.commit()
    client, source = flask_app.test_client(), olist.load()
    headers = {"Authorization": f"Bearer {key}"}
    for path, rows, size in (
        ("/api/v1/orders/batch", olist.documents(source), 500),
        ("/api/v1/tracking-events", olist.scans(source), 1000),
    ):
        for batch in olist.batches(rows, size):
            answer = client.post(path, headers=headers, json=batch)
            assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
            assert not _faults(answer.get_json()), json.dumps(_faults(answer.get_json())[:3])
    with committed() as session:
        while fold_dirty(session, limit=500, now=now + timedelta(minutes=1)):
            session.commit()
        session.commit()
    yield committed


def _taken(client: FlaskClient, path: str, headers: dict[str, str], batch: list[dict[str, Any]]) -> TestResponse:
    """The answer to a batch. What the portal could not take just now is sent again as it was: none is counted twice."""
    for _ in range(TRIES - 1):
        answer = client.post(path, headers=headers, json=batch)
        if answer.status_code != 503:
            return answer
    return client.post(path, headers=headers, json=batch)


def _faults(answer: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    return [one for one in answer["results"] if one.get("errors")]


def test_the_known_figures_come_out(sent: sessionmaker[Session]) -> None:
    with sent() as session:
        (row,) = delivery(session, YEARS)
        by_region = delivery(session, YEARS.cut(GroupBy.REGION))
    assert row.delivered == 9648
    assert row.on_time_share == pytest.approx(0.9405, abs=0.00005)
    assert row.to_the_instant_share == pytest.approx(0.9313, abs=0.00005)
    # Elapsed time counts the hours that summer time adds and takes: the middle lies 0.001 above that of wall clocks.
    assert row.order_to_door == pytest.approx((4.945, 10.999, 23.065), abs=0.0005)
    assert sum(one.delivered for one in by_region) == 9648
    assert len(by_region) == 27
    assert row.odd == 5
    assert all(days is None or days >= 0 for days in row.carrier_to_door)
