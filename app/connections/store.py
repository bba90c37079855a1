"""The values that were set by page: sealed, changed under one lock, each change with a new mark and its audit row."""

import secrets as chance
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.connections import reading
from app.connections.catalogue import Connection, ConnectionField, connection, connections
from app.connections.models import ConnectedValue, ConnectionsMark, ConnectionTrial
from app.core import tokens
from app.core.errors import Conflict, Fault, Invalid
from app.core.http import Rules
from app.core.settings import SecretKind, Settings
from app.core.standard_webhooks import PREFIX
from app.core.tables import resealing

# Of a short one the last four characters would be much of it.
SHOWS_ENDING = 16
LONGEST = 4000
AGAIN = "enter it again: it would go to another address"
# Two at once: by the next rotation the other side has had its time to change over.
AT_ONCE = 2
# How old «last used» may be before it is written anew: not every delivery is worth a write.
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StoredValue:
    """What may be shown of one stored value."""

    variable: str
    ending: str
    set_by: str
    set_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredValues:
    """All values in clear by variable, several with commas between; ``closed`` are those that no key of ours opens."""

    mark: str | None
    values: Mapping[str, str]
    closed: tuple[str, ...] = ()


def mark(session: Session) -> str | None:
    """The mark of the last change; None where nothing was ever set."""
    return session.scalar(select(ConnectionsMark.mark))


def stored(session: Session, keys: Sequence[str]) -> StoredValues:
    """Everything that was set, opened with one of the keys."""
    # The mark first: were a change to slip in between, it would be read again at the next look.
    latest = mark(session)
    values: dict[str, list[str]] = {}
    closed = set()
    for row in session.scalars(select(ConnectedValue).order_by(ConnectedValue.id.desc())):
        value = _unseal(keys, row)
        if value is None:
            closed.add(row.variable)
        else:
            values.setdefault(row.variable, []).append(value)
    joined = {variable: ",".join(several) for variable, several in values.items()}
    return StoredValues(latest, joined, tuple(sorted(closed)))


def shown(session: Session) -> dict[str, list[StoredValue]]:
    """What may be shown of every stored value, by variable, the newest first."""
    rows: dict[str, list[StoredValue]] = {}
    for row in session.scalars(select(ConnectedValue).order_by(ConnectedValue.id.desc())):
        facts = StoredValue(row.variable, row.ending, row.set_by, row.set_at, row.used_at)
        rows.setdefault(row.variable, []).append(facts)
    return rows


@dataclass(frozen=True, slots=True)
class Changing:
    """Who changes what was set, beside which settings of the environment, and when."""

    base: Settings
    by: str
    now: datetime

    @property
    def rules(self) -> Rules:
        """Where a page may have us call."""
        return Rules(private_hosts=self.base.webhook_private_hosts)


def set_values(session: Session, name: str, values: Mapping[str, str | None], change: Changing) -> list[str]:
    """Set variables of a connection (None: take it out); gives the names of what changed.

    Raises NotFound, and Invalid with the environment's own sentences at each variable.
    """
    one = connection(name)
    _refuse_strangers(one, values)
    before = _locked(session, change)
    after = {variable: value for variable, value in before.items() if variable not in values}
    after |= {variable: value.strip() for variable, value in values.items() if value is not None and value.strip()}
    changed = sorted(variable for variable in values if before.get(variable) != after.get(variable))
    if not changed:
        return []
    _refuse_faults(one, before, after, changed, change)
    _refuse_leading_away(one, values, changed, change)
    for variable in changed:
        session.execute(delete(ConnectedValue).where(ConnectedValue.variable == variable))
        if variable in after:
            _add(session, one.field(variable), after[variable], change)
    _note(session, "connection.set", one, changed, change)
    return changed


def remove(session: Session, name: str, change: Changing) -> list[str]:
    """Take out all that was set of a connection; gives the names. Raises NotFound, and Conflict where nothing was."""
    one = connection(name)
    before = _locked(session, change)
    # What another connection goes on using stays: the address that mails come from.
    others = {v for other in connections().values() if other.name != name for v in _used(other, before, one)}
    own = [variable for variable in one.variables if variable in before and variable not in others]
    if not own:
        raise Conflict("Nothing of it was set here.")
    session.execute(delete(ConnectedValue).where(ConnectedValue.variable.in_(own)))
    session.execute(delete(ConnectionTrial).where(ConnectionTrial.connection == name))
    _note(session, "connection.removed", one, own, change)
    return own


def rotate(session: Session, name: str, variable: str, change: Changing) -> str:
    """Make a secret beside the newest one that there is; gives it, this once.

    Raises NotFound, and Conflict where the environment sets it or another has to make it.
    """
    one = connection(name)
    field = one.field(variable)
    if field is None or field.key is None:
        raise Conflict(f"{variable} is not made here: enter the one that {one.title} gives you.")
    if reading.by_environment(change.base.environ, variable):
        raise Conflict(f"{variable} {reading.ELSEWHERE}")
    _locked(session, change)
    secret = _made(field.key)
    _keep_newest(session, variable, AT_ONCE - 1)
    _add(session, field, secret, change)
    _note(session, "connection.rotated", one, [variable], change)
    return secret


def end_older(session: Session, name: str, variable: str, change: Changing) -> None:
    """Take the older secret of two out. Raises NotFound, and Conflict where there are no two."""
    one = connection(name)
    _locked(session, change)
    if one.field(variable) is None or _keep_newest(session, variable, 1) == 0:
        raise Conflict("There is no older secret.")
    _note(session, "connection.rotated", one, [variable], change)


