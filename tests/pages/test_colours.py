"""Every pair of colours that text may stand on reaches AA, in both themes."""

import re

import pytest
from flask.testing import FlaskClient

from app.core.drawing import STATIC, colour, with_colours
from app.notify.render.render import mail
from app.notify.render.words import tongue
from tests.notify.build import facts

PAIRS = [
    (text, ground)
    for text, grounds in {
        "ink": ("paper", "surface", "sunken", "tint", "info-tint", "done-tint", "attention-tint", "problem-tint"),
        "muted": ("paper", "surface", "sunken", "tint"),
        "accent": ("paper", "surface", "tint"),
        "on-accent": ("accent", "accent-deep"),
        "info": ("info-tint",),
        "done": ("done-tint", "surface"),
        "attention": ("attention-tint",),
        "problem": ("problem-tint", "paper", "surface"),
    }.items()
    for ground in grounds
]


def _themes() -> dict[str, dict[str, str]]:
    """What each theme's names come to: the dark one picks the colours that end in ``-dark``."""
    css = (STATIC / "tokens.css").read_text(encoding="utf-8")
    picked = re.search(r':root\[data-theme="dark"\] \{(.*?)\n  \}', css, re.S)
    assert picked
    names = re.findall(r"--([\w-]+): var\(--([\w-]+)\)", picked[1])
    return {"light": {name: colour(name) for name, _ in names}, "dark": {name: colour(dark) for name, dark in names}}


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(theme: str, text: str, ground: str) -> None:
    colours = _themes()[theme]
    assert _contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_the_edge_of_a_control_can_be_seen(theme: str, ground: str) -> None:
    colours = _themes()[theme]
    assert _contrast(colours["edge"], colours[ground]) >= 3


def test_the_dark_theme_is_the_same_chosen_or_told_by_the_device() -> None:
    css = (STATIC / "tokens.css").read_text(encoding="utf-8")
    match = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\n  \}', css, re.S)
    chosen = re.search(r':root\[data-theme="dark"\] \{(.*?)\n  \}', css, re.S)
    assert match and chosen
    assert match[1].split() == chosen[1].split()


def test_a_mail_has_the_shops_colours_and_asks_no_program_to_know_variables() -> None:
    html = mail("order.received", facts(), tongue("en", "UTC")).html
    named = (
        "ink",
        "paper",
        "surface",
        "line",
        "accent",
        "on-accent",
        "muted",
        "attention",
        "faint",
        "tint",
        "edge",
    )
    # MJML writes black into tables that are given no colour.
    tokens = {*(f"{name}{theme}" for name in named for theme in ("", "-dark")), "black", "white"}
    shown = {_in_full(one) for one in re.findall(r"(?<!&)#[0-9a-fA-F]+\b", html)}
    assert shown - {_in_full(with_colours(f"var(--{name})")) for name in tokens} == set()
    assert "var(" not in html


def _in_full(shade: str) -> str:
    """«#fff» and «#FFFFFF» are one colour."""
    digits = shade.lstrip("#").lower()
    return digits if len(digits) == 6 else "".join(2 * digit for digit in digits)


def test_an_unknown_colour_is_no_colour() -> None:
    with pytest.raises(KeyError):
        with_colours("color: var(--plum)")


@pytest.mark.parametrize(
    ("theme", "shown"), [("light", ["paper"]), ("dark", ["paper-dark"]), ("", ["paper", "paper-dark"])]
)
def test_the_browsers_own_bar_has_the_papers_colour(client: FlaskClient, theme: str, shown: list[str]) -> None:
    client.set_cookie("theme", theme)
    page = client.get("/help").text
    assert re.findall(r'name="theme-color" content="(#\w+)"', page) == [colour(name) for name in shown]
