"""The warehouse's pages: scan, grade by one key a piece, book, put right; without JavaScript."""

import re
from datetime import datetime
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.audit.models import AuditRow
from app.core.clock import utcnow
from app.orders.models import Order
from app.returns.models import Receipt, Refund, Return
from app.returns.receiving import facts
from app.returns.receiving.record import book_receipt
from app.returns.refunds.pay import pay_refund
from app.staff.models import StaffUser
from tests.returns.announced import a_return, an_order

HOME = "/staff/warehouse"
PAGE = f"{HOME}/returns/7K2M9QXA"


def signed_in(client: FlaskClient, session: Session, now: datetime, role: str) -> FlaskClient:
    """A browser in which a member of this role is signed in, reading English."""
    user = StaffUser(email=f"{role}@shop.example", name=role, role=role, password_hash="", created_at=now)
    session.add(user)
    session.commit()
    with client.session_transaction() as browser_session:
        browser_session["_user_id"], browser_session["_fresh"] = str(user.id), True
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    return client


@pytest.fixture
def clerk(client: FlaskClient, session: Session, now: datetime) -> FlaskClient:
    return signed_in(client, session, now, "warehouse")


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    return an_order(session, now)


@pytest.fixture
def return_(session: Session, order: Order, now: datetime) -> Return:
    made = a_return(session, order, now)
    session.commit()
    return made


def hidden(page: TestResponse) -> dict[str, list[str]]:
    """The hidden fields of the form that books."""
    form = re.search(r'<form class="stack" id="desk" method="post".*?</form>', page.text, re.DOTALL)
    assert form, page.text
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]):
        fields.setdefault(name, []).append(unescape(value))
    return fields


def pressed(clerk: FlaskClient, page: TestResponse, url: str = PAGE, **fields: str) -> TestResponse:
    """Press something on the page: the whole form goes along, as a browser sends it."""
    return clerk.post(url, data={**hidden(page), **fields}, follow_redirects=True)


def graded(clerk: FlaskClient, *grades: str) -> TestResponse:
    """Press a grade for each piece in turn."""
    page = clerk.get(PAGE)
    for grade in grades:
        page = pressed(clerk, page, grade=grade)
    return page


def booked(clerk: FlaskClient, page: TestResponse, url: str = PAGE, **fields: str) -> TestResponse:
    return pressed(clerk, page, url, book="1", **fields)


def test_strangers_and_marketing_do_not_get_in(client: FlaskClient, session: Session, now: datetime) -> None:
    assert client.get(HOME).status_code == 303
    marketing = signed_in(client, session, now, "marketing")
    assert {marketing.get(path).status_code for path in (HOME, PAGE)} == {403}


def test_the_first_page_takes_a_scan_and_lists_what_is_coming(clerk: FlaskClient, return_: Return) -> None:
    text = clerk.get(HOME).text
    assert re.search(r'<input[^>]* id="code"[^>]* autofocus', text)
    assert "What is coming" in text
    assert f'href="{PAGE}"' in text


@pytest.mark.parametrize(
    "code", ["7k2m9qxa", "]C17K2M9QXA", "]E01001", "1001", "PR00000000001", "https://shop.example/returns/7K2M9QXA"]
)
def test_a_scan_leads_to_the_return(clerk: FlaskClient, return_: Return, code: str) -> None:
    answer = clerk.get(HOME, query_string={"code": code})
    assert (answer.status_code, answer.location) == (303, PAGE)


def test_several_returns_are_offered_and_nothing_is_said_plainly(
    clerk: FlaskClient, session: Session, order: Order, return_: Return, now: datetime
) -> None:
    a_return(session, order, now, ref="AAAAAAAA", label_number="PR2", lines=[])
    assert "Which of these?" in clerk.get(HOME, query_string={"code": "1001"}).text
    text = clerk.get(HOME, query_string={"code": "<b>?"}).text
    assert "We can&#39;t find “&lt;b&gt;?”" in text


