"""The reasons for returns in the console: added, moved, retired, brought back."""

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.brands.queries import named_brand
from app.returns.policy.reasons import Reason
from app.returns.policy.stored.reason_list import reasons_of

PAGE = "/staff/settings/reasons/demo"
ITCHY = {"new": "1", "handle": "too_itchy", "group": "not_as_expected", "words-en": "It itches", "words-es": "Pica"}


@pytest.fixture(autouse=True)
def english(admin: FlaskClient) -> None:
    admin.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


def reasons(session: Session) -> tuple[Reason, ...]:
    session.expire_all()
    return reasons_of(named_brand(session, "demo")).reasons


def test_today_s_reasons_are_listed(admin: FlaskClient) -> None:
    assert admin.get("/staff/settings/reasons").headers["Location"] == PAGE
    page = admin.get(PAGE).text
    assert page.count("Too small") == 1
    assert "too_small" in page


def test_a_reason_is_added_changed_and_moved(admin: FlaskClient, session: Session) -> None:
    assert admin.post(f"{PAGE}/one", data=ITCHY).status_code == 303
    assert reasons(session)[-1].words == {"en": "It itches", "es": "Pica"}
    changed = {"handle": "too_itchy", "group": "damaged", "words-en": "Itchy", "words-es": "Pica",
               "question-en": "Where?", "note_required": "1", "categories": "apparel, shoes"}  # fmt: skip
    assert "It itches" in admin.get(f"{PAGE}/one?handle=too_itchy").text
    assert admin.post(f"{PAGE}/one", data=changed).status_code == 303
    reason = reasons(session)[-1]
    assert (reason.group, reason.question, reason.categories) == (
        "not_as_expected",
        {"en": "Where?"},
        ("apparel", "shoes"),
    )
    assert admin.post(PAGE, data={"act": "up:too_itchy"}).status_code == 303
    assert [one.handle for one in reasons(session)][-2:] == ["too_itchy", "not_as_described"]


def test_a_reason_is_retired_offered_again_and_the_list_brought_back(admin: FlaskClient, session: Session) -> None:
    admin.post(f"{PAGE}/one", data=ITCHY)
    for press, retired in (("retire:quality", True), ("offer:quality", False)):
        assert admin.post(PAGE, data={"act": press}).status_code == 303
        assert next(one for one in reasons(session) if one.handle == "quality").retired is retired
    assert admin.post(f"{PAGE}/versions/2/restoration").status_code == 303
    assert next(one for one in reasons(session) if one.handle == "quality").retired
    assert admin.post(f"{PAGE}/versions/99/restoration").status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"handle": "Too itchy"}, 422, "small letters, digits and underscores"),
        ({"handle": "quality"}, 422, "Another reason has this handle"),
        ({"words-es": ""}, 422, "Write its words in every language"),
        ({"group": "withdrawal"}, 422, "can&#39;t be read"),
        ({"expected": "7"}, 409, "Somebody else has changed it"),
    ],
)
def test_what_is_wrong_is_said(admin: FlaskClient, change: dict[str, Any], status: int, words: str) -> None:
    answer = admin.post(f"{PAGE}/one", data=ITCHY | change)
    assert (answer.status_code, words in answer.text) == (status, True)


def test_the_law_s_reasons_cannot_all_be_retired(admin: FlaskClient) -> None:
    for handle in ("arrived_damaged", "defective"):
        assert admin.post(PAGE, data={"act": f"retire:{handle}"}).status_code == 303
    answer = admin.post(PAGE, data={"act": "retire:missing_parts"})
    assert answer.status_code == 422
    assert "each need a reason that is offered for all items" in answer.text
    assert admin.post(PAGE, data={"act": "dance"}).status_code == 422


def test_support_does_not_open_it(support: FlaskClient) -> None:
    assert support.get(PAGE).status_code == 403


def test_each_version_says_in_words_what_it_changed_of_which_reason(admin: FlaskClient) -> None:
    admin.post(f"{PAGE}/one", data=ITCHY)
    changed = {"handle": "too_itchy", "group": "not_as_expected", "words-en": "Itchy", "words-es": "Pica"}
    admin.post(f"{PAGE}/one", data=changed | {"photo": "1", "question-en": "Where?", "categories": "shoes"})
    admin.post(PAGE, data={"act": "up:too_itchy"})
    admin.post(PAGE, data={"act": "retire:too_itchy"})
    page = html.unescape(admin.get(PAGE).text)
    lines = [tuple(map(str.strip, pair)) for pair in re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.S)]
    assert lines == [
        ("Itchy · Retired", "no → yes"),
        ("Sequence", "changed"),
        ("Itchy · A photo would help (customers are not asked for one yet)", "no → yes"),
        ("Itchy · Only for these categories", "— → shoes"),
        ("Itchy · Words (en)", "It itches → Itchy"),
        ("Itchy · Question to whoever chooses it (en)", "— → Where?"),
        ("Itchy", "new"),
    ]
