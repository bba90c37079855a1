"""Product pictures: fetched once from the shop's host, served from ours, refused ones left alone for a week."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from app.core import http
from app.core.http import Rules
from app.core.tokens import digest
from app.orders.models import OrderLine
from app.orders.pictures import pictures
from app.orders.pictures.fetching import MOST_BYTES, fetch_due
from app.orders.pictures.pictures import Picture
from tests.orders.build import document
from tests.orders.cdn import Cdn, running
from tests.orders.pictures.test_thumbnails import drawn
from tests.orders.put import put_order

Sessions = sessionmaker[Session]
URL = "https://cdn.shop.example/a.jpg"
OWN = "https://orders.shop.example"


@pytest.fixture(scope="module")
def cdn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cdn]:
    with running(tmp_path_factory.mktemp("cdn")) as host:
        yield host


def fetch(committed: Sessions, cdn: Cdn, *urls: str, now: datetime) -> dict[str, Picture]:
    """Want these and fetch what is due; gives what is known of each."""
    with committed.begin() as session:
        pictures.note(session, urls, now=now)
    fetch_due(committed, rules=cdn.rules, clock=lambda: now)
    with committed() as session:
        return {row.url: row for row in session.scalars(select(Picture))}


def jobs(session: Session) -> list[list[str]]:
    rows = session.execute(text("select args from procrastinate_jobs where task_name = 'fetch_pictures'"))
    return [row.args["urls"] for row in rows]


def test_a_new_picture_is_asked_for_once_a_month(session: Session, now: datetime) -> None:
    put_order(session, document({"lines.0.image_url": URL}), now=now)
    assert jobs(session) == [[URL]]
    pictures.note(session, [URL], now=now)
    put_order(session, document({"lines.0.image_url": URL}, number="1002"), now=now)
    assert len(jobs(session)) == 1
    later = now + timedelta(days=31)
    put_order(session, document({"lines.0.image_url": URL}, number="1003"), now=later)
    assert len(jobs(session)) == 2


def test_an_order_without_pictures_on_https_asks_for_nothing(session: Session, now: datetime) -> None:
    put_order(session, document(), now=now)
    put_order(session, document({"lines.0.image_url": "http://cdn.shop.example/a.jpg"}, number="2"), now=now)
    assert jobs(session) == []


def test_a_picture_is_fetched_once_and_kept_small(committed: Sessions, cdn: Cdn, now: datetime) -> None:
    url = cdn.put("/ma%C3%B1ana.jpg?w=1", drawn("JPEG"))
    fetch(committed, cdn, url, now=now)
    row = fetch(committed, cdn, url, now=now + timedelta(days=9))[url]
    assert row.reason is None and cdn.requests.count("/ma%C3%B1ana.jpg?w=1") == 1
    with committed() as session, Image.open(BytesIO(pictures.read(session, digest(url)) or b"")) as image:
        assert image.format == "WEBP"


@pytest.mark.parametrize(
    ("path", "body", "status", "reason"),
    [
        ("/page.jpg", b"<html>not a picture</html>", 200, "no JPEG"),
        ("/huge.jpg", b"x" * (MOST_BYTES + 1), 200, "larger than 5 MiB"),
        ("/gone.jpg", b"", 404, "answered 404"),
        ("/elsewhere.jpg", b"", 302, "answered 302"),
    ],
)
def test_a_refused_picture_is_remembered_for_a_week(
    committed: Sessions, cdn: Cdn, now: datetime, path: str, body: bytes, status: int, reason: str
) -> None:
    url = cdn.put(path, body, status)
    row = fetch(committed, cdn, url, now=now)[url]
    assert reason in (row.reason or "") and row.next_try_at == now + timedelta(days=7)
    fetch(committed, cdn, url, now=now + timedelta(days=6))
    assert cdn.requests.count(path) == 1
    fetch(committed, cdn, url, now=now + timedelta(days=7))
    assert cdn.requests.count(path) == 2


def test_a_slow_host_is_given_up_and_asked_again_in_an_hour(
    committed: Sessions, cdn: Cdn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "TOTAL_S", 0.3)
    url = cdn.put("/slow.jpg", None)
    row = fetch(committed, cdn, url, now=now)[url]
    assert "no answer in time" in (row.reason or "") and row.next_try_at == now + timedelta(hours=1)


def test_a_host_that_is_down_is_asked_five_times_and_then_weekly(committed: Sessions, cdn: Cdn, now: datetime) -> None:
    url = cdn.put("/down.jpg", b"", 503)
    for hours in range(5):
        row = fetch(committed, cdn, url, now=now + timedelta(hours=hours))[url]
    assert row.attempts == 5 and row.next_try_at == now + timedelta(hours=4, days=7)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/a.jpg", "https://169.254.169.254/a.jpg", "https://x.internal/a.jpg"]
)
def test_nothing_inside_is_ever_called(committed: Sessions, now: datetime, url: str) -> None:
    with committed.begin() as session:
        pictures.note(session, [url], now=now)
    fetch_due(committed, rules=Rules(), clock=lambda: now)
    with committed() as session:
        assert "private network" in (session.scalars(select(Picture)).one().reason or "")


def test_a_picture_that_no_order_names_any_more_is_not_asked_for_and_then_forgotten(
    committed: Sessions, cdn: Cdn, now: datetime
) -> None:
    url = cdn.put("/old.jpg", b"")
    fetch(committed, cdn, url, now=now)
    assert fetch_due(committed, rules=cdn.rules, clock=lambda: now + timedelta(days=61)) == 0
    with committed.begin() as session:
        pictures.forget_old(session, now=now + timedelta(days=732))
        assert session.scalars(select(Picture)).all() == []


def test_a_kept_picture_is_served_to_everyone_for_ever(client: FlaskClient, session: Session, now: datetime) -> None:
    session.add(Picture(url_hash=digest(URL), url=URL, content=b"webp", wanted_at=now, next_try_at=now))
    session.commit()
    answer = client.get(f"/pictures/{digest(URL).hex()}.webp")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"webp", "image/webp")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers and "Cookie" not in answer.headers.get("Vary", "")


def test_a_mail_gets_it_as_a_small_jpeg_on_white(client: FlaskClient, session: Session, now: datetime) -> None:
    webp = BytesIO()
    Image.new("RGBA", (192, 192), (0, 0, 0, 0)).save(webp, "WEBP")
    session.add(Picture(url_hash=digest(URL), url=URL, content=webp.getvalue(), wanted_at=now, next_try_at=now))
    session.commit()
    answer = client.get(f"/pictures/{digest(URL).hex()}.jpg")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    with Image.open(BytesIO(answer.data)) as likeness:
        assert (likeness.format, likeness.size) == ("JPEG", (112, 112))
        assert likeness.getpixel((56, 56)) == (255, 255, 255)


def test_what_is_no_picture_is_none_for_a_mail(client: FlaskClient, session: Session, now: datetime) -> None:
    session.add(Picture(url_hash=digest(URL), url=URL, content=b"webp", wanted_at=now, next_try_at=now))
    session.commit()
    assert client.get(f"/pictures/{digest(URL).hex()}.jpg").status_code == 404


@pytest.mark.parametrize("ending", ["webp", "jpg"])
@pytest.mark.parametrize("name", ["0" * 64, "0" * 63, "G" * 64, "..", "A" * 64])
def test_any_other_name_is_no_page(client: FlaskClient, session: Session, name: str, ending: str) -> None:
    answer = client.get(f"/pictures/{name}.{ending}")
    assert answer.status_code == 404 and "public" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("url", "is_kept", "path"),
    [
        (None, False, None),
        (URL, False, None),
        (URL, True, f"/pictures/{digest(URL).hex()}.webp"),
        (f"{OWN}/static/products/oil.svg", False, "/static/products/oil.svg"),
        (f"{OWN}/media/a.png?v=2", False, "/media/a.png?v=2"),
        (f"{OWN}//evil.example/a.png", False, None),
        (f"{OWN}.evil.example/a.png", False, None),
    ],
)
def test_a_page_only_ever_names_this_host(url: str | None, is_kept: bool, path: str | None) -> None:
    assert pictures.shown(url, is_kept=is_kept, origin=OWN) == path


def test_lines_get_their_pictures_by_one_statement(session: Session, now: datetime) -> None:
    order = put_order(session, document({"lines.0.image_url": URL}), now=now).order
    lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    assert pictures.addresses(session, lines, origin=OWN) == {}
    session.add(Picture(url_hash=digest(URL), url=URL, content=b"webp", wanted_at=now, next_try_at=now))
    session.flush()
    assert pictures.addresses(session, lines, origin=OWN) == {lines[0].id: f"/pictures/{digest(URL).hex()}.webp"}
