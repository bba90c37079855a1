"""Mails to domains in any script, and headers in any letters, as they come out at the other end."""

import json
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session as Database
from sqlalchemy.orm import sessionmaker

from app.core.settings import Settings
from app.core.settings.domains import wire_address
from app.notify.models import SandboxMessage
from app.notify.providers.ports import Lost, header
from app.notify.providers.sandbox.send import SandboxSender
from app.notify.providers.sendgrid.send import SendGridSender, matched
from app.notify.providers.smtp.mime import as_bytes
from app.notify.send.claim import hand_over
from app.notify.send.outcomes import FailureVerdict, SendFailure, in_words
from app.orders.contacts.contact_points import email_key
from tests.conftest import SECRET
from tests.notify.build import NOON
from tests.notify.providers.test_providers import MAIL, Mailbox, now, sendgrid, server
from tests.notify.stand_in import StandIn, provider

SCRIPTS = [
    ("ana@mañana.es", "ana@xn--maana-pta.es"),
    ("Ana@MAÑANA.es", "ana@xn--maana-pta.es"),
    ("biuro@łódź.pl", "biuro@xn--d-uga0v4h.pl"),
    ("info@straße.de", "info@xn--strae-oqa.de"),
    ("info@пример.рф", "info@xn--e1afmkfd.xn--p1ai"),
    ("info@παράδειγμα.ελ", "info@xn--hxajbheg2az3al.xn--qxam"),
    ("info@例え.jp", "info@xn--r8jz45g.jp"),
    ("info@مثال.مصر", "info@xn--mgbh0fb.xn--wgbh1c"),
    ("ana@correo.compañía.example", "ana@correo.xn--compaa-7va5a.example"),
    ("ana@mañana.local", "ana@xn--maana-pta.local"),
]


@pytest.fixture
def api() -> Iterator[StandIn]:
    with provider() as stand_in:
        yield stand_in


@pytest.mark.parametrize(("typed", "wire"), SCRIPTS)
def test_one_address_has_one_form_to_compare_and_one_to_send(typed: str, wire: str) -> None:
    key = email_key(typed)
    assert key is not None and email_key(wire) == key and wire_address(key) == wire == wire_address(wire)


@pytest.mark.parametrize(("typed", "wire"), SCRIPTS)
def test_a_domain_in_any_script_reaches_every_mail_server(typed: str, wire: str) -> None:
    with server(Recipients(), enable_SMTPUTF8=False) as (inside, sender):
        sender.send(replace(MAIL, to=email_key(typed) or "", reply_to="ayuda@mañana.es"), now)
    assert isinstance(inside, Recipients) and inside.recipients == [wire]
    assert inside.mails[0].isascii()
    mail = message_from_bytes(inside.mails[0], _class=EmailMessage, policy=policy.default)
    assert mail["To"] == wire and mail["Reply-To"] == "ayuda@xn--maana-pta.es"


@pytest.mark.parametrize(("typed", "wire"), SCRIPTS)
def test_a_domain_in_any_script_reaches_sendgrid(api: StandIn, typed: str, wire: str) -> None:
    sender = SendGridSender("SG.key", "pedidos@mañana.es", host=api.url)
    sender.send(replace(MAIL, to=email_key(typed) or "", reply_to="ayuda@mañana.es"), now)
    body = json.loads(api.requests[0].body)
    assert body["personalizations"][0]["to"] == [{"email": wire}]
    assert body["from"]["email"] == "pedidos@xn--maana-pta.es"
    assert body["reply_to"]["email"] == "ayuda@xn--maana-pta.es"


def test_a_lost_mail_to_a_domain_in_other_letters_is_known_again_in_the_feed() -> None:
    lost = [Lost("r1", "ana@mañana.es", NOON, b"", "Llega"), Lost("r2", "eva@example.com", NOON, b"", "Llega")]
    rows = [{"msg_id": "sg-1", "to_email": "ana@xn--maana-pta.es", "subject": "Llega"}]
    answers = matched("sendgrid", lost, rows)
    assert answers["r1"] is not None and answers["r1"].provider_id == "sg-1" and answers["r2"] is None


def test_the_sandbox_shows_the_address_as_it_would_have_left(committed: sessionmaker[Database]) -> None:
    sandbox = SandboxSender(committed, mail_from="a@b.es", sms_from="+34600000000")
    for to in ("ana@mañana.es", "josé@mañana.es"):
        sandbox.send(replace(MAIL, reference=to, to=to, tracked=False), now)
    with committed() as session:
        shown = session.scalars(select(SandboxMessage.recipient).order_by(SandboxMessage.id)).all()
    assert shown == ["ana@xn--maana-pta.es", "josé@xn--maana-pta.es"]


OTHER_LETTERS = ["josé@example.com", "łucja@łódź.pl", "иван@пример.рф"]


@pytest.mark.parametrize("to", OTHER_LETTERS)
def test_letters_before_the_sign_that_nobody_carries_are_refused_with_a_reason_for_staff(api: StandIn, to: str) -> None:
    with server(Mailbox(), enable_SMTPUTF8=False) as (inside, smtp):
        outcomes = [hand_over(sender, replace(MAIL, to=to), now) for sender in (smtp, sendgrid(api))]
    assert inside.mails == [] and api.requests == []
    for name, outcome in zip(("smtp", "sendgrid"), outcomes, strict=True):
        assert isinstance(outcome, SendFailure) and outcome.verdict is FailureVerdict.PERMANENT
        words, beside = in_words(f"{outcome.provider}:{outcome.code}")
        assert "such letters" in words and beside == f"{name} other_letters"


