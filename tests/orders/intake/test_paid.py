"""What was ever taken for an order: gift cards, refunds that are taken off, payments that failed."""

from typing import Any

import pytest

from app.orders.document.document import OrderDocument
from app.orders.document.notes import NoteKind
from app.orders.intake.paid import MoneyBefore, paid_in_all
from tests.orders.build import raw

TWO_AT_TEN = [{"id": "1", "title": "Camisa", "quantity": 2, "unit_price": 1000}]


def order(**top: Any) -> OrderDocument:
    facts: dict[str, Any] = {
        "lines": TWO_AT_TEN,
        "totals": {"items": 2000, "paid": 2000},
        "payments": [],
        "shipments": [],
    }
    return OrderDocument.model_validate(raw(**facts | top))


def payment(amount: int, **facts: Any) -> dict[str, Any]:
    return {"id": str(amount), "method": "card", "amount": amount, **facts}


def refund(amount: int, **facts: Any) -> dict[str, Any]:
    return {"id": f"r{amount}", "amount": amount, **facts}


HELD = MoneyBefore("EUR", 2000, ())


@pytest.mark.parametrize(
    ("top", "before", "paid", "kind"),
    [
        ({}, None, 2000, None),
        # A gift card beside what the totals call paid, and a payment that was written twice.
        ({"totals": {"items": 2000, "paid": 1100}, "payments": [payment(900), payment(1100)]}, None, 2000, "differ"),
        ({"totals": {"items": 2000, "paid": 2000}, "payments": [payment(2000), payment(2001)]}, None, 2000, None),
        # Tax on top belongs to the price; where prices hold it, it does not.
        (
            {"totals": {"items": 2000, "tax": 400, "paid": 1500}, "payments": [payment(900), payment(1500)]},
            None,
            2400,
            "differ",
        ),
        (
            {
                "totals": {"items": 2000, "tax": 400, "paid": 1500},
                "payments": [payment(2400)],
                "prices_include_tax": True,
            },
            None,
            2000,
            "differ",
        ),
        # Only what was taken counts.
        ({"totals": {"items": 2000, "paid": 0}, "payments": [payment(2000, status="authorised")]}, None, 0, None),
        ({"totals": {"items": 2000, "paid": 0}, "payments": [payment(2000, status="failed")]}, None, 0, None),
        (
            {"totals": {"items": 2000, "paid": 500}, "payments": [payment(2000, status="captured")]},
            None,
            2000,
            "differ",
        ),
        # A refund of ours, or of theirs, was taken off what was paid.
        ({"totals": {"items": 2000, "paid": 1000}}, MoneyBefore("EUR", 2000, (1000,)), 2000, "after"),
        ({"totals": {"items": 2000, "paid": 1000}, "refunds": [refund(1000)]}, HELD, 2000, "after"),
        (
            {"totals": {"items": 2000, "paid": 700}, "refunds": [refund(300)]},
            MoneyBefore("EUR", 2000, (1000,)),
            2000,
            "after",
        ),
        # One of ours that is not booked as paid yet may be what was taken off; so may some of those that are.
        ({"totals": {"items": 2000, "paid": 1000}}, MoneyBefore("EUR", 2000, (), (1000,)), 2000, "unsure"),
        ({"totals": {"items": 2000, "paid": 300}}, MoneyBefore("EUR", 2000, (), (700, 1000)), 2000, "unsure"),
        ({"totals": {"items": 2000, "paid": 300}}, MoneyBefore("EUR", 2000, (700,), (1000,)), 2000, "unsure"),
        ({"totals": {"items": 2000, "paid": 300}}, MoneyBefore("EUR", 2000, (700, 1000), ()), 2000, "after"),
        ({"totals": {"items": 2000, "paid": 1300}}, MoneyBefore("EUR", 2000, (700, 1000), ()), 2000, "unsure"),
        (
            {"totals": {"items": 2000, "paid": 800}, "refunds": [refund(200)]},
            MoneyBefore("EUR", 2000, (), (1000,)),
            2000,
            "unsure",
        ),
        ({"totals": {"items": 2000, "paid": 900}}, MoneyBefore("EUR", 2000, (), (1000,)), 900, None),
        # The order itself was lowered.
        ({"totals": {"items": 1000, "paid": 1000}}, HELD, 1000, None),
        ({"totals": {"items": 2000, "paid": 1000}}, MoneyBefore("EUR", 2000, (400,)), 1000, None),
        # Without a history the state of the payment has to say it.
        (
            {"totals": {"items": 2000, "paid": 1500}, "refunds": [refund(500)], "payment_status": "part_refunded"},
            None,
            2000,
            "after",
        ),
        (
            {"totals": {"items": 2000, "paid": 1000}, "refunds": [refund(1000)], "payment_status": "part_paid"},
            None,
            1000,
            None,
        ),
        ({"totals": {"items": 2000, "paid": 1000}, "refunds": [refund(1500)]}, None, 1000, "below"),
        # Another currency says nothing of the one before.
        ({"totals": {"items": 2000, "paid": 1000}}, MoneyBefore("USD", 2000, (1000,)), 1000, None),
    ],
)
def test_what_was_taken_for_an_order(
    top: dict[str, Any], before: MoneyBefore | None, paid: int, kind: str | None
) -> None:
    amount, notes = paid_in_all(order(**top), before)
    kinds = {
        "differ": NoteKind.PAYMENTS_DIFFER,
        "after": NoteKind.PAID_AFTER_REFUNDS,
        "below": NoteKind.PAID_BELOW_REFUNDS,
        "unsure": NoteKind.PAID_UNSURE,
    }
    assert (amount, [note.kind for note in notes]) == (paid, [kinds[kind]] if kind else [])


def test_net_paid_stays_what_it_was_when_it_is_told_again() -> None:
    first, _ = paid_in_all(order(totals={"items": 2000, "paid": 1000}), MoneyBefore("EUR", 2000, (1000,)))
    again, _ = paid_in_all(order(totals={"items": 2000, "paid": 0}), MoneyBefore("EUR", first, (2000,)))
    assert (first, again) == (2000, 2000)


def test_payments_that_come_to_what_is_called_paid_are_believed() -> None:
    part_paid = order(
        totals={"items": 10000, "paid": 6000},
        payments=[payment(6000, status="captured")],
        refunds=[refund(4000)],
        payment_status="part_refunded",
    )
    assert paid_in_all(part_paid) == (6000, [])