def test_one_key_a_piece_grades_and_one_books(clerk: FlaskClient, session: Session, return_: Return) -> None:
    first = clerk.get(PAGE).text
    keys = re.findall(r'value="(\w+)" data-key="(\d)"', first)
    assert keys == [("as_new", "1"), ("opened", "2"), ("worn", "3"), ("broken", "4"), ("none", "5"), ("later", "6")]
    page = graded(clerk, "as_new", "broken")
    assert 'data-key="b"' in page.text
    assert "Book 2 units" in page.text
    done = booked(clerk, page)
    assert "All of it is here." in done.text
    assert "39.80" in done.text or "39,80" in done.text
    (receipt,) = session.scalars(select(Receipt)).all()
    assert [(line.quantity, line.grade, line.disposition) for line in receipt.lines] == [
        (1, "as_new", "restock"),
        (1, "broken", "discard"),
    ]
    assert receipt.received_by == "warehouse@shop.example"
    assert session.scalars(select(AuditRow.action).order_by(AuditRow.id)).all()[-1] == "receipt.booked"


def test_several_alike_are_graded_at_once(clerk: FlaskClient, return_: Return) -> None:
    page = pressed(clerk, clerk.get(PAGE), n="2", grade="opened", what="repair")
    assert hidden(page)["u"] == ["0.opened.repair", "1.opened.repair"]
    assert "is-current" not in page.text


def test_a_piece_that_comes_later_is_not_booked(clerk: FlaskClient, session: Session, return_: Return) -> None:
    done = booked(clerk, graded(clerk, "as_new", "later"))
    assert "1 unit is still to come." in done.text
    assert session.scalars(select(Receipt)).one().lines[0].quantity == 1
    session.refresh(return_)
    assert return_.goods == "partly_received"


def test_a_missing_piece_is_booked_as_missing(clerk: FlaskClient, session: Session, return_: Return) -> None:
    done = booked(clerk, graded(clerk, "as_new", "none"))
    assert "Something announced is missing." in done.text
    assert session.scalars(select(Refund.amount)).all() == [1990]


def test_nothing_graded_is_refused(clerk: FlaskClient, return_: Return) -> None:
    answer = booked(clerk, clerk.get(PAGE))
    assert answer.status_code == 422
    assert "Nothing is graded yet" in answer.text


def test_something_foreign_is_booked_beside(clerk: FlaskClient, session: Session, return_: Return) -> None:
    page = graded(clerk, "as_new", "as_new")
    wrong = booked(clerk, page, x0_description="Gafas", x0_quantity="many", x0_grade="broken")
    assert wrong.status_code == 422
    assert 'href="#x0_quantity"' in wrong.text
    assert 'value="Gafas"' in wrong.text
    done = booked(clerk, wrong, x0_description="Gafas", x0_quantity="1", x0_grade="broken")
    assert "Gafas" in done.text
    assert "Something that was not announced." in done.text


def test_pressing_book_twice_books_once(clerk: FlaskClient, session: Session, return_: Return) -> None:
    page = graded(clerk, "as_new", "as_new")
    booked(clerk, page)
    assert booked(clerk, page).status_code == 422
    assert len(session.scalars(select(Receipt)).all()) == 1


def test_two_clerks_do_not_book_the_same_piece(clerk: FlaskClient, session: Session, return_: Return) -> None:
    mine, theirs = graded(clerk, "as_new"), graded(clerk, "as_new")
    booked(clerk, theirs)
    late = booked(clerk, mine)
    assert late.status_code == 422
    assert "Someone else booked" in late.text


def test_a_receipt_is_corrected(clerk: FlaskClient, session: Session, return_: Return) -> None:
    done = booked(clerk, graded(clerk, "as_new", "as_new"))
    link = re.search(r'href="([^"]+/corrections/[^"]+)"', done.text)
    assert link
    page = clerk.get(link[1])
    assert hidden(page)["u"] == ["0.as_new.restock", "1.as_new.restock"]
    page = pressed(clerk, page, link[1], open="1")
    page = pressed(clerk, page, link[1], grade="broken")
    again = booked(clerk, page, link[1])
    assert again.status_code == 200
    standing = session.scalars(select(Receipt).where(Receipt.voided_at.is_(None))).one()
    assert {line.grade for line in standing.lines} == {"as_new", "broken"}
    assert clerk.get(link[1]).status_code == 404


