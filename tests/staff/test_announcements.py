"""A deed of staff is said once, with the focus and in the title; what cannot be undone is asked first."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.orders.models import Order
from app.returns.models import Return
from app.staff.models import StaffNote, StaffUser
from app.tracking.models import Shipment
from tests.staff.browsers import browser, member


def announced(page: TestResponse) -> str:
    """What a page says with its focus, once it is sure that the title says it too."""
    notice = re.search(r'<p class="notice is-done" id="announcement" role="status"([^>]*)>(.*?)</p>', page.text, re.S)
    assert notice and "autofocus" in notice[1] and 'tabindex="-1"' in notice[1]
    text = re.sub(r"<[^>]*>|\s+", " ", notice[2]).strip()
    title = re.search(r"<title>(.*?)</title>", page.text, re.S)
    assert title and re.sub(r"\s+", " ", title[1]).strip().startswith(f"{text} · ")
    return text


def test_a_note_is_said_to_be_added_once(support: FlaskClient, parcelled: Order) -> None:
    page = f"/staff/orders/{parcelled.ref}"
    answer = support.post(f"{page}/notes", data={"note": "Called back"}, follow_redirects=True)
    assert announced(answer) == "The note is added."
    assert "announcement" not in support.get(page).text


def test_an_empty_note_is_an_error_at_its_field(support: FlaskClient, session: Session, parcelled: Order) -> None:
    answer = support.post(f"/staff/orders/{parcelled.ref}/notes", data={"note": " "})
    assert answer.status_code == 422
    assert re.search(r"<title>\s*Error:", answer.text)
    assert 'href="#note"' in answer.text and 'aria-describedby="note-fault"' in answer.text
    assert session.scalars(select(StaffNote)).all() == []


DEEDS = {
    "reveal": ("reveal", {"reason": "caller"}),
    "close access": ("revocation", {}),
    "set the carrier": ("shipments/{shipment}/carrier", {"carrier": "seur"}),
    "confirm the scans": ("shipments/{shipment}/release", {}),
}


@pytest.mark.parametrize("name", DEEDS)
def test_every_deed_on_an_order_is_said(support: FlaskClient, session: Session, parcelled: Order, name: str) -> None:
    path, data = DEEDS[name]
    shipment = session.scalars(select(Shipment)).one()
    if name == "set the carrier":
        shipment.carrier, shipment.carrier_source = None, "shop"
        session.commit()
    address = f"/staff/orders/{parcelled.ref}/{path.format(shipment=shipment.id)}"
    assert announced(support.post(address, data=data, follow_redirects=True))


@pytest.mark.parametrize(("path", "data"), [("approval", {}), ("rejection", {"reason": "Worn"}), ("cancellation", {})])
def test_every_decision_on_a_return_is_said(
    support: FlaskClient, waiting: Return, path: str, data: dict[str, str]
) -> None:
    answer = support.post(f"/staff/returns/{waiting.ref}/{path}", data=data, follow_redirects=True)
    assert announced(answer).startswith("The return is ")


@pytest.fixture
def clerk(session: Session, now: datetime) -> StaffUser:
    return member(session, now, "warehouse", name="clerk")


@pytest.mark.parametrize(
    "path", ["activity?active=no", "activity?active=yes", "sessions-end", "password", "second-factor-removal"]
)
def test_what_is_done_to_a_member_is_asked_first_and_then_said(
    admin: FlaskClient, session: Session, clerk: StaffUser, path: str
) -> None:
    address = f"/staff/people/{clerk.id}/{path}"
    before = (clerk.active, clerk.password_hash, clerk.session_version if hasattr(clerk, "session_version") else None)
    asks = admin.get(address)
    assert asks.status_code == 200
    assert f'action="{address}"' in asks.text, "the form keeps what the address says"
    session.refresh(clerk)
    assert before[:2] == (clerk.active, clerk.password_hash), "asking does nothing"
    assert announced(admin.post(address, follow_redirects=True))


def test_signing_out_everywhere_is_asked_first(support: FlaskClient) -> None:
    page = support.get("/staff/account").text
    assert 'href="/staff/sign-out"' in page
    asks = support.get("/staff/sign-out")
    assert 'name="everywhere"' in asks.text
    assert support.get("/staff/account").status_code == 200, "asking ends no session"


def test_the_button_of_a_question_has_the_focus(support: FlaskClient, parcelled: Order) -> None:
    asks = support.get(f"/staff/orders/{parcelled.ref}/revocation").text
    assert re.search(r'<button\s+class="button button-danger"[^>]*autofocus', asks)


def test_the_console_is_reached_with_and_without_a_slash(support: FlaskClient) -> None:
    assert support.get("/staff").location == support.get("/staff/").location == "/staff/orders"


def test_an_empty_sign_in_says_which_field_is_empty(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    page = client.post("/staff/sign-in", data={"email": "", "password": ""}).text
    for field in ("email", "password"):
        assert f'href="#{field}"' in page and f'id="{field}-fault"' in page
    assert "Wrong e-mail or password" not in page


@pytest.mark.parametrize(
    ("path", "title"), [("/staff/people", "Your role"), ("/staff/orders/NOPE", "There is nothing")]
)
def test_a_refusal_within_the_console_keeps_its_frame_and_its_words(
    support: FlaskClient, path: str, title: str
) -> None:
    page = support.get(path).text
    assert title in page
    assert 'aria-label="Console"' in page and 'role="search"' in page
    assert "Find my order" not in page


def test_no_page_of_the_console_has_one_id_twice(app: Flask, session: Session, waiting: Return, now: datetime) -> None:
    admin = browser(app, member(session, now, "admin"))
    order = session.get_one(Order, waiting.order_id)
    pages = ["/staff/orders", "/staff/orders?q=nothing", f"/staff/orders/{order.ref}", "/staff/returns",
             f"/staff/returns/{waiting.ref}", "/staff/warehouse", f"/staff/warehouse/returns/{waiting.ref}",
             "/staff/work/undecided", "/staff/people", "/staff/audit", "/staff/metrics", "/staff/account"]  # fmt: skip
    for path in pages:
        ids = re.findall(r'\bid="([^"]+)"', admin.get(path, follow_redirects=True).text)
        assert sorted(set(ids)) == sorted(ids), path
