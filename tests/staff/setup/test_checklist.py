"""The checklist says what is missing for the first real order, the same on the page, at a terminal and to programs."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.api.keys import create_key
from app.audit.models import AuditRow
from app.brands.models import Brand
from app.core.settings import Settings
from app.oms.intake import receive_order
from app.returns.policy.stored.kind import put_policy
from app.sandbox import arrivals, demo
from app.staff.setup.checklist import StepStanding, needed, next_step, steps
from app.staff.setup.state import SetupMarkFacts, SetupState, read_state
from tests.connections.build import SENDGRID, TWILIO
from tests.orders.build import document
from tests.staff.browsers import audited, member

URL = "http://127.0.0.1:8000"
ALL = SetupState(
    sender="sendgrid",
    orders_in=True,
    real_orders=True,
    carrier_tells=True,
    own_policy=True,
    points=True,
    members=2,
    public=True,
    production=True,
    marks={"backups": SetupMarkFacts("admin", datetime(2026, 11, 1, tzinfo=UTC))},
)


def missing(state: SetupState) -> set[str]:
    """The steps that are needed and not done."""
    return {step.name for step in steps(state) if step.standing is StepStanding.MISSING}


def read(session: Session, settings: Settings, now: datetime, *, able: tuple[str, ...] = ()) -> SetupState:
    session.flush()
    return read_state(session, settings, able=frozenset(able), now=now)


def told(app: Flask) -> dict[str, dict[str, Any]]:
    """The steps that the command tells programs of, by name."""
    result = app.test_cli_runner().invoke(args=["portal", "setup", "--json"])
    assert result.exit_code == 0, result.output
    return {step["name"]: step for step in json.loads(result.output)["steps"]}


def test_nothing_is_missing_once_everything_is_there() -> None:
    assert missing(ALL) == set()
    assert next_step(steps(ALL)) is None


@pytest.mark.parametrize(
    ("without", "step"),
    [
        ({"lacks": ("name",)}, "brand"),
        ({"lacks": ("help_email",)}, "addresses"),
        ({"invented_brand": True}, "addresses"),
        ({"invented_brand": True}, "brand"),
        ({"sender": None}, "mail"),
        ({"real_orders": False}, "first-order"),
        ({"real_orders": False, "orders_in": False}, "orders"),
        ({"carrier_tells": False}, "carrier"),
        ({"own_policy": False}, "policy"),
        ({"points": False}, "points"),
        ({"members": 1}, "people"),
        ({"without_factor": 1}, "factor"),
        ({"public": False}, "address"),
        ({"production": False}, "production"),
        ({"marks": {}}, "backups"),
        ({"demo_orders": True}, "demo"),
    ],
)
def test_each_step_is_missed_by_its_own_fact(without: dict[str, Any], step: str) -> None:
    assert step in missing(replace(ALL, **without))


def test_a_shop_that_has_a_name_only_lacks_its_addresses() -> None:
    assert missing(replace(ALL, lacks=("postal_address", "return_address"))) == {"addresses"}


def test_brand_and_policy_lead_to_their_pages(app: Flask, session: Session) -> None:
    steps_by_name = told(app)
    for name, path in (("brand", "/brands"), ("addresses", "/brands"), ("policy", "/settings/policy")):
        assert path in steps_by_name[name]["page"], name


def test_a_policy_that_was_put_in_force_is_a_decision_even_when_it_is_the_usual_again(
    app: Flask, session: Session, settings: Settings, now: datetime
) -> None:
    assert not read(session, settings, now).own_policy
    put_policy(session, "demo", {"window_days": 30}, by="cli:me", now=now)
    assert read(session, settings, now).own_policy
    put_policy(session, "demo", None, by="cli:me", now=now)
    assert read(session, settings, now).own_policy
    # Nobody had to say so.
    assert told(app)["policy"]["state"] == "done" and read(session, settings, now).marks == {}


def test_what_a_shop_can_do_without_is_never_missing_and_never_counted() -> None:
    optional = {step.name for step in steps(ALL) if step.optional}
    assert optional == {"reports", "texts"}
    assert optional.isdisjoint(step.name for step in needed(steps(ALL)))


def test_an_empty_installation_lacks_what_settings_and_rows_do_not_say(
    session: Session, settings: Settings, now: datetime
) -> None:
    session.execute(update(Brand).values(name="Paradero", help_email=None))
    state = read(session, settings, now)
    assert state.lacks == ("name", "help_email", "postal_address", "return_address")
    assert {"brand", "addresses", "mail", "orders", "first-order", "carrier", "points", "people", "address"} <= missing(
        state
    )


def test_senders_keys_orders_and_people_are_seen(session: Session, settings: Settings, now: datetime) -> None:
    connected = Settings.from_env({**settings.environ, **SENDGRID, **TWILIO, "PUBLIC_URL": "https://o.shop.example"})
    create_key(session, name="shop", scopes=["orders:write"], now=now)
    receive_order(session, document(), now=now)
    for name in ("ana@aceites.com", "luis@aceites.com"):
        member(session, now, "admin", name, email=name)
    state = read(session, connected, now, able=("gls",))
    assert (state.sender, state.texts, state.orders_in, state.real_orders) == ("sendgrid", True, True, True)
    assert (state.members, state.without_factor, state.public, state.carrier_tells) == (2, 2, True, True)


def test_the_demos_orders_points_brand_and_people_are_none_of_the_shops_own(
    session: Session, settings: Settings, now: datetime
) -> None:
    demo.seed(session, public_url=URL, now=now)
    member(session, now, "admin", "demo", email="admin@almazara.example")
    state = read(session, settings, now)
    assert (state.real_orders, state.demo_orders, state.points, state.members) == (False, True, False, 0)
    assert {"brand", "first-order", "points", "people", "demo"} <= missing(state)


def test_a_key_that_has_ended_lets_no_order_in(session: Session, settings: Settings, now: datetime) -> None:
    key, _ = create_key(session, name="shop", scopes=["orders:write"], now=now)
    key.ends_at = now - timedelta(minutes=1)
    assert not read(session, settings, now).orders_in


def test_the_page_leads_to_each_steps_page_and_to_its_test(admin: FlaskClient) -> None:
    page = admin.get("/staff/settings/setup").text
    for href in ("/staff/settings/connections", "/staff/settings/keys", "/staff/settings/points", "/staff/people"):
        assert f'href="{href}' in page
    assert "paradero orders import FILE" in page
    assert admin.get("/staff/settings/connections").status_code == 200


def test_the_command_says_the_same_with_signs_and_addresses(app: Flask, session: Session) -> None:
    output = app.test_cli_runner().invoke(args=["portal", "setup"]).output
    assert "! Let orders in" in output and "· Connect text messages (optional)" in output
    assert "Page: http://127.0.0.1:8000/staff/settings/keys" in output
    assert "Or: paradero api-key create shop --scope orders:write" in output


def test_no_command_is_named_that_there_is_not(app: Flask, session: Session) -> None:
    from app.cli import COMMANDS

    commands = [step["command"] for step in told(app).values() if step["command"]]
    named = [command.split()[1] for command in commands if command.startswith("paradero ")]
    assert len(named) >= 8 and set(named) <= set(COMMANDS)


def test_what_no_row_tells_a_person_says_and_takes_back(app: Flask, session: Session, admin: FlaskClient) -> None:
    admin.post("/staff/settings/setup/steps/backups", data={"noted": "1"})
    assert told(app)["backups"]["state"] == "done"
    admin.post("/staff/settings/setup/steps/backups", data={"noted": "0"})
    assert told(app)["backups"]["state"] == "missing"
    admin.post("/staff/settings/setup/steps/mail", data={"noted": "1"})
    assert told(app)["mail"]["state"] == "missing"
    assert [row[1] for row in audited(session)] == ["setup.noted", "setup.note_ended"]


def test_the_command_notes_a_step_too_and_refuses_another(app: Flask, session: Session) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["portal", "setup", "--noted", "policy"]).exit_code == 0
    assert told(app)["policy"]["state"] == "done"
    refused = runner.invoke(args=["portal", "setup", "--noted", "mail"])
    assert refused.exit_code == 2 and "choose from backups, policy" in refused.output


def test_the_card_shows_the_next_step_until_it_is_hidden_and_comes_back(admin: FlaskClient) -> None:
    for path in ("/staff/orders", "/staff/settings"):
        assert "Set up your shop" in admin.get(path).text
    admin.post("/staff/settings/setup/card", data={"hidden": "1"})
    assert "Set up your shop" not in admin.get("/staff/orders").text
    admin.post("/staff/settings/setup/card", data={"hidden": "0"})
    assert "Set up your shop" in admin.get("/staff/orders").text


def test_support_sees_no_card_and_opens_no_checklist(support: FlaskClient) -> None:
    assert "Set up your shop" not in support.get("/staff/orders").text
    assert support.get("/staff/settings/setup").status_code == 403


def test_an_admins_first_sign_in_leads_to_the_checklist_until_the_first_real_order(
    admin: FlaskClient, session: Session, now: datetime
) -> None:
    assert admin.get("/staff").location == "/staff/settings/setup"
    arrivals.arrive(session, public_url=URL, now=now)
    assert admin.get("/staff").location == "/staff/settings/setup"
    receive_order(session, document(), now=now)
    assert admin.get("/staff").location == "/staff/orders"


def test_the_doctor_names_what_is_missing(app: Flask, session: Session) -> None:
    output = app.test_cli_runner().invoke(args=["portal", "doctor"]).output
    assert "! Setting up: " in output and "Let orders in" in output
    assert session.query(AuditRow).count() == 0


def test_the_first_steps_lead_to_the_shops_own_brand_and_name_what_it_lacks(
    admin: FlaskClient, session: Session
) -> None:
    session.execute(update(Brand).values(name="Paradero", help_email="ayuda@aceites.com", postal_address="Calle 1"))
    session.flush()
    page = admin.get("/staff/settings/setup").text
    assert 'href="/staff/settings/brands/demo"' in page
    assert "Still missing: Where returns go." in page


def test_orders_and_scans_have_another_way_in_until_one_is_open(admin: FlaskClient, session: Session) -> None:
    ways = ("Or let it send signed webhooks", "Or give your own system a key to report scans")
    page = admin.get("/staff/settings/setup").text
    assert all(way in page for way in ways) and 'href="/staff/settings/connections/oms-generic"' in page
    create_key(session, name="shop", scopes=["orders:write", "tracking:write"], now=datetime.now(UTC))
    session.flush()
    assert not any(way in admin.get("/staff/settings/setup").text for way in ways)
