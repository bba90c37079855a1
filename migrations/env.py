"""How Alembic runs the migrations: each in its own transaction, with time-outs so that none can block a live shop."""

from alembic import context
from sqlalchemy import create_engine, pool, text

import app.models  # noqa: F401  (fills the metadata)
from app.core.db import Model
from app.core.settings import Settings
from app.core.tables.schema import ours

url = context.config.attributes.get("url") or Settings.from_env().database_url
engine = create_engine(url, poolclass=pool.NullPool)

with engine.connect() as connection:
    connection.execute(text("set lock_timeout = '2s'"))
    connection.execute(text("set statement_timeout = '10min'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        transaction_per_migration=True,
        include_name=ours,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
