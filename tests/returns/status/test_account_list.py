"""The list of all orders says of each how many returns it has and where they stand, as the order's own page does."""

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.orders.models import Order
from app.returns.services import cancel, request_return
from tests.orders.build import GOOD
from tests.returns.elsewhere.sale import back, sold, told_again
from tests.returns.stage import LINES, TOTALS, asking, delivered_order, sign_in
from tests.tracking.pages import counted, text_of


def listed(app: Flask, order: Order) -> str:
    """What the list says to whoever bought this order."""
    client = app.test_client()
    with client.session_transaction() as browser:
        browser["account"] = order.contacts[0].email_folded
    client.set_cookie("language", "en")
    return text_of(client.get("/account").text)


def own_page(app: Flask, order: Order) -> str:
    client = app.test_client()
    sign_in(client, order)
    client.set_cookie("language", "en")
    return text_of(client.get(f"/o/{order.ref}").text)


def test_returns_stand_in_the_list_in_the_words_of_the_page(app: Flask, session: Session) -> None:
    now = utcnow()
    order = delivered_order(session, now=now)
    waiting = request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=now)
    over = request_return(session, order.id, asking(("2", 1, "no_longer_wanted")), by="customer", now=now)
    cancel(session, over.id, by="customer", now=now)
    session.commit()
    text, page = listed(app, order), own_page(app, order)
    assert "2 returns" in text
    for badge, made in (("To drop off", waiting), ("Cancelled", over)):
        assert f"{badge} Return {made.ref}" in text
        title = text.partition(f"Return {made.ref} ")[2][:20]
        assert title in page.partition(f"Return {made.ref} ")[2]


def test_returns_made_with_the_shop_itself_are_counted_too(app: Flask, session: Session) -> None:
    now = utcnow()
    order = sold(session, now=now)
    told_again(session, order, now=now, lines=LINES, totals=TOTALS, returns=[back("S1", "received", ("1", 1))])
    assert "1 return Received Return through the shop" in listed(app, order)


def test_an_order_without_returns_says_nothing_of_them_and_asks_once(app: Flask, session: Session) -> None:
    now, order = utcnow(), None
    for number in range(3):
        parcel = GOOD["shipments"][0] | {"tracking_number": f"32300076{number:04d}"}
        order = delivered_order(session, now=now - timedelta(minutes=number), number=f"B-{number}", parcel=parcel)
    assert order is not None
    with counted(session) as sent:
        assert "1 return" not in listed(app, order)
    assert len([statement for statement in sent if "from return" in statement.lower()]) == 1
