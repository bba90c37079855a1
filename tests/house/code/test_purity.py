"""Rules are pure: whatever they call, and whatever that calls, reaches no database, no web, no world and no clock."""

import pytest

from tests.house.code.source import BODY, CLOCK, Place, Source, SourceFile, app, shown

# Whoever bears one of these names holds rules; so does whoever says in its first lines that it is pure.
STEMS = frozenset({
    "amounts", "caps", "decision", "doubt", "eligibility", "estimate", "evaluation", "fold", "kinds", "legs",
    "milestones", "money", "outcomes", "period", "policy", "ports", "quiet", "reasons", "reckoning", "route", "routing",
    "rules", "settlement", "states", "stops", "timeline", "triggers",
})  # fmt: skip
FOLDERS = frozenset({"policy", "fold", "rules", "estimate", "resolutions"})
# What lies among rules, or bears the name of one, and is none.
AT_WORK = {
    "app/api/v1/returns/eligibility.py": "a noun of the interface",
    "app/returns/policy/order_facts.py": "reads an order's rows for the rules",
    "app/returns/policy/sent.py": "reads the parcels of an order for the rules",
    "app/returns/policy/quote.py": "reads what earlier returns have taken, and asks the rules",
    "app/returns/policy/replay.py": "a command that tries a policy on past returns",
    "app/returns/refunds/amounts.py": "services: a person changes what a return pays",
    "app/returns/refunds/reckoning.py": "reads rows of a return that are loaded as they are asked for",
    "app/staff/orders/timeline.py": "a page of staff",
    "app/staff/returns/money.py": "views of staff",
    "app/tracking/fold/job.py": "reads and writes the shipments that are folded",
    "app/tracking/fold/rebuild.py": "a command that folds everything anew and compares",
}
WEB = frozenset({"flask", "flask_babel", "flask_htmx", "flask_login", "flask_wtf", "werkzeug", "wtforms"})
WORLD = WEB | {
    "alembic", "http", "httpx", "procrastinate", "psycopg", "psycopg_pool", "requests", "sendgrid", "smtplib", "socket",
    "sqlalchemy", "subprocess", "threading", "time", "twilio", "urllib3",
}  # fmt: skip
ROWS = {("app.core.db", "Model"), ("app.core.tables.records", "Record")}
CLOCK_FILE = "app.core.clock"
CLOCKS = {CLOCK, (CLOCK_FILE, "utcnow")}
# Imported for its names alone.
HARMLESS = {("http", "HTTPStatus")}
# The one place that asks Flask for the reader's language; without a request there is none, and it says so.
SEAM = "app.core.i18n.locale"


def says_pure(file: SourceFile) -> bool:
    """Whether its first lines claim it."""
    return "pure" in file.docstring.lower().translate(str.maketrans(".,;:", "    ")).split()


def looks_pure(file: SourceFile) -> bool:
    """Whether its name, its folder or its own word makes it a file of rules."""
    named = file.stem in STEMS or file.folder.rpartition("/")[2] in FOLDERS
    return not file.is_head and (named or says_pure(file))


def direct(source: Source, file: SourceFile) -> list[str]:
    """What of the world a file imports itself, be it for types alone; rows ask the database when they are looked at."""
    return [
        f"{file.path}:{one.line} imports {one.target}"
        for one in file.imports
        if one.target.partition(".")[0] in WORLD or holds_rows(source.by_name.get(source.target(one)))
    ]


def holds_rows(file: SourceFile | None) -> bool:
    """Whether a file declares what is mapped to a table: a room's own models, or the records that others read."""
    return file is not None and any((one.target, one.name) in ROWS for one in file.imports)


def is_of(libraries: frozenset[str], place: Place) -> bool:
    return place[0].partition(".")[0] in libraries and place not in HARMLESS


def reached(source: Source, file: SourceFile) -> list[str]:
    """How a file reaches the world: by an import of its own, or the way through what it calls."""
    chain = source.graph.chain(source.graph.places(file), lambda place: is_of(WORLD, place) or place in CLOCKS)
    return direct(source, file) + [shown(chain)] * bool(chain)


