"""axe finds nothing to object to on any page, in both languages and themes, wide and as narrow as 320 px."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from app.core.settings import ROOT
from tests.browser.clerk import sign_in
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.browser.shopper import shopper
from tests.browser.staff_tour import staff_tour
from tests.browser.tour import tour

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VIEWS = ((1280, 900, "light"), (320, 640, "dark"))
RUN = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations'], iframes: false})"
STUCK = """[...document.forms].filter(one =>
  one.method === 'get' && one.role !== 'search' && !one.noValidate && !one.matches(':valid')).length > 0"""
TOO_WIDE = "document.scrollingElement.scrollWidth > innerWidth"


@dataclass
class Inspector:
    """Holds axe against each page and notes what it says."""

    page: Page
    seen: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def look(self, name: str) -> None:
        """Inspect the page as it stands, in both views."""
        self.seen.append(name)
        self.page.wait_for_load_state()  # a click ends when the next page begins: before its style sheet is there
        for width, height, scheme in VIEWS:
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
            self.faults += [f"{name} ({width}, {scheme}): {fault}" for fault in self._faults()]

    def _faults(self) -> Iterator[str]:
        self.page.add_script_tag(path=AXE)
        for violation in self.page.evaluate(RUN, TAGS)["violations"]:
            for node in violation["nodes"]:
                yield f"{violation['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        if self.page.evaluate(TOO_WIDE):
            yield "has to be scrolled sideways"
        if self.page.evaluate(STUCK):
            yield "has a form that the browser does not send as it stands"


@pytest.mark.parametrize(("language", "number"), [("es", "C-30001"), ("en", "C-30002")])
def test_every_customer_page_is_accessible(portal: Portal, new_context: NewContext, language: str, number: str) -> None:
    person = shopper(portal, new_context(language, bypass_csp=True), language)
    inspector = Inspector(person.page)
    tour(person, inspector.look, number)
    assert "\n".join(inspector.faults) == ""
    assert len(inspector.seen) > 45


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_of_the_console_is_accessible(portal: Portal, new_context: NewContext, language: str) -> None:
    page = sign_in(new_context(language, bypass_csp=True), "admin", then="/staff/orders")
    inspector = Inspector(page)
    staff_tour(portal, page, inspector.look)
    assert "\n".join(inspector.faults) == ""
