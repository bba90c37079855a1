"""A shop's own texts in the messages that leave, by page, command and interface the same; and what they never touch."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.brands import versions
from app.core.db import do_last_acts
from app.core.errors import Conflict, Invalid, NotFound
from app.events.kinds import EventKind
from app.notify.kinds import Channel
from app.notify.models import BrandMessages, Message
from app.notify.preferences.suppression import ALL, recipient_key, suppress
from app.notify.providers.ports import Outgoing
from app.notify.render.gsm7 import segments
from app.notify.send import outcomes
from app.notify.texts import documents
from app.notify.texts.faults import TextMisfit
from app.notify.texts.shelf import TEXT, TextKey
from app.notify.texts.stages import USUAL, change_stages, restore_stages, stages_of, stages_place
from app.notify.texts.trying.preview import preview
from app.notify.texts.trying.trial import MOST, TrialRequest, trial
from app.notify.texts.usual import usual_text
from tests.conftest import SECRET
from tests.notify.build import NOON, Recorder, a_mail_config, an_order, happens, prepared
from tests.rounds import heard

CONFIG = a_mail_config()
ADA = "ada@shop.example"
MAIL, SMS = TextKey("shipment.out_for_delivery", "email", "es"), TextKey("shipment.out_for_delivery", "sms", "es")
OWN = {
    "subject": "¡Hoy! Pedido {{ number }}",
    "headline": "Hoy llega",
    "lead": "Llega hoy.\nTu {{ shop }}",
    "button": "Ver",
}
Save = Callable[..., Any]


@pytest.fixture
def save(session: Session) -> Save:
    return lambda key, document, **more: documents.save(
        session, "demo", key, document, by=ADA, config=CONFIG, now=NOON, **more
    )


def sent(session: Session) -> dict[str, Outgoing]:
    """What leaves when a parcel is out for delivery, by channel."""
    order = an_order(session, now=NOON)
    happens(session, EventKind.SHIPMENT_OUT_FOR_DELIVERY, order, now=NOON, state="out_for_delivery")
    heard(session, limit=50, now=NOON, config=CONFIG)
    return {one.outgoing.channel: one.outgoing for one in prepared(session, now=NOON, config=CONFIG)}


def test_what_leaves_says_the_shops_own_words_and_all_that_the_portal_adds(session: Session, save: Save) -> None:
    save(MAIL, OWN)
    save(SMS, {"body": "tu pedido {{ number }} llega hoy"})
    outgoing = sent(session)
    mail, sms = outgoing["email"], outgoing["sms"]
    assert mail.subject == "¡Hoy! Pedido 1001"
    assert "Hoy llega\n\nLlega hoy.\nTu " in mail.text and "Ver:\nhttps://pedidos.almazara.example/l/" in mail.text
    assert "Correos Express" in mail.text and "/preferences/" in mail.html and "List-Unsubscribe" in mail.headers
    assert ": tu pedido 1001 llega hoy https://pedidos.almazara.example/l/" in sms.text
    assert sms.text.endswith("responde BAJA") and segments(sms.text) == 1


def test_another_language_and_another_channel_keep_the_standard_text(session: Session, save: Save) -> None:
    save(MAIL._replace(language="en"), OWN)
    assert sent(session)["email"].subject.startswith("Llega hoy")


@pytest.mark.parametrize(
    ("key", "document", "fault"),
    [
        (MAIL, {"subject": "{{ gone_by_now }}", "headline": "a", "lead": "b"}, "There is no “gone_by_now” here."),
        (MAIL, {"subject": "a", "headline": "{{ hours }}", "lead": "b"}, "empty with these facts"),
        (SMS, {"body": "{{ number }} " + "ab " * 60}, "it would take 2 texts"),
        (SMS, {"body": "{{ hours }}"}, "empty with these facts"),
        (SMS, {"body": "{% for x in y %}"}, "stand if, elif, else and endif alone"),
    ],
)
def test_a_text_that_fails_when_it_is_sent_gives_way_to_the_standard_one(
    session: Session, key: TextKey, document: dict[str, Any], fault: str
) -> None:
    # As if it had been saved by a release that knew more.
    versions.save(session, versions.SettingPlace("demo", TEXT, key.name), document, by=ADA, now=NOON)
    outgoing = sent(session)[key.channel]
    assert (outgoing.subject or outgoing.text.partition(": ")[2]).startswith(("Llega hoy", "pedido 1001 llega hoy"))
    message = session.scalars(select(Message).where(Message.channel == key.channel, Message.kind == key.kind)).one()
    assert fault in TextMisfit(message.text_fault or "", message.text_fault_values).words()


def test_what_is_refused_is_not_put_in_force(session: Session, save: Save) -> None:
    with pytest.raises(Invalid, match="signs too long"):
        save(SMS, {"body": "{{ number }} " + "ab " * 60})
    with pytest.raises(Invalid, match="looks like an address"):
        save(MAIL, OWN | {"lead": "https://evil.example"})
    for key in (MAIL._replace(kind="withdrawal.received"), MAIL._replace(channel="fax"), MAIL._replace(language="xx")):
        with pytest.raises(NotFound):
            save(key, OWN)
    assert versions.all_live(session, "demo", TEXT) == {}


def test_versions_come_back_and_the_standard_text_is_the_first(session: Session, save: Save) -> None:
    first = save(MAIL, OWN)
    save(MAIL, OWN | {"subject": "Hoy: {{ number }}"}, expected=first.number)
    with pytest.raises(Conflict):
        save(MAIL, OWN, expected=first.number)
    documents.restore(session, "demo", MAIL, 1, by=ADA, config=CONFIG, now=NOON)
    assert documents.shown(session, "demo", MAIL, CONFIG).document["subject"] == OWN["subject"]
    documents.restore(session, "demo", MAIL, 0, by=ADA, config=CONFIG, now=NOON)
    shown = documents.shown(session, "demo", MAIL, CONFIG)
    assert not shown.is_own and shown.number == 4


def test_what_says_the_same_as_the_standard_is_the_standard(session: Session, save: Save) -> None:
    shown = documents.shown(session, "demo", MAIL, CONFIG)
    assert save(MAIL, shown.document) is None
    save(MAIL, OWN)
    assert save(MAIL, shown.document).document is None
    assert usual_text(*MAIL, shown.scene.shop)["headline"] == shown.document["headline"]


def test_a_preview_shows_a_real_order_and_lets_nobody_in(session: Session) -> None:
    an_order(session, now=NOON)
    look = {"config": CONFIG, "now": NOON}
    shown = preview(session, "demo", MAIL, OWN, order="1001", **look)
    assert shown.outgoing.subject == "¡Hoy! Pedido 1001" and "Calle Mayor" not in shown.outgoing.text
    assert "/l/…" in shown.outgoing.text and shown.outgoing.to == ""
    assert session.scalars(select(Message)).all() == []
    made_up = preview(session, "demo", SMS, None, **look)
    assert made_up.segments == 1 and made_up.signs <= made_up.room
    for number, key in (
        ("9999", MAIL),
        ("1001", MAIL._replace(kind="return.received")),
        ("1001", TextKey("case.answered", "email", "es")),
    ):
        with pytest.raises(NotFound):
            preview(session, "demo", key, None, order=number, **look)


def test_a_test_goes_to_oneself_marked_and_noted_and_not_often(session: Session) -> None:
    an_order(session, now=NOON)
    mine: dict[str, Any] = {"config": CONFIG, "now": NOON}
    text = {"body": "{{ number }} llega hoy"}
    outgoing = trial(session, "demo", MAIL, OWN, TrialRequest(ADA, ADA, ADA), **mine)
    assert outgoing.subject == "Prueba: ¡Hoy! Pedido A-1048211" and outgoing.to == ADA and not outgoing.tracked
    assert "Hoy llega\n\nEsto es una prueba" in outgoing.text and "Esto es una prueba" in outgoing.html
    for key, words, to in ((MAIL, OWN, "ana@example.com"), (SMS, text, "+34612345678")):
        with pytest.raises(Conflict, match="a customer's"):
            trial(session, "demo", key, words, TrialRequest(to, ADA, ADA), **mine)
    with pytest.raises(Invalid):
        trial(session, "demo", MAIL, OWN, TrialRequest("nobody", ADA, ADA), **mine)
    shut = recipient_key(SECRET, Channel.SMS, "+34699000002")
    suppress(session, channel="sms", recipient_hash=shut, purpose=ALL, source="stop", now=NOON)
    with pytest.raises(Conflict, match="has stopped all messages"):
        trial(session, "demo", SMS, text, TrialRequest("+34699000002", ADA, ADA), **mine)
    for _ in range(MOST - 1):
        trial(session, "demo", SMS, text, TrialRequest("+34699000001", ADA, ADA), **mine)
    do_last_acts(session)
    rows = session.scalars(select(AuditRow).where(AuditRow.action == "text.tested")).all()
    assert (
        {row.actor for row in rows} == {f"staff:{ADA}"} and len(rows) == MOST and ADA not in json.dumps(rows[0].detail)
    )
    with pytest.raises(Conflict, match="Send the next one later"):
        trial(session, "demo", MAIL, OWN, TrialRequest(ADA, ADA, ADA), **mine)
    assert trial(session, "demo", MAIL, OWN, TrialRequest(ADA, ADA, ADA), config=CONFIG, now=NOON + timedelta(hours=2))


def test_stages_are_switched_with_versions_and_what_was_chosen_before_can_come_back(session: Session) -> None:
    session.add(BrandMessages(brand_key="demo", mails_off=["order.preparing"], texts_off=[], notes={}))
    session.flush()
    change_stages(
        session, "demo", {"texts_off": ["shipment.late"], "notes": {"es": "Hola {{ shop }}"}}, by=ADA, now=NOON
    )
    newest, before = versions.history(session, stages_place("demo"))
    assert newest.document == USUAL | {
        "mails_off": ["order.preparing"],
        "texts_off": ["shipment.late"],
        "notes": {"es": "Hola {{ shop }}"},
    }
    assert before.document == USUAL | {"mails_off": ["order.preparing"]}
    restore_stages(session, "demo", 1, by=ADA, now=NOON)
    assert session.get_one(BrandMessages, "demo").texts_off == []
    restore_stages(session, "demo", 0, by=ADA, now=NOON)
    assert stages_of(session, "demo") == (USUAL, 4)


@pytest.mark.parametrize(
    "changes",
    [
        {"mails_off": ["x"]},
        {"texts_off": ["order.received"]},
        {"notes": {"es": "{{ x }}"}},
        {"notes": {"xx": "a"}},
        {"what": 1},
    ],
)
def test_a_stage_that_is_not_there_is_refused(session: Session, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        change_stages(session, "demo", changes, by=ADA, now=NOON)


def run(app: Flask, *words: str, exit_code: int = 0) -> str:
    done = app.test_cli_runner().invoke(args=["portal", "messages", "text", *words])
    assert done.exit_code == exit_code, done.output
    return done.output


def test_commands_show_check_set_and_bring_back(session: Session, app: Flask) -> None:
    which = ("demo", *MAIL)
    assert "shipment.out_for_delivery/email/es           standard" in run(app, "list", "demo")
    assert '"headline": "{% if hours %}Llega hoy' in run(app, "show", *which)
    assert "refused: lead: There is no “x” here." in run(app, "check", *which, "--field", "lead={{ x }}", exit_code=1)
    assert "There is no “x”" in run(app, "set", *which, "--field", "lead={{ x }}", exit_code=2)
    assert "In force: version 1" in run(app, "set", *which, "--field", "headline=Hoy", "--field", "lead=Uno\\nDos")
    assert "Hoy\n\nUno\nDos" in run(app, "preview", *which)
    assert "own" in next(line for line in run(app, "list", "demo").splitlines() if MAIL.name in line)
    assert "1 " in run(app, "history", *which)
    assert "the standard text" in run(app, "restore", *which, "0")
    assert "Sent to me@shop.example" in run(app, "test", *which, "--to", "me@shop.example")
    assert "no text of nothing" in run(app, "show", "demo", "nothing", "email", "es", exit_code=2)


@pytest.mark.parametrize(("content", "fault"), [("{", "This is no JSON"), ("[]", "must be an object of fields")])
def test_a_file_that_holds_no_text_is_refused_in_a_line(
    session: Session, app: Flask, tmp_path: Path, content: str, fault: str
) -> None:
    file = tmp_path / "text.json"
    file.write_text(content)
    assert fault in run(app, "check", "demo", *MAIL, "--from", str(file), exit_code=1)


def test_a_test_that_does_not_leave_says_why(session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = a_mail_config(Recorder("mailer", faults=[outcomes.fault("mailer", "no_answer")]))
    monkeypatch.setattr("app.notify.texts.commands.mailer_here", lambda: nobody)
    assert "It did not leave: " in run(app, "test", "demo", *MAIL, "--to", "me@shop.example", exit_code=1)
