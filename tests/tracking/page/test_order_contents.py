"""What an order holds beside parcels on their way: sums, pieces sent again or returned, a planned day."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.core.i18n.words import money
from app.orders.document.document import OrderDocument
from tests.tracking.documents import PLACED, document, line, parcel
from tests.tracking.pages import THURSDAY, at, browser, given, text_of

DELIVERED = {"status": "delivered", "delivered_at": (THURSDAY - timedelta(days=1)).isoformat()}


def page_of(app: Flask, session: Session, order: OrderDocument, *, tier: int = 2) -> str:
    """What the page of such an order says in English."""
    placed = given(session, order)
    with at(THURSDAY):
        return text_of(browser(app, placed, tier=tier, language="en").get(f"/o/{placed.ref}").text)


def test_the_sums_of_an_order_add_up_to_what_was_paid(app: Flask, session: Session) -> None:
    totals = {"items": 5500, "shipping": 500, "tax": 1155, "discount": 500, "fees": 150, "duties": 320, "credit": 1000}
    page = page_of(app, session, document(locale="en-GB", totals={**totals, "paid": 6125}, prices_include_tax=False))
    sums = "Items €55.00 Delivery €5.00 Fees €1.50 Duties €3.20 Tax €11.55 Discount −€5.00 Paid with credit −€10.00"
    assert f"{sums} Paid €61.25" in page


def test_a_tax_within_the_prices_is_no_amount_beside_them(app: Flask, session: Session) -> None:
    assert "Tax" not in page_of(app, session, document(locale="en-GB", prices_include_tax=True))


def test_what_was_paid_is_told_as_before_refunds(app: Flask, session: Session) -> None:
    refunds = [{"id": "r1", "amount": 2380}]
    totals = {"items": 2380, "paid": 0}
    page = page_of(app, session, document(locale="en-GB", totals=totals, refunds=refunds, payment_status="refunded"))
    assert "Paid €23.80" in page


def test_amounts_in_a_currency_without_a_sign_are_set_apart_from_its_code() -> None:
    assert money(26190, "KWD", "en-GB") == "KWD\u00a026.190"
    assert money(1500, "JPY", "en-GB") == "JP¥1,500"
    assert money(2380, "EUR", "es-ES") == "23,80\u00a0€"


def test_a_piece_that_is_sent_again_says_so_and_costs_nothing_more(app: Flask, session: Session) -> None:
    again = parcel("s2", carrier="gls", tracking_number="ZB1234567", status="shipped")
    page = page_of(app, session, document(locale="en-GB", shipments=[parcel(**DELIVERED), again]))
    assert page.count("€23.80") == 3  # the first parcel's, the items' and what was paid
    assert page.count("Sent again") == 1


def test_a_line_that_was_lowered_after_packing_costs_no_more_than_was_charged(app: Flask, session: Session) -> None:
    packed = document(locale="en-GB", shipments=[parcel(**DELIVERED)])
    given(session, packed)
    lowered = document(
        locale="en-GB",
        lines=[line(quantity=1)],
        totals={"items": 1190, "paid": 1190},
        shipments=[parcel(**DELIVERED)],
        updated_at=(PLACED + timedelta(hours=1)).isoformat(),
    )
    page = page_of(app, session, lowered)
    assert "2 units €11.90" in page


def test_downloads_and_services_are_not_said_to_be_sent(app: Flask, session: Session) -> None:
    lines = [line(), line("2", title="Pattern", kind="digital", quantity=1)]
    page = page_of(app, session, document(locale="en-GB", lines=lines, shipments=[parcel(**DELIVERED)]))
    assert "Still to be sent" not in page
    assert "Without a parcel 1 × Pattern" in page


def test_an_order_of_downloads_alone_waits_for_no_parcel(app: Flask, session: Session) -> None:
    lines = [line(title="Pattern", kind="digital", quantity=1)]
    page = page_of(app, session, document(locale="en-GB", status="completed", lines=lines, shipments=[]))
    assert "Order completed None of it needs a parcel." in page


def test_what_came_back_with_the_shop_is_listed(app: Flask, session: Session) -> None:
    page = page_of(app, session, document(locale="en-GB", lines=[line(returned=1)], shipments=[parcel(**DELIVERED)]))
    assert "Returned 1 × Aceite de oliva virgen extra" in page
    assert "Is something wrong? Send it back or write to us." in page


def test_an_order_that_came_back_whole_is_not_asked_back_once_more(app: Flask, session: Session) -> None:
    order = given(session, document(locale="en-GB", lines=[line(returned=2)], shipments=[parcel(**DELIVERED)]))
    with at(THURSDAY):
        page = browser(app, order, tier=2, language="en").get(f"/o/{order.ref}").text
    assert "All of it is returned." in page
    assert "Send it back" not in page
    assert f'button-quiet" href="/o/{order.ref}/returns/new"' in page


def test_a_parcel_whose_carrier_has_no_name_here_is_told_in_the_shops_word(app: Flask, session: Session) -> None:
    own = parcel(carrier=None, service=None, carrier_word="Reparto nocturno García", status="shipped")
    assert "Carrier Reparto nocturno García" in page_of(app, session, document(locale="en-GB", shipments=[own]))


def test_a_packed_parcel_is_prepared_since_that_day(app: Flask, session: Session) -> None:
    packed = parcel(label_created_at=None, status="packed", packed_at=THURSDAY.isoformat())
    page = page_of(app, session, document(locale="en-GB", shipments=[packed]))
    assert "Your parcel Preparing" in page
    assert "Preparing : now today, 10:00" in page


def test_an_order_that_names_no_items_counts_none_and_offers_none_back(app: Flask, session: Session) -> None:
    shipments = [parcel(lines=[], **DELIVERED)]
    page = page_of(app, session, document(locale="en-GB", lines=[], shipments=shipments))
    assert "0 items" not in page
    assert "Return something" not in page


def test_an_order_that_never_named_items_is_not_said_to_have_lost_them(app: Flask, session: Session) -> None:
    page = page_of(app, session, document(locale="en-GB", lines=[], shipments=[], promise=None))
    assert "We're preparing your order" in page
    assert "taken out" not in page


def test_an_order_that_is_planned_for_a_day_names_it_and_shows_no_trouble(app: Flask, session: Session) -> None:
    planned = {"status": "on_hold", "hold": "scheduled", "hold_until": "2026-12-10", "shipments": []}
    order = given(session, document(locale="en-GB", **planned))
    with at(THURSDAY):
        page = browser(app, order, language="en").get(f"/o/{order.ref}").text
    text = text_of(page)
    assert "It's planned for Thursday 10 December, as agreed." in text
    assert "Planned : now Thu 10 Dec" in text
    assert "problem" not in page


def test_a_cancelled_order_tells_money_that_came_back_as_done_and_goes_nowhere(app: Flask, session: Session) -> None:
    cancelled = {"status": "cancelled", "lines": [line(cancelled=2)], "shipments": []}
    page = page_of(app, session, document(locale="en-GB", **cancelled, refunds=[{"id": "r1", "amount": 2380}]))
    assert "Nothing more will be sent. We've refunded €23.80 to the same payment method." in page
    assert "Delivery address" not in page


def test_a_cancelled_order_whose_money_has_not_come_back_says_that_it_comes(app: Flask, session: Session) -> None:
    cancelled = {"status": "cancelled", "lines": [line(cancelled=2)], "shipments": []}
    page = page_of(app, session, document(locale="en-GB", **cancelled))
    assert "We'll refund €23.80 to the same payment method. Your bank may take up to 5 working days to show it." in page


def test_several_refunds_of_the_shop_stand_in_one_card_with_their_sum(app: Flask, session: Session) -> None:
    refunds = [{"id": f"r{day}", "amount": 500, "at": f"2026-11-{day}T09:00:00+01:00"} for day in (23, 24)]
    page = page_of(app, session, document(locale="en-GB", refunds=refunds))
    assert "Refunded by the shop Mon 23 Nov €5.00 Tue 24 Nov €5.00 In all €10.00" in page


CARD = {"id": "p1", "method": "card", "amount": 2380}


@pytest.mark.parametrize(
    ("payments", "words"),
    [
        ([CARD | {"brand": "visa", "last4": "4242"}], "Visa ending in 4242"),
        ([CARD | {"last4": "0042"}], "Card ending in 0042"),
        ([CARD | {"method": "paypal"}], "PayPal"),
        ([CARD | {"method": "Gift Card", "amount": 1000}, CARD | {"id": "p2", "amount": 1380}], "Gift card, Card"),
        ([CARD, CARD | {"id": "p2", "method": "bizum", "status": "failed"}], "Card"),
    ],
)
def test_the_sums_say_by_what_it_was_paid(
    app: Flask, session: Session, payments: list[dict[str, Any]], words: str
) -> None:
    facts = document(locale="en-GB", payments=payments)
    assert f"Paid €23.80 Payment method {words} " in page_of(app, session, facts) + " "
    assert "Payment method" not in page_of(app, session, facts, tier=1)


def test_a_means_of_payment_that_has_no_words_here_is_not_named(app: Flask, session: Session) -> None:
    facts = document(locale="en-GB", payments=[CARD | {"method": "stripe_v3_intents"}])
    assert "Payment method" not in page_of(app, session, facts)


@pytest.mark.parametrize(
    ("written", "ending"),
    [("**** 4242", "4242"), ("XXXX-4242", "4242"), (42, "0042"), ("4242", "4242"), ("4242424242424242", None)],
)
def test_of_a_cards_number_no_more_than_its_end_is_ever_taken(written: object, ending: str | None) -> None:
    order = document(payments=[CARD | {"last4": written}])
    assert order.payments[0].last4 == ending
    assert not [note for note in order.notes if "4242" in (note.was or "")]


def test_an_order_leads_to_its_invoices_and_to_what_was_bought(app: Flask, session: Session) -> None:
    invoices = [{"number": "F-7", "url": "https://shop.example/invoices/7"}]
    goods = [line(url="https://shop.example/oil")]
    placed = given(session, document(locale="en-GB", invoices=invoices, lines=goods))
    page = browser(app, placed, tier=2, language="en").get(f"/o/{placed.ref}").text
    assert 'href="https://shop.example/invoices/7"' in page
    assert 'href="https://shop.example/oil"' in page
