"""Pictures that cannot be made or stored hold up no other, and a refusal says why."""

import io
import subprocess
import sys
from datetime import datetime

import pytest
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from app.core.http import Reply, Rules
from app.orders.pictures import fetching, pictures, thumbnail
from app.orders.pictures.fetching import FetchedPicture, fetch_due, shrink
from app.orders.pictures.pictures import Picture
from tests.orders.pictures.test_thumbnails import drawn

URLS = ("https://cdn.shop.example/a.jpg", "https://cdn.shop.example/b.jpg")


def test_one_that_cannot_be_stored_leaves_the_others(
    committed: sessionmaker[Session], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = fetching.settle

    def settle(session: Session, picture: FetchedPicture, *, now: datetime) -> None:
        if picture.reason == URLS[0]:
            session.execute(text("select 1 / 0"))
        usual(session, picture, now=now)

    monkeypatch.setattr(fetching, "settle", settle)
    monkeypatch.setattr(fetching, "attempt", lambda url_hash, url, rules: FetchedPicture(url_hash, reason=url))
    with committed.begin() as session:
        pictures.note(session, URLS, now=now)
    assert fetch_due(committed, rules=Rules(), clock=lambda: now) == 2
    with committed() as session:
        reasons = {row.url: row.reason for row in session.scalars(select(Picture))}
    assert reasons == {URLS[0]: None, URLS[1]: URLS[1]}


def test_where_no_process_is_to_be_had_it_is_asked_for_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_args: object, **_kwargs: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr(fetching.http, "get", lambda *_args, **_kwargs: Reply(200, {}, drawn("PNG")))
    monkeypatch.setattr(subprocess, "run", none_left)
    assert fetching.attempt(b"h", URLS[0], rules=Rules()) == FetchedPicture(
        b"h", reason="BlockingIOError", passing=True
    )


def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_args: object, **_kwargs: object) -> None:
        raise subprocess.TimeoutExpired("thumbnail", 20)

    monkeypatch.setattr(subprocess, "run", endless)
    with pytest.raises(thumbnail.Unusable, match="too long"):
        shrink(b"")


def test_a_refusal_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(_raw: bytes) -> Image.Image:
        raise MemoryError

    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    with pytest.raises(thumbnail.Unusable, match="no JPEG"):
        thumbnail.make(b"no picture")
    with monkeypatch.context() as patch:
        patch.setattr(thumbnail, "MOST_PIXELS", 10)
        with pytest.raises(thumbnail.Unusable, match="more pixels"):
            thumbnail.make(drawn("PNG"))
    with monkeypatch.context() as patch:
        patch.setattr(thumbnail, "_square", no_memory)
        with pytest.raises(thumbnail.Unusable, match="too much memory"):
            thumbnail.make(drawn("PNG"))


def test_the_program_ends_with_its_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnail.resource, "setrlimit", lambda *_args: None)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"no picture")))
    with pytest.raises(SystemExit, match="no JPEG"):
        thumbnail.main()
