"""Where to take it: five ways to say where one is, with and without JavaScript; the list, the map, the choice."""

import re
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core.clock import utcnow
from app.core.db import transaction
from app.orders.models import Order
from app.returns.policy.policy import Resolution
from app.returns.policy.reasons import ReasonGroup
from app.returns.request.draft import DraftLine, RequestDraft, save_draft
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.browser.shopper import shopper

pytestmark = pytest.mark.browser

SEARCHES = [
    ("28013", "Librería Arenal", "28013 Madrid"),
    ("46001", "Casillero Plaza de la Reina", "46001 Valencia"),
    ("Valencia", "Casillero Plaza de la Reina", "Valencia"),
    ("Alcobendas", "Papelería La Vega", "Alcobendas"),
    ("Calle de Alcalá 20, Madrid", "Casillero Tribunal", "«Calle de Alcalá 20»"),
]
CHOSEN = re.compile(r"\bis-chosen\b")
# One grey pixel: what a map's tile looks like does not matter here.
_PIXEL = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


TILE = b"\x89PNG\r\n\x1a\n" + b"".join(
    (_chunk(b"IHDR", _PIXEL), _chunk(b"IDAT", zlib.compress(b"\0\xdd")), _chunk(b"IEND", b""))
)


class Tiles(BaseHTTPRequestHandler):
    """A source of tiles on this machine."""

    requests: list[str]

    def do_GET(self) -> None:
        self.requests.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        # As a source of tiles does, whose pictures any page may show.
        self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.end_headers()
        self.wfile.write(TILE)

    def log_message(self, *_words: object) -> None:
        """It says nothing."""


@contextmanager
def tile_source() -> Iterator[tuple[str, list[str]]]:
    """The address of a source of tiles, and the paths that were requested of it."""
    requests: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Source", (Tiles,), {"requests": requests}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()


@pytest.fixture
def at_the_points(portal: Portal, new_context: NewContext) -> Callable[..., Page]:
    """A browser on the page where the way back is chosen, with all that comes before it answered."""

    def go(number: str, language: str = "es", **options: object) -> Page:
        email = portal.deliver_order(number, "es")
        person = shopper(portal, new_context(language, **options), language)
        ref = person.find_order(number, email)
        line = DraftLine(quantity=1, group=ReasonGroup.CHANGED_MIND, reason="colour")
        with portal.sessions() as session, transaction(session):
            order_id = session.scalars(select(Order.id).where(Order.ref == ref)).one()
            save_draft(session, order_id, RequestDraft(lines={"1": line}, resolution=Resolution.REFUND), now=utcnow())
        person.page.goto(f"/o/{ref}/returns/new/method")
        person.prove(email)
        person.page.goto(f"/o/{ref}/returns/new/method")
        return person.page

    return go


def search(page: Page, text: str) -> None:
    page.fill("#near", text)
    page.locator("#place button").first.click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_postcode_a_town_and_an_address_lead_to_the_nearest_points(
    at_the_points: Callable[..., Page], javascript: bool
) -> None:
    page = at_the_points(f"B-2030{int(javascript)}", javascript=javascript)
    for text, name, place in SEARCHES:
        search(page, text)
        expect(page.locator("#near")).to_have_value(text)
        expect(page.locator(".points .choice-title").first).to_have_text(f"1. {name}")
        expect(page.locator("main")).to_contain_text(place)
        expect(page.locator(".points .choice-aside").first).to_contain_text("aprox.")
    expect(page.locator("main")).to_contain_text("GeoNames, CC BY 4.0")


def test_a_place_that_nobody_knows_leads_on_by_a_press(at_the_points: Callable[..., Page]) -> None:
    page = at_the_points("B-20310", javascript=False)
    search(page, "Qwertyville")
    expect(page.locator(".points")).to_have_count(0)
    page.get_by_role("button", name="Valencia", exact=True).click()
    expect(page.locator(".points .choice-title").first).to_have_text("1. Casillero Plaza de la Reina")


def test_without_a_source_of_tiles_no_map_is_drawn_and_the_list_leads_there(
    at_the_points: Callable[..., Page],
) -> None:
    page = at_the_points("B-20311")
    expect(page.locator("#points-map")).to_have_count(0)
    assert page.evaluate("typeof window.L") == "undefined"
    fold = page.locator(".point details").first
    fold.locator("summary").click()
    link = fold.get_by_role("link")
    expect(link).to_have_attribute("href", "https://www.openstreetmap.org/directions?to=40.42620,-3.70260")
    # The notation of lists is nothing for people.
    assert "Mo-" not in page.inner_text("main") and "PH" not in page.inner_text("main")


def test_the_choice_stands_above_continue_and_is_kept(at_the_points: Callable[..., Page]) -> None:
    page = at_the_points("B-20312")
    page.get_by_text("Mostrar 4 más").click()
    last = page.locator(".points-more .choice").first
    last.click()
    name = last.locator(".choice-title").inner_text()
    expect(page.locator(".chosen-line")).to_have_text(f"Elegido: {name}")
    page.locator("main form .acts button").last.click()
    expect(page.locator("main")).to_contain_text(name.partition(". ")[2])
    expect(page.locator(".chosen-point")).to_contain_text("Cómo llegar")
    page.go_back()
    expect(page.locator(".points-more")).to_have_attribute("open", "")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_map_goes_with_the_list_and_loads_tiles_from_the_shops_source_alone(
    portal: Portal, at_the_points: Callable[..., Page], width: int
) -> None:
    usual = portal.app.config["SETTINGS"]
    with tile_source() as (address, requests):
        tiles = {"map_tiles_url": f"{address}/{{z}}/{{x}}/{{y}}.png", "map_tiles_attribution": "© Nobody"}
        portal.app.config["SETTINGS"] = usual.model_copy(update=tiles)
        try:
            page = at_the_points(f"B-2032{width // 1000}", viewport={"width": width, "height": 900})
            refusals: list[str] = []
            page.on("console", lambda message: refusals.append(message.text) if message.type == "error" else None)
            pins, radios = page.locator(".map-pin"), page.locator(".point input")
            expect(pins).to_have_count(radios.count())
            expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
            expect(page.locator(".leaflet-control-attribution")).to_have_text("© Nobody")
            pins.nth(1).dispatch_event("click")
            expect(radios.nth(1)).to_be_checked()
            expect(pins.nth(1)).to_have_class(CHOSEN)
            radios.nth(0).check()
            expect(pins.nth(0)).to_have_class(CHOSEN)
            beside = page.evaluate(
                "() => document.querySelector('.points').getBoundingClientRect().right"
                " <= document.querySelector('#points-map').getBoundingClientRect().left"
            )
            assert (beside, bool(requests), refusals) == (width >= 1024, True, [])
            # Tab goes past the pins: the list beside it has all of them.
            assert page.locator(".map-pin[tabindex]").count() == 0
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        finally:
            portal.app.config["SETTINGS"] = usual
