"""A database of its own, as an earlier release left it with rows, and then upgraded."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, text

from app.core.tables.schema import upgrade


@contextmanager
def upgraded_database(before: str, after: str, fill: Callable[[Engine], None]) -> Iterator[Engine]:
    """``fill`` writes rows at the revision ``before``; what is given stands at ``after``, and is gone at the end."""
    admin = create_engine(os.environ["TEST_DATABASE_URL"], isolation_level="AUTOCOMMIT")
    name = f"test_{uuid.uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    upgrade(url, before)
    engine = create_engine(url)
    fill(engine)
    upgrade(url, after)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()