@pytest.mark.parametrize("to", OTHER_LETTERS)
def test_letters_before_the_sign_arrive_where_the_server_takes_them(to: str) -> None:
    with server(Recipients(), enable_SMTPUTF8=True) as (inside, sender):
        sender.send(replace(MAIL, to=to), now)
    mail = message_from_bytes(inside.mails[0], _class=EmailMessage, policy=policy.default)
    assert isinstance(inside, Recipients) and inside.recipients == [wire_address(to)] == [mail["To"]]


def test_a_shop_with_a_domain_of_its_own_letters_sends_from_it() -> None:
    with server(Recipients(), "pedidos@mañana.es", enable_SMTPUTF8=False) as (inside, sender):
        sender.send(MAIL, now)
    mail = message_from_bytes(inside.mails[0], _class=EmailMessage, policy=policy.default)
    assert isinstance(inside, Recipients) and inside.senders == ["pedidos@xn--maana-pta.es"]
    assert mail["From"] == "Almazara <pedidos@xn--maana-pta.es>"


class Recipients(Mailbox):
    """A mail server's inside that keeps the envelopes, too."""

    def __init__(self) -> None:
        super().__init__()
        self.recipients, self.senders = list[str](), list[str]()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.recipients += envelope.rcpt_tos
        self.senders.append(envelope.mail_from or "")
        return await super().handle_DATA(server, session, envelope)


NAMES = [
    "Almazara",
    "Łukasz, S.A.",
    "Ana <ana@evil.example>, Łódź",
    "«Á la crème» Núñez",
    'O"Neill & Söhne',
    "北京 商店 🎁",
    "a=?b?=",
]
NAMES += ["Ana: grupo;", "Back\\slash", "x@y.z", "Ñ" * 70, "Сервис доставки " * 4]


def arrived(**changes: str) -> EmailMessage:
    """A mail as a mail program reads it."""
    raw = as_bytes(replace(MAIL, **changes), mail_from="p@a.example", to=MAIL.to)  # type: ignore[arg-type]
    assert raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= 998
    return message_from_bytes(raw, _class=EmailMessage, policy=policy.default)


@pytest.mark.parametrize("name", NAMES)
def test_the_shops_name_arrives_whole_and_names_one_sender(name: str) -> None:
    mail = arrived(from_name=name)
    assert [address.addr_spec for address in mail["From"].addresses] == ["p@a.example"]
    # Read by the older reader: the newer one puts blanks between encoded words, against RFC 2047.
    raw = message_from_bytes(mail.as_bytes(policy=policy.compat32), policy=policy.compat32)["From"]
    phrase, address = parseaddr(" ".join(raw.split()))
    # What stood in quotes is no encoded word, whatever it looks like.
    quoted = raw.startswith('"') or "=?" not in raw
    shown = phrase if quoted else str(make_header(decode_header(phrase)))
    assert (shown, address) == (header(name, 70), "p@a.example")


@given(st.text(max_size=160))
def test_any_subject_arrives_as_it_was_written(subject: str) -> None:
    assert arrived(subject=subject)["Subject"] == header(subject)


@given(st.text(max_size=70))
def test_any_name_of_a_shop_leaves_one_sender(name: str) -> None:
    addresses = arrived(from_name=name)["From"].addresses
    assert [address.addr_spec for address in addresses] == ["p@a.example"]


@given(st.text(max_size=300))
def test_what_a_mail_says_arrives_in_both_forms(words: str) -> None:
    visible = "".join(c for c in words if c.isprintable())
    mail = arrived(text=f"{visible}\n", html=f"<p>{visible}</p>")
    plain, html = (part.get_content() for part in mail.iter_parts())
    assert (plain.rstrip("\r\n"), html.rstrip("\r\n")) == (visible, f"<p>{visible}</p>")


def test_the_addresses_in_headers_stay_readable_however_long_they_are() -> None:
    link = f"<https://pedidos.almazara.example/preferences/{'w' * 43}/unsubscribe>"
    raw = as_bytes(
        replace(MAIL, headers={"List-Unsubscribe": link, "References": f"<order-7K2M9QXA@{'a' * 60}.example>"}),
        mail_from="p@a.example",
        to=MAIL.to,
    )
    assert f"List-Unsubscribe: {link}\r\n".encode() in raw and f"<order-7K2M9QXA@{'a' * 60}.example>".encode() in raw


def test_a_portal_with_a_host_of_its_own_letters_is_called_by_its_ascii_name() -> None:
    settings = {"DATABASE_URL": "postgresql://x/y", "SECRET_KEY": SECRET}
    for url, origin in {
        "https://pedidos.łódź.pl/": "https://pedidos.xn--d-uga0v4h.pl",
        "http://mañana.example:8443": "http://xn--maana-pta.example:8443",
        "https://pedidos.example.com": "https://pedidos.example.com",
    }.items():
        assert Settings.from_env(settings | {"PUBLIC_URL": url}).public_url == origin
