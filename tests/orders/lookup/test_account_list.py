"""The list of all orders of an address: where each stands, and that only so many are listed."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.orders.lookup.access import MOST_LISTED
from tests.tracking.documents import document, parcel
from tests.tracking.pages import THURSDAY, given, text_of

DELIVERED = {"status": "delivered", "delivered_at": THURSDAY.isoformat()}


def listed(client: FlaskClient) -> str:
    """What the list of the address says."""
    with client.session_transaction() as browser:
        browser["account"] = "lucia.canario@example.com"
    client.set_cookie("language", "en")
    return text_of(client.get("/account").text)


@pytest.mark.parametrize(
    ("parcels", "words"),
    [
        ([parcel(**DELIVERED)], "Delivered Delivered"),
        ([parcel(**DELIVERED), parcel("s2", tracking_number="323000765558")], "Preparing Waiting for the carrier"),
        ([], "On its way Your order is on its way"),
    ],
)
def test_each_order_has_the_stage_and_the_title_of_its_own_page(
    client: FlaskClient, session: Session, parcels: list[dict[str, Any]], words: str
) -> None:
    given(session, document(status="shipped", shipments=parcels))
    assert words in listed(client)


@pytest.mark.parametrize(
    ("company", "words"),
    [("Olmo SL", "An order of your company, Olmo SL"), (None, "An order of your company")],
)
def test_an_order_that_somebody_else_placed_is_told_as_the_companys(
    client: FlaskClient, session: Session, company: str | None, words: str
) -> None:
    given(session, document("2001", shipments=[]))
    theirs = document(
        "2002",
        shipments=[],
        customer={"name": "Rocío Olmo", "email": "rocio@example.com"},
        contacts=[{"email": "lucia.canario@example.com", "role": "purchasing"}],
        ship_to={"name": "Rocío Olmo", "line1": "Calle Mayor 1", "city": "Madrid", "country": "ES", "company": company},
    )
    given(session, theirs)
    text = listed(client)
    assert text.count("An order of your company") == 1
    # Beside the one that somebody else placed, and not beside one's own.
    _, _, rest = text.partition("2002")
    assert words in rest.partition("2001")[0]


def test_an_address_without_orders_is_told_what_to_do(client: FlaskClient, session: Session) -> None:
    text = listed(client)
    assert "No orders in the last 12 months" in text and "For older orders, write to us" in text
    assert "You searched with lucia.canario@example.com" in text


def test_a_list_that_is_full_says_so_and_leads_to_the_others(client: FlaskClient, session: Session) -> None:
    for number in range(MOST_LISTED - 1):
        given(session, document(str(2000 + number), shipments=[]))
    assert "These are the newest" not in listed(client)
    given(session, document("3000", shipments=[]))
    assert f"These are the newest {MOST_LISTED}. Look up another by its number" in listed(client)
