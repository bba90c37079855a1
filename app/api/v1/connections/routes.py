"""Connections over HTTP: list, set, take out, make and end secrets, have one tried. Secrets are written, never read."""

from datetime import datetime
from typing import Annotated

from flask import current_app
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, NothingMore, Operation, acting, operation
from app.connections import store, trials
from app.connections.catalogue import connection
from app.connections.live import LiveSettings
from app.connections.overview import ConnectionState, FieldState, state, states
from app.connections.store import Changing
from app.core.clock import utcnow
from app.core.errors import Fault, Invalid
from app.core.queue import wake_about
from app.core.web import settings

SCOPE = "connections:write"
Variable = Annotated[str, Field(strict=True, max_length=64)]


class ConnectionValues(BaseModel, extra="forbid"):
    """Values by variable; null takes one out, what is not named stays as it is."""

    values: Annotated[dict[Variable, Annotated[str, Field(strict=True, max_length=4000)] | None], Field(max_length=20)]


class SecretChoice(BaseModel, extra="forbid"):
    """Which secret is meant."""

    variable: Variable


class SecretAnswer(BaseModel):
    """A secret that was just made, told this once."""

    variable: str
    secret: str


class ValueAnswer(BaseModel):
    """One stored value: of a secret its last four characters alone."""

    ending: str
    set_by: str
    set_at: datetime
    used_at: datetime | None


class FieldAnswer(BaseModel):
    """One variable: where it is set, and its value if it is no secret."""

    variable: str
    secret: bool
    needed: bool
    set_by: str
    value: str | None
    stored: list[ValueAnswer]


class ConnectionTrialAnswer(BaseModel):
    """What came of the last trial; ``works`` is null while it goes on."""

    tried_at: datetime
    tried_by: str
    works: bool | None
    outcome: str | None
    facts: dict[str, str]


class ConnectionAnswer(BaseModel):
    """A connection: works, untried, fails or off; with the addresses at which it calls us."""

    name: str
    title: str
    group: str
    standing: str
    fields: list[FieldAnswer]
    addresses: list[str]
    faults: list[str]
    trial: ConnectionTrialAnswer | None


class ConnectionList(BaseModel):
    """All connections."""

    connections: list[ConnectionAnswer]


@api.get("/connections")
@operation(Operation(scope=SCOPE, summary=_l("All connections"), answer=ConnectionList))
def list_connections(session: Session) -> Answer:
    """Tell how everything stands."""
    return Answer(ConnectionList(connections=[_answer(one) for one in states(session, _live())]))


@api.get("/connections/<connection_name>")
@operation(Operation(scope=SCOPE, summary=_l("One connection"), answer=ConnectionAnswer))
def get_connection(session: Session, connection_name: str) -> Answer:
    """Tell how one stands."""
    return Answer(_answer(state(session, connection(connection_name), _live())))


@api.put("/connections/<connection_name>")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Set values of a connection"),
        notes=_l("What is not named stays. It is in force everywhere within seconds. Secrets are never told again."),
        body=ConnectionValues,
        answer=ConnectionAnswer,
        example={"values": {"LAPOSTE_API_KEY": "your-key"}},
    )
)
def put_connection(session: Session, connection_name: str, body: ConnectionValues) -> Answer:
    """Set values."""
    try:
        store.set_values(session, connection_name, body.values, _changing())
    except Invalid as error:
        # The store names variables; whoever sent a document is told the place in it.
        raise Invalid([Fault(f"/values/{one.pointer}", one.detail) for one in error.faults]) from error
    return Answer(_answer(state(session, connection(connection_name), _live())))


@api.delete("/connections/<connection_name>")
@operation(Operation(scope=SCOPE, summary=_l("Disconnect"), status=204))
def delete_connection(session: Session, connection_name: str) -> Answer:
    """Take out all that was set here."""
    store.remove(session, connection_name, _changing())
    return Answer(None, status=204)


@api.post("/connections/<connection_name>/rotation")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("A new webhook secret"),
        notes=_l("The one before is taken beside it until it is ended."),
        body=SecretChoice,
        answer=SecretAnswer,
        status=201,
        example={"variable": "OMS_WEBHOOK_SECRET"},
    )
)
def post_connection_rotation(session: Session, connection_name: str, body: SecretChoice) -> Answer:
    """Make a secret."""
    secret = store.rotate(session, connection_name, body.variable, _changing())
    return Answer(SecretAnswer(variable=body.variable, secret=secret), status=201)


@api.post("/connections/<connection_name>/rotation-end")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("End the older of two secrets"),
        body=SecretChoice,
        answer=ConnectionAnswer,
        example={"variable": "OMS_WEBHOOK_SECRET"},
    )
)
def post_connection_rotation_end(session: Session, connection_name: str, body: SecretChoice) -> Answer:
    """End the older secret."""
    store.end_older(session, connection_name, body.variable, _changing())
    return Answer(_answer(state(session, connection(connection_name), _live())))


@api.post("/connections/<connection_name>/trial")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Test a connection"),
        notes=_l(
            "A real call that sends and changes nothing, made in a moment: the connection then tells the outcome."
        ),
        body=NothingMore,
        answer=ConnectionAnswer,
        status=202,
        example={},
    )
)
def post_connection_trial(session: Session, connection_name: str, body: NothingMore) -> Answer:
    """Have it tried by a job."""
    one = connection(connection_name)
    trials.take_turn(session, one.name, by=acting(), now=utcnow())
    # By a job: the call goes out into the world, and this request is a transaction.
    wake_about(session, "try_connection", one.name)
    return Answer(_answer(state(session, one, _live())), status=202)


def _live() -> LiveSettings:
    live: LiveSettings = current_app.extensions["connections"]
    return live


def _changing() -> Changing:
    return Changing(_live().base, acting(), utcnow())


def _answer(one: ConnectionState) -> ConnectionAnswer:
    return ConnectionAnswer(
        name=one.connection.name,
        title=one.connection.title,
        group=one.connection.group,
        standing=one.standing,
        fields=[_field(field) for field in one.fields],
        addresses=[f"{settings().public_url}{hook}" for hook in one.connection.hooks],
        faults=list(one.faults),
        trial=_trial(one),
    )


def _field(one: FieldState) -> FieldAnswer:
    stored = [
        ValueAnswer(ending=row.ending, set_by=row.set_by, set_at=row.set_at, used_at=row.used_at) for row in one.rows
    ]
    return FieldAnswer(
        variable=one.field.variable,
        secret=one.field.secret,
        needed=one.field.needed,
        set_by=one.origin,
        # A secret has none here: the state holds its last characters alone.
        value=one.value or None,
        stored=stored,
    )


def _trial(one: ConnectionState) -> ConnectionTrialAnswer | None:
    trial = one.trial
    if trial is None:
        return None
    result = trial.result
    return ConnectionTrialAnswer(
        tried_at=trial.tried_at,
        tried_by=trial.tried_by,
        works=result.good if result else None,
        outcome=result.word if result else None,
        facts=dict(result.facts) if result else {},
    )
