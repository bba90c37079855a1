"""The head of an order's page: what is the matter, the worst first, and the buttons for what can be done."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.returns.models import Return
from app.staff.worklists.worklists import counts
from app.tracking.models import Shipment
from tests.returns.announced import a_return


def head(page: str) -> str:
    """The text of the list at the head of the page, without its marks."""
    section = re.search(r'<section class="matters".*?</section>', page, re.S)
    assert section
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", section[0])).strip())


def order_page(support: FlaskClient, order: Order) -> str:
    return support.get(f"/staff/orders/{order.ref}").text


def test_an_order_without_trouble_says_so(support: FlaskClient, parcelled: Order) -> None:
    assert "No parcel, return or message needs you." in head(order_page(support, parcelled))


def test_the_head_says_what_the_customer_reads(support: FlaskClient, parcelled: Order) -> None:
    page = order_page(support, parcelled)
    assert re.search(r'<span class="state">(?!</span>).+</span>', page)


@pytest.mark.parametrize(
    ("state", "words", "worklist"),
    [
        ("lost", "The carrier can't find it", "trouble"),
        ("damaged", "Damaged on the way", "trouble"),
        ("returned", "Back at the shop", "trouble"),
        ("return_to_sender", "On its way back to the shop", "returning"),
        ("delivery_failed", "The carrier couldn't deliver it", "failed-attempts"),
    ],
)
def test_a_parcel_in_trouble_is_named_with_its_deed_and_leaves_its_list(
    support: FlaskClient, session: Session, parcelled: Order, now: datetime, state: str, words: str, worklist: str
) -> None:
    shipment = session.scalars(select(Shipment)).one()
    shipment.state, shipment.state_since = state, now
    session.commit()
    page = order_page(support, parcelled)
    assert f"{shipment.number}: {words}." in head(page)
    link = re.search(rf'href="(/staff/work/{worklist}/[^"]+/aside)"', page)
    assert link and "Dealt with" in head(page)
    assert counts(session)[worklist] == 1
    assert support.post(link[1], data={"reason": "Sent again"}).status_code == 303
    assert counts(session)[worklist] == 0
    assert "Dealt with" not in head(order_page(support, parcelled))


def test_another_promise_brings_a_late_parcel_back_to_its_list(
    support: FlaskClient, session: Session, parcelled: Order, now: datetime
) -> None:
    shipment = session.scalars(select(Shipment)).one()
    shipment.late_since, shipment.promise_until = now, now.date() - timedelta(days=2)
    session.commit()
    page = order_page(support, parcelled)
    assert "is late: promised for" in head(page)
    link = re.search(r'href="(/staff/work/late/[^"]+/aside)"', page)
    assert link
    support.post(link[1], data={"reason": "They wait"})
    assert counts(session)["late"] == 0
    shipment.promise_until = now.date() - timedelta(days=1)
    session.commit()
    assert counts(session)["late"] == 1


def test_a_return_to_decide_has_its_decisions_as_buttons_with_keys(
    support: FlaskClient, parcelled: Order, waiting: Return
) -> None:
    page = order_page(support, parcelled)
    assert f"Return {waiting.ref} waits for a decision." in head(page)
    for path, key in (("approval", "a"), ("rejection", "d")):
        assert re.search(rf'href="/staff/returns/{waiting.ref}/{path}" data-key="{key}"', page)


def test_a_withdrawal_is_approved_and_never_rejected(
    support: FlaskClient, session: Session, parcelled: Order, waiting: Return
) -> None:
    waiting.initiated_by = "withdrawal"
    session.commit()
    for page in (order_page(support, parcelled), support.get("/staff/work/undecided").text):
        assert f"/staff/returns/{waiting.ref}/approval" in page
        assert f"/staff/returns/{waiting.ref}/rejection" not in page


def test_two_returns_share_no_key(
    support: FlaskClient, session: Session, parcelled: Order, waiting: Return, now: datetime
) -> None:
    a_return(session, parcelled, now, ref="AAAAAAAA", decision="needs_review", label_number=None)
    session.commit()
    keys = re.findall(r'data-key="(\w)"', order_page(support, parcelled))
    assert sorted(set(keys)) == sorted(keys)


def test_the_worst_comes_first(
    support: FlaskClient, session: Session, parcelled: Order, waiting: Return, now: datetime
) -> None:
    shipment = session.scalars(select(Shipment)).one()
    shipment.state, shipment.state_since = "lost", now
    session.commit()
    tones = re.findall(r'<li class="matter is-(\w+)"', order_page(support, parcelled))
    assert tones == ["problem", "attention"]


def test_parcels_of_a_group_all_say_what_is_in_them(
    support: FlaskClient, session: Session, parcelled: Order, now: datetime
) -> None:
    shipment = session.scalars(select(Shipment)).one()
    shipment.parcel_group = "G1"
    session.add(
        Shipment(
            order_id=parcelled.id, external_id="p2", created_at=now, position=1, carrier="correos_express",
            number="3230007655410295", zone=shipment.zone, state="in_transit", parcel_group="G1",
        )
    )  # fmt: skip
    session.commit()
    page = order_page(support, parcelled)
    assert page.count("<dt>In it</dt>") == 2
    packed = bool(shipment.lines)
    assert page.count("(in 2 parcels together)") == (1 if packed else 0)
    assert page.count("The shop does not say.") == (0 if packed else 2)
