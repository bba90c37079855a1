"""The numbers of an order's parcels: several in a field, a web address, none yet, with dashes or without."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.orders.records import OrderRecord
from app.returns.policy.order_facts import order_facts
from app.tracking.models import Shipment
from app.tracking.page.query import order_facts as page_facts
from app.tracking.services import fold_dirty, record_events
from tests.tracking.documents import PLACED, document, event, line, parcel
from tests.tracking.pages import browser, given, text_of

HOUR = timedelta(hours=1)


def rows(session: Session) -> list[Shipment]:
    in_order = select(Shipment).order_by(Shipment.position).execution_options(populate_existing=True)
    return list(session.scalars(in_order))


def arrives(session: Session, number: str, at: datetime) -> None:
    record_events(session, [event("delivered", at, carrier="seur", number=number)], source="api", now=at)
    fold_dirty(session, now=at)


def two(**facts: Any) -> dict[str, Any]:
    return parcel(carrier="seur", tracking_number="AAA111, BBB222", **facts)


def test_two_numbers_in_a_field_are_two_parcels_and_their_contents_count_once(session: Session) -> None:
    receive_order(session, document(shipments=[two()]), now=PLACED)
    first, second = rows(session)
    assert [(row.external_id, row.number) for row in (first, second)] == [("s1", "AAA111"), ("s1/2", "BBB222")]
    assert [(row.carrier, row.parcel_group) for row in (first, second)] == [("seur", "s1"), ("seur", "s1")]
    assert [[packed.quantity for packed in row.lines] for row in (first, second)] == [[2], []]


def test_what_several_parcels_hold_together_is_delivered_when_all_of_them_are(session: Session) -> None:
    more = [line("1"), line("2"), line("3", quantity=1)]
    contents = [{"line": "1", "quantity": 2}, {"line": "2", "quantity": 2}]
    receive_order(session, document(lines=more, shipments=[two(lines=contents)]), now=PLACED)
    order = session.scalars(select(OrderRecord)).one()
    arrives(session, "AAA111", PLACED + 30 * HOUR)
    assert {fact.line_id: fact.delivered for fact in order_facts(session, order).lines} == {"1": 0, "2": 0, "3": 0}
    arrives(session, "BBB222", PLACED + 54 * HOUR)
    facts = {fact.line_id: (fact.delivered, fact.delivered_at) for fact in order_facts(session, order).lines}
    assert facts == {"1": (2, PLACED + 54 * HOUR), "2": (2, PLACED + 54 * HOUR), "3": (0, None)}
    # The third is in neither: it is still to be sent.
    assert [unsent.quantity for unsent in page_facts(session, order.id, asks=lambda carrier: False).unsent] == [1]


def test_a_customer_sees_both_parcels_and_that_they_share_their_contents(app: Flask, session: Session) -> None:
    order = given(session, document(shipments=[two(shipped_at=PLACED.isoformat())]))
    page = text_of(browser(app, order, language="en").get(f"/o/{order.ref}").text)
    assert "AAA111" in page and "BBB222" in page
    assert page.count("In these 2 parcels together:") == 2


def test_a_document_told_again_keeps_its_parcels_and_one_number_fewer_takes_one_away(session: Session) -> None:
    receive_order(session, document(shipments=[two()]), now=PLACED)
    ids = [row.id for row in rows(session)]
    receive_order(session, document(updated_at=(PLACED + HOUR).isoformat(), shipments=[two()]), now=PLACED + HOUR)
    assert [row.id for row in rows(session)] == ids
    fewer = document(updated_at=(PLACED + 2 * HOUR).isoformat(), shipments=[parcel(tracking_number="AAA111")])
    receive_order(session, fewer, now=PLACED + 2 * HOUR)
    assert [(row.id, row.parcel_group) for row in rows(session)] == [(ids[0], None)]


def test_an_id_that_the_shop_uses_itself_is_passed_over(session: Session) -> None:
    own = parcel("s1/2", carrier="seur", tracking_number="CCC333", lines=[])
    receive_order(session, document(shipments=[two(), own]), now=PLACED)
    assert {row.external_id: row.number for row in rows(session)} == {
        "s1": "AAA111",
        "s1/3": "BBB222",
        "s1/2": "CCC333",
    }


@pytest.mark.parametrize("written", ["n/a", "pending", "-", "SIN SEGUIMIENTO", "0000000000", "https://c.example/t?n=1"])
def test_what_is_no_number_makes_no_number(session: Session, written: str) -> None:
    receive_order(session, document(shipments=[parcel(tracking_number=written)]), now=PLACED)
    assert [(row.number, row.next_poll_at) for row in rows(session)] == [(None, None)]


def test_a_web_address_in_the_field_is_the_parcels_own_link_and_its_number_where_it_is_sure(
    app: Flask, session: Session
) -> None:
    link = "https://shop.example/follow?parcel=7"
    sent = parcel(carrier=None, tracking_number=link, shipped_at=PLACED.isoformat())
    order = given(session, document(shipments=[sent]))
    (row,) = rows(session)
    assert (row.number, (row.tracking_url or "").lower()) == (None, link)
    page = browser(app, order, language="en").get(f"/o/{order.ref}").text
    assert f'href="{row.tracking_url}"' in page and "Track your parcel" in text_of(page)
    assert "We get no updates from this carrier." in text_of(page)


def test_the_shops_own_link_stands_where_the_carrier_has_no_page(app: Flask, session: Session) -> None:
    link = "https://shop.example/follow?parcel=7"
    with_page, without = (
        parcel(tracking_url=link),
        parcel("s2", carrier="CTT", tracking_number="AB1", tracking_url=link),
    )
    order = given(session, document(shipments=[with_page, without | {"lines": []}]))
    page = browser(app, order, language="en").get(f"/o/{order.ref}").text
    assert page.count(f'href="{link}"') == 1


@pytest.mark.parametrize(
    ("word", "carrier", "source"),
    [("DHL Paket", "dhl_parcel_de", "shop"), ("SEUR 24", "seur", "shop"), ("Standard 2-4 days", None, "number")],
)
def test_the_shops_word_names_the_carrier_where_it_is_a_carriers_name(
    session: Session, word: str, carrier: str | None, source: str
) -> None:
    sent = parcel(carrier=None, service=None, carrier_word=word, tracking_number="AB1234567")
    receive_order(session, document(shipments=[sent]), now=PLACED)
    assert [(row.carrier, row.carrier_source) for row in rows(session)] == [(carrier, source)]


@pytest.mark.parametrize(
    ("ordered", "scanned"),
    [
        ("CX-0000 0123 45ES", "CX0000012345ES"),
        ("CX0000012345ES", "CX-0000-012345-ES"),
        ("cx 0000 0123 45 es", "CX–0000–0123–45ES"),
        ("1LS7119013618127-1", "1LS7119013618127-1"),
        ("1LS7119013618127-1", "1LS71190136181271"),
    ],
)
def test_dashes_and_blanks_never_make_two_numbers_of_one(session: Session, ordered: str, scanned: str) -> None:
    receive_order(session, document(shipments=[parcel(carrier="seur", tracking_number=ordered)]), now=PLACED)
    arrives(session, scanned, PLACED + 30 * HOUR)
    assert [row.state for row in rows(session)] == ["delivered"]
