"""An order of our own making in the shape of Shopify's webhooks, with discounts, edits, refunds and parcels."""

from typing import Any

GID = "gid://shopify"


def both(name: str, amount: str, shop: str | None = None) -> dict[str, Any]:
    """An amount as the customer saw it and in the shop's own currency."""
    shop_money = {"amount": shop or amount, "currency_code": "USD" if shop else "EUR"}
    seen = {"amount": amount, "currency_code": "EUR"}
    return {name: shop or amount, f"{name}_set": {"shop_money": shop_money, "presentment_money": seen}}


def line(id_: int, quantity: int, price: str, **more: Any) -> dict[str, Any]:
    """A line."""
    return {
        "id": id_, "admin_graphql_api_id": f"{GID}/LineItem/{id_}", "quantity": quantity, "title": f"Article {id_}",
        "current_quantity": quantity, "sku": f"A-{id_}", "grams": 100, "gift_card": False, "requires_shipping": True,
        "variant_title": "M", "tax_lines": [], "discount_allocations": [], **both("price", price),
    } | more  # fmt: skip


def refund(id_: int, amount: str, *goods: tuple[int, int, str]) -> dict[str, Any]:
    """Money that was given back, for pieces of lines and what became of each: return, cancel or no_restock."""
    return {
        "id": id_, "admin_graphql_api_id": f"{GID}/Refund/{id_}", "created_at": "2026-11-05T10:00:00+01:00",
        "note": "Too small", "order_adjustments": [],
        "transactions": [
            {"kind": "refund", "status": "success", "amount": amount},
            {"kind": "refund", "status": "failure", "amount": "999.00"},
        ],
        "refund_line_items": [
            {"quantity": count, "restock_type": became, "line_item_id": of, "line_item": {"id": of},
             **both("subtotal", "1.00"), **both("total_tax", "0.00")}
            for of, count, became in goods
        ],
    }  # fmt: skip


def fulfilment(id_: int, *goods: tuple[int, int], numbers: tuple[str, ...] = ("1Z1",), **more: Any) -> dict[str, Any]:
    """A fulfilment with its numbers."""
    return {
        "id": id_, "admin_graphql_api_id": f"{GID}/Fulfillment/{id_}", "status": "success", "shipment_status": None,
        "created_at": "2026-11-03T10:00:00+01:00", "tracking_company": "UPS", "tracking_numbers": list(numbers),
        "tracking_urls": [f"https://track.example/{one}" for one in numbers], "order_id": 5001, "name": "#1001.1",
        "line_items": [{"id": of, "quantity": count} for of, count in goods],
    } | more  # fmt: skip


def order(**more: Any) -> dict[str, Any]:
    """A paid order of two lines, 3 for 10.00 and one for 5.00, delivery 4.90, seen in euros in a shop of dollars."""
    return {
        "id": 5001, "admin_graphql_api_id": f"{GID}/Order/5001", "name": "#1001", "currency": "USD",
        "presentment_currency": "EUR", "created_at": "2026-11-01T10:00:00+01:00", "processed_at": None,
        "updated_at": "2026-11-02T10:00:00+01:00", "cancelled_at": None, "closed_at": None, "source_name": "web",
        "financial_status": "paid", "fulfillment_status": None, "email": "anna@example.com", "contact_email": None,
        "phone": None, "customer_locale": "de-DE", "taxes_included": True, "note": "Ring twice", "po_number": None,
        "line_items": [
            line(11, 3, "3.34", discount_allocations=[both("amount", "0.02")]),
            line(12, 1, "5.00"),
        ],
        "shipping_lines": [both("price", "4.90") | {"id": 1, "discount_allocations": []}],
        "refunds": [], "fulfillments": [], "returns": [], "total_outstanding": "0.00",
        "customer": {"id": 9, "admin_graphql_api_id": f"{GID}/Customer/9", "first_name": "Anna", "last_name": "Ash"},
        "shipping_address": {
            "name": "Anna Ash", "address1": "Weg 1", "address2": None, "city": "Bonn", "zip": "53111", "company": None,
            "province": None, "country_code": "DE", "phone": "+49228555001",
        },
        "billing_address": None,
        **both("total_price", "19.90", "21.89"), **both("current_total_price", "19.90", "21.89"),
        **both("total_tax", "3.18", "3.50"), **both("total_discounts", "0.02"),
        **both("total_shipping_price", "4.90"),
    } | more  # fmt: skip
