"""Fixtures of the whole house: the furnished world, and everyone who may come to its endpoints."""

import io
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy.orm import Session

from app.staff.models import StaffUser
from tests.carriers.endpoints import SECRETS
from tests.house.routes import world
from tests.house.routes.visits import Visitor, found, proven, visitor
from tests.logged import written_out
from tests.staff.browsers import browser


@pytest.fixture
def open_house(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The portal of a demo shop with every endpoint configured."""
    secrets = {name: tuple(map(SecretStr, pair)) for name, pair in SECRETS.items()}
    more = {"oms_webhook_secret": secrets["generic_webhook_secret"], "twilio_auth_token": SecretStr("t" * 32)}
    changes = {**secrets, **more, "demo": True}
    configured = app.config["SETTINGS"].model_copy(update={**changes, "twilio_from": "+34600000000"})
    monkeypatch.setitem(app.config, "SETTINGS", configured)
    # A form that connects something on a walk puts nothing in force: the house stays configured as it is.
    monkeypatch.setattr(app.extensions["connections"], "_use", lambda settings: None)
    return app


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged from now on, as production writes it, down to the smallest."""
    with written_out() as written:
        yield written.as_json


@pytest.fixture
def house(open_house: Flask, session: Session) -> Iterator[SimpleNamespace]:
    """The world: ``mine`` and ``theirs`` for the names in addresses, ``visitors`` by what they are."""
    app, common = open_house, world.furnish_house(session)
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
    mine["user_id"] = theirs["user_id"] = str(members["warehouse"])
    ways = world.ways_in(session, members["admin"])
    mine, theirs = mine | ways, theirs | ways
    session.commit()
    yield SimpleNamespace(app=app, session=session, mine=mine, theirs=theirs, visitors=visitors)
