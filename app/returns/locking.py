"""Locks on the rows of a return, always in one order: the order first, then the return."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.returns.models import Return


def lock_return(session: Session, return_id: int) -> Return:
    """The return's row, locked until the transaction ends. Raises NotFound."""
    statement = select(Return).where(Return.id == return_id).with_for_update(of=Return)
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(f"There is no return {return_id}.")
    return found
