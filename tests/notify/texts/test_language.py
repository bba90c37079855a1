"""The language of a shop's own texts: words, names and «if», and nothing that anybody could do harm with."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.notify.texts.language import (
    LONGEST_VALUE,
    MOST_MARKS,
    BadText,
    always_said,
    asked_for,
    clean,
    fill,
    read_text,
    written,
)

NAMES = {"number": True, "when": True, "carrier": True, "collected": False}
VALUES = {"number": "A-1", "when": "Friday 4", "carrier": "", "collected": "yes"}

ATTACKS = (
    # Out of the sandbox.
    "{{ ''.__class__ }}", "{{ number.__class__.__mro__[1].__subclasses__() }}", "{{ number|attr('__class__') }}",
    "{{ self._TemplateReference__context }}", "{{ cycler.__init__.__globals__ }}", "{{ lipsum.__globals__['os'] }}",
    "{{ namespace() }}", "{{ joiner }}", "{{ dict(a=1) }}", "{{ config }}", "{{ request.application }}",
    "{{ get_flashed_messages.__globals__ }}", "{{ url_for }}", "{{ g }}", "{{ session }}", "{{ [].append }}",
    "{{ number.format }}", "{{ '{0.__class__}'.format(number) }}", "{{ number['__class__'] }}", "{{ number() }}",
    "{{ (number) }}", "{{ number|safe }}", "{{ number|upper }}", "{{ number if when }}", "{{ number or when }}",
    "{{ number ~ when }}", "{{ number * 1000000000 }}", "{{ 7*7 }}", "{{ 'a' }}", "{{ 1 }}", "{{ not number }}",
    # Without end, or too much of it.
    "{% for x in range(10**9) %}x{% endfor %}", "{% for x in number %}x{% endfor %}", "{% set x = 1 %}",
    "{% macro a() %}{{ a() }}{% endmacro %}", "{% call number() %}{% endcall %}", "{% filter upper %}x{% endfilter %}",
    "{% while number %}{% endwhile %}", "{{ number }}" * (MOST_MARKS + 1), "{% if number %}" * 2_000,
    "{% if number %}" * 9 + "x" + "{% endif %}" * 9, "{{ " + "(" * 3_000 + "number" + ")" * 3_000 + " }}",
    "{% if " + "not " * 900 + "number %}x{% endif %}", "{{" * 1_500, "{%" * 1_500 + "%}" * 1_500,
    # Other texts, other languages.
    "{% include '/etc/passwd' %}", "{% import 'x' as y %}", "{% from 'x' import y %}", "{% extends 'base.html' %}",
    "{% block a %}{% endblock %}", "{% raw %}{{ secret }}{% endraw %}", "{% autoescape false %}{% endautoescape %}",
    "{% trans %}x{% endtrans %}", "{% do number.x() %}", "{% debug %}", "{% with x=1 %}{% endwith %}",
    "{# a remark #}", "{#", "#}", "%}", "}}", "{{", "{%", "{{ number", "{% if number %}", "{% endif %}", "{% else %}",
    "{{- number -}}", "{%- if number -%}x{%- endif -%}", "{{ number }}}}", "{{{ number }}}", "{{ {'a': 1} }}",
    "{% if number %}a{% else %}b{% else %}c{% endif %}", "{% if number %}a{% else %}b{% elif when %}c{% endif %}",
    "{% if number == 1 %}x{% endif %}", "{% if number is defined %}x{% endif %}", "{% if 'a' in number %}x{% endif %}",
    "{% if number.x %}x{% endif %}", "{% if (number) %}x{% endif %}", "{% if number and %}x{% endif %}",
    "{% if and number %}x{% endif %}", "{% if not %}x{% endif %}", "{% if not not number %}x{% endif %}",
    "{% if number when %}x{% endif %}", "{% if %}x{% endif %}", "{% if true %}x{% endif %}", "{% if 1 %}x{% endif %}",
    "{% else number %}", "{% endif number %}", "{%%}", "{{}}", "{{ }}", "{{ Number }}", "{{ nümber }}", "{{ none }}",
    # Names that are not of this kind, or have nothing to say.
    "{{ secret_key }}", "{{ numbr }}", "{% if password %}x{% endif %}", "{{ collected }}",
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_more_than_words_names_and_if_is_refused(attack: str) -> None:
    with pytest.raises(BadText):
        read_text(attack, NAMES)
    with pytest.raises(BadText):
        fill(attack, VALUES, NAMES)


GOOD = [
    ("Order {{ number }} comes {{when}}.", "Order A-1 comes Friday 4."),
    ("{% if carrier %}{{ carrier }}{% else %}The carrier{% endif %} has it", "The carrier has it"),
    ("{% if carrier or when %}{% if not carrier and when %}b{% endif %}{% endif %}", "b"),
    ("{% if carrier %}a{% elif collected %}b{% else %}c{% endif %}", "b"),
    ("{ braces } 100 % # sharp < & \" '", "{ braces } 100 % # sharp < & \" '"),
    ("{%if number%}x{%endif%}", "x"),
]


@pytest.mark.parametrize(("source", "result"), GOOD)
def test_names_are_filled_in_and_choices_made(source: str, result: str) -> None:
    assert fill(source, VALUES, NAMES) == result
    # Its one form says the same, and is the form of itself.
    form = written(read_text(source, NAMES))
    assert fill(form, VALUES, NAMES) == result and written(read_text(form, NAMES)) == form


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(BadText, match="Did you mean “number”"):
        read_text("{{ numbr }}", NAMES)


def test_what_a_value_says_is_never_read_as_a_mark() -> None:
    evil = "{{ when }}{% for x in y %}\r\nBcc: x@y.z\u2028\x00\u202e"
    assert fill("{{ number }}", VALUES | {"number": evil}, NAMES) == "{{ when }}{% for x in y %}\nBcc: x@y.z"


def test_a_value_is_cut_where_it_would_be_a_book() -> None:
    assert len(fill("{{ number }}", VALUES | {"number": "x" * 10_000}, NAMES)) == LONGEST_VALUE


def test_what_is_always_said_and_what_is_asked_for() -> None:
    both = read_text(
        "{% if when %}{{ number }} {{ when }}{% else %}{{ number }}{% endif %}{% if carrier %}x{% endif %}", NAMES
    )
    assert always_said(both) == {"number"} and asked_for(both) == {"when", "carrier"}
    assert always_said(read_text("{% if when %}{{ number }}{% endif %}", NAMES)) == frozenset()


def test_what_nobody_sees_is_taken_out() -> None:
    assert clean("a\u202eb\u200b\x07 c\r\n\r\n d \u2028e", lines=True) == "ab c\nd\ne"
    assert clean(" a\r\nBcc: b ", lines=False) == "a Bcc: b"


PART = st.sampled_from([
    "{{ number }}", "{{ when }}", "{{ collected }}", "{% if when %}", "{% if not carrier or collected %}",
    "{% elif when %}", "{% else %}", "{% endif %}", "{{", "}}", "{%", "%}", "{#", "{", "}", "%", "#", "\n", "<b>",
])  # fmt: skip
SOURCE = st.lists(st.one_of(PART, st.text(max_size=6)), max_size=14).map("".join)


@settings(max_examples=300)
@given(SOURCE, st.fixed_dictionaries({name: st.text(max_size=12) for name in NAMES}))
def test_whatever_passes_is_filled_in_without_an_error(source: str, values: dict[str, Any]) -> None:
    try:
        pieces = read_text(source, NAMES)
    except BadText:
        return
    filled = fill(source, values, NAMES)
    assert written(read_text(written(pieces), NAMES)) == written(pieces)
    assert fill(written(pieces), values, NAMES) == filled