def test_what_is_paid_already_is_not_corrected_away(clerk: FlaskClient, session: Session, return_: Return) -> None:
    done = booked(clerk, graded(clerk, "as_new", "as_new"))
    link = re.search(r'href="([^"]+/corrections/[^"]+)"', done.text)
    assert link
    pay_refund(session, session.scalars(select(Refund.id)).one(), reference="TR-1", by="ana", now=utcnow())
    session.commit()
    page = pressed(clerk, pressed(clerk, clerk.get(link[1]), link[1], open="1"), link[1], grade="none")
    again = booked(clerk, page, link[1])
    assert again.status_code == 422
    assert "More is paid or approved than this would leave." in again.text
    assert session.scalars(select(Receipt)).one().voided_at is None


def test_a_receipt_is_taken_back(clerk: FlaskClient, session: Session, return_: Return) -> None:
    done = booked(clerk, graded(clerk, "as_new", "as_new"))
    asks = re.search(r'href="([^"]+/voiding/[^"]+)"', done.text)
    assert asks
    form = re.search(r'action="([^"]+/corrections/[^"]+)".*?</form>', clerk.get(asks[1]).text, re.DOTALL)
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    gone = clerk.post(form[1], data=fields, follow_redirects=True)
    assert "No longer valid" in gone.text
    session.refresh(return_)
    assert (return_.goods, [refund.state for refund in session.scalars(select(Refund))]) == ("awaiting", ["void"])


def test_a_parcel_nobody_announced_is_received_for_its_order(
    clerk: FlaskClient, session: Session, order: Order, now: datetime
) -> None:
    session.commit()
    text = clerk.get(HOME, query_string={"code": "1001"}).text
    assert "No return was announced" in text
    url = f"{HOME}/orders/{order.ref}"
    assert url in text
    page = pressed(clerk, pressed(clerk, clerk.get(url), url, open="2"), url, grade="opened")
    done = booked(clerk, page, url)
    assert "Nobody approved this return" in done.text
    made = session.scalars(select(Return)).one()
    assert (made.decision, made.method) == ("needs_review", "unannounced")


def test_an_unannounced_parcel_booked_by_the_same_form_twice_is_in_the_trail_once(
    clerk: FlaskClient, session: Session, order: Order
) -> None:
    session.commit()
    url = f"{HOME}/orders/{order.ref}"
    page = pressed(clerk, clerk.get(url), url, grade="as_new")
    first = booked(clerk, page, url)
    again = booked(clerk, page, url)
    assert (first.status_code, again.status_code, again.request.path) == (200, 200, first.request.path)
    actions = session.scalars(select(AuditRow.action).where(AuditRow.action.startswith("receipt."))).all()
    assert actions == ["receipt.booked"]


@pytest.mark.parametrize(
    "path", [f"{HOME}/returns/ZZZZZZZZ", f"{HOME}/orders/ZZZZZZZZ", f"{PAGE}/receipts/x", f"{PAGE}/corrections/x"]
)
def test_what_is_not_there_is_not_found(clerk: FlaskClient, return_: Return, path: str) -> None:
    assert clerk.get(path).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"u": ["x", "1.", "99.as_new."], "open": "7"},
        {"at": "-1", "grade": "as_new"},
        {"at": "0", "grade": "gold"},
        {"at": "x", "n": "y", "grade": "1", "seen": "z"},
        {"open": "x", "code": "\0"},
    ],
)
def test_nonsense_grades_nothing(clerk: FlaskClient, return_: Return, sent: dict[str, object]) -> None:
    page = clerk.post(PAGE, data=sent, follow_redirects=True)
    assert page.status_code in (200, 422)
    assert "u" not in hidden(clerk.get(PAGE))


TYPED = {"note": "caja rota", "x0_description": "Gafas", "x0_quantity": "2", "x0_grade": "worn"}


def keeps_what_was_typed(page: TestResponse) -> bool:
    return all(f">\n{TYPED['note']}<" in page.text and f'value="{text}"' in page.text for text in ("Gafas", "2"))


@pytest.mark.parametrize(
    "press", [{"grade": "opened"}, {"open": "1"}, {}, {"code": "nobody-knows"}, {"code": "7K2M9QXA"}]
)
def test_whatever_is_pressed_what_was_typed_stays(clerk: FlaskClient, return_: Return, press: dict[str, str]) -> None:
    assert keeps_what_was_typed(pressed(clerk, clerk.get(PAGE), **TYPED, **press))
    assert keeps_what_was_typed(clerk.get(PAGE)), "also when the page is loaded anew"


