"""What keeps a command from its work and is no fault of the program, in a line each for whoever called it."""

from psycopg.errors import UndefinedColumn, UndefinedTable
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.core.db import passes
from app.core.errors import Invalid, PortalError, ProviderError

# What a command ends with where it could not begin: who waits for it should mend something, not try again.
UNFIT = 2


def explained(error: Exception) -> list[str] | None:
    """The lines that say what is wrong and what to do; None for what only its maker can mend, which keeps its trace."""
    if isinstance(error, Invalid):
        return [f"{fault.pointer}: {fault.detail}" if fault.pointer else fault.detail for fault in error.faults]
    if isinstance(error, PortalError) and not isinstance(error, ProviderError):
        return [str(error)]
    return _of_the_database(error) if isinstance(error, SQLAlchemyError) else None


def _of_the_database(error: SQLAlchemyError) -> list[str] | None:
    if passes(error):
        return ["Others were at work on the same just now. Call it again."]
    if isinstance(error, OperationalError | InterfaceError):
        return [f"The database cannot be reached: {_first_line(error)}", "«paradero doctor» says what to do."]
    if isinstance(error, PoolTimeoutError):
        return ["The database has no connection left for this. Call it again."]
    if isinstance(error, DBAPIError) and isinstance(error.orig, UndefinedTable | UndefinedColumn):
        return ["The database is not that of this release. «paradero migrate» brings it up to date."]
    return None


def _first_line(error: DBAPIError) -> str:
    return next(iter(str(error.orig).strip().splitlines()), "it says nothing of why")
