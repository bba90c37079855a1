"""A connection as pages, commands and the API tell it: whether it works, and who set which value where."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.connections import store, trials
from app.connections.catalogue import Connection, ConnectionField, connections
from app.connections.live import LiveSettings
from app.connections.models import ConnectionTrial
from app.connections.reading import by_environment
from app.connections.store import StoredValue
from app.connections.trials import KeptTrial
from app.notify.records import ProviderRestRecord
from app.notify.send.rests import resting


class ConnectionStanding(StrEnum):
    """How a connection stands."""

    WORKS = "works"
    UNTRIED = "untried"
    FAILS = "fails"
    OFF = "off"


class SetBy(StrEnum):
    """Where a value is set."""

    ENVIRONMENT = "environment"
    HERE = "here"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class FieldState:
    """One variable: ``value`` only of what is no secret; ``rows`` are what was set here, the newest first."""

    field: ConnectionField
    origin: SetBy
    value: str
    rows: tuple[StoredValue, ...] = ()


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """A connection with how it stands; ``faults`` are sentences about stored values that could not be taken."""

    connection: Connection
    standing: ConnectionStanding
    fields: tuple[FieldState, ...]
    trial: KeptTrial | None
    faults: tuple[str, ...] = ()

    @property
    def set_here(self) -> bool:
        """Whether anything of it can be taken out here."""
        return any(one.rows for one in self.fields)

    @property
    def by_environment(self) -> bool:
        """Whether the environment connects it, so that here is nothing to enter."""
        # Another address for its API, or a sender's name, connects nothing yet.
        connected = self.standing is not ConnectionStanding.OFF and not self.set_here
        return connected and any(one.origin is SetBy.ENVIRONMENT for one in self.fields)


def states(session: Session, live: LiveSettings) -> list[ConnectionState]:
    """Every connection with how it stands."""
    rows, tried, rests = store.shown(session), trials.outcomes(session), resting(session)
    return [_state(one, live, rows, tried.get(one.name), one.name in rests) for one in connections().values()]


def state(session: Session, one: Connection, live: LiveSettings) -> ConnectionState:
    """One connection with how it stands."""
    rests = one.provider is not None and one.provider.name in resting(session)
    return _state(one, live, store.shown(session), trials.outcomes(session).get(one.name), rests)


def failing(session: Session, live: LiveSettings) -> int:
    """How many do not work, in one statement: those whose last trial failed, who rest, or whose values are left out."""
    # This is read with every page of the settings; all that their own pages tell would be three statements more.
    bad = select(ConnectionTrial.connection).where(ConnectionTrial.good.is_(False))
    names = set(session.scalars(bad.union(select(ProviderRestRecord.provider))))
    ready = {name for name in names & set(connections()) if connections()[name].ready(live.settings)}
    left_out = {one.name for one in connections().values() if _faults(one, live)}
    return len(ready | left_out)


def _state(
    one: Connection, live: LiveSettings, rows: dict[str, list[StoredValue]], trial: KeptTrial | None, rests: bool
) -> ConnectionState:
    fields = tuple(_field_state(field, live, tuple(rows.get(field.variable, ()))) for field in one.fields)
    faults = _faults(one, live)
    return ConnectionState(one, _standing(one, live, trial, bool(faults) or rests), fields, trial, faults)


def _faults(one: Connection, live: LiveSettings) -> tuple[str, ...]:
    begins = (f"{one.title}: ", *(f"{variable}: " for variable in one.variables))
    return tuple(fault for fault in live.faults if fault.startswith(begins))


def _field_state(field: ConnectionField, live: LiveSettings, rows: tuple[StoredValue, ...]) -> FieldState:
    value = "" if field.secret else live.settings.environ.get(field.variable, "")
    if by_environment(live.base.environ, field.variable):
        return FieldState(field, SetBy.ENVIRONMENT, value, rows)
    return FieldState(field, SetBy.HERE if rows else SetBy.NOWHERE, value, rows)


def _standing(one: Connection, live: LiveSettings, trial: KeptTrial | None, in_trouble: bool) -> ConnectionStanding:
    if in_trouble:
        return ConnectionStanding.FAILS
    if not one.ready(live.settings):
        return ConnectionStanding.OFF
    if not trials.can_be_tried(one):
        return ConnectionStanding.WORKS
    if trial is None or trial.result is None:
        return ConnectionStanding.UNTRIED
    return ConnectionStanding.WORKS if trial.result.good else ConnectionStanding.FAILS
