"""One-time codes, the shop's own sentence, the choice of senders, and what is forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from app import providers
from app.brands.models import Brand
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import InDoubt, NotFound, ProviderRejected, ProviderUnavailable
from app.core.settings import Settings
from app.events.models import InboxRow
from app.notify.inside.link_mails import LinkMail, LinkMails
from app.notify.kinds import Channel
from app.notify.models import BrandMessages, Message, SandboxMessage
from app.notify.preferences.suppression import ALL, recipient_key, suppress
from app.notify.providers.sandbox.send import SandboxSender
from app.notify.render.gsm7 import foreign, segments
from app.notify.render.render import BadShopText, check, fill
from app.notify.send.codes import CodeMessages
from app.notify.send.outcomes import fault
from tests.conftest import SECRET
from tests.notify.build import NOON, Recorder, a_mail_config
from tests.notify.send.test_sending import go, states, tell
from tests.rounds import understood_reports

Sessions = sessionmaker[Session]


@pytest.mark.parametrize("locale", ["es-ES", "en-GB"])
def test_a_code_by_text_comes_first_and_is_bound_to_our_page(committed: Sessions, locale: str) -> None:
    texter = Recorder("texter")
    sender = CodeMessages(a_mail_config(texter=texter), committed)
    sender.send_code(channel="sms", to="+34612345678", code="123456", locale=locale, brand="demo")
    sms = texter.sent[0].text
    assert sms.startswith("123456 ") and sms.endswith("\n\n@pedidos.almazara.example #123456")
    assert foreign(sms) == "" and segments(sms) == 1


def test_a_code_by_mail_is_the_subjects_first_word(committed: Sessions) -> None:
    mailer = Recorder("mailer")
    CodeMessages(a_mail_config(mailer), committed).send_code(
        channel="email", to="ana@example.com", code="123456", locale="es", brand="gone"
    )
    mail = mailer.sent[0]
    assert mail.subject.startswith("123456 es tu código de ")
    assert "123456" in mail.html and "123456" in mail.text and "preferences" not in mail.html
    with committed() as session:
        assert session.scalars(select(Message)).all() == []


def test_a_code_says_how_it_failed(committed: Sessions) -> None:
    for code, kind in (("20429", ProviderUnavailable), ("21211", ProviderRejected), ("no_answer", InDoubt)):
        sender = CodeMessages(a_mail_config(texter=Recorder(faults=[fault("twilio", code)])), committed)
        with pytest.raises(kind):
            sender.send_code(channel="sms", to="+34612345678", code="1", locale="es", brand="demo")


def test_no_code_to_a_number_that_said_stop(committed: Sessions) -> None:
    key = recipient_key(SECRET, Channel.SMS, "+34612345678")
    with committed() as session, transaction(session):
        suppress(session, channel="sms", recipient_hash=key, purpose=ALL, source="stop", now=NOON)
    with pytest.raises(ProviderRejected):
        CodeMessages(a_mail_config(), committed).send_code(
            channel="sms", to="+34612345678", code="1", locale="es", brand="demo"
        )


def test_without_any_brand_nobody_is_spoken_for(committed: Sessions) -> None:
    with committed() as session, transaction(session):
        session.execute(delete(Brand))
    with pytest.raises(NotFound, match="no brand to speak for"):
        CodeMessages(a_mail_config(), committed).send_code(
            channel="sms", to="+34612345678", code="1", locale="es", brand="demo"
        )
    with pytest.raises(NotFound, match="no brand to speak for"):
        LinkMails(a_mail_config(), committed).send(LinkMail(1, "invitation", "eva@shop.example", "/staff/l/x", "es"))


ATTACKS = (
    "{{ ''.__class__ }}", "{{ shop.__class__.__mro__ }}", "{{ config }}", "{% for x in range(10**9) %}x{% endfor %}",
    "{{ 7*7 }}", "{{ shop|attr('__class__') }}", "{{ self._TemplateReference__context }}", "{{ cycler.__init__ }}",
    "{% include '/etc/passwd' %}", "{{ request }}", "{{ shop() }}", "{{ shop[0] }}", "{{ lipsum.__globals__ }}",
    "{% set x = 1 %}", "{{ 'a' ~ shop }}", "{{ number if shop }}", "{% macro a() %}{% endmacro %}", "{{ shop",
    "x" * 501,
    "{% import 'x' as y %}", "{{ 1 }}", "{{ [] }}", "{{ shop.format }}", "{# #}{{ namespace() }}",
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_shops_sentence_is_words_and_names_only(attack: str) -> None:
    with pytest.raises(BadShopText):
        check(attack)
    assert fill(attack, {"shop": "Almazara"}) == ""


def test_a_shops_sentence_is_in_the_mail(committed: Sessions) -> None:
    mailer = Recorder("mailer")
    with committed() as session, transaction(session):
        session.add(BrandMessages(brand_key="demo", notes={"es": "Gracias por elegir {{ shop }} & el {{ number }}."}))
    config = a_mail_config(mailer)
    tell(committed, config)
    go(committed, config)
    shop = mailer.sent[0].from_name
    assert f"Gracias por elegir {shop} & el 1001." in mailer.sent[0].text
    assert f"Gracias por elegir {shop} &amp; el 1001." in mailer.sent[0].html


def test_without_credentials_everything_goes_to_the_sandbox(committed: Sessions) -> None:
    settings = Settings.from_env({"DATABASE_URL": "postgresql://x/y", "SECRET_KEY": SECRET})
    config = providers.mailer(settings, committed)
    assert config.names() == {Channel.EMAIL: ["sandbox"], Channel.SMS: ["sandbox"]} and config.pretends
    tell(committed, config)
    go(committed, config)
    assert [row[1] for row in states(committed)] == ["accepted", "accepted"]
    with committed() as session, transaction(session):
        assert len(session.scalars(select(SandboxMessage)).all()) == 2
        assert understood_reports(session, limit=9, now=utcnow() + timedelta(seconds=1), config=config) == 2
    assert [row[1] for row in states(committed)] == ["delivered", "delivered"]


def test_the_sandbox_reports_nothing_of_codes(committed: Sessions) -> None:
    sandbox = SandboxSender(committed, mail_from="a@b.es", sms_from="+34600000000")
    sender = CodeMessages(a_mail_config(sandbox, sandbox), committed)
    sender.send_code(channel="sms", to="+34612345678", code="123456", locale="es", brand="demo")
    with committed() as session:
        assert session.scalars(select(InboxRow)).all() == []


def test_credentials_choose_the_providers(committed: Sessions) -> None:
    settings = Settings.from_env(
        {
            "DATABASE_URL": "postgresql://x/y",
            "SECRET_KEY": SECRET,
            "MAIL_FROM": "pedidos@almazara.example",
            "SENDGRID_API_KEY": "SG.x",
            "SMTP_URL": "smtp://mail.example",
            "TWILIO_ACCOUNT_SID": "AC1",
            "TWILIO_AUTH_TOKEN": "t",
            "TWILIO_FROM": "+34600000000",
        }
    )
    assert providers.mailer(settings, committed).names() == {
        Channel.EMAIL: ["sendgrid", "smtp"],
        Channel.SMS: ["twilio"],
    }


MAGIC = [
    ("permanent@simulator.example", "failed"),
    ("retry@simulator.example", "created"),
    ("doubt@simulator.example", "in_doubt"),
]


@pytest.mark.parametrize(("address", "state"), MAGIC)
def test_magic_addresses_fail_as_real_ones_do(committed: Sessions, address: str, state: str) -> None:
    sandbox = SandboxSender(committed, mail_from="a@b.es", sms_from="+34600000000")
    config = a_mail_config(sandbox, sandbox)
    tell(committed, config, customer={"name": "Ana", "email": address})
    go(committed, config)
    assert [row[1] for row in states(committed)] == [state]
