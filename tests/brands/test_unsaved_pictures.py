"""The clock clears pictures that were sent for a brand and never saved, and none that any version names."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.brands import house
from app.brands.document.rows import document_of
from app.brands.files.pictures import DrawnPicture, keep, read_file
from app.brands.files.unsaved import UNSAVED_FOR, clear_unsaved
from app.brands.queries import named_brand
from app.core.clock import utcnow
from app.core.errors import Invalid
from app.jobs import engine
from tests.conftest import SECRET

AFTERWARDS = UNSAVED_FOR + timedelta(seconds=1)


def sent(session: Session, now: datetime, content: bytes = b"one", use: str = "logo") -> str:
    return keep(session, "demo", DrawnPicture(use, content, 100, 50), by="staff:ana", now=now)


def saved(session: Session, now: datetime, **look: str | None) -> None:
    whole: dict[str, Any] = document_of(named_brand(session, "demo"))
    house.save(session, "demo", whole | {"look": whole["look"] | look}, by="staff:ana", now=now)


def test_what_was_never_saved_goes_after_a_week(session: Session, now: datetime) -> None:
    name = sent(session, now)
    assert clear_unsaved(session, now=now + UNSAVED_FOR) == 0
    assert clear_unsaved(session, now=now + AFTERWARDS) == 1
    assert read_file(session, name) is None


def test_what_is_shown_and_what_was_shown_before_stay_for_ever(session: Session, now: datetime) -> None:
    first, second, third = (sent(session, now, content) for content in (b"one", b"two", b"three"))
    saved(session, now, logo=first)
    saved(session, now, logo=second)
    saved(session, now, logo=None)
    assert clear_unsaved(session, now=now + timedelta(days=4000)) == 1
    assert read_file(session, third) is None
    house.restore(session, "demo", 2, by="staff:ana", now=now)
    assert document_of(named_brand(session, "demo"))["look"]["logo"] == first
    assert read_file(session, second)


def test_what_is_sent_again_is_as_young_as_when_it_was_sent_last(session: Session, now: datetime) -> None:
    name = sent(session, now)
    assert sent(session, now + timedelta(days=6)) == name
    assert clear_unsaved(session, now=now + AFTERWARDS) == 0
    assert clear_unsaved(session, now=now + timedelta(days=6) + AFTERWARDS) == 1


def test_a_form_that_names_what_is_gone_is_refused_in_words(session: Session, now: datetime) -> None:
    name = sent(session, now)
    clear_unsaved(session, now=now + AFTERWARDS)
    with pytest.raises(Invalid):
        saved(session, now, logo=name)


def test_the_clock_does_it(
    committed: sessionmaker[Session], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", SECRET)
    with committed() as session:
        long_ago = utcnow() - AFTERWARDS
        name = sent(session, long_ago)
        session.commit()
    for cache in (engine.settings, engine.database):
        cache.cache_clear()
    engine.register_all()["forget_pictures"]()
    engine.database().engine.dispose()
    for cache in (engine.settings, engine.database):
        cache.cache_clear()
    with committed() as session:
        assert read_file(session, name) is None
