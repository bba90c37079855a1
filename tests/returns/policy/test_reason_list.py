"""A shop's own reasons: words, questions, order and groups; one may be retired and none is ever lost."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.brands.queries import named_brand
from app.core.errors import Invalid
from app.core.i18n.locale import speaking
from app.returns.policy.reasons import CONFORMITY_GROUPS, REASONS, ReasonGroup
from app.returns.policy.stored.reason_list import (
    bring_reasons_back,
    checked_reasons,
    every_list,
    put_reasons,
    reasons_of,
    usual_document,
)
from app.returns.policy.words.names import reason_words
from app.returns.services import request_return
from tests.returns.stage import asking, delivered_order, sign_in

ADA = "ada@shop.example"
ITCHY = {
    "handle": "too_itchy", "group": "not_as_expected", "words": {"en": "It itches", "es": "Pica"},
    "question": {"en": "Where does it itch?", "es": "¿Dónde pica?"}, "note_required": True, "categories": ["apparel"],
}  # fmt: skip


def document(*rows: dict[str, Any], retired: tuple[str, ...] = ()) -> dict[str, Any]:
    usual = [row | {"retired": True} if row["handle"] in retired else row for row in usual_document()["reasons"]]
    return {"reasons": [*rows, *usual]}


def test_the_usual_reasons_are_today_s(session: Session) -> None:
    listed = reasons_of(named_brand(session, "demo"))
    assert listed.reasons == REASONS
    assert len(listed.handles) == 15
    assert checked_reasons(usual_document()) == usual_document()


def test_a_shop_s_own_reason_is_offered_with_its_words_for_its_items(session: Session, now: datetime) -> None:
    put_reasons(session, "demo", document(ITCHY, retired=("quality",)), by=ADA, now=now)
    listed = reasons_of(named_brand(session, "demo"))
    assert [one.handle for one in listed.offered("apparel", ReasonGroup.NOT_AS_EXPECTED)][:2] == [
        "too_itchy",
        "too_small",
    ]
    assert "too_itchy" not in [one.handle for one in listed.offered("shoes")]
    assert "quality" not in [one.handle for one in listed.offered("apparel")]
    for language, words in (("en", "It itches"), ("es", "Pica"), ("en_US", "It itches")):
        with speaking(language):
            assert reason_words("too_itchy", listed) == words


def test_a_retired_reason_goes_on_being_named(session: Session, now: datetime, app: Flask) -> None:
    put_reasons(session, "demo", document(ITCHY), by=ADA, now=now)
    put_reasons(session, "demo", document(ITCHY | {"retired": True}), by=ADA, now=now)
    with app.app_context(), speaking("es"):
        assert reason_words("too_itchy", *every_list(session)) == "Pica"


def test_an_earlier_list_comes_back_with_what_is_newer_retired(session: Session, now: datetime) -> None:
    put_reasons(session, "demo", document(retired=("quality",)), by=ADA, now=now)
    put_reasons(session, "demo", document(ITCHY), by=ADA, now=now)
    bring_reasons_back(session, "demo", 1, by=ADA, now=now)
    listed = reasons_of(named_brand(session, "demo"))
    retired = [reason.handle for reason in listed.reasons if reason.retired]
    assert retired == ["quality", "too_itchy"]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([ITCHY, ITCHY], "too_itchy stands twice"),
        ([ITCHY | {"words": {"en": "It itches"}}], "say it in es too"),
        ([ITCHY | {"group": "withdrawal"}], "choose from changed_mind"),
        ([{"handle": "quality", "group": "damaged"}], "of the group not_as_expected for ever"),
        ([ITCHY | {"handle": "Too itchy"}], "pattern"),
    ],
)
def test_what_makes_no_list_is_refused(rows: list[dict[str, Any]], fault: str) -> None:
    usual = [row for row in usual_document()["reasons"] if row["handle"] != rows[0]["handle"]]
    with pytest.raises(Invalid, match=fault):
        checked_reasons({"reasons": [*rows, *usual]})


def test_the_law_s_reasons_are_always_offered() -> None:
    faults = ("arrived_damaged", "defective", "missing_parts")
    with pytest.raises(Invalid, match="the law gives a right to what is damaged"):
        checked_reasons(document(retired=faults))


def test_the_customer_reads_the_shop_s_words_and_question(client: FlaskClient, session: Session, now: datetime) -> None:
    put_reasons(session, "demo", document(ITCHY), by=ADA, now=now)
    order = delivered_order(session, now=now)
    sign_in(client, order)
    page = client.get(f"/o/{order.ref}/returns/new?language=es", headers={"Accept-Language": "es"}).text
    assert ">Pica</option>" in page
    assert "¿Dónde pica?" in page
    line = order.lines[0].id
    form = {f"pick-{line}": "1", f"quantity-{line}": "1", f"reason-{line}": "too_itchy"}
    assert "¿Dónde pica?" in client.post(f"/o/{order.ref}/returns/new", data=form).text


def test_a_return_keeps_the_group_of_the_shop_s_reason(session: Session, now: datetime) -> None:
    put_reasons(session, "demo", document(ITCHY), by=ADA, now=now)
    order = delivered_order(session, now=now)
    return_ = request_return(session, order.id, asking(("1", 1, "too_itchy", "all over")), by="customer", now=now)
    assert [(line.reason, line.group) for line in return_.lines] == [("too_itchy", "not_as_expected")]


def test_the_commands_list_set_and_retire(app: Flask, session: Session, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    file = tmp_path / "reasons.json"
    file.write_text(json.dumps(document(ITCHY)))
    assert run(args=["portal", "reasons", "set", str(file)]).exit_code == 0
    assert run(args=["portal", "reasons", "retire", "too_itchy"]).exit_code == 0
    assert "too_itchy: It itches [not_as_expected] (retired)" in run(args=["portal", "reasons", "list"]).output
    unknown = run(args=["portal", "reasons", "retire", "dragons"])
    assert (unknown.exit_code, "There is no reason dragons" in unknown.output) == (2, True)
    file.write_text('{"reasons": []}')
    refused = run(args=["portal", "reasons", "set", str(file)])
    assert (refused.exit_code, "reasons: " in refused.output) == (1, True)


@pytest.mark.parametrize(
    ("text", "fault"), [("{", "not JSON"), ("[]", "a list of reasons is a JSON object"), ('"\\ud800', "not JSON")]
)
def test_a_file_that_holds_no_list_is_refused_in_a_line(
    app: Flask, session: Session, tmp_path: Path, text: str, fault: str
) -> None:
    file = tmp_path / "reasons.json"
    file.write_text(text)
    answer = app.test_cli_runner().invoke(args=["portal", "reasons", "set", str(file)])
    assert (answer.exit_code, fault in answer.output) == (1, True)


def test_the_last_reason_that_a_customer_has_a_right_to_cannot_be_retired(app: Flask, session: Session) -> None:
    run = app.test_cli_runner().invoke
    answers = {
        one["handle"]: run(args=["portal", "reasons", "retire", one["handle"]]) for one in usual_document()["reasons"]
    }
    refused = {handle: answer.output for handle, answer in answers.items() if answer.exit_code}
    assert all(
        f"{handle} cannot be retired:" in output and ": leave one" in output for handle, output in refused.items()
    )
    left = {reason.group for reason in reasons_of(named_brand(session, "demo")).reasons if not reason.retired}
    assert (len(refused), left) == (len(left), CONFORMITY_GROUPS | left)
