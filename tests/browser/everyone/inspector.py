"""Holds axe and a ruler against each page of a walk, in every view, and notes the addresses that were seen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from app.core.settings import ROOT
from tests.browser.everyone.walks import ALL_WALKS

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
MEASURES = ROOT / "tests" / "browser" / "everyone" / "measures.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The broadest and the narrowest that must do.
SIZES = {"broad": (1280, 900), "narrow": (320, 640)}
# In which views axe judges a page; `make chaos` has it judge all of them. The ruler is held against both sizes always.
DARK_PHONE, LIGHT_DESK = ("narrow", "dark"), ("broad", "light")
# No rule of ours needs the style sheets' texts, which axe would fetch anew for each run.
OPTIONS = "resultTypes: ['violations', 'incomplete'], iframes: false, preload: false"
RUN = f"tags => axe.run(document, {{runOnly: tags, {OPTIONS}}})"
# What axe cannot judge by itself (it says why), each looked at: all else that it doubts is a fault.
REVIEWED = {
    "shortTextContent": "a number by itself has the colours of its line, judged where there are more letters",
    "emptyValue": "a field with nothing in it has no text",
    "nonBmp": "a sign by itself, such as − or ·, has the colours of its line",
    "fgAlpha": "a part that is disabled is faint, and exempt",
    "bgOverlap": "a ring, a stroke of the trail or a card's own link lies beside the text and not behind it",
    "pseudoContent": "a dot, a stroke or an arrow drawn beside the text",
    "imgNode": "a chart's scale: letters in the muted colour on the page's own ground",
    "bgImage": "nothing of ours has a picture behind a text",
    "elmPartiallyObscured": "a strip that scrolls, whose colours do not change when it does",
    "elmPartiallyObscuring": "the warehouse's bar with its button stands over the page, on a ground of its own",
    "outsideViewport": "a strip that scrolls, whose colours do not change when it does",
}
# Pages that are no pages by themselves.
EXAMPLES = {
    "ui": "shows every component side by side, those for faults too",
    "mail": "a letter, which mail programs put into a frame of their own",
    "staff messages.mail": "the same",
    "staff texts.look": "the same",
}
# Where a form came too late, and nowhere else.
UNSENT = {"session-ended", "unsent", "refused-400"}


@dataclass
class Inspector:
    """Inspects one page after the other as a walk goes on."""

    page: Page
    views: set[tuple[str, str]]
    seen: list[str] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Hear with which status each page comes, and have each bring along what inspects it."""
        self.page.on("response", self._hear)
        for script in (AXE, MEASURES):
            self.page.context.add_init_script(path=script)
        self.page.emulate_media(reduced_motion="reduce")
        self.page.reload()
        self._devtools = self.page.context.new_cdp_session(self.page)
        self._devtools.send("Page.enable")

    def look(self, name: str) -> None:
        """Inspect the page as it stands: as it came, then with its folds open where it is narrow."""
        self.seen.append(name)
        if is_letter := name in EXAMPLES and name != "ui":
            # Under its own policy no script goes on after a wait, axe neither.
            self._devtools.send("Page.setBypassCSP", {"enabled": True})
            self.page.reload()
        self.paths.add(urlsplit(self.page.url).path)
        self.page.wait_for_load_state()  # a click ends when the next page begins: before its style sheet is there
        self.page.mouse.move(0, 0)  # what a click left it on is no link that one points at
        if name not in EXAMPLES:
            self._note(name, self.page.evaluate("measures.frame()"))
        if name not in UNSENT and self.page.locator("#unsent").count():
            self._note(name, ["says that something was not sent"])
        for size, (width, height) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": height})
            self._touch(narrow=size == "narrow")
            for theme in ("light", "dark"):
                if ALL_WALKS or (size, theme) in self.views:
                    self.page.emulate_media(color_scheme=theme)
                    self._note(f"{name} ({width}, {theme})", objections(self.page.evaluate(RUN, TAGS)))
            # Under a finger a letter is shown by a mail program, which has its own ways of following links.
            measure = "letter" if is_letter else size
            self._note(f"{name} ({width})", self.page.evaluate(f"measures.{measure}()"))
        self._touch(narrow=False)
        if is_letter:
            self._devtools.send("Page.setBypassCSP", {"enabled": False})

    def _touch(self, *, narrow: bool) -> None:
        """A narrow page is under a finger, with its folds open."""
        self._devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": narrow})
        self.page.evaluate("measures.unfold()" if narrow else "measures.fold()")

    def _hear(self, response: Any) -> None:
        if response.request.is_navigation_request() and response.frame == self.page.main_frame:
            self.statuses.add(response.status)

    def _note(self, where: str, faults: Iterator[str] | list[str]) -> None:
        self.faults += [f"{where}: {fault}" for fault in faults]


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
