"""The online withdrawal function: two steps, no login, a receipt whatever it is about."""

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.tokens import new_secret
from app.events.models import DomainEvent
from app.orders.models import Order
from app.returns.models import Refund, Return, Withdrawal
from app.returns.states import Decision
from app.returns.withdrawal.matching import receive
from app.returns.withdrawal.statement import WithdrawalStatement, reach, state_withdrawal
from tests.conftest import SECRET
from tests.returns.stage import delivered_order, sign_in
from tests.support.tokens import without_tokens

GIVEN = {"name": "Marisol Quijano", "order": "1001", "contact": "marisol@example.com"}


def hidden(page: str) -> dict[str, str]:
    """The entries that step 2 carries along."""
    form = page[page.index('action="/withdraw/confirmation"') :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))


def withdraw(client: FlaskClient, **fields: str) -> str:
    """Both steps; gives the receipt page."""
    check = client.post("/withdraw", data=GIVEN | fields)
    assert check.status_code == 200, check.text
    done = client.post("/withdraw/confirmation", data=hidden(check.text))
    assert done.status_code == 303
    return client.get(done.location).text


def stated(session: Session, **changes: str) -> Withdrawal:
    facts = {"name": "M", "order_text": "1001", "receipt_to": "marisol@example.com", "locale": "es-ES"} | changes
    withdrawal = state_withdrawal(session, WithdrawalStatement(form_key=new_secret(), **facts), now=utcnow())
    receive(session, limit=10, key=SECRET, now=utcnow())
    session.refresh(withdrawal)
    return withdrawal


def test_step_one_asks_only_for_what_the_receipt_needs(client: FlaskClient) -> None:
    page = client.get("/withdraw").text
    names = re.findall(r'<(?:input class="input"|textarea class="input")[^>]* name="(\w+)"', page)
    assert names == ["name", "order", "contact", "items"]
    assert len(re.findall(r" required", page)) == 3
    assert not re.search(r"motivo por|encuesta|descuento|vale|cup[oó]n|te gustaría quedarte", page, re.IGNORECASE)


@pytest.mark.parametrize(
    ("language", "link", "confirm"),
    [
        ("es", "Desistir del contrato aquí", "Confirmar desistimiento"),
        ("en", "Withdraw from contract here", "Confirm withdrawal"),
    ],
)
def test_the_labels_are_the_laws_own(client: FlaskClient, language: str, link: str, confirm: str) -> None:
    client.set_cookie("language", language)
    assert f'<a href="/withdraw">{link}</a>' in client.get("/").text
    check = client.post("/withdraw", data=GIVEN).text
    assert re.search(rf'<button class="button button-main" type="submit"[^>]*>{confirm}</button>', check)
    assert all(value in check for value in GIVEN.values())


def test_nothing_is_kept_before_the_confirmation(client: FlaskClient, session: Session) -> None:
    client.post("/withdraw", data=GIVEN)
    assert session.scalar(select(func.count()).select_from(Withdrawal)) == 0


def test_the_receipt_is_there_at_once_with_reference_and_time(client: FlaskClient, session: Session) -> None:
    page = withdraw(client, items="La taza")
    withdrawal = session.scalars(select(Withdrawal)).one()
    assert withdrawal.ref in page and "La taza" in page
    assert withdrawal.stated_at.strftime("%Y-%m-%d %H:%M:%S") in page
    assert "(hora de Madrid)" in page
    assert withdrawal.shown["button"] == "Confirmar desistimiento"


@pytest.mark.parametrize(
    "typed", ["Ana <ana@example.com>", "mailto:ana@example.com", "ana@example.com.", "\u202aana@example.com\u202c"]
)
def test_a_receipt_reaches_an_address_that_was_pasted(typed: str) -> None:
    assert reach(typed) == ("ana@example.com", None)


@pytest.mark.parametrize("typed", ["\u202a+34 600 11 22 33\u202c", "tel:600112233", "600\u00a0112\u00a0233"])
def test_a_receipt_reaches_a_phone_that_was_pasted(typed: str) -> None:
    assert reach(typed) == (None, "+34600112233")


def test_sending_the_confirmation_twice_is_one_statement(client: FlaskClient, session: Session) -> None:
    entries = hidden(client.post("/withdraw", data=GIVEN).text)
    first, second = (client.post("/withdraw/confirmation", data=entries).location for _ in range(2))
    assert first == second
    assert session.scalar(select(func.count()).select_from(Withdrawal)) == 1


def test_going_back_keeps_the_entries(client: FlaskClient) -> None:
    page = client.post("/withdraw", data=GIVEN | {"edit": "1"}).text
    assert 'value="Marisol Quijano"' in page