def test_what_was_typed_is_booked_with_the_pieces_and_then_forgotten(
    clerk: FlaskClient, session: Session, return_: Return
) -> None:
    page = pressed(clerk, clerk.get(PAGE), **TYPED, grade="opened")
    booked(clerk, page, note="caja rota")
    assert session.scalars(select(Receipt.note)).all() == ["caja rota"]
    assert not keeps_what_was_typed(clerk.get(PAGE))
    assert "Begun and not booked" not in clerk.get(HOME).text


def test_a_scan_beside_an_untouched_parcel_opens_the_scanned_one(
    clerk: FlaskClient, session: Session, order: Order, return_: Return, now: datetime
) -> None:
    a_return(session, order, now, ref="AAAAAAAA", label_number="PR2", lines=[])
    page = pressed(clerk, clerk.get(PAGE), code="PR2")
    assert page.request.path == f"{HOME}/returns/AAAAAAAA"


def test_a_scan_beside_a_begun_parcel_asks_first_and_loses_nothing(
    clerk: FlaskClient, session: Session, order: Order, return_: Return, now: datetime
) -> None:
    a_return(session, order, now, ref="AAAAAAAA", label_number="PR2", lines=[])
    page = pressed(clerk, graded(clerk, "broken"), **TYPED, code="PR2")
    assert "1 unit of 7K2M9QXA is graded and not booked." in page.text
    assert f'href="{PAGE}"' in page.text
    there = re.search(r'href="(/staff/warehouse\?code=PR2)"', page.text)
    assert there
    assert clerk.get(there[1], follow_redirects=True).request.path == f"{HOME}/returns/AAAAAAAA"
    assert f'<a href="{PAGE}">7K2M9QXA</a>' in clerk.get(HOME).text
    back = clerk.get(PAGE)
    assert keeps_what_was_typed(back)
    assert hidden(back)["u"] == ["0.broken.discard"]


def test_what_comes_with_a_scan_grades_nothing(clerk: FlaskClient, return_: Return) -> None:
    page = pressed(clerk, clerk.get(PAGE), grade="opened", code="41BWEAZT")
    assert "We can&#39;t find “41BWEAZT”." in page.text
    assert "u" not in hidden(page)


def test_a_scan_on_the_question_asks_again_for_the_new_one(
    clerk: FlaskClient, session: Session, order: Order, return_: Return, now: datetime
) -> None:
    graded(clerk, "broken")
    page = clerk.get(f"{HOME}/leave", query_string={"parcel": PAGE, "code": "PR3"})
    assert f'<input type="hidden" name="parcel" value="{PAGE}">' in page.text
    assert "code=PR3" in page.text


@pytest.mark.parametrize("parcel", ["", "https://evil.example/", "//evil.example", f"{HOME}/returns/ZZZZZZZZ"])
def test_the_question_only_leads_back_to_what_was_begun(clerk: FlaskClient, return_: Return, parcel: str) -> None:
    answer = clerk.get(f"{HOME}/leave", query_string={"parcel": parcel, "code": "x"})
    assert (answer.status_code, answer.location) == (303, f"{HOME}?code=x")


def test_grades_given_before_someone_else_booked_are_asked_for_anew(
    clerk: FlaskClient, session: Session, return_: Return, now: datetime
) -> None:
    mine = graded(clerk, "as_new")
    pressed(clerk, mine, **TYPED)
    theirs = facts.ReceiptFacts((facts.ReceivedItem(1, "opened", "restock", line="1"),))
    book_receipt(session, return_.id, theirs, by="other", idempotency_key="theirs", now=now)
    session.commit()
    page = clerk.get(PAGE)
    assert "Someone else booked a part" in page.text
    assert keeps_what_was_typed(page)
    assert "u" not in hidden(page)


def test_htmx_is_shown_the_parcel_in_place_and_led_to_any_other_page(clerk: FlaskClient, return_: Return) -> None:
    page = clerk.get(PAGE)
    in_place = clerk.post(PAGE, data={**hidden(page), "grade": "opened"}, headers={"HX-Request": "true"})
    assert (in_place.status_code, in_place.location) == (303, PAGE)
    elsewhere = clerk.post(PAGE, data={**hidden(clerk.get(PAGE)), "book": "1"}, headers={"HX-Request": "true"})
    assert elsewhere.status_code == 200
    assert elsewhere.headers["HX-Redirect"].startswith(f"{PAGE}/receipts/")