def impurities(source: Source) -> list[str]:
    """Each file of rules that reaches the world."""
    rules = [file for file in source if looks_pure(file) and file.path not in AT_WORK]
    return [one for file in rules for one in reached(source, file)]


def is_behind_the_web(file: SourceFile) -> bool:
    """Whether it works without a request: services, what is read, and jobs."""
    return file.stem in ("services", "queries") or (file.room == "jobs" and not file.is_head)


def web_behind(source: Source) -> list[str]:
    """Each service, query or job that imports Flask or calls what uses it."""
    faults = []
    for file in filter(is_behind_the_web, source):
        starts = [place for place in source.graph.places(file) if place[1] != BODY]
        chain = source.graph.chain(starts, lambda place: is_of(WEB, place), through=lambda place: place[0] != SEAM)
        faults += [shown(chain)] * bool(chain)
        faults += [f"{file.path} imports {one.target}" for one in file.imports if one.target.partition(".")[0] in WEB]
    return faults


def test_rules_reach_neither_database_nor_web_nor_clock() -> None:
    assert sum(map(looks_pure, app())) - len(AT_WORK) >= 35
    assert impurities(app()) == []


def test_what_is_said_to_be_no_rule_is_none() -> None:
    """Whoever has become pure, or is gone, leaves the list."""
    files = {file.path: file for file in app()}
    assert [path for path in AT_WORK if path not in files or not looks_pure(files[path])] == []
    assert [path for path in AT_WORK if not reached(app(), files[path])] == []
    assert [path for path in AT_WORK if says_pure(files[path])] == []


def test_services_queries_and_jobs_know_nothing_of_the_web() -> None:
    assert sum(map(is_behind_the_web, app())) >= 15
    assert web_behind(app()) == []


def clocks(source: Source) -> list[str]:
    """Who reads the time past the one place that does."""
    files = [file for file in source if file.dotted != CLOCK_FILE]
    places = [place for file in files for place in source.graph.places(file)]
    return [shown([place]) for place in places if CLOCK in source.graph.uses(place)]


def test_the_time_is_read_in_one_place() -> None:
    assert clocks(app()) == []
    late = {"app/orders/queries.py": "+import datetime as d\ndef late() -> object:\n    return d.datetime.now(d.UTC)"}
    assert len(clocks(app().planted(late))) == 1


STATES, ERRORS = "app/returns/states.py", "app/core/errors.py"
FAULTS = {
    "an import": {STATES: "+import flask"},
    "for types alone": {STATES: "+from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sqlalchemy"},
    "rows of a table": {STATES: "+from app.orders.models import Order"},
    "rows that others read": {STATES: "+from app.orders import records"},
    "the clock": {STATES: "+from app.core.clock import utcnow\ndef when() -> object:\n    return utcnow()"},
    "the clock by itself": {STATES: "+from datetime import datetime\nWHEN = datetime.now()"},
    "through a call": {
        STATES: "+from app.core.errors import look\ndef peek() -> None:\n    look()",
        ERRORS: "+def look() -> None:\n    _look()\ndef _look() -> None:\n    from app.core import db\n    db.lost(0)",
    },
    "through a table of functions": {
        STATES: "+from app.core import errors\nHANDLERS = {'a': errors.look}",
        ERRORS: "+def look() -> None:\n    import requests\n    requests.get('')",
    },
    "by its own word": {"app/oms/files/new.py": '"""Reading rows; pure."""\nimport requests\n'},
    "by its folder": {"app/returns/policy/rules/weight.py": '"""A rule."""\nimport requests\n'},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_impure_rule_is_named(fault: str) -> None:
    planted = FAULTS[fault]
    source = app().planted(planted)
    file = next(one for one in source if one.path == next(iter(planted)))
    assert looks_pure(file)
    assert reached(source, file)


def test_the_same_names_in_types_or_unused_are_let_be() -> None:
    source = app().planted({STATES: "+def told(session: object, time: int) -> object:\n    return session, time"})
    assert impurities(source) == []


def test_a_job_that_asks_for_the_request_is_named() -> None:
    code = "+def sent() -> str:\n    from app.core.web import client_address\n    return client_address()"
    source = app().planted({"app/jobs/demo.py": code, "app/returns/services.py": "+import flask_babel"})
    assert len(web_behind(source)) == 2