def reseal(session: Session, change: Changing) -> int:
    """Seal everything anew with the key of today; gives how many could be. The key before is then of no more use."""
    _lock(session)
    done = resealing.reseal(session, change.base.key)
    audit.record(session, actor=change.by, action="connection.resealed", detail={"values": done}, now=change.now)
    return done


def note_use(session: Session, secret: str, keys: Sequence[str], *, now: datetime) -> bool:
    """Write that a delivery was verified with this secret; False where it was not set here."""
    opened = [row for row in session.scalars(select(ConnectedValue)) if _unseal(keys, row) == secret]
    # Past the session's own rows: nobody who changes something is to wait for it, or to be overwritten.
    ids = [row.id for row in opened]
    session.execute(update(ConnectedValue).where(ConnectedValue.id.in_(ids)).values(used_at=now))
    return bool(ids)


def _locked(session: Session, change: Changing) -> dict[str, str]:
    """What is stored, which nobody else changes before the commit; every process will see the new mark."""
    _lock(session)
    return dict(stored(session, change.base.sealing_keys).values)


def _lock(session: Session) -> None:
    # At random and not counted: a database that is restored from a backup must not come to a number that was before.
    row = {"id": 1, "mark": chance.token_hex(8)}
    session.execute(insert(ConnectionsMark).values(row).on_conflict_do_update(index_elements=["id"], set_=row))


def _refuse_strangers(one: Connection, values: Mapping[str, str | None]) -> None:
    faults = [Fault(variable, f"{one.title} has no such field") for variable in values if one.field(variable) is None]
    faults += [
        Fault(variable, f"must have at most {LONGEST} characters, all printable")
        for variable, value in values.items()
        if value is not None and (len(value) > LONGEST or not value.strip().replace("\n", "").isprintable())
    ]
    if faults:
        raise Invalid(faults)


def _refuse_faults(
    one: Connection, before: Mapping[str, str], after: Mapping[str, str], changed: Iterable[str], change: Changing
) -> None:
    changed = list(changed)
    faults = reading.faults_of(one, change.base, after, changed, rules=change.rules)
    faults += [
        Fault(variable, f"holds {AT_ONCE} at most: the new one and the one before")
        for variable in changed
        if (field := one.field(variable)) and field.several and len(_each(field, after.get(variable, ""))) > AT_ONCE
    ]
    if not faults:
        # What this connection may do without, another may need: the address that mails come from.
        at, earlier = next(iter(changed)), reading.joined(change.base, before).faults
        faults = [Fault(at, line) for line in reading.joined(change.base, after).faults if line not in earlier]
    if faults:
        raise Invalid(faults)


def _refuse_leading_away(
    one: Connection, values: Mapping[str, str | None], changed: Iterable[str], change: Changing
) -> None:
    """What is kept and never shown must not be had by naming another address to which it is then sent."""
    moved = [
        v for v in changed if (field := one.field(v)) and field.shape.is_address and not field.secret and values[v]
    ]
    faults = []
    for field in one.fields if moved else ():
        if not field.secret or not field.needed or values.get(field.variable):
            continue
        if reading.by_environment(change.base.environ, field.variable):
            faults.append(
                Fault(moved[0], f"{field.variable}, which goes there, {reading.ELSEWHERE}, with this address")
            )
        else:
            faults.append(Fault(field.variable, AGAIN))
    if faults:
        raise Invalid(faults)


def _used(other: Connection, before: Mapping[str, str], one: Connection) -> set[str]:
    """The variables of another connection, where anything but what it shares was set."""
    own = [variable for variable in other.variables if variable in before and variable not in one.variables]
    return set(other.variables) if own else set()


def _keep_newest(session: Session, variable: str, many: int) -> int:
    rows = session.scalars(
        select(ConnectedValue.id).where(ConnectedValue.variable == variable).order_by(ConnectedValue.id.desc())
    ).all()
    session.execute(delete(ConnectedValue).where(ConnectedValue.id.in_(rows[many:])))
    return len(rows[many:])


def _add(session: Session, field: ConnectionField | None, written: str, change: Changing) -> None:
    """A row for each value, the first of a list being the newest."""
    if field is None:
        return
    for value in reversed(_each(field, written)):
        row = ConnectedValue(
            variable=field.variable,
            sealed=_seal(change.base.sealing_keys[0], field.variable, value),
            ending=value[-4:] if field.secret and len(value) >= SHOWS_ENDING else "",
            set_by=change.by,
            set_at=change.now,
        )
        session.add(row)
        # One by one: their numbers tell which is the newer.
        session.flush()


def _each(field: ConnectionField, written: str) -> list[str]:
    return written.replace(",", " ").split() if field.several else [written]


def _made(key: SecretKind) -> str:
    return PREFIX + tokens.new_key() if key is SecretKind.SIGNING_KEY else tokens.new_secret()


def _note(session: Session, action: str, one: Connection, changed: list[str], change: Changing) -> None:
    detail = {"changed": changed}
    audit.record(session, actor=change.by, action=action, subject=one.name, detail=detail, now=change.now)


def _seal(key: str, variable: str, value: str) -> str:
    # With its name: what was sealed for one variable opens in the row of no other.
    return tokens.seal(key, f"{variable}={value}")


def _unseal(keys: Sequence[str], row: ConnectedValue) -> str | None:
    opened = (tokens.unseal(key, row.sealed, max_age=tokens.FOREVER_S) for key in keys)
    text = next((text for text in opened if text is not None), None)
    return text.removeprefix(f"{row.variable}=") if text and text.startswith(f"{row.variable}=") else None
