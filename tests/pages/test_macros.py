"""Components: markup that assistive technology understands, and text from outside that stays text."""

from types import SimpleNamespace as Row

import pytest
from flask import Flask, render_template_string

EVIL = '"><img src=x hx-get="/o" onerror=alert(1)>'


@pytest.fixture
def draw(app: Flask):
    def drawn(call: str, **facts: object) -> str:
        head = '{% import "ui/controls.html" as c %}{% import "ui/parts.html" as p %}{% import "ui/icons.html" as i %}'
        with app.test_request_context("/", headers={"Accept-Language": "en"}):
            return render_template_string(f"{head}{{{{ {call} }}}}", **facts)

    return drawn


def test_a_field_is_tied_to_its_label_hint_and_fault(draw) -> None:
    html = draw('c.field("email", "E-mail", "a@b.example", "email", hint="Yours", error="Wrong", autocomplete="email")')
    assert '<label class="label" for="email">' in html
    assert 'aria-describedby="email-hint email-fault" aria-invalid="true"' in html
    assert 'id="email-hint"' in html
    assert 'id="email-fault"' in html
    assert 'autocomplete="email"' in html


def test_an_optional_field_says_so(draw) -> None:
    assert "(optional)" in draw('c.textarea("note", "Note")')
    assert "(optional)" not in draw('c.field("name", "Name")')


def test_further_keywords_become_attributes(draw) -> None:
    assert 'data-search=""' in draw('c.field("q", "Search", data_search=true)')


def test_what_is_not_said_becomes_no_attribute(draw) -> None:
    call = 'c.attributes({"data-a": "1" if yes, "data-b": "2" if no, "data-c": none, "data-d": false, "data-e": ""})'
    assert draw(call, yes=True, no=False) == 'data-a="1" data-e=""'


def test_the_error_summary_takes_the_focus_and_links_to_the_fields(draw) -> None:
    html = draw("c.error_summary(errors)", errors=[("email", "Enter an e-mail"), (None, "Try later")])
    assert 'tabindex="-1" autofocus' in html
    assert "There is a problem" in html
    assert '<a href="#email">Enter an e-mail</a>' in html
    assert "<li>Try later</li>" in html


def test_no_errors_no_summary(draw) -> None:
    assert draw("c.error_summary([])") == ""


def test_the_trail_says_in_words_where_it_is(draw) -> None:
    stops = [Row(label="Sent", when="Mon", state="done"), Row(label="Here", when=None, state="now")]
    html = draw("p.trail(stops)", stops=stops)
    assert html.count('aria-current="step"') == 1
    assert 'Here<span class="vh">: now</span>' in html


@pytest.mark.parametrize(
    ("count", "folded"), [(3, None), (4, None), (5, "Show 2 earlier steps"), (40, "Show 37 earlier steps")]
)
def test_the_timeline_shows_the_three_newest_and_folds_the_rest(draw, count: int, folded: str | None) -> None:
    entries = [Row(time="9:14", text=f"Scan {at}", words=None, place=None) for at in range(count)]
    html = draw(
        "p.timeline(days)", days=[Row(label="Today", entries=entries[:2]), Row(label="Before", entries=entries[2:])]
    )
    assert html.count("<li>") == count
    assert (folded in html) if folded else ("<details" not in html)


CALLS = (
    "p.item(evil, evil, 1, evil, None, evil)",
    "p.facts([(evil, evil)])",
    "p.notice('info', evil)",
    "p.badge('info', evil)",
    "p.copyable(evil, evil)",
    "p.answer(evil, evil, evil, evil, evil)",
    "c.field('a', evil, evil, hint=evil, error=evil)",
    "c.choice('a', 'b', evil, evil, evil)",
    "p.timeline([day])",
    "p.summary_list([(evil, evil, '#', evil)])",
)


@pytest.mark.parametrize("call", CALLS)
def test_text_from_outside_stays_text(draw, call: str) -> None:
    day = Row(label=EVIL, entries=[Row(time="9:14", text=EVIL, words=EVIL, place=EVIL)])
    html = draw(call, evil=EVIL, day=day)
    assert "<img src=x" not in html
    assert "&lt;img" in html


def test_choices_describe_themselves_apart_from_their_name(draw) -> None:
    html = draw('c.choice("method", "point", "Drop off", "By Friday", "free", checked=true)')
    assert (
        'aria-labelledby="method-point-title" aria-describedby="method-point-aside method-point-detail" checked' in html
    )
