"""Every route of /api/v1, gathered on its blueprint."""

from app.api import (
    deliveries_routes,
    messages_routes,
    metrics_routes,
    orders_routes,
    return_changes_routes,
    return_deeds_routes,
    returns_routes,
    tracking_routes,
    webhooks_routes,
)
from app.api.blueprint import api
from app.core.web import csrf

csrf.exempt(api)

__all__ = [
    "api",
    "deliveries_routes",
    "messages_routes",
    "metrics_routes",
    "orders_routes",
    "return_changes_routes",
    "return_deeds_routes",
    "returns_routes",
    "tracking_routes",
    "webhooks_routes",
]
