"""Notes what a browser complains of on a walk, whom it asks, and under which policies the pages come."""

import re

from playwright.sync_api import ConsoleMessage, Page, Response

from app.core.web import CSP

LISTEN = "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI))"
STORED = """async () => [
  Object.keys(localStorage), Object.keys(sessionStorage), await caches.keys(),
  (await indexedDB.databases()).map(one => one.name), (await navigator.serviceWorker.getRegistrations()).length,
].flat()"""
# A letter by itself comes under a policy that lets in its own styles and pictures alone; a view of a draft under one
# that lets no script run.
SHUT_IN = ("default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:", "script-src 'none'")
REFUSED = re.compile(r"the server responded with a status of [45]\d\d")
# It is at home nowhere, so the sign of the shop is not shown in its tab.
NO_SIGN = "/favicon.ico: Failed to load resource: net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin"


class Witness:
    """Beside one page from its first address on."""

    def __init__(self, page: Page, home: str) -> None:
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.policies: set[str] = set()
        self._page, self._home = page, home
        page.add_init_script(LISTEN)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._response)

    def assert_nothing_was_broken_or_left(self) -> None:
        """No complaint, nobody else asked, no page without the portal's policy, nothing stored beside cookies."""
        foreign = {one for one in self.policies if one != CSP and not any(policy in one for policy in SHUT_IN)}
        stored = self._page.evaluate(STORED)
        assert not self.complaints, "\n".join(self.complaints)
        assert not self.strangers, "\n".join(self.strangers)
        assert not foreign, "\n".join(foreign)
        assert stored == [0], f"stored: {stored}"

    def _console(self, message: ConsoleMessage) -> None:
        complaint = f"{message.location.get('url')}: {message.text}"
        if message.type in ("error", "warning") and not (REFUSED.search(complaint) or complaint.endswith(NO_SIGN)):
            self.complaints.append(complaint)

    def _response(self, answer: Response) -> None:
        if not answer.url.startswith((self._home, "data:")):
            self.strangers.append(answer.url)
        # A form that htmx sent is refused like any other.
        refused = answer.status == 422 and answer.request.resource_type == "xhr"
        if answer.status >= 400 and answer.request.resource_type != "document" and not refused:
            self.complaints.append(f"{answer.url}: {answer.status}")
        self.policies.add(_policy(answer))


def _policy(answer: Response) -> str:
    """The policy of a page; what is framed in one comes under a policy of its own."""
    if answer.request.resource_type != "document" or answer.request.frame.parent_frame:
        return CSP
    return answer.headers.get("content-security-policy", "")
