"""axe objects to no page in any language, theme or width, and is in doubt of nothing that nobody has looked at."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

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
SIZES = ((1280, 900), (360, 740))
NARROWEST = 320
OPTIONS = "resultTypes: ['violations', 'incomplete'], iframes: false"
# A theme changes colours and nothing else: in the second only they are looked at.
RUNS = {
    "light": f"tags => axe.run(document, {{runOnly: tags, {OPTIONS}}})",
    "dark": f"() => axe.run(document, {{runOnly: {{type: 'rule', values: ['color-contrast']}}, {OPTIONS}}})",
}
# What axe cannot judge by itself (it says why), each looked at: all else that it doubts is a fault.
REVIEWED = {
    "shortTextContent": "a number by itself has the colours of its line, judged where there are more letters",
    "nonBmp": "a sign by itself, such as − or ·, has the colours of its line",
    "fgAlpha": "a part that is disabled is faint, and exempt",
    "bgOverlap": "a ring, a stroke of the trail or a card's own link lies beside the text and not behind it",
    "pseudoContent": "a dot, a stroke or an arrow drawn beside the text",
    "imgNode": "a chart's scale: letters in the muted colour on the page's own ground",
    "bgImage": "nothing of ours has a picture behind a text",
    "elmPartiallyObscured": "a strip that scrolls, whose colours do not change when it does",
    "outsideViewport": "a strip that scrolls, whose colours do not change when it does",
}
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
        self.page.add_script_tag(path=AXE)
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme, run in RUNS.items():
                self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
                self._note(f"{name} ({width}, {scheme})", objections(self.page.evaluate(run, TAGS)))
            self._note(f"{name} ({width})", self._laid_out())
        self.page.set_viewport_size({"width": NARROWEST, "height": 640})
        self._note(f"{name} ({NARROWEST})", self._laid_out())

    def _note(self, where: str, faults: Iterator[str]) -> None:
        self.faults += [f"{where}: {fault}" for fault in faults]

    def _laid_out(self) -> Iterator[str]:
        if self.page.evaluate(TOO_WIDE):
            yield "has to be scrolled sideways"
        if self.page.evaluate(STUCK):
            yield "has a form that the browser does not send as it stands"


def objections(result: dict[str, Any]) -> Iterator[str]:
    """What axe says is wrong, and what it is in doubt of for a reason that nobody has looked at."""
    for violation in result["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
    for doubt in result["incomplete"]:
        for node in doubt["nodes"]:
            reasons = {key(check) for check in (*node["any"], *node["all"], *node["none"])}
            if not reasons or not reasons <= REVIEWED.keys():
                yield f"in doubt of {doubt['id']}: {node['target']} {sorted(reasons)} {node['html'][:150]}"


def key(check: dict[str, Any]) -> str:
    """Why axe cannot judge, in its own word."""
    detail = check.get("data")
    return str((detail.get("messageKey") if isinstance(detail, dict) else None) or check["id"])


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
