"""Pages and files leave packed where the browser takes that, and a page only to whom its length gives nothing away."""

import gzip
from collections.abc import Iterator

import pytest
from werkzeug.wrappers import Response

from app.core.drawing import STATIC
from app.pages.assets import asset
from app.server.compressed import SMALL, pack, takes_gzip
from tests.served import Served, served

PAGE = "<p>Your order arrives on Thursday.</p>" * 100
BROWSER = {
    "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd",
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_COOKIE": "s=1",
}


@pytest.fixture(scope="module")
def web(database_url: str, engine: object) -> Iterator[Served]:
    with served(database_url, WEB_WORKERS="1") as running:
        yield running


def test_a_page_leaves_packed_and_says_so() -> None:
    response = Response(PAGE, mimetype="text/html")
    body = pack(response, BROWSER)
    assert gzip.decompress(body).decode() == PAGE
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Content-Length"] == str(len(body))
    assert "Accept-Encoding" in response.headers["Vary"]


def test_a_drawing_that_was_made_for_a_reader_leaves_packed() -> None:
    response = Response("<svg><path d='M1 1h1v1z'/></svg>" * 100, mimetype="image/svg+xml")
    assert len(pack(response, BROWSER)) < 1_000
    assert response.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", None])
def test_a_page_that_another_site_asked_for_is_not_packed(site: str | None) -> None:
    environ = {**BROWSER, "HTTP_SEC_FETCH_SITE": site}
    assert pack(Response(PAGE, mimetype="text/html"), environ).decode() == PAGE
    nobody = {name: value for name, value in environ.items() if name != "HTTP_COOKIE"}
    assert gzip.decompress(pack(Response(PAGE, mimetype="text/html"), nobody)).decode() == PAGE


@pytest.mark.parametrize(
    ("body", "mimetype"), [(PAGE, "application/json"), (PAGE, "application/pdf"), ("<p>no</p>", "text/html")]
)
def test_what_is_short_or_no_page_leaves_as_it_is(body: str, mimetype: str) -> None:
    response = Response(body, mimetype=mimetype)
    assert pack(response, BROWSER).decode() == body
    assert "Content-Encoding" not in response.headers
    assert len("<p>no</p>") < SMALL


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("gzip", True), ("GZIP", True), ("br;q=1, gzip;q=0.5", True), ("deflate, gzip", True),
        ("", False), ("br", False), ("gzip;q=0", False), ("gzip; q=0.000", False), ("x-gzip", False),
    ],
)  # fmt: skip
def test_gzip_is_for_who_reads_it(header: str, takes: bool) -> None:
    assert takes_gzip(header) is takes


def test_a_file_is_served_packed_to_who_takes_that(web: Served) -> None:
    address = asset("portal.css")
    plain, packed = web.ask("GET", address), web.ask("GET", address, Accept_Encoding="gzip")
    assert gzip.decompress(packed.said) == plain.said == (STATIC.parent / address.lstrip("/")).read_bytes()
    assert (packed.headers["content-encoding"], plain.headers["content-encoding"]) == ("gzip", None)
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert packed.headers["content-type"] == "text/css"
    assert packed.headers["etag"] != plain.headers["etag"]


def test_a_file_that_the_browser_has_is_not_sent_again(web: Served) -> None:
    tag = web.ask("GET", "/static/products/oil.svg").headers["etag"]
    again = web.ask("GET", "/static/products/oil.svg", If_None_Match=tag)
    assert (again.status, again.said) == (304, b"")


def test_a_page_is_served_packed(web: Served) -> None:
    plain, packed = web.ask("GET", "/help"), web.ask("GET", "/help", Accept_Encoding="gzip")
    for body in (gzip.decompress(packed.said), plain.said):
        assert body.lstrip().startswith(b"<!DOCTYPE html>")
    assert len(packed.said) < len(plain.said) / 2
