"""A person at a browser: finds things by what is written on them, types each letter, reads all that is new."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Frame, Locator, Page, expect

from app.core.i18n.catalogues import translator
from tests.browser.hour.acts import Acts

# Text that can be seen, and is not folded into a list of choices.
VISIBLE = """() => {
  const texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const box = node.parentElement, size = box.getBoundingClientRect();
    if (box.closest('select, datalist, script, style') || !box.checkVisibility() || size.width < 2) continue;
    const text = node.textContent.replace(/\\s+/g, ' ').trim();
    if (text) texts.push(text);
  }
  return texts;
}"""


def colour(code: str) -> str:
    """A colour as a browser says it."""
    return "rgb({}, {}, {})".format(*bytes.fromhex(code.removeprefix("#")))


@dataclass
class Person:
    """One of the shop, or a customer: language, page, and what they have done."""

    page: Page
    language: str
    acts: Acts = field(default_factory=Acts)

    def __post_init__(self) -> None:
        """Every page that opens counts; a frame in it does not."""
        self.page.on("framenavigated", self._opened)

    def says(self, text: str, **values: object) -> str:
        """A text of the portal in this person's language."""
        return translator(self.language).gettext(text) % values

    def says_many(self, text: str, number: int) -> str:
        """A text of the portal that depends on a number."""
        return translator(self.language).ngettext(text.replace("days", "day"), text, number) % {"num": number}

    def opens(self, address: str) -> None:
        """Type an address."""
        self.page.goto(address)
        self.acts.keys += len(address)

    def reads(self, frame: Frame | None = None) -> None:
        """Read whatever is new on the page, or in a frame of it."""
        place = frame or self.page
        place.wait_for_load_state("load")
        self.acts.reads(place.evaluate(VISIBLE))

    def types(self, label: str, words: str, part: Locator | None = None) -> None:
        """Click into the field, type over what is in it."""
        box = self.field(label, part)
        self._clicks(box)
        if box.input_value():
            box.press("ControlOrMeta+a")
            self.acts.keys += 2
        box.press_sequentially(words)
        self.acts.keys += len(words)

    def chooses(self, label: str, choice: str, part: Locator | None = None) -> None:
        """Open a list and click one of it."""
        self.reads()
        self.field(label, part).select_option(label=choice)
        self.acts.clicks += 2

    def picks(self, role: str, words: str) -> None:
        """Tick the box, or the ring, beside these words, unless it is."""
        box = self.page.get_by_role(role, name=re.compile(f"^{re.escape(self.says(words))}"))
        if not box.is_checked():
            self._clicks(box)

    def takes(self, label: str, path: Path) -> None:
        """Choose a file of one's own."""
        self.reads()
        self.field(label).set_input_files(path)
        self.acts.files += 1

    def presses(self, text: str, part: Locator | None = None, **values: object) -> None:
        """Press what says so, be it a button or a link."""
        words, place = self.says(text, **values), part or self.page.get_by_role("main")
        link, button = (place.get_by_role(role, name=words, exact=True) for role in ("link", "button"))
        self._clicks(link.or_(button))

    def goes_to(self, stop: str) -> None:
        """By the rail at the side, to a part of the console."""
        self.presses(stop, self.page.get_by_role("navigation", name=self.says("Console"), exact=True))

    def goes_home(self) -> None:
        """By the shop's name at the top: to the checklist until there are orders."""
        self._clicks(self.page.get_by_role("banner").get_by_role("link").first)

    def copies(self, pattern: str) -> str:
        """Copy what is shown once."""
        shown = self.page.get_by_role("main").get_by_text(re.compile(rf"^\s*{pattern}\s*$")).filter(visible=True).first
        self._clicks(shown)
        return shown.inner_text().strip()

    def looks_again(self) -> None:
        """Load the page anew, by a key."""
        self.page.reload()
        self.acts.keys += 1

    def part(self, heading: str) -> Locator:
        """The part of the page under a heading."""
        return self.page.get_by_role("region", name=self.says(heading), exact=True)

    def field(self, label: str, part: Locator | None = None) -> Locator:
        """The field with this label that can be seen; the word «optional» beside it is none of the label."""
        words = re.escape(self.says(label))
        optional = re.escape(self.says("(optional)"))
        return (part or self.page).get_by_label(re.compile(rf"^\s*{words}\s*({optional}\s*)?$")).filter(visible=True)

    def sees(self, text: str, part: Locator | None = None, **values: object) -> None:
        """It stands there for all to read."""
        expect(part or self.page.get_by_role("main")).to_contain_text(self.says(text, **values))

    def sees_done(self, step: str) -> None:
        """The checklist says so of this step."""
        row = self.page.get_by_role("listitem").filter(
            has=self.page.get_by_role("link", name=self.says(step), exact=True)
        )
        expect(row).to_contain_text(self.says("Done"))

    def previews(self, accent: str) -> None:
        """Look at the draft as a customer would, on a phone: its logo, and its colour on what is to be pressed."""
        self.presses("Preview on a phone")
        seen = self.page.frame_locator("iframe[name=narrow]")
        expect(seen.locator("a.brand img")).to_have_attribute("src", re.compile("^data:image/png"))
        expect(seen.locator("main .acts a")).to_have_css("background-color", colour(accent))
        self.reads(self.page.frame("narrow"))

    def title(self) -> Locator:
        """The page's headline."""
        return self.page.get_by_role("heading", level=1)

    def _clicks(self, target: Locator) -> None:
        self.reads()
        target.click()
        self.acts.clicks += 1

    def _opened(self, frame: Frame) -> None:
        if frame is self.page.main_frame and frame.url != "about:blank":
            self.acts.pages += 1