@pytest.mark.parametrize(("field", "value"), [("name", " "), ("order", ""), ("contact", "nobody"), ("contact", "")])
def test_what_makes_a_receipt_impossible_is_told_at_its_field(client: FlaskClient, field: str, value: str) -> None:
    for path in ("/withdraw", "/withdraw/confirmation"):
        answer = client.post(path, data=GIVEN | {field: value})
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text


def test_a_receipt_is_only_for_the_browser_that_made_the_statement(
    client: FlaskClient, session: Session, app_browser: FlaskClient
) -> None:
    withdraw(client)
    ref = session.scalars(select(Withdrawal.ref)).one()
    for browser_ref in (ref, "ZZZZZZZZ"):
        answer = app_browser.get(f"/withdraw/{browser_ref}")
        assert (answer.status_code, answer.location) == (303, "/withdraw")


def test_a_match_and_no_match_look_the_same(client: FlaskClient, session: Session, now: datetime) -> None:
    delivered_order(session, now=now)
    pages = [withdraw(client), withdraw(client, order="9999", contact="other@example.com")]
    refs = session.scalars(select(Withdrawal.ref).order_by(Withdrawal.id)).all()
    plain = []
    for page, ref, number, contact in zip(
        pages, refs, ("1001", "9999"), (GIVEN["contact"], "other@example.com"), strict=True
    ):
        text = without_tokens(page).replace(ref, "REF").replace(number, "N").replace(contact, "C")
        plain.append(re.sub(r"\d\d:\d\d(:\d\d)?|\b\d{1,2}:\d\d\b", "", text))
    assert plain[0] == plain[1]


def test_who_is_known_need_not_say_it_again(client: FlaskClient, session: Session) -> None:
    order = delivered_order(session, now=utcnow())
    assert "Marisol" not in client.get(f"/withdraw?order={order.ref}").text
    sign_in(client, order, tier=1)
    page = client.get(f"/withdraw?order={order.ref}").text
    assert 'value="1001"' in page and "marisol@example.com" not in page
    sign_in(client, order)
    assert 'value="marisol@example.com"' in client.get(f"/withdraw?order={order.ref}").text


def test_the_owners_statement_in_time_is_a_return_with_its_label_and_fourteen_days(session: Session) -> None:
    order = delivered_order(session, now=utcnow())
    withdrawal = stated(session, order_text="Pedido nº 1001, del viernes")
    assert (withdrawal.order_id, withdrawal.review) == (order.id, False)
    return_ = session.scalars(select(Return)).one()
    assert (return_.decision, return_.initiated_by) == (Decision.APPROVED, "withdrawal")
    assert return_.label_number and return_.deadline and return_.deadline >= (utcnow() + timedelta(days=13)).date()
    assert return_.quote["total"] == 6575, "everything, with the delivery, and no fee"
    assert {line.group for line in return_.lines} == {"withdrawal"}


@pytest.mark.parametrize(
    ("order_text", "receipt_to", "matched"),
    [
        ("1001", "stranger@example.com", True),
        ("5555", "marisol@example.com", False),
        ("una camiseta", "a@example.com", False),
    ],
)
def test_a_forged_or_vague_statement_moves_nothing_and_still_gets_its_receipt(
    session: Session, order_text: str, receipt_to: str, matched: bool
) -> None:
    order: Order = delivered_order(session, now=utcnow())
    withdrawal = stated(session, order_text=order_text, receipt_to=receipt_to)
    assert withdrawal.review
    assert withdrawal.order_id == (order.id if matched else None)
    assert session.scalar(select(func.count()).select_from(Return)) == 0
    assert session.scalar(select(func.count()).select_from(Refund)) == 0
    event = session.scalars(select(DomainEvent).where(DomainEvent.kind == "withdrawal.received")).one()
    assert event.payload["withdrawal_id"] == withdrawal.id


def test_over_the_limit_a_statement_is_taken_and_marked(session: Session) -> None:
    marks = [stated(session, order_text="none").review for _ in range(2)]
    assert marks == [True, True], "an order that is not found is looked at by a person"
    fresh = [
        state_withdrawal(
            session, WithdrawalStatement("M", "1", "one@example.com", "es", new_secret()), now=utcnow()
        ).review
        for _ in range(7)
    ]
    assert fresh == [False] * 5 + [True] * 2


def test_each_statement_is_told_once(session: Session) -> None:
    stated(session)
    assert receive(session, limit=10, key=SECRET, now=utcnow()) == 0
    count = select(func.count()).where(DomainEvent.kind == "withdrawal.received")
    assert session.scalar(count) == 1
