"""Colours and drawings for what reads no sheet: mails, labels, codes, maps, the browser's own frame."""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

APP = Path(__file__).parents[1]
STATIC = APP / "static"
TOKENS = STATIC / "tokens.css"


def colour(name: str) -> str:
    """A colour of tokens.css, ``paper`` or ``paper-dark``, for what reads no sheet: KeyError for any other name."""
    return _colours()[name]


def with_colours(text: str) -> str:
    """The text with each ``var(--name)`` of a colour replaced by that colour, for mails."""
    return re.sub(r"var\(--([\w-]+)\)", lambda variable: six_digits(colour(variable[1])), text)


def six_digits(colour: str) -> str:
    """Three digits written as six: some mail programs read no other form."""
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


@cache
def _colours() -> dict[str, str]:
    """The colours as they are first said, before a medium or a theme says otherwise."""
    first, _, _ = TOKENS.read_text(encoding="utf-8").partition("\n}")
    return dict(re.findall(r"--([\w-]+): (#\w+)", first))


def picture(name: str, **figures: object) -> Markup:
    """An SVG drawn from numbers: ``templates/pictures/<name>.svg`` filled in, for a page or to be sent by itself."""
    return Markup(_pictures().get_template(f"{name}.svg").render(figures))  # noqa: S704 (made by our template)


@cache
def _pictures() -> Environment:
    loader = FileSystemLoader(APP / "templates" / "pictures")
    drawing = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    drawing.globals["colour"] = colour
    return drawing
