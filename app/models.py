"""Every table, imported once so that the metadata is whole."""

from app.api import models as api
from app.audit import models as audit
from app.brands import models as brands
from app.carriers import models as carriers
from app.connections import models as connections
from app.events import models as events
from app.notify import models as notify
from app.oms.files import progress as oms
from app.orders import models as orders
from app.orders.lookup import models as access
from app.orders.pictures import pictures
from app.pages.unsent import models as unsent
from app.personal import models as personal
from app.privacy import models as privacy
from app.returns import models as returns
from app.returns.elsewhere import models as elsewhere
from app.returns.points import models as points
from app.sandbox.training import models as training
from app.staff import models as staff
from app.support import models as support
from app.tracking import models as tracking

__all__ = [
    "access",
    "api",
    "audit",
    "brands",
    "carriers",
    "connections",
    "elsewhere",
    "events",
    "notify",
    "oms",
    "orders",
    "personal",
    "pictures",
    "points",
    "privacy",
    "returns",
    "staff",
    "support",
    "tracking",
    "training",
    "unsent",
]
