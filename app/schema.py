"""The database's schema: bring it to the newest migration, and tell whether it is there.

Alembic is loaded when it is first needed: the web imports this file at its start.
"""

from typing import TYPE_CHECKING

from sqlalchemy import Engine

from app.settings import ROOT

if TYPE_CHECKING:
    from alembic.config import Config


def config(url: str | None = None) -> "Config":
    """Alembic's configuration for this project; ``url`` in SQLAlchemy's form."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    if url is not None:
        made.attributes["url"] = url
    return made


def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations that are missing, one transaction each."""
    from alembic import command

    command.upgrade(config(url), revision)


def missing(engine: Engine) -> str | None:
    """None when the database is at the newest migration, else a sentence that says what is wrong."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    head = ScriptDirectory.from_config(config()).get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return None if current == head else f"the database is at migration {current}, the program at {head}"


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table is of this project; the job engine keeps its own."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))
