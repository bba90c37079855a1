"""What is set by page: sealed, checked as the environment's, shown never again, kept through a change of the key."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.connections import store
from app.connections.catalogue import connections, variables
from app.connections.models import ConnectedValue
from app.connections.reading import joined
from app.core.db import transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.settings import Settings
from app.core.standard_webhooks import is_key
from tests.connections.build import SENDGRID, SIGNING, TWILIO, changing

OTHER_KEY = "another-secret-for-tests-only-0123456789"


def faults(session: Session, settings: Settings, name: str, **values: str | None) -> dict[str, str]:
    """What is refused, by variable."""
    with pytest.raises(Invalid) as refused:
        store.set_values(session, name, values, changing(settings))
    return {fault.pointer: fault.detail for fault in refused.value.faults}


def in_force(session: Session, settings: Settings) -> Settings:
    """The settings with what is stored."""
    return joined(settings, store.stored(session, settings.sealing_keys).values).settings


def test_what_is_set_is_in_the_settings_as_if_the_environment_had_said_it(session: Session, settings: Settings) -> None:
    store.set_values(session, "sendgrid", SENDGRID, changing(settings))
    store.set_values(session, "twilio", TWILIO, changing(settings))
    store.set_values(session, "ups", {"UPS_CLIENT_ID": "i", "UPS_CLIENT_SECRET": "s"}, changing(settings))
    read = in_force(session, settings)
    by_environment = Settings.from_env({**settings.environ, **SENDGRID, **TWILIO})
    assert read.model_dump() == by_environment.model_dump()
    assert (read.carries("email"), read.carries("sms")) == (True, True)
    assert [name for name, one in connections().items() if one.ready(read)] == ["sendgrid", "twilio", "ups"]


def test_nothing_of_a_secret_stands_in_the_database_but_its_last_four_characters(
    session: Session, settings: Settings
) -> None:
    store.set_values(session, "sendgrid", SENDGRID, changing(settings))
    store.set_values(session, "ups", {"UPS_CLIENT_ID": "short-id", "UPS_CLIENT_SECRET": "s" * 20}, changing(settings))
    rows = session.scalars(select(ConnectedValue)).all()
    assert {row.variable: row.ending for row in rows} == {
        "SENDGRID_API_KEY": "wxyz",
        "MAIL_FROM": "",
        "UPS_CLIENT_ID": "",
        "UPS_CLIENT_SECRET": "ssss",
    }
    everything = str(session.execute(text("select v::text from connected_value v")).all())
    assert not any(secret in everything for secret in (*SENDGRID.values(), "short-id", "sssss"))


def test_who_set_what_stands_beside_it_and_in_the_trail_without_a_value(session: Session, settings: Settings) -> None:
    with transaction(session):
        store.set_values(session, "sendgrid", SENDGRID, changing(settings))
    (key,) = store.shown(session)["SENDGRID_API_KEY"]
    assert (key.set_by, key.ending, key.used_at) == ("admin@shop.example", "wxyz", None)
    row = session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert row is not None and (row.action, row.subject) == ("connection.set", "sendgrid")
    assert row.detail == {"changed": ["MAIL_FROM", "SENDGRID_API_KEY"]}


def test_a_wrong_value_is_refused_in_the_environments_own_words(session: Session, settings: Settings) -> None:
    wrong = {"MAIL_FROM": "nobody", "SENDGRID_WEBHOOK_KEY": "no-key", "SENDGRID_FEED_LAG": "soon"}
    assert faults(session, settings, "sendgrid", **SENDGRID | wrong) == {
        "MAIL_FROM": "must be a bare e-mail address such as pedidos@shop.example",
        "SENDGRID_WEBHOOK_KEY": "each key is the base64 text that SendGrid shows as the verification key",
        "SENDGRID_FEED_LAG": "must be a whole number",
    }


@pytest.mark.parametrize(
    ("name", "values", "lacking"),
    [
        ("sendgrid", {"SENDGRID_API_KEY": "SG.x"}, {"MAIL_FROM"}),
        ("twilio", {"TWILIO_AUTH_TOKEN": "t"}, {"TWILIO_ACCOUNT_SID", "TWILIO_FROM"}),
        ("ups", {"UPS_CLIENT_ID": "i"}, {"UPS_CLIENT_SECRET"}),
    ],
)
def test_half_a_set_names_what_is_missing(
    session: Session, settings: Settings, name: str, values: dict[str, str | None], lacking: set[str]
) -> None:
    assert set(faults(session, settings, name, **values)) == lacking


@pytest.mark.parametrize(
    ("name", "variable", "address"),
    [
        ("sendgrid", "SENDGRID_API_URL", "http://127.0.0.1:9999"),
        ("sendgrid", "SENDGRID_API_URL", "https://metadata.internal"),
        ("twilio", "TWILIO_API_URL", "https://10.0.0.5"),
        ("smtp", "SMTP_URL", "smtp://169.254.169.254:25"),
        ("smtp", "SMTP_URL", "smtp://mail.shop.example:6379"),
    ],
)
def test_a_page_leads_nobody_into_the_network_around_the_portal(
    session: Session, settings: Settings, name: str, variable: str, address: str
) -> None:
    usual = {"sendgrid": SENDGRID, "twilio": TWILIO, "smtp": {"MAIL_FROM": "a@shop.example"}}[name]
    assert set(faults(session, settings, name, **usual | {variable: address})) == {variable}
    vouching = Settings.from_env(
        {**settings.environ, "WEBHOOK_PRIVATE_HOSTS": "127.0.0.1,metadata.internal,10.0.0.5,169.254.169.254"}
    )
    if "mail.shop" not in address:
        assert variable in store.set_values(session, name, usual | {variable: address}, changing(vouching))


def test_a_kept_secret_is_not_led_to_another_address(session: Session, settings: Settings) -> None:
    store.set_values(session, "sendgrid", SENDGRID, changing(settings))
    elsewhere = {"SENDGRID_API_URL": "https://sendgrid.elsewhere.com"}
    assert faults(session, settings, "sendgrid", **elsewhere) == {"SENDGRID_API_KEY": store.AGAIN}
    assert store.set_values(session, "sendgrid", {**elsewhere, **SENDGRID}, changing(settings)) == ["SENDGRID_API_URL"]
    assert store.set_values(session, "sendgrid", {"SENDGRID_API_URL": None}, changing(settings))
    theirs = Settings.from_env({**settings.environ, **SENDGRID})
    assert set(faults(session, theirs, "sendgrid", **elsewhere)) == {"SENDGRID_API_URL"}


def test_what_the_environment_sets_is_changed_there_and_wins(session: Session, settings: Settings) -> None:
    theirs = Settings.from_env({**settings.environ, "MAIL_FROM": "tienda@shop.example"})
    refused = faults(session, theirs, "sendgrid", **SENDGRID)
    assert refused == {"MAIL_FROM": "is set by the environment: change it there"}
    store.set_values(session, "sendgrid", SENDGRID, changing(settings))
    read = in_force(session, theirs)
    assert (read.mail_from, read.carries("email")) == ("tienda@shop.example", True)


def test_only_variables_of_connections_can_be_set(session: Session, settings: Settings) -> None:
    for variable in ("DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "DEMO", "WEBHOOK_PRIVATE_HOSTS"):
        assert set(faults(session, settings, "sendgrid", **{variable: "x"})) == {variable}
        assert variable not in variables()
    with pytest.raises(NotFound):
        store.set_values(session, "nobody", {}, changing(settings))


@pytest.mark.parametrize("value", ["x" * 4001, "a\0b", "line\u2028break"])
def test_what_cannot_be_a_credential_is_refused(session: Session, settings: Settings, value: str) -> None:
    assert set(faults(session, settings, "laposte", LAPOSTE_API_KEY=value)) == {"LAPOSTE_API_KEY"}


def test_a_secret_rotates_with_two_at_once_and_the_older_is_ended(session: Session, settings: Settings) -> None:
    made = [store.rotate(session, "oms-generic", "OMS_WEBHOOK_SECRET", changing(settings)) for _ in range(3)]
    assert len(set(made)) == 3 and all(map(is_key, made))
    assert in_force(session, settings).environ["OMS_WEBHOOK_SECRET"] == f"{made[2]},{made[1]}"
    store.end_older(session, "oms-generic", "OMS_WEBHOOK_SECRET", changing(settings))
    assert in_force(session, settings).environ["OMS_WEBHOOK_SECRET"] == made[2]
    with pytest.raises(Conflict):
        store.end_older(session, "oms-generic", "OMS_WEBHOOK_SECRET", changing(settings))


def test_a_secret_that_another_makes_is_not_made_here(session: Session, settings: Settings) -> None:
    with pytest.raises(Conflict):
        store.rotate(session, "aftership", "AFTERSHIP_WEBHOOK_SECRET", changing(settings))
    with pytest.raises(Conflict):
        theirs = Settings.from_env({**settings.environ, "OMS_WEBHOOK_SECRET": SIGNING})
        store.rotate(session, "oms-generic", "OMS_WEBHOOK_SECRET", changing(theirs))


def test_of_a_list_two_are_held_at_most(session: Session, settings: Settings) -> None:
    three = {"OMS_WEBHOOK_SECRET": ",".join([SIGNING] * 3)}
    assert set(faults(session, settings, "oms-generic", **three)) == {"OMS_WEBHOOK_SECRET"}


def test_what_is_removed_is_in_force_no_more_and_what_another_uses_stays(session: Session, settings: Settings) -> None:
    store.set_values(session, "sendgrid", SENDGRID, changing(settings))
    store.set_values(session, "smtp", {"SMTP_URL": "smtp://mail.shop.example"}, changing(settings))
    assert store.remove(session, "sendgrid", changing(settings)) == ["SENDGRID_API_KEY"]
    assert in_force(session, settings).mail_from == "pedidos@shop.example"
    assert store.remove(session, "smtp", changing(settings)) == ["SMTP_URL", "MAIL_FROM"]
    assert in_force(session, settings).carries("email") is False
    with pytest.raises(Conflict):
        store.remove(session, "smtp", changing(settings))


def test_what_another_connection_needs_cannot_be_taken_from_under_it(session: Session, settings: Settings) -> None:
    store.set_values(session, "sendgrid", SENDGRID, changing(settings))
    assert faults(session, settings, "smtp", MAIL_FROM=None) == {
        "MAIL_FROM": "SendGrid: MAIL_FROM: is needed to send e-mail"
    }


def test_a_changed_key_opens_what_was_sealed_before_while_it_is_named(session: Session, settings: Settings) -> None:
    store.set_values(session, "sendgrid", SENDGRID, changing(settings))
    changed = {**settings.environ, "SECRET_KEY": OTHER_KEY}
    alone = Settings.from_env(changed)
    assert store.stored(session, alone.sealing_keys).closed == ("MAIL_FROM", "SENDGRID_API_KEY")
    both = Settings.from_env({**changed, "SECRET_KEY_PREVIOUS": settings.environ["SECRET_KEY"]})
    assert store.stored(session, both.sealing_keys).values == SENDGRID
    assert store.reseal(session, changing(both)) == 2
    assert store.stored(session, alone.sealing_keys).values == SENDGRID


def test_a_value_that_was_moved_to_another_variable_opens_nothing(session: Session, settings: Settings) -> None:
    store.set_values(session, "laposte", {"LAPOSTE_API_KEY": "a-key"}, changing(settings))
    session.execute(update(ConnectedValue).values(variable="SENDGRID_API_URL"))
    assert store.stored(session, settings.sealing_keys).closed == ("SENDGRID_API_URL",)


def test_a_stored_fault_closes_its_own_connection_alone(session: Session, settings: Settings) -> None:
    store.set_values(session, "sendgrid", SENDGRID, changing(settings))
    store.set_values(session, "twilio", TWILIO, changing(settings))
    values = store.stored(session, settings.sealing_keys).values
    half = {variable: value for variable, value in values.items() if variable != "TWILIO_FROM"}
    read = joined(settings, half)
    assert (read.settings.carries("email"), read.settings.carries("sms")) == (True, False)
    assert read.faults == ("Twilio: TWILIO_ACCOUNT_SID, TWILIO_FROM: are needed beside TWILIO_AUTH_TOKEN",)
