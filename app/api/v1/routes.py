"""Every route of /api/v1, gathered on its blueprint."""

from app.api.http.blueprint import api
from app.api.v1.brands import routes as brands
from app.api.v1.carriers import routes as carriers
from app.api.v1.cases import routes as cases
from app.api.v1.clock import routes as clock
from app.api.v1.connections import routes as connections
from app.api.v1.handovers import routes as handovers
from app.api.v1.keys import routes as keys
from app.api.v1.messages import routes as messages
from app.api.v1.metrics import routes as metrics
from app.api.v1.orders import routes as orders
from app.api.v1.points import routes as points
from app.api.v1.policies import routes as policies
from app.api.v1.privacy import routes as privacy
from app.api.v1.replies import routes as replies
from app.api.v1.returns import actions, changes
from app.api.v1.returns import routes as returns
from app.api.v1.staff import routes as staff
from app.api.v1.texts import routes as texts
from app.api.v1.tracking import routes as tracking
from app.api.v1.webhooks import deliveries
from app.api.v1.webhooks import routes as webhooks

__all__ = [
    "actions",
    "api",
    "brands",
    "carriers",
    "cases",
    "changes",
    "clock",
    "connections",
    "deliveries",
    "handovers",
    "keys",
    "messages",
    "metrics",
    "orders",
    "points",
    "policies",
    "privacy",
    "replies",
    "returns",
    "staff",
    "texts",
    "tracking",
    "webhooks",
]
