"""A return's label by a maker that only an installed package knows, from request to file; in a fresh interpreter."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import create_app
from app.brands.models import Brand
from app.core.clock import utcnow
from app.events.models import DomainEvent
from app.jobs import returns as jobs
from app.jobs.engine import database
from app.orders.models import Order
from app.returns.models import Return
from app.returns.services import request_return
from app.server.start import settings
from tests.returns.stage import asking, delivered_order
from tests.tracking.pages import browser


def main() -> None:
    """Print what the portal makes of it, as JSON."""
    app = create_app(settings())
    with database().sessions() as session:
        order = delivered_order(session, now=utcnow())
        return_ = _asked(session, order)
        client, path = browser(app, order, tier=2), f"/returns/{return_.ref}"
        before = {"number": return_.label_number, "page": client.get(path).text}
        jobs.make_labels()
        session.expire_all()
        pdf, sheet = client.get(f"{path}/label.pdf?size=4x6"), client.get(f"{path}/label.pdf?size=a4")
        seen = {
            "before": before,
            "after": {"number": return_.label_number, "carrier": return_.carrier, "page": client.get(path).text},
            "pdf": [pdf.status_code, pdf.mimetype, pdf.text],
            "others": [sheet.text, client.get(f"{path}/label.zpl").status_code],
            "told": list(session.scalars(select(DomainEvent.kind).where(DomainEvent.return_id == return_.id))),
            "doctor": app.test_cli_runner().invoke(args=["portal", "doctor"]).output,
            "settings": repr(app.config["SETTINGS"]),
        }
    print(json.dumps(seen))  # noqa: T201 - this is how it answers


def _asked(session: Session, order: Order) -> Return:
    """A customer's return, of a brand whose policy names the maker."""
    session.get_one(Brand, order.brand_key).policy = {"label_maker": "rapida"}
    session.flush()
    return_ = request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=utcnow())
    session.commit()
    return return_


if __name__ == "__main__":
    main()
