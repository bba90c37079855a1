"""What mails say of an order's contents: parcels told of together, a planned day, what it costs, what was in it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.tracking.services import fold_dirty
from tests.notify.build import NOON, an_order, prepared
from tests.notify.render.test_stories import CONFIG
from tests.rounds import heard


def mails(session: Session, **facts: object) -> list[str]:
    """The mails' texts about an English order of these facts."""
    an_order(session, now=NOON, locale="en-GB", **facts)
    fold_dirty(session, now=NOON)
    heard(session, limit=200, now=NOON, config=CONFIG)
    ready = prepared(session, now=NOON + timedelta(minutes=3), config=CONFIG)
    return [one.outgoing.text for one in ready if one.outgoing.subject]


def test_a_mail_names_the_day_an_order_is_planned_for(session: Session) -> None:
    texts = mails(session, status="on_hold", hold="scheduled", hold_until="2026-12-10", shipments=[])
    assert any("It's planned for Thursday 10 December, as agreed." in text for text in texts)


def test_an_unpaid_order_costs_what_it_costs(session: Session) -> None:
    totals = {"items": 4475, "paid": 0, "total": 4475}
    texts = mails(session, status="on_hold", hold="payment", shipments=[], totals=totals, payments=[])
    assert texts and all("Total: €44.75" in text for text in texts)


def test_an_order_of_which_no_price_is_told_names_none(session: Session) -> None:
    texts = mails(session, status="received", shipments=[], totals={"items": 0, "paid": 0}, payments=[])
    assert texts and all("Total:" not in text for text in texts)


def test_parcels_whose_contents_are_told_together_are_named_together(session: Session) -> None:
    packed = {
        "method": "delivery",
        "carrier": "gls",
        "group": "f1",
        "status": "shipped",
        "shipped_at": NOON.isoformat(),
    }
    shipments = [
        {"id": f"s{place}", "tracking_number": f"YX{place}1234567", "lines": [{"line": "1", "quantity": 1}], **packed}
        for place in (1, 2)
    ]
    texts = [text for text in mails(session, status="shipped", shipments=shipments) if "YX" in text]
    assert texts and all("In these 2 parcels together\n- 2 × Aceite de oliva" in text for text in texts)


def test_the_mail_of_a_cancelled_order_lists_what_was_in_it(session: Session) -> None:
    lines = [{"id": "1", "title": "Aceite", "quantity": 2, "cancelled": 2, "unit_price": 1190}]
    mails(session, shipments=[])
    later = (NOON - timedelta(minutes=1)).isoformat()
    texts = mails(session, status="cancelled", lines=lines, shipments=[], updated_at=later)
    assert any("What was in it" in text and "2 × Aceite" in text for text in texts)


def test_a_measure_is_told_as_it_was_ordered_and_never_in_pieces(session: Session) -> None:
    lines = [{"id": "1", "title": "Tela", "quantity": 2.5, "unit_price": 1200, "total": 3000}]
    received = mails(session, status="received", lines=lines, shipments=[])
    packed = {"id": "s1", "carrier": "gls", "tracking_number": "YX11234567", "status": "shipped"}
    parcel = packed | {"shipped_at": NOON.isoformat(), "lines": [{"line": "1", "quantity": 3}]}
    later = (NOON - timedelta(minutes=1)).isoformat()
    shipped = mails(session, status="shipped", lines=lines, shipments=[parcel], updated_at=later)
    for texts in (received, shipped):
        assert any("- 2.5 × Tela" in text for text in texts)
        assert not any("3 × Tela" in text for text in texts)
