"""A second brand with a host of its own, by who has named the first one."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.hour.person import Person, colour
from tests.browser.hour.setting_up import describes

NAME, HOST, ACCENT = "Casa Norte", "norte.localhost", "#0b5cad"
BRAND = {
    "E-mail for help": "ayuda@casanorte.com",
    "Postal address": "Gran Vía 2, 48001 Bilbao",
    "Name on the label": "Casa Norte Devoluciones",
    "Street and number": "Gran Vía 2",
    "Postcode": "48001",
    "Town": "Bilbao",
    "Country": "ES",
    "Colour of buttons and links": ACCENT,
    "Host of its own": HOST,
}


def makes_it(person: Person, logo: Path) -> None:
    """Name and key, then what it says of itself, its colour, logo and host: seen, then saved."""
    person.goes_to("Settings")
    person.presses("Brands")
    person.types("Name", NAME)
    person.types("Key", "norte")
    person.presses("Add")
    describes(person, BRAND, logo, ACCENT)
    person.reads()


def front(page: Page, address: str, name: str, accent: str) -> None:
    """The first page at this address is this brand's: its name with its logo, its colour."""
    page.goto(address)
    logo = page.get_by_role("banner").get_by_role("img", name=name, exact=True)
    expect(logo).to_have_js_property("complete", True)
    assert logo.evaluate("picture => picture.naturalWidth") > 0
    expect(page.locator("#look-up")).to_have_css("background-color", colour(accent))
