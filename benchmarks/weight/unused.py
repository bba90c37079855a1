"""What of the sheets and scripts nobody uses, by Chromium's own count over the walk past every page.

``python -m benchmarks.weight.unused`` prints each sheet's and script's bytes as served, how many of them a page
applied or ran, and the selectors of rules that no page applied. A rule for paper, for a pointer or for more contrast is
not met on the walk; what it lists is to be looked at, not to be struck out.
"""

import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field

from playwright.sync_api import CDPSession, Page

from benchmarks.weight.shop import LANGUAGE, LOCALE, shop
from tests.browser.clerk import sign_in
from tests.browser.shopper import shopper
from tests.browser.staff_tour import staff_tour
from tests.browser.tour import tour

BUILT = re.compile(r"/static/vendor/([\w.]+)-[0-9a-f]{12}(\.(?:css|js))$")
WIDTHS = (360, 1280)


@dataclass(slots=True)
class File:
    """One sheet or script: its text, and which of its characters were of use."""

    text: str
    used: set[int] = field(default_factory=set)

    def share(self) -> float:
        """How much of it was of use."""
        return len(self.used) / len(self.text)

    def idle_rules(self) -> list[str]:
        """Selectors of a sheet's rules that no page applied."""
        rules = re.finditer(r"([^{}]+)\{[^{}]*\}", self.text)
        return [rule[1].strip() for rule in rules if rule.start() not in self.used and rule.end() - 1 not in self.used]


class Counter:
    """Counts over all pages that it is shown."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}

    def watch(self, page: Page) -> CDPSession:
        """Count on this page from now on."""
        line = page.context.new_cdp_session(page)
        addresses: dict[str, str] = {}
        line.on(
            "CSS.styleSheetAdded",
            lambda event: addresses.update({event["header"]["styleSheetId"]: event["header"]["sourceURL"]}),
        )
        for command in ("DOM.enable", "CSS.enable", "CSS.startRuleUsageTracking", "Profiler.enable"):
            line.send(command)
        line.send(
            "Profiler.startPreciseCoverage", {"callCount": True, "detailed": True, "allowTriggeredUpdates": False}
        )
        self._addresses = addresses
        return line

    def look(self, page: Page, line: CDPSession) -> None:
        """Take in what this page uses as it stands, narrow and wide, light and dark."""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.evaluate("document.body.getBoundingClientRect()")
        for rule in line.send("CSS.takeCoverageDelta")["coverage"]:
            file = self._sheet(line, rule["styleSheetId"])
            if file is not None and rule["used"]:
                file.used.update(range(int(rule["startOffset"]), int(rule["endOffset"])))
        for script in line.send("Profiler.takePreciseCoverage")["result"]:
            self._run(line, script)

    def _sheet(self, line: CDPSession, sheet: str) -> File | None:
        name = _name(self._addresses.get(sheet, ""))
        if name and name not in self.files:
            self.files[name] = File(line.send("CSS.getStyleSheetText", {"styleSheetId": sheet})["text"])
        return self.files.get(name) if name else None

    def _run(self, line: CDPSession, script: dict[str, object]) -> None:
        name = _name(str(script["url"]))
        if name is None:
            return
        if name not in self.files:
            line.send("Debugger.enable")
            source = line.send("Debugger.getScriptSource", {"scriptId": script["scriptId"]})
            self.files[name] = File(source["scriptSource"])
        ran: dict[int, bool] = defaultdict(bool)
        for function in script["functions"]:  # type: ignore[attr-defined]
            # From the outside to the inside: the innermost range has the last word.
            for part in function["ranges"]:
                ran.update(dict.fromkeys(range(part["startOffset"], part["endOffset"]), bool(part["count"])))
        self.files[name].used.update(place for place, did in ran.items() if did)


def _name(address: str) -> str | None:
    match = BUILT.search(address)
    return f"{match[1]}{match[2]}" if match else None


def main() -> int:
    """Walk, count, print."""
    counter = Counter()
    with shop() as open_shop:
        portal = open_shop.portal
        person = shopper(
            portal, open_shop.browser.new_context(base_url=portal.url, locale=LOCALE, accept_downloads=True), LANGUAGE
        )
        line = counter.watch(person.page)
        tour(person, lambda _name: counter.look(person.page, line), "E-50031")
        desk = sign_in(open_shop.browser.new_context(base_url=portal.url, locale=LOCALE), "admin", then="/staff/orders")
        line = counter.watch(desk)
        staff_tour(portal, desk, lambda _name: counter.look(desk, line))
    for name, file in sorted(counter.files.items()):
        sys.stdout.write(f"{name}: {len(file.text)} bytes, {file.share():.0%} of use\n")
        if name.endswith(".css"):
            sys.stdout.writelines(f"    {rule}\n" for rule in file.idle_rules())
    return 0


if __name__ == "__main__":
    sys.exit(main())
