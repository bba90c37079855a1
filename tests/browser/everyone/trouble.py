"""An address that fails in the way it is asked to: what answers is the portal's own handler, with its own page."""

from typing import NoReturn

from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from app.pages.errors import CONSOLE, PAGES

CUSTOMER, STAFF = "/trouble", "/staff/trouble"
# Every status that has words of its own, as each of the two readers gets it.
KINDS = [*((CUSTOMER, status) for status in PAGES), *((STAFF, status) for status in CONSOLE)]


def install(app: Flask) -> None:
    """Add the addresses; the endpoint's name keeps them out of the portal's own list."""
    app.add_url_rule(f"{CUSTOMER}/<int:status>", "probe.trouble", fail)
    app.add_url_rule(f"{STAFF}/<int:status>", "probe.staff_trouble", fail)


def fail(status: int) -> NoReturn:
    """Fail as a view does: by an accident, by a database that has gone, or by a refusal."""
    if status == 500:
        raise RuntimeError("an accident, for its page")
    if status == 503:
        raise OperationalError("select 1", {}, ConnectionError("gone, for its page"))
    abort(status)
