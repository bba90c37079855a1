"""Ten thousand real orders as documents and scans of the interface: read from the data folder, never kept here."""

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "olist" / "orders_2017"
ZONE = ZoneInfo("America/Sao_Paulo")
STATUS = {
    "delivered": "completed",
    "shipped": "shipped",
    "canceled": "cancelled",
    "unavailable": "on_hold",
    "processing": "preparing",
    "invoiced": "preparing",
    "created": "received",
    "approved": "confirmed",
}
CARRIER = "olist_post"


@dataclass(frozen=True, slots=True)
class Source:
    """The rows of the four files, those of items and customers by their order."""

    orders: list[dict[str, str]]
    items: dict[str, list[dict[str, str]]]
    customers: dict[str, dict[str, str]]
    categories: dict[str, str]


def there() -> bool:
    """Whether the data folder stands beside the project."""
    return FOLDER.is_dir()


def load() -> Source:
    """Read the files."""
    items: dict[str, list[dict[str, str]]] = {}
    for row in _rows("order_items.csv"):
        items.setdefault(row["order_id"], []).append(row)
    customers = {row["customer_id"]: row for row in _rows("customers.csv")}
    categories = {row["product_id"]: row["product_category_name"] for row in _rows("products.csv")}
    return Source(list(_rows("orders.csv")), items, customers, categories)


def documents(source: Source) -> Iterator[dict[str, Any]]:
    """An order document for each order."""
    return (_document(source, row) for row in source.orders)


def scans(source: Source) -> Iterator[dict[str, Any]]:
    """The hand-over and the delivery of each order that has them."""
    for row in source.orders:
        place = _place(source, row)
        yield from _scans(row, place)


def batches(rows: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """Lists of at most ``size``."""
    while batch := list(itertools.islice(rows, size)):
        yield batch


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _at(text: str) -> str | None:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).isoformat() if text else None


def _cents(text: str) -> int:
    return round(float(text) * 100)


def _document(source: Source, row: dict[str, str]) -> dict[str, Any]:
    lines = [_line(source, at, item) for at, item in enumerate(source.items.get(row["order_id"], []), 1)]
    lines = lines or [{"id": "1", "title": "unknown", "quantity": 1, "unit_price": 0}]
    freight = sum(_cents(item["freight_value"]) for item in source.items.get(row["order_id"], []))
    total = sum(line["unit_price"] for line in lines)
    status = STATUS[row["order_status"]]
    handed = _at(row["order_delivered_carrier_date"])
    return {
        "number": row["order_id"],
        "channel": "marketplace",
        "placed_at": _at(row["order_purchase_timestamp"]),
        "updated_at": _at(row["order_delivered_customer_date"] or row["order_purchase_timestamp"]),
        "status": status,
        "hold": "stock" if status == "on_hold" else None,
        "currency": "BRL",
        "locale": "en",
        "customer": {"id": row["customer_id"]},
        "ship_to": _place(source, row),
        "promise": {"from": None, "until": row["order_estimated_delivery_date"][:10]},
        "lines": lines,
        "totals": {"items": total, "shipping": freight, "paid": total + freight},
        "shipments": [_shipment(row, lines)] if handed or row["order_delivered_customer_date"] else [],
    }


def _shipment(row: dict[str, str], lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "s1",
        "carrier": CARRIER,
        "tracking_number": _number(row),
        "lines": [{"line": line["id"], "quantity": 1} for line in lines],
    }


def _line(source: Source, at: int, item: dict[str, str]) -> dict[str, Any]:
    category = source.categories.get(item["product_id"]) or None
    return {
        "id": str(at),
        "sku": item["product_id"],
        "title": category or "unknown",
        "category": category,
        "quantity": 1,
        "unit_price": _cents(item["price"]),
    }


def _place(source: Source, row: dict[str, str]) -> dict[str, Any]:
    customer = source.customers[row["customer_id"]]
    return {
        "city": customer["customer_city"],
        "region": customer["customer_state"],
        "postcode": customer["customer_zip_code_prefix"].zfill(5),
        "country": "BR",
    }


def _number(row: dict[str, str]) -> str:
    return row["order_id"][:20].upper()


def _scans(row: dict[str, str], place: dict[str, Any]) -> Iterator[dict[str, Any]]:
    steps = (("picked_up", "order_delivered_carrier_date"), ("delivered", "order_delivered_customer_date"))
    for status, column in steps:
        at = _at(row[column])
        if at is not None:
            # Both times are told in the destination's local time.
            yield {
                "carrier": CARRIER,
                "tracking_number": _number(row),
                "occurred_at": at,
                "status": status,
                "description": status,
                "location": place,
            }
