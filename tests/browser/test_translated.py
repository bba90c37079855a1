"""The walk past every page, in a language that nobody speaks: no visible text escapes the translators."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.clerk import sign_in
from tests.browser.conftest import PATIENCE_MS
from tests.browser.everyone.walks import ALL_WALKS
from tests.browser.portal import Portal, running_portal
from tests.browser.shopper import shopper
from tests.browser.staff_tour import staff_tour
from tests.browser.tour import tour
from tests.words import pseudo
from tests.words.data import components, data_of, handles_of
from tests.words.pseudo import PSEUDO
from tests.words.tongues import speaking

pytestmark = pytest.mark.browser


@dataclass
class Reader:
    """Reads each page and notes what no translator ever saw.

    Reading all tables takes longer than reading the page: they are read anew where a page has a word that they had not.
    """

    portal: Portal
    page: Page
    escapes: dict[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    data: frozenset[str] = frozenset()

    def look(self, name: str) -> None:
        """Read the page as it stands."""
        self.seen.append(name)
        self.page.wait_for_load_state()
        html, shown = self.page.content(), self._shown(name)
        if any(pseudo.escapes(html, self.data | shown)):
            with self.portal.sessions() as session:
                self.data = data_of(session)
        for line in pseudo.escapes(html, self.data | shown):
            self.escapes.setdefault(line, name)

    def _shown(self, name: str) -> frozenset[str]:
        """What this page alone shows of its own."""
        if name == "ui":
            return components()
        return handles_of(self.portal.app) if name == "api-docs" else frozenset()


@pytest.fixture
def pseudo_portal(tmp_path: os.PathLike[str]) -> Iterator[Portal]:
    """The demo shop, which speaks the language that nobody speaks, in its messages too."""
    pseudo.write_catalogues(tmp_path)
    name = f"pseudo_{uuid.uuid4().hex[:12]}"
    with speaking(tmp_path), running_portal(os.environ["TEST_DATABASE_URL"], name, LANGUAGES=PSEUDO) as portal:
        yield portal


@pytest.mark.skipif(not ALL_WALKS, reason="a walk of make chaos; tests/house/routes reads each address")
def test_no_text_escapes_translation(chromium: Browser, pseudo_portal: Portal) -> None:
    context = chromium.new_context(base_url=pseudo_portal.url, locale=PSEUDO, timezone_id="Europe/Madrid")
    context.set_default_timeout(PATIENCE_MS)
    person = shopper(pseudo_portal, context, PSEUDO)
    reader = Reader(pseudo_portal, person.page)
    tour(person, reader.look, "C-30003")
    clerk = sign_in(context, "admin", then="/staff/orders")
    at_work = Reader(pseudo_portal, clerk, reader.escapes)
    staff_tour(pseudo_portal, clerk, at_work.look)
    assert "\n".join(f"{name}: {line}" for line, name in reader.escapes.items()) == ""
    assert len(reader.seen) > 45 and len(at_work.seen) > 20
