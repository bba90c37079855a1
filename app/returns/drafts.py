"""Keeps unfinished requests, one an order, for as many days as the policy says."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.returns.draft import RequestDraft, read_draft
from app.returns.models import ReturnDraft

LONGEST_DAYS = 30


def load_draft(session: Session, order_id: int, *, days: int, now: datetime, lock: bool = False) -> RequestDraft:
    """The order's draft, or an empty one when there is none or it is too old."""
    statement = select(ReturnDraft).where(ReturnDraft.order_id == order_id)
    row = session.scalar(statement.with_for_update() if lock else statement)
    if row is None or row.changed_at < now - timedelta(days=days):
        return RequestDraft()
    return read_draft(row.data)


def save_draft(session: Session, order_id: int, draft: RequestDraft, *, now: datetime) -> None:
    """Keep the draft in place of the one before."""
    data = draft.model_dump(mode="json", exclude_defaults=True)
    row = insert(ReturnDraft).values(order_id=order_id, data=data, changed_at=now)
    session.execute(row.on_conflict_do_update(index_elements=["order_id"], set_={"data": data, "changed_at": now}))


def sweep_drafts(session: Session, *, now: datetime) -> None:
    """Forget drafts that no policy keeps any more."""
    session.execute(delete(ReturnDraft).where(ReturnDraft.changed_at < now - timedelta(days=LONGEST_DAYS)))
