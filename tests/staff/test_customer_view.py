"""Staff see what the customer sees: the very page, on which nothing acts; personal data only for a reason."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.orders.models import Order
from app.returns.models import Return
from app.staff.customer_view.inert import inert
from app.staff.models import StaffNote, StaffRole
from tests.orders.build import issue_link
from tests.returns.stage import sign_in
from tests.staff.browsers import audited, browser, member


def view_of(order: Order) -> str:
    return f"/staff/orders/{order.ref}/as-customer"


def words_of(page: str) -> list[str]:
    """What a page says, without the bar of staff, its scripts and the texts of a session."""
    bare = re.sub(r"<aside class=.looking.*?</aside>|<script.*?</script>|<head>.*?</head>", "", page, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", bare).split()


def test_the_page_is_the_one_that_the_customer_reads(
    app: Flask, support: FlaskClient, session: Session, parcelled: Order
) -> None:
    customer = app.test_client()
    customer.post(f"/l/{issue_link(session, parcelled.id, now=utcnow())}")
    customers_own = customer.get(f"/o/{parcelled.ref}").text
    looked = support.post(view_of(parcelled), data={"as": "link"})
    assert looked.location == f"{view_of(parcelled)}/order"
    shown = support.get(looked.location).text
    assert words_of(shown) == words_of(customers_own)
    assert "You see what the customer sees" in shown
    assert "Calle del Olmo" not in shown


def test_nothing_on_it_can_be_pressed(support: FlaskClient, parcelled: Order) -> None:
    support.post(view_of(parcelled), data={"as": "code", "reason": "caller"})
    answer = support.get(f"{view_of(parcelled)}/order")
    bar, page = answer.text.split("</aside>", 1)
    leading = [href for href in re.findall(r'<a[^>]* href="([^"]*)"', page) if not href.startswith("#")]
    assert leading == []
    for control in re.findall(r"<(?:button|input|select|textarea)\b[^>]*>", page):
        assert " disabled" in control, control
    assert not re.search(r" action=| hx-[a-z]+=|<script|csrf_token|csrf-token", answer.text)
    policy = answer.headers["Content-Security-Policy"]
    assert all(f"{name} 'none'" in policy for name in ("script-src", "form-action", "connect-src"))
    assert re.findall(r'href="([^"]+)"[^>]*>Back to the console', bar) == [f"/staff/orders/{parcelled.ref}"]


@pytest.mark.parametrize("path", ["", "/returns", "/code/sending", "/help", "/messages", "/returns/new"])
def test_looking_opens_nothing_to_the_browser_that_looks(support: FlaskClient, parcelled: Order, path: str) -> None:
    """Whoever writes the form's request by hand is at the door, like any stranger."""
    support.post(view_of(parcelled), data={"as": "code", "reason": "caller"})
    support.get(f"{view_of(parcelled)}/order")
    for answer in (support.post(f"/o/{parcelled.ref}{path}"), support.get(f"/o/{parcelled.ref}{path}")):
        assert answer.status_code in (404, 405) or answer.location.startswith("/?closed")
    assert support.post(f"{view_of(parcelled)}/order").status_code == 405


