"""Fixtures of the whole house: the furnished world, and everyone who may come to its endpoints."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from app.staff.models import StaffUser
from tests.carriers.endpoints import SECRETS
from tests.conftest import on_one_connection
from tests.house.routes import world
from tests.house.routes.visits import Visitor, found, proven, visitor
from tests.logged import written_out
from tests.staff.browsers import browser


@dataclass(frozen=True)
class World:
    """What was furnished: the connection that alone sees it, names in addresses, and visitors by what they are."""

    connection: Connection
    mine: dict[str, str]
    theirs: dict[str, str]
    visitors: dict[str, Visitor]


def configure_everything(app: Flask, patched: pytest.MonkeyPatch) -> None:
    """A demo shop with every endpoint configured."""
    secrets = {name: tuple(map(SecretStr, pair)) for name, pair in SECRETS.items()}
    more = {"oms_webhook_secret": secrets["generic_webhook_secret"], "twilio_auth_token": SecretStr("t" * 32)}
    changes = {**secrets, **more, "demo": True}
    configured = app.config["SETTINGS"].model_copy(update={**changes, "twilio_from": "+34600000000"})
    patched.setitem(app.config, "SETTINGS", configured)
    # A form that connects something on a walk puts nothing in force: the house stays configured as it is.
    patched.setattr(app.extensions["connections"], "_use", lambda settings: None)


def furnish(app: Flask, session: Session, connection: Connection) -> World:
    """Two customers, staff of each role, a system with a key, and a browser of each."""
    common = world.furnish_house(session)
    mine, theirs = ({**common, **world.furnish(session, words)} for words in (world.MINE, world.THEIRS))
    members = world.staff(session)
    people = {role: browser(app, session.get_one(StaffUser, number)) for role, number in members.items()}
    session.commit()
    visitors = {
        "stranger": Visitor("stranger"),
        "tier 1": visitor("tier 1", found(app, world.MINE)),
        "tier 2": visitor("tier 2", proven(app, session, world.MINE, mine["order"])),
        "other tier 2": visitor("other tier 2", proven(app, session, world.THEIRS, theirs["order"])),
        "system": Visitor("system", {"Authorization": f"Bearer {world.api_secret(session)}"}),
        **{role: visitor(role, client) for role, client in people.items()},
    }
    ways = {**world.ways_in(session, members["admin"]), "user_id": str(members["warehouse"])}
    session.commit()
    return World(connection, mine | ways, theirs | ways, visitors)


@pytest.fixture(scope="module")
def furnished(flask_app: Flask, engine: Engine) -> Iterator[World]:
    """The world, furnished once for the tests of a file, in a transaction that ends with them."""
    with engine.connect() as connection, connection.begin() as outer:
        # It is idle between the tests of a file, for as long as others have their turn.
        connection.execute(text("set local idle_in_transaction_session_timeout = 0"))
        with on_one_connection(flask_app, connection) as session, pytest.MonkeyPatch.context() as patched:
            configure_everything(flask_app, patched)
            made = furnish(flask_app, session, connection)
        yield made
        outer.rollback()


@pytest.fixture
def session(flask_app: Flask, furnished: World) -> Iterator[Session]:
    """A session on the furnished world, which every test finds as it was furnished."""
    savepoint = furnished.connection.begin_nested()
    try:
        with on_one_connection(flask_app, furnished.connection) as made:
            yield made
    finally:
        savepoint.rollback()


@pytest.fixture
def open_house(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The portal of a demo shop with every endpoint configured."""
    configure_everything(app, monkeypatch)
    return app


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged from now on, as production writes it, down to the smallest."""
    with written_out() as written:
        yield written.as_json


@pytest.fixture
def house(open_house: Flask, session: Session, furnished: World) -> SimpleNamespace:
    """The world: ``mine`` and ``theirs`` for the names in addresses, ``visitors`` by what they are."""
    visitors = {name: replace(who, headers=dict(who.headers)) for name, who in furnished.visitors.items()}
    names = {"mine": dict(furnished.mine), "theirs": dict(furnished.theirs)}
    return SimpleNamespace(app=open_house, session=session, visitors=visitors, **names)
