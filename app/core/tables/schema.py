"""The database's schema: bring it to the newest migration, and tell whether it is there; and whether it is safe.

Alembic is loaded when it is first needed: the web imports this file at its start.
"""

from typing import TYPE_CHECKING

from sqlalchemy import Engine, text

from app.core.settings import ROOT

if TYPE_CHECKING:
    from alembic.config import Config


def config(url: str | None = None) -> "Config":
    """Alembic's configuration for this project; ``url`` in SQLAlchemy's form."""
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(ROOT / "migrations"))
    if url is not None:
        configuration.attributes["url"] = url
    return configuration


def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations that are missing, one transaction each."""
    from alembic import command

    command.upgrade(config(url), revision)


def missing(engine: Engine) -> str | None:
    """None when the database is at the newest migration, else a sentence that says what is wrong."""
    current, head, _ = _revisions(engine)
    return None if current == head else _apart(current, head)


def behind(engine: Engine) -> str | None:
    """The same, but None as well when the database is newer than the program: a release runs on its successor's."""
    current, head, revisions = _revisions(engine)
    return _apart(current, head) if current is None or (current in revisions and current != head) else None


def _revisions(engine: Engine) -> tuple[str | None, str | None, set[str]]:
    """Where the database is, the newest that this program knows, and all that it knows."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(config())
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, script.get_current_head(), {revision.revision for revision in script.walk_revisions()}


def _apart(current: str | None, head: str | None) -> str:
    return f"the database is at migration {current}, the program at {head}"


def forgetful(engine: Engine) -> str | None:
    """None when what the database has acknowledged outlives a crash, else a sentence that says why it may not.

    A database that is thrown away after use says so by the setting ``paradero.disposable``.
    """
    with engine.connect() as connection:
        durability = connection.execute(_DURABLE).one()
    if durability.disposable == "on":
        return None
    off = [name for name in ("fsync", "full_page_writes", "synchronous_commit") if getattr(durability, name) == "off"]
    return f"PostgreSQL may lose what it acknowledged: {', '.join(off)} is off" if off else None


_DURABLE = text(
    "select current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes, "
    "current_setting('synchronous_commit') as synchronous_commit, "
    "current_setting('paradero.disposable', true) as disposable"
)


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table is of this project; the job engine keeps its own."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))
