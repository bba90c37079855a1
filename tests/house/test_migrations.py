"""Migrations make the schema that the models speak of, one after the other, each with its way back."""

import ast
import re
import runpy

import pytest
from sqlalchemy import Engine, text

from tests.house.code.source import ROOT, Source, SourceFile

NAME = re.compile(r"migrations/versions/(\d{4})_[a-z0-9_]+\.py")


def migrations() -> Source:
    """Every migration."""
    return Source.read(ROOT, "migrations/versions")


def out_of_line(source: Source) -> list[str]:
    """What is wrong with the row of migrations: a name, a number, what it follows, or the way back."""
    faults = []
    for at, file in enumerate(source, 1):
        numbered = NAME.fullmatch(file.path)
        values = {name: _text(file, name) for name in ("revision", "down_revision")}
        if numbered is None or int(numbered[1]) != at:
            faults.append(f"{file.path} is not number {at}")
        if values != {"revision": f"{at:04}", "down_revision": f"{at - 1:04}" if at > 1 else "None"}:
            faults.append(f"{file.path} says {values}")
        faults += [f"{file.path} has no {name}" for name in ("upgrade", "downgrade") if not _has(file, name)]
    return faults


def _text(file: SourceFile, name: str) -> str:
    value = getattr(file.values.get(name), "value", None)
    return str(value.value) if isinstance(value, ast.Constant) else "nothing"


def _has(file: SourceFile, name: str) -> bool:
    return any(function.name == name for function in file.functions)


def test_migrations_follow_each_other() -> None:
    assert len(migrations().files) >= 30
    assert out_of_line(migrations()) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("9999_new.py", "revision = '9999'"),
        ("0002_again.py", "revision = '0002'\ndown_revision = '0001'\ndef upgrade(): ...\ndef downgrade(): ..."),
    ],
)
def test_a_migration_out_of_line_is_told(name: str, text: str) -> None:
    assert out_of_line(migrations().planted({f"migrations/versions/{name}": text}))


def test_the_migrated_database_is_what_the_models_say(database_url: str, engine: Engine) -> None:
    """And the comparison sees what it is for."""
    drift = runpy.run_path(str(ROOT / "tools" / "migrations_match.py"))["drift"]
    assert drift(database_url) == []
    with engine.begin() as connection:
        connection.execute(text("alter table brand add column stray text"))
    try:
        assert len(drift(database_url)) == 1
    finally:
        with engine.begin() as connection:
            connection.execute(text("alter table brand drop column stray"))
