"""A breakdown as people read it."""

from flask import Flask

from app.returns.words import money_rows


def part(kind: str, amount: int, line: str | None = None, quantity: int | None = None) -> dict[str, object]:
    return {"kind": kind, "amount": amount, "line": line, "quantity": quantity}


def test_items_stand_alone_and_discounts_are_summed_up(app: Flask) -> None:
    parts = [
        part("item", 1990, "1", 1),
        part("item_discount", -100, "1", 1),
        part("order_discount", -60, "1", 1),
        part("item", 1990, "2", 1),
        part("order_discount", -61, "2", 1),
        part("return_fee", -395),
    ]
    with app.test_request_context(headers={"Accept-Language": "en"}):
        rows = money_rows(parts, {"1": "Shirt", "2": "Shirt"}, "EUR")
    assert rows == [
        ("1 × Shirt", "€19.90"),
        ("Discounts", "−€2.21"),
        ("1 × Shirt", "€19.90"),
        ("Return costs", "−€3.95"),
    ]
