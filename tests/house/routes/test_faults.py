"""Every form that is not taken: each fault is listed where the focus goes, leads to its control, and is said there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import SimpleNamespace

from tests.house.routes.addresses import addresses
from tests.house.routes.visits import Form, Visitor, forms, open_as, readers, undone

# What a form keeps when nobody fills it in.
KEPT = {"csrf_token", "form_key", "seen", "epoch"}


@dataclass
class Element:
    """A start tag with its attributes, and the ids of those around it."""

    tag: str
    attributes: dict[str, str]
    around: tuple["Element", ...] = ()


@dataclass
class Outline(HTMLParser):
    """What of a page tells about its faults."""

    elements: list[Element] = field(default_factory=list)
    title: str = ""

    def __post_init__(self) -> None:
        """Begin to read."""
        super().__init__()
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element, and keep it open unless nothing can be in it."""
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag in ("fieldset", "div", "title", "ul", "form"):
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        if self._open and self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """The title's words."""
        if self._open and self._open[-1].tag == "title":
            self.title += data

    def by_id(self, name: str) -> Element | None:
        """The element with this id."""
        return next((one for one in self.elements if one.attributes.get("id") == name), None)


def unnamed(page: str) -> Iterator[str]:
    """What a page with faults fails to say."""
    outline = Outline()
    outline.feed(page)
    summary = next((one for one in outline.elements if one.attributes.get("class") == "errors"), None)
    if summary is None:
        yield "has no summary"
        return
    if "autofocus" not in summary.attributes:
        yield "the summary takes no focus"
    if not outline.title.strip().startswith("Error:"):
        yield f"the title is {outline.title.strip()}"
    for link in outline.elements:
        if link.tag == "a" and summary in link.around:
            yield from _unsaid(outline, link.attributes["href"].removeprefix("#"))


def _unsaid(outline: Outline, name: str) -> Iterator[str]:
    control = outline.by_id(name)
    if control is None:
        yield f"{name} is not there"
        return
    groups = [one for one in control.around if one.tag == "fieldset"]
    described = " ".join(one.attributes.get("aria-describedby", "") for one in (control, *groups)).split()
    faults = [one for one in map(outline.by_id, described) if one and "fault" in one.attributes.get("class", "")]
    if not faults:
        yield f"{name} does not say its fault"
    if (
        control.tag in ("input", "textarea", "select")
        and control.attributes.get("aria-invalid") != "true"
        and not groups
    ):
        yield f"{name} is not marked as wrong"


def answers(house: SimpleNamespace) -> Iterator[tuple[str, str]]:
    """(form, page) for each form that was not taken: sent with nothing in it, and with nonsense."""
    seen = set()
    for address in addresses(house.app):
        if address.is_system or address.method != "GET":
            continue
        for who in (house.visitors[name] for name in readers(address)):
            path = address.path(house.mine)
            for form in forms(_open(house, who, path)):
                action = (form.action or path).partition("#")[0]
                key = (who.name, action.partition("?")[0], tuple(sorted(form)))
                if form.method == "POST" and key not in seen:
                    seen.add(key)
                    for text in ("", "¿?"):
                        page = _open(house, who, action, dict(filled(form, text)))
                        if 'class="errors"' in page or 'aria-invalid="true"' in page:
                            yield f"{who.name} {action}", page


def filled(form: Form, text: str) -> Iterator[tuple[str, list[str]]]:
    """The form's fields, with ``text`` in all that a person fills in."""
    for name, values in form.items():
        if name in KEPT:
            yield name, values
        elif text:
            yield name, [text]


def _open(house: SimpleNamespace, who: Visitor, path: str, body: dict[str, list[str]] | None = None) -> str:
    how = {"method": "GET"} if body is None else {"method": "POST", "data": body}
    with undone(house.session):
        headers = {"Accept-Language": "en-GB"}
        answer = open_as(house.app, who, path, headers=headers, follow_redirects=True, buffered=True, **how)
        return answer.text if answer.mimetype == "text/html" else ""


def test_a_form_that_is_not_taken_names_each_fault_at_its_control(house: SimpleNamespace) -> None:
    pages = list(answers(house))
    faults = {f"{form}: {fault}" for form, page in pages for fault in unnamed(page)}
    assert sorted(faults) == []
    assert len({form for form, _page in pages}) > 30, sorted({form for form, _page in pages})
