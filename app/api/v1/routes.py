"""Every route of /api/v1, gathered on its blueprint."""

from app.api.http.blueprint import api
from app.api.v1.cases import routes as cases
from app.api.v1.messages import routes as messages
from app.api.v1.metrics import routes as metrics
from app.api.v1.orders import routes as orders
from app.api.v1.returns import actions, changes
from app.api.v1.returns import routes as returns
from app.api.v1.texts import routes as texts
from app.api.v1.tracking import routes as tracking
from app.api.v1.webhooks import deliveries
from app.api.v1.webhooks import routes as webhooks

__all__ = [
    "actions",
    "api",
    "cases",
    "changes",
    "deliveries",
    "messages",
    "metrics",
    "orders",
    "returns",
    "texts",
    "tracking",
    "webhooks",
]