def test_the_customers_own_data_need_a_reason_and_are_masked_again(
    support: FlaskClient, session: Session, parcelled: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = support.post(view_of(parcelled), data={"as": "code", "reason": "  "})
    assert refused.status_code == 422
    assert support.get(f"{view_of(parcelled)}/order").location == view_of(parcelled)
    support.post(view_of(parcelled), data={"as": "code", "reason": "caller reads it out"})
    for language in ("es", "en"):
        assert "Calle del Olmo 7" in support.get(f"{view_of(parcelled)}/order?lang={language}").text
    assert [what for _who, what, _of in audited(session)] == ["customer_page.seen", "personal.revealed"]
    assert session.scalars(select(StaffNote.text)).all() == ["caller reads it out"]
    monkeypatch.setattr("app.staff.orders.page.REVEALED_SECONDS", -1)
    support.post(view_of(parcelled), data={"as": "code", "reason": "once more"})
    assert support.get(f"{view_of(parcelled)}/order").location == view_of(parcelled)


def test_the_bar_speaks_to_staff_and_the_page_to_the_customer(support: FlaskClient, parcelled: Order) -> None:
    support.post(view_of(parcelled), data={"as": "link"})
    spanish = support.get(f"{view_of(parcelled)}/order").text
    assert '<html lang="es' in spanish
    assert "nothing here can be pressed" in spanish
    english = support.get(f"{view_of(parcelled)}/order?lang=en").text
    assert '<html lang="en' in english
    assert '<html lang="es' in support.get(f"{view_of(parcelled)}/order?lang=xx").text


def test_a_return_is_seen_from_its_own_page(support: FlaskClient, session: Session, waiting: Return) -> None:
    order = session.get_one(Order, waiting.order_id)
    link = f"{view_of(order)}?return={waiting.ref}"
    assert link in support.get(f"/staff/returns/{waiting.ref}").text.replace("&amp;", "&")
    answer = support.post(link, data={"as": "link"})
    assert answer.location == f"{view_of(order)}/returns/{waiting.ref}"
    shown = support.get(answer.location).text
    assert waiting.ref in shown
    assert f'href="/staff/returns/{waiting.ref}"' in shown
    assert audited(session)[-1][1:] == ("customer_page.seen", waiting.ref)
    assert support.get(f"{view_of(order)}/returns/AAAAAAAA").status_code == 404


def test_who_may_not_see_personal_data_looks_without_them(
    app: Flask, session: Session, parcelled: Order, now: datetime
) -> None:
    session.add(StaffRole(key="desk", name="Desk", permissions=["orders"], created_at=now))
    session.flush()
    clerk = browser(app, member(session, now, "desk"))
    assert "What for?" not in clerk.get(view_of(parcelled)).text
    assert clerk.post(view_of(parcelled), data={"as": "code", "reason": "x"}).status_code == 403
    assert clerk.post(view_of(parcelled)).status_code == 303
    assert "Olmo" not in clerk.get(f"{view_of(parcelled)}/order").text


def test_a_removed_order_is_shown_to_nobody(support: FlaskClient, session: Session, parcelled: Order) -> None:
    parcelled.removed = True
    session.commit()
    assert support.get(view_of(parcelled)).status_code == 404


def test_a_customers_session_in_the_same_browser_is_left_alone(
    support: FlaskClient, session: Session, parcelled: Order
) -> None:
    sign_in(support, parcelled)
    with support.session_transaction() as before:
        opened = dict(before["orders"])
    support.post(view_of(parcelled), data={"as": "link"})
    support.get(f"{view_of(parcelled)}/order")
    with support.session_transaction() as after:
        assert after["orders"] == opened


@pytest.mark.parametrize(
    ("written", "inert_form"),
    [
        ("<a class=x href='/o/1'>a &amp; b</a>", '<a class="x" role="link" aria-disabled="true">a &amp; b</a>'),
        ('<a href="#main">x</a>', '<a href="#main">x</a>'),
        ("<img src=a.png alt=''>", "<img src=a.png alt=''>"),
        ('<form action="/x" hx-post="/y"><button>Go</button></form>', "<form><button disabled>Go</button></form>"),
        ("<script>if (1 < 2) x()</script>é&#8203;", "é&#8203;"),
        ('<input name="csrf_token" value="s"><br/>', "<br/>"),
        ('<svg viewBox="0 0 1 1"><use href="/i.svg#a"/></svg>', '<svg viewBox="0 0 1 1"><use href="/i.svg#a"/></svg>'),
    ],
    ids=str,
)
def test_what_acts_is_taken_out_and_all_else_stays(written: str, inert_form: str) -> None:
    assert inert(written) == inert_form
