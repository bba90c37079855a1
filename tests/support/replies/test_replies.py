"""Saved replies: plain substitution that nothing escapes from, versions, retirement; by page, command and API alike."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.support.replies.replies import (
    find_reply,
    name_of,
    place,
    replies_of,
    retire_reply,
    save_reply,
    usable_replies,
)
from app.support.replies.variables import VARIABLES, fill, left_open, unknown_variables

WHERE = {"title": "Where is it?", "texts": {"es": "Hola {first_name}: {link}", "en": "Hi {first_name}: {link}"}}
BY = "eva@shop.example"


def test_values_are_put_in_and_what_has_none_stays_to_be_seen() -> None:
    text = fill("Hi {first_name}, {carrier} has {tracking_number}.", {"first_name": "Lucía", "carrier": None})
    assert text == "Hi Lucía, {carrier} has {tracking_number}."
    assert left_open(text) == ["{carrier}", "{tracking_number}"]


def test_a_value_is_never_read_as_a_text_of_its_own() -> None:
    assert fill("{first_name} {shop}", {"first_name": "{shop}", "shop": "Almazara"}) == "{shop} Almazara"


@pytest.mark.parametrize(
    "text",
    ["{}", "{name}", "{{first_name}}", "{first_name!r}", "{first_name.__class__}", "{order_number[0]}", "{ link }",
     "{first_name:>9999999}", "{% if 1 %}", "{0}", "{", "}", "a } b { c", "{link", "{{7*7}}", "{first_name}}"],
)  # fmt: skip
def test_what_is_no_variable_is_refused(text: str) -> None:
    assert unknown_variables(text)


@given(st.text(alphabet="{}abfirst_namelink.!%0 ", max_size=40))
def test_whatever_is_written_either_is_refused_or_changes_only_at_its_variables(text: str) -> None:
    filled = fill(text, dict.fromkeys(VARIABLES, "§"))
    if not unknown_variables(text):
        assert "{" not in filled and "}" not in filled
    assert filled.count("§") == sum(text.count(f"{{{name}}}") for name in VARIABLES)


def test_a_reply_has_versions_and_is_retired_not_deleted(session: Session, now: datetime) -> None:
    setting = place("demo", name_of(WHERE["title"]))  # type: ignore[arg-type]
    save_reply(session, setting, WHERE, by=BY, now=now)
    assert [reply.name for reply in usable_replies(session, "demo", "es-ES")] == ["where-is-it"]
    assert usable_replies(session, "demo", "fr-FR") == []
    with pytest.raises(Conflict):
        save_reply(session, setting, WHERE | {"title": "Late"}, by=BY, expected=0, now=now)
    retire_reply(session, setting, True, by=BY, now=now)
    assert usable_replies(session, "demo", "es-ES") == []
    assert [reply.retired for reply in replies_of(session, "demo")] == [True]
    assert find_reply(session, "demo", "where-is-it")[1].number == 2
    with pytest.raises(NotFound):
        find_reply(session, "demo", "no-such")


@pytest.mark.parametrize(
    ("document", "pointer"),
    [({"title": "", "texts": {"es": "Hola"}}, "/title"), ({"title": "x" * 81, "texts": {"es": "Hola"}}, "/title"),
     ({"title": "A", "texts": {}}, "/texts"), ({"title": "A", "texts": {"es": " "}}, "/texts"),
     ({"title": "A"}, "/texts"),
     ({"title": "A", "texts": {"xx": "Hola"}}, "/texts/xx"), ({"title": "A", "texts": {"es": "{nome}"}}, "/texts/es"),
     ({"title": "A", "texts": {"es": "x" * 2001}}, "/texts/es"), ({"title": "A", "texts": {"es": 7}}, "/texts/es"),
     ({"title": 7, "texts": {"es": "Hola"}}, "/title"), 
     ({"title": "A", "texts": {"es": "H"}, "retired": 1}, "/retired"),
     ({"title": "A", "texts": {"es": "H"}, "colour": 1}, "/colour")],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_place(
    session: Session, now: datetime, document: dict[str, object], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save_reply(session, place("demo", "a"), document, by=BY, now=now)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_reply_is_set_told_and_retired_from_the_command_line(app: Flask, session: Session, tmp_path: Path) -> None:
    good, bad = tmp_path / "where.json", tmp_path / "bad.json"
    good.write_text(json.dumps(WHERE))
    bad.write_text(json.dumps({"title": "A", "texts": {"es": "{nome}"}}))
    run = app.test_cli_runner().invoke
    assert run(args=["portal", "replies", "set", "demo", "where", str(good)]).exit_code == 0
    refused = run(args=["portal", "replies", "set", "demo", "bad", str(bad)])
    assert (refused.exit_code, "/texts/es: There is no variable {nome}." in refused.output) == (1, True)
    assert run(args=["portal", "replies", "retire", "demo", "where"]).exit_code == 0
    assert run(args=["portal", "replies", "list", "demo"]).output == "where: Where is it? [en, es] (retired)\n"
    assert run(args=["portal", "replies", "list", "nobody"]).exit_code == 2
