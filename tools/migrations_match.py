"""Check that the migrated database says what the models say, and that every migration can be undone and done again."""

import sys
import tempfile
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> int:
    """0 when nothing differs; else a line a difference."""
    from alembic import command

    from app.core.tables import schema
    from app.server.embedded import Embedded

    with tempfile.TemporaryDirectory(prefix="paradero-check-") as folder:
        Path(folder).chmod(0o755)
        server = Embedded(Path(folder) / "pg", throw_away=True)
        try:
            url = server.database()
            schema.upgrade(url)
            differences = drift(url)
            command.downgrade(schema.config(url), "base")
            schema.upgrade(url)
        finally:
            server.stop()
    print("\n".join(differences) or "Models and migrations agree.")
    return 1 if differences else 0


def drift(url: str) -> list[str]:
    """Where the models and the migrated database differ; empty when they say the same."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import create_engine

    import app.models  # noqa: F401  (fills the metadata)
    from app.core.db import Model
    from app.core.tables import schema

    engine = create_engine(url)
    warnings.filterwarnings("ignore", message="Did not recognize type 'point'")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": schema.ours, "compare_type": True})
        differences = [str(item) for item in compare_metadata(context, Model.metadata)]
    engine.dispose()
    return differences


if __name__ == "__main__":
    sys.exit(main())
