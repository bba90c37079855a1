"""Saved replies in the console: written, changed, retired and brought back; chosen while a case is answered."""

import re
from datetime import datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.models import SettingVersion
from app.core.clock import utcnow
from app.orders.models import Order
from app.staff.models import StaffRole
from app.support.models import SupportCase, SupportEntry
from tests.returns.stage import delivered_order
from tests.staff.browsers import audited, browser, member
from tests.staff.orders.test_cases_console import a_case

NEW = "/staff/settings/replies/demo/new"
TYPED = {"title": "¿Dónde está?", "text-es": "Hola, {first_name}: mira {link}", "text-en": ""}


@pytest.fixture
def order(session: Session) -> Order:
    return delivered_order(session, now=utcnow())


@pytest.fixture
def case(session: Session, order: Order) -> SupportCase:
    made = a_case(session, order, "Where is it?")
    session.commit()
    return made


def in_the_rail(page: str) -> list[str]:
    """The addresses of the console's parts, those that the page is of with a star."""
    rail = page.partition('<nav class="rail')[2].partition("</nav>")[0]
    links = re.findall(r'<a href="(/staff/(?!work/|account)[^"#]*)"([^>]*)>', rail)
    return [href + "*" * ("aria-current" in rest) for href, rest in links]


def test_whoever_answers_cases_finds_the_replies_in_the_rail(
    app: Flask, session: Session, support: FlaskClient, admin: FlaskClient, now: datetime
) -> None:
    replies = "/staff/settings/replies"
    assert in_the_rail(support.get("/staff/orders").text)[:3] == ["/staff/orders*", "/staff/returns", replies]
    assert [link for link in in_the_rail(admin.get(replies).text) if "settings" in link] == [
        f"{replies}*", "/staff/settings",
    ]  # fmt: skip
    assert "/staff/settings*" in in_the_rail(admin.get("/staff/settings").text)
    session.add(StaffRole(key="own", name="Own", permissions=["orders"], created_at=now))
    assert replies not in in_the_rail(browser(app, member(session, now, "own")).get("/staff/orders").text)


def test_support_writes_changes_and_retires_a_reply(support: FlaskClient, session: Session) -> None:
    made = support.post(NEW, data=TYPED)
    address = "/staff/settings/replies/demo/donde-esta"
    assert made.location == address
    page = unescape(support.get(address).text)
    assert "Hola, Lucía: mira https://" in page, "an example is shown"
    changed = support.post(address, data={**TYPED, "title": "Dónde", "expected": "1"})
    assert changed.location == address
    assert support.post(address, data={**TYPED, "title": "Otra", "expected": "1"}).status_code == 409
    support.post(f"{address}/versions/1")
    assert "¿Dónde está?" in support.get("/staff/settings/replies").text
    support.post(f"{address}/retirement", data={"retired": "yes"})
    assert "Retired" in support.get("/staff/settings/replies").text
    actions = [row[1] for row in audited(session)]
    assert actions == ["setting.saved", "setting.saved", "setting.restored", "setting.saved"]
    assert len(session.scalars(select(SettingVersion)).all()) == 4


def test_two_replies_of_one_title_have_names_of_their_own(support: FlaskClient) -> None:
    locations = [support.post(NEW, data=TYPED).location for _ in range(3)]
    assert [one.rpartition("/")[2] for one in locations] == ["donde-esta", "donde-esta-2", "donde-esta-3"]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [({"title": ""}, "title", "Write a title"), ({"text-es": ""}, "text-en", "in one language at least"),
     ({"text-es": "{nombre}"}, "text-es", "There is no variable {nombre}."),
     ({"text-es": "x" * 2001}, "text-es", "These are 2,001.")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    support: FlaskClient, typed: dict[str, str], field: str, words: str
) -> None:
    answer = support.post(NEW, data=TYPED | typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text and words in answer.text


def test_a_reply_is_put_into_the_answer_with_the_orders_own_facts(
    support: FlaskClient, session: Session, order: Order, case: SupportCase
) -> None:
    support.post(NEW, data=TYPED)
    page = f"/staff/cases/{case.ref}"
    put = support.post(f"{page}/reply", data={"reply": "donde-esta", "words": "Buenos días."})
    assert put.location == f"{page}#words"
    first_name = (order.contacts[0].name or "").split()[0]
    shown = unescape(support.get(page).text)
    assert f"Buenos días.\n\nHola, {first_name}: mira http" in shown and f"/o/{order.ref}</textarea>" in shown
    assert session.scalars(select(SupportEntry.who)).all() == ["customer"], "nothing is sent yet"


def test_an_answer_with_an_open_variable_is_not_sent(support: FlaskClient, session: Session, case: SupportCase) -> None:
    support.post(NEW, data=TYPED | {"text-es": "Tu devolución {return_number}"})
    page = f"/staff/cases/{case.ref}"
    support.post(f"{page}/reply", data={"reply": "donde-esta"})
    answer = support.post(f"{page}/answers", data={"words": "Tu devolución {return_number}"})
    assert answer.status_code == 422 and "Write something in place of {return_number}." in answer.text
    assert session.scalars(select(SupportEntry.who)).all() == ["customer"]


def test_a_retired_reply_or_none_cannot_be_put_in(support: FlaskClient, case: SupportCase) -> None:
    support.post(NEW, data=TYPED)
    support.post("/staff/settings/replies/demo/donde-esta/retirement", data={"retired": "yes"})
    for name in ("donde-esta", "", "no-such"):
        answer = support.post(f"/staff/cases/{case.ref}/reply", data={"reply": name, "words": "typed"})
        assert (answer.status_code, "typed</textarea>" in answer.text) == (422, True)


@pytest.mark.parametrize("path", ["nobody/new", "demo/no-such", "demo/UPPER", "demo/donde-esta/versions/9"])
def test_what_is_not_there_is_not_found(support: FlaskClient, path: str) -> None:
    support.post(NEW, data=TYPED)
    method = support.post if "versions" in path else support.get
    assert method(f"/staff/settings/replies/{path}").status_code == 404


@pytest.mark.parametrize("role", ["warehouse", "marketing"])
def test_warehouse_and_marketing_write_none(app: Flask, session: Session, now: datetime, role: str) -> None:
    assert browser(app, member(session, now, role)).get("/staff/settings/replies").status_code == 403
