"""Rows that go to the database as one value: they arrive as they would one by one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from app.core.tables.bulk import any_of, insert_rows, paired, parameters, update_rows
from app.events.models import InboxRow

WORDS = ["", "plain", "O'Brien «ñ» 🎁", 'back\\slash "quoted" {brace}', "line\nend\ttab", "null", "\\x41"]


def rows(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "endpoint": word,
            "delivery_key": f"k{at}",
            "headers": {"word": word, "nothing": None, "list": [1, 2.5, True]},
            "body": word.encode() + bytes(range(256)),
            "received_at": now + timedelta(microseconds=at),
            "next_try_at": now,
            "error": word if at % 2 else None,
        }
        for at, word in enumerate(WORDS)
    ]


def stored(session: Session, names: list[str]) -> list[dict[str, Any]]:
    session.expire_all()
    return [
        {name: getattr(row, name) for name in names}
        for row in session.scalars(select(InboxRow).order_by(InboxRow.delivery_key))
    ]


def test_every_kind_of_cell_arrives_as_it_was(session: Session, now: datetime) -> None:
    session.execute(insert_rows(InboxRow, list(rows(now)[0])), parameters(InboxRow, rows(now)))
    assert stored(session, list(rows(now)[0])) == rows(now)


def test_rows_are_changed_by_their_ids_and_others_stay(session: Session, now: datetime) -> None:
    session.execute(insert_rows(InboxRow, list(rows(now)[0])), parameters(InboxRow, rows(now)))
    ids = list(session.scalars(select(InboxRow.id).order_by(InboxRow.delivery_key)))
    changes = [{"id": id_, "body": b"new", "error": None} for id_ in ids[1:3]]
    session.execute(update_rows(InboxRow, ["body", "error"]), parameters(InboxRow, changes))
    changed = [row["body"] == b"new" and row["error"] is None for row in stored(session, ["body", "error"])]
    assert changed == [False, True, True, *[False] * (len(WORDS) - 3)]


def test_what_the_database_cannot_store_is_its_error(session: Session, now: datetime) -> None:
    row = rows(now)[0] | {"endpoint": "a\0b"}
    with pytest.raises(DataError), session.begin_nested():
        session.execute(insert_rows(InboxRow, list(row)), parameters(InboxRow, [row]))


def test_rows_are_asked_for_by_values_and_by_pairs(session: Session, now: datetime) -> None:
    session.execute(insert_rows(InboxRow, list(rows(now)[0])), parameters(InboxRow, rows(now)))
    named = select(InboxRow.delivery_key).order_by(InboxRow.delivery_key)
    pairs = [("plain", "k1"), ("null", "k4"), ("", "k0")]
    assert list(session.scalars(named.where(paired(InboxRow.endpoint, InboxRow.delivery_key, pairs)))) == ["k0", "k1"]
    assert list(session.scalars(named.where(any_of(InboxRow.endpoint, ["plain", "null", "none"])))) == ["k1", "k5"]
    assert list(session.scalars(named.where(any_of(InboxRow.endpoint, [])))) == []
    assert list(session.scalars(named.where(paired(InboxRow.endpoint, InboxRow.delivery_key, [])))) == []
