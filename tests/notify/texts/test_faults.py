"""Why a shop's own text gave way: the last reason of each text, in its reader's language, also a reason kept before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import gettext
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from app.brands import versions
from app.core.i18n.locale import speaking
from app.events.kinds import EventKind
from app.notify.models import Message
from app.notify.texts.faults import TextMisfit, faults_lately, misfit_of
from app.notify.texts.language import BadText
from app.notify.texts.shelf import TEXT, TextKey
from tests.notify.build import NOON, a_mail_config, an_order, happens, prepared, some_messages
from tests.rounds import heard
from tests.upgrades import upgraded_database

BEFORE, AFTER = "0058", "0059"
COUNTED, EMPTY = "With these facts it would take %(count)s texts.", "The text is empty with these facts."
INSERTED = """
insert into message (public_id, dedup_key, kind, purpose, channel, recipient, recipient_hash, locale, brand_key, facts,
    created_at, happened_at, next_try_at, text_fault)
select name, name, 'text.help', 'receipt', 'sms', '+34600000000', '', 'es', 'upgraded', '{}', now(), now(), now(),
    cast(:fault as varchar)
from (select cast(:name as varchar) as name) one
"""


def gave_way(session: Session, hours: int, sentence: str, **more: object) -> None:
    """A message of so many hours ago for which a text could not be used."""
    values = more.pop("values", {})
    usual = {"channel": "sms", "kind": "shipment.delivered", "created_at": NOON - timedelta(hours=hours)}
    some_messages(session, 1, **(usual | more), text_fault=sentence, text_fault_values=values)


def reasons(session: Session) -> list[tuple[str, int, str]]:
    return [(one.key.name, one.count, one.last.words()) for one in faults_lately(session, now=NOON)]


def test_the_reason_that_is_told_is_the_last_one_of_each_text(session: Session) -> None:
    gave_way(session, 9, "There is no “%(name)s” here.", values={"name": "zone"})
    gave_way(session, 5, EMPTY)
    gave_way(session, 2, COUNTED, values={"count": 3})
    gave_way(session, 7, "The text can't be filled in.")
    gave_way(session, 1, EMPTY, locale="en-GB")
    gave_way(session, 1, "The text can't be filled in.", kind="shipment.late", locale="es-MX")
    gave_way(session, 24 * 8, EMPTY, kind="order.received")
    some_messages(session, 1, channel="sms", kind="shipment.delivered", created_at=NOON)
    assert reasons(session) == [
        ("shipment.delivered/sms/es", 4, "With these facts it would take 3 texts."),
        ("shipment.delivered/sms/en", 1, EMPTY),
        ("shipment.late/sms/es", 1, "The text can't be filled in."),
    ]


def test_of_two_messages_of_one_moment_the_one_written_later_counts_as_the_last(session: Session) -> None:
    gave_way(session, 1, "The text can't be filled in.")
    gave_way(session, 1, EMPTY)
    assert [reason for _text, _count, reason in reasons(session)] == [EMPTY]


def test_a_reason_is_kept_as_a_sentence_and_its_values_and_said_in_each_language(session: Session, app: Flask) -> None:
    key = TextKey("shipment.out_for_delivery", "sms", "es")
    document = {"body": "{{ number }} " + "ab " * 60}
    versions.save(session, versions.SettingPlace("demo", TEXT, key.name), document, by="ada@shop.example", now=NOON)
    order, config = an_order(session, now=NOON), a_mail_config()
    happens(session, EventKind.SHIPMENT_OUT_FOR_DELIVERY, order, now=NOON, state="out_for_delivery")
    heard(session, limit=50, now=NOON, config=config)
    prepared(session, now=NOON, config=config)
    message = session.scalars(select(Message).where(Message.text_fault.is_not(None))).one()
    assert (message.text_fault, message.text_fault_values) == (COUNTED, {"count": 2})
    (one,) = faults_lately(session, now=NOON + timedelta(minutes=1))
    with app.app_context(), speaking("es_ES"):
        assert one.last.words(gettext) == "Con estos datos ocuparía 2 SMS."
    assert one.last.words() == "With these facts it would take 2 texts."


def test_an_error_that_nobody_foresaw_is_a_sentence_with_its_kind_alone(app: Flask) -> None:
    misfit = misfit_of(KeyError("ana@example.com"))
    assert misfit.words() == "The text failed with these facts (KeyError)."
    with app.app_context(), speaking("es_ES"):
        assert misfit.words(gettext) == "El texto falló con estos datos (KeyError)."
    assert misfit_of(BadText("“%(mark)s” may not stand here.", mark="{#")).words() == "“{#” may not stand here."


@pytest.mark.parametrize("values", [None, {"count": 2}])
def test_a_sentence_of_a_release_before_stands_as_it_was_said(app: Flask, values: dict[str, object] | None) -> None:
    """Also where that release was put back for a while, beside the values of a reason it has overwritten."""
    sentence = "Between {% and %} stand if, elif, else and endif alone: “100 %(x)s”."
    with app.app_context(), speaking("es_ES"):
        assert TextMisfit(sentence, values).words(gettext) == sentence
    assert TextMisfit(sentence, values).words() == sentence


def test_a_sentence_of_a_release_before_that_has_no_values_is_said_in_each_language(app: Flask) -> None:
    with app.app_context(), speaking("es_ES"):
        assert TextMisfit(EMPTY, None).words(gettext) == "Con estos datos el SMS queda vacío."
    assert TextMisfit(EMPTY, None).words() == EMPTY


@pytest.fixture
def earlier() -> Iterator[Engine]:
    """A database with a message of the release before, upgraded."""

    def fill(engine: Engine) -> None:
        insert(engine, "before", "50 %(of)s {% x %}", brand=True)

    with upgraded_database(BEFORE, AFTER, fill) as engine:
        yield engine


def insert(engine: Engine, name: str, fault: str | None, *, brand: bool = False) -> None:
    """A message as the release before writes it."""
    with engine.begin() as connection:
        if brand:
            connection.execute(text("insert into brand (key, name, is_default) values ('upgraded', 'A', false)"))
        connection.execute(text(INSERTED), {"fault": fault, "name": name})


def test_the_release_before_goes_on_beside_the_new_schema_and_all_that_it_kept_is_shown(earlier: Engine) -> None:
    insert(earlier, "beside", "KeyError")
    insert(earlier, "fine", None)
    with Session(earlier) as session:
        rows = session.execute(select(Message.text_fault, Message.text_fault_values).order_by(Message.id)).all()
        assert [tuple(row) for row in rows] == [("50 %(of)s {% x %}", None), ("KeyError", None), (None, None)]
        now = session.scalars(select(Message.created_at)).first() or NOON
        (one,) = faults_lately(session, now=now)
        assert (one.count, one.last.words()) == (2, "KeyError")
