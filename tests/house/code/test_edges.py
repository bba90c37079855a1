"""Only the edge commits: a view, a job, a command; services do their part of a transaction that is somebody else's."""

import ast

import pytest

from tests.house.code.source import Place, Source, SourceFile, app, shown

EDGES = frozenset({"jobs", "server", "schedule"})
# Edges by what they do, though they register neither route nor command: units of work with the reason for each.
NAMED = {
    "app/core/db.py": "makes both",
    "app/api/http/operations.py": "around every operation of the interface",
    "app/api/v1/orders/batches.py": "the body of a route: a document of a batch is a unit",
    "app/api/webhooks_out/deliveries.py": "a job's loop: claimed, sent while nothing is held, settled",
    "app/carriers/ups/alerts.py": "a job's loop: read, asked for while nothing is held, noted",
    "app/connections/live.py": "a note of which secret is used, beside the delivery that was taken with it",
    "app/notify/providers/sandbox/send.py": "a stand-in for the world outside, whose books are its own",
    "app/notify/send/drain.py": "a job's loop: claimed, sent while nothing is held, settled",
    "app/notify/send/reconcile.py": "a job's loop: claimed, asked while nothing is held, settled",
    "app/orders/lookup/sessions.py": "Flask's sessions: kept after the view has committed",
    "app/orders/pictures/fetching.py": "a job's loop: claimed, fetched while nothing is held, kept",
    "app/pages/unsent/answers.py": "kept after the view has committed, as sessions are",
    "app/returns/labels/making.py": "a job's loop: claimed, asked for while nothing is held, written",
    "app/returns/request/flow.py": "what the views of the steps share",
    "app/sandbox/demo.py": "the body of the command that furnishes a demo shop",
    "app/staff/settings/connections/testing.py": "more views of the blueprint of connections",
    "app/staff/warehouse/sent.py": "the body of the view that books a receipt",
}
BLUEPRINTS = frozenset({"Blueprint", "SystemBlueprint"})
COMMITTING = frozenset({"transaction", "in_transaction"})
METHODS = frozenset({"commit", "begin", "in_transaction", "transaction"})
DB = "app.core.db"


def registers(file: SourceFile) -> bool:
    """Whether it declares routes or commands."""
    declared = any(getattr(call.func, "id", getattr(call.func, "attr", "")) in BLUEPRINTS for call in file.calls)
    decorators = [
        one.func if isinstance(one, ast.Call) else one for top in file.functions for one in top.decorator_list
    ]
    return declared or any(getattr(one, "attr", "") == "command" for one in decorators)


def is_edge(file: SourceFile) -> bool:
    return file.stem != "services" and (file.room in EDGES or file.path in NAMED or registers(file))


def commits(file: SourceFile) -> list[str]:
    """Where a file begins or ends a transaction, or takes hold of what does."""
    calls = [call for call in file.calls if isinstance(call.func, ast.Attribute) and call.func.attr in METHODS]
    brought = [one for one in file.imports if one.target == DB and one.name in COMMITTING]
    own = [call for call in file.calls if getattr(call.func, "id", "") in COMMITTING] if file.dotted == DB else []
    return [f"{file.at(call)} {ast.unparse(call.func)}" for call in [*calls, *own]] + [
        f"{file.path}:{one.line} imports {one.name}" for one in brought
    ]


def commits_inside(source: Source) -> list[str]:
    """Each commit in a file that is no edge, and each way from a service to one."""
    faults = [one for file in source if not is_edge(file) for one in commits(file)]
    for file in source:
        if file.stem == "services":
            way = source.graph.chain(source.graph.places(file), _commits)
            faults += [shown(way)] * bool(way)
    return faults


def _commits(place: Place) -> bool:
    return place[0] == DB and place[1] in COMMITTING


def test_only_edges_commit() -> None:
    assert commits_inside(app()) == []


def test_every_named_edge_still_commits() -> None:
    files = {file.path: file for file in app()}
    assert [path for path in NAMED if path not in files or not commits(files[path]) or registers(files[path])] == []


def test_a_service_takes_its_session_from_whoever_commits() -> None:
    """A public function of a service takes the session first, and says by name whatever else it is told."""
    wrong = [
        file.at(function)
        for file in app()
        if file.stem == "services"
        for function in file.tree.body
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
        if not function.args.args or function.args.args[0].arg != "session"
    ]
    assert wrong == []


MOVES = "app/returns/moves.py"
FAULTS = {
    "a commit": {MOVES: "+def done(session: Session) -> None:\n    session.commit()"},
    "a transaction": {MOVES: "+from app.core.db import transaction"},
    "one of the connection": {MOVES: "+def done(session: Session) -> None:\n    session.connection().begin()"},
    "by another's hand": {
        "app/returns/services.py": "+from app.core import db\ndef done() -> object:\n    return db.transaction"
    },
    "a service that has a route": {
        "app/returns/services.py": "+from app.core.db import transaction\nbp = Blueprint('a', __name__)"
    },
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_commit_elsewhere_is_named(fault: str) -> None:
    assert commits_inside(app().planted(FAULTS[fault]))
