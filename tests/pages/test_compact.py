"""What a browser gets of an indented template: the same markup, without the indentation."""

import pytest
from jinja2 import DictLoader, Environment

from app.pages.compact import Compact


def drawn(source: str, *, name: str = "page.html", **facts: object) -> str:
    return (
        Environment(autoescape=True, loader=DictLoader({name: source}), extensions=[Compact])
        .get_template(name)
        .render(facts)
    )


def test_lines_begin_at_the_margin() -> None:
    assert drawn("<ul>\n  {% for one in them %}\n    <li>{{ one }}</li>\n  {% endfor %}\n</ul>", them="ab") == (
        "<ul>\n\n<li>a</li>\n\n<li>b</li>\n\n</ul>"
    )


def test_attributes_stand_side_by_side() -> None:
    source = '<input\n  id="a"\n  {% if needed %}required{% endif %}\n  data-said="{{ said }}"\n>'
    assert drawn(source, needed=True, said="x\n  y") == '<input id="a" required data-said="x\n  y" >'


@pytest.mark.parametrize(
    "typed",
    [
        "<pre>\n  a\n    b</pre>",
        "<textarea>\n\n  a</textarea>",
        '<pre class="raw"><code>a\n  b</code>\n  c</pre>',
        "<p>a  b\tc</p>",
        '<p title="a\n  b > c">d</p>',
        "<p title='it\"s\n  so'>d</p>",
    ],
)
def test_what_was_typed_to_be_seen_stays(typed: str) -> None:
    assert drawn(typed) == typed


def test_after_what_stays_lines_are_short_again() -> None:
    assert drawn("<pre>\n  a</pre>\n  <p>it's\n  so</p>\n  <br>") == "<pre>\n  a</pre>\n<p>it's\nso</p>\n<br>"


def test_what_an_expression_gives_is_left_alone() -> None:
    assert drawn("<p>\n  {{ said }}\n</p>", said="a\n   b") == "<p>\na\n   b\n</p>"


def test_a_plain_text_keeps_its_lines() -> None:
    assert drawn("Contact: a\n\n  b\n", name="security.txt") == "Contact: a\n\n  b"
