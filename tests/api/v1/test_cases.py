"""Cases over HTTP: told in pages with their words, answered once, with a scope of their own."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.support.cases import NewCase, open_case
from app.support.models import SupportCase
from tests.api.conftest import pointers
from tests.returns.stage import delivered_order


@pytest.fixture
def made(session: Session) -> list[SupportCase]:
    order = delivered_order(session, now=utcnow())
    rows = [
        open_case(session, NewCase(order.id, about, f"About {about}", "es", form_key=about * 5), now=utcnow())
        for about in ("late", "payment", "return")
    ]
    session.commit()
    return rows


def test_a_case_is_told_with_what_was_written(api: FlaskClient, made: list[SupportCase]) -> None:
    answered = api.get(f"/api/v1/cases/{made[0].ref.lower()}").json
    assert (answered["ref"], answered["order"], answered["about"], answered["state"]) == (
        made[0].ref,
        "1001",
        "late",
        "open",
    )
    assert [(entry["who"], entry["by"], entry["words"]) for entry in answered["entries"]] == [
        ("customer", None, "About late")
    ]


def test_pages_of_cases_join_up(api: FlaskClient, made: list[SupportCase]) -> None:
    refs, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/api/v1/cases?limit=2&order=1001&state=open{f'&cursor={cursor}' if cursor else ''}").json
        refs += [case["ref"] for case in page["cases"]]
        cursor = page["next"]
    assert refs == [case.ref for case in made]
    assert api.get("/api/v1/cases?state=closed").json["cases"] == []


def test_an_answer_is_written_once_for_one_key_and_may_close(api: FlaskClient, made: list[SupportCase]) -> None:
    body, headers = {"words": " It leaves today. ", "close": True}, {"Idempotency-Key": "a-1"}
    for _ in range(2):
        answer = api.post(f"/api/v1/cases/{made[0].ref}/answers", json=body, headers=headers)
        assert answer.status_code == 201
        assert answer.json["state"] == "closed"
        assert [entry["words"] for entry in answer.json["entries"]] == ["About late", "It leaves today."]
        assert answer.json["entries"][1]["by"].startswith("api:")


@pytest.mark.parametrize("words", ["", "  ", "x" * 2001, None])
def test_an_answer_without_words_or_with_too_many_is_refused(
    api: FlaskClient, made: list[SupportCase], words: str | None
) -> None:
    answer = api.post(f"/api/v1/cases/{made[0].ref}/answers", json={"words": words})
    assert answer.status_code == 422 and pointers(answer) == ["#/words"]


def test_a_case_that_is_not_there_is_not_found(api: FlaskClient) -> None:
    assert api.get("/api/v1/cases/ZZZZZZZZ").status_code == 404
    assert api.post("/api/v1/cases/ZZZZZZZZ/answers", json={"words": "x"}).status_code == 404


def test_only_the_scope_of_support_reads_cases(key_with: Callable[..., FlaskClient], made: list[SupportCase]) -> None:
    assert key_with("orders:read", "returns:write").get("/api/v1/cases").status_code == 403
    assert key_with("support").get("/api/v1/cases").status_code == 200
