"""What whoever starts a shop of their own is told beside «Ready»: how to sign in, and where the checklist is."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.settings import VAR, Settings, data_folder
from app.orders.demo import is_real
from app.staff.models import StaffUser


def news(settings: Settings) -> list[str]:
    """Lines for a terminal; none once the first real order is in."""
    database = Database(settings.database_url, key=settings.key)
    try:
        with database.sessions() as session:
            return _lines(session, settings.public_url)
    finally:
        database.engine.dispose()


def _lines(session: Session, public_url: str) -> list[str]:
    has_orders, has_people = session.execute(select(exists().where(is_real()), exists().where(StaffUser.active))).one()
    # Who has orders knows where everything is.
    if has_orders:
        return []
    # Beside an installation that keeps its data elsewhere, a command has to be told where.
    command = "paradero" if data_folder({}) == VAR else f"paradero --data {VAR}"
    first = [] if has_people else [f"  Make yourself an admin: {command} staff create you@yourshop.com --role admin"]
    return [
        "",
        *first,
        f"  What is missing for your first order: {public_url}/staff/settings/setup",
        f"  The same at a terminal: {command} setup",
        "",
    ]
