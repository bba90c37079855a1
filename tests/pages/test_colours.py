"""Every pair of colours that text may stand on reaches AA, in both themes."""

import re

import pytest

from app.pages.assets import STATIC

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
    css = (STATIC / "tokens.css").read_text(encoding="utf-8")
    light = re.search(r":root \{(.*?)\n\}", css, re.S)
    dark = re.search(r':root\[data-theme="dark"\] \{(.*?)\n  \}', css, re.S)
    assert light and dark
    return {
        name: dict(re.findall(r"--([\w-]+): (#\w+)", found[1])) for name, found in (("light", light), ("dark", dark))
    }


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
    told = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\n  \}', css, re.S)
    chosen = re.search(r':root\[data-theme="dark"\] \{(.*?)\n  \}', css, re.S)
    assert told and chosen
    assert told[1].split() == chosen[1].split()
