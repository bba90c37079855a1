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


def test_a_list_that_is_full_says_so_and_leads_to_the_others(client: FlaskClient, session: Session) -> None:
    for number in range(MOST_LISTED - 1):
        given(session, document(str(2000 + number), shipments=[]))
    assert "These are the newest" not in listed(client)
    given(session, document("3000", shipments=[]))
    assert f"These are the newest {MOST_LISTED}. Look up another by its number" in listed(client)
