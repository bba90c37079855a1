"""Figures as tables with stable column names, the same for pages, CSV, Parquet and the interface."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.metrics.delivery import DeliveryRow
from app.metrics.messages import MessageRow
from app.metrics.returns import ProductRow, ReturnRow


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and rows of plain values."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def documents(self) -> list[dict[str, Any]]:
        """A dictionary a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


# Other programs read files and answers by these names: a new meaning takes a new name.
DELIVERY = (
    "group", "delivered", "promised", "on_time", "on_time_share", "on_time_first_attempt", "first_attempt_share",
    "on_time_to_the_instant", "to_the_instant_share", "order_to_door_p10_days", "order_to_door_p50_days",
    "order_to_door_p90_days", "carrier_to_door_p10_days", "carrier_to_door_p50_days", "carrier_to_door_p90_days", "odd",
)  # fmt: skip
MESSAGES = (
    "group", "medium", "written", "sent", "accepted", "delivered", "failed", "in_doubt", "skipped", "waiting",
    "within_10_s",
)  # fmt: skip
PRODUCTS = ("sku", "title", "sold", "returned", "rate")
RETURNS = ("group", "currency", "returns", "units", "units_received", "quoted_minor_units")


def delivery_table(rows: Sequence[DeliveryRow]) -> Table:
    """The delivery figures."""
    return Table(
        DELIVERY,
        tuple(
            (
                row.group, row.delivered, row.promised, row.on_time, row.on_time_share, row.on_time_first_attempt,
                row.first_attempt_share, row.on_time_to_the_instant, row.to_the_instant_share,
                *row.order_to_door, *row.carrier_to_door, row.odd,
            )
            for row in rows
        ),
    )  # fmt: skip


def message_table(rows: Sequence[MessageRow]) -> Table:
    """The message figures."""
    return Table(
        MESSAGES,
        tuple(
            (
                row.group, row.medium, row.written, row.sent, row.accepted, row.delivered, row.failed, row.in_doubt,
                row.skipped, row.waiting, row.prompt,
            )
            for row in rows
        ),
    )  # fmt: skip


def return_table(rows: Sequence[ReturnRow]) -> Table:
    """The return figures."""
    return Table(
        RETURNS,
        tuple((row.group, row.currency, row.returns, row.units, row.received, row.quoted) for row in rows),
    )


def product_table(rows: Sequence[ProductRow]) -> Table:
    """The products that come back."""
    return Table(PRODUCTS, tuple((row.sku, row.title, row.sold, row.returned, row.rate) for row in rows))
