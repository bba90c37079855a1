"""Every column of every table is claimed by its room, and what tells of a person can be told and erased."""

from collections.abc import Iterator

from sqlalchemy import Column, MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase

import app.models
from app.core.db import Model
from app.personal.claims import RoomClaims, TableClaim, Tier, Use, claims, rooms
from app.personal.terms import TERMS
from app.privacy.copies.making import exported

assert app.models


def faults(metadata: MetaData, claimed: list[TableClaim]) -> Iterator[str]:
    """What is wrong with the claims, a sentence each."""
    by_table = {claim.table.name: claim for claim in claimed}
    for table in metadata.sorted_tables:
        claim = by_table.get(table.name)
        if claim is None:
            yield f"{table.name} is claimed by no room"
            continue
        names = {column.name for column in table.columns}
        yield from (f"{table.name}.{name} is claimed by nobody" for name in sorted(names - claim.claimed.keys()))
        yield from (f"{table.name} has no column {name}" for name in sorted(claim.claimed.keys() - names))
        if claim.personal and claim.of is None:
            yield f"{table.name} tells of persons, and nobody can find theirs"
        if claim.personal and not exported(claim) and not claim.apart and claim.tier is not Tier.NOBODY:
            yield f"{table.name} tells of persons, and is not told to them"
        yield from _endless(claim)


def _endless(claim: TableClaim) -> Iterator[str]:
    term = TERMS.get(claim.term)
    if term is None:
        yield f"{claim.table.name} is kept for a term that nobody knows"
    elif claim.since is not None and term.days is None:
        yield f"{claim.table.name} counts from a moment, and its term has no end"
    elif claim.personal and term.chosen and claim.since is None and term.name not in ("orders",):
        yield f"{claim.table.name} tells of persons, and nothing says from when its days are counted"


def test_every_column_of_every_table_is_claimed_once() -> None:
    assert list(faults(Model.metadata, list(claims()))) == []
    tables = [claim.table.name for claim in claims()]
    assert sorted(tables) == sorted(set(tables))


def test_a_column_that_nobody_claims_and_one_that_nobody_can_erase_are_named() -> None:
    class Base(DeclarativeBase):
        pass

    class Guest(Base):
        __table__ = Table(
            "guest",
            Base.metadata,
            Column("id", String, primary_key=True),
            Column("name", String),
            Column("hat", String),
        )

    unclaimed = TableClaim(model=Guest, purpose="Who comes", term="orders", plain="id name")
    assert list(faults(Base.metadata, [unclaimed])) == ["guest.hat is claimed by nobody"]
    lost = TableClaim(model=Guest, purpose="Who comes", term="orders", plain="id hat", personal={"name": Use("Name")})
    assert list(faults(Base.metadata, [lost])) == [
        "guest tells of persons, and nobody can find theirs",
        "guest tells of persons, and is not told to them",
    ]
    assert list(faults(Base.metadata, [])) == ["guest is claimed by no room"]


def test_a_room_claims_its_own_tables_alone() -> None:
    strangers = [
        f"{room.name} claims {claim.table.name} of {claim.model.__module__}"
        for room in rooms().values()
        for claim in room.tables
        if not claim.model.__module__.startswith(f"app.{room.name}.")
    ]
    assert strangers == []
    assert all(isinstance(room, RoomClaims) for room in rooms().values())
