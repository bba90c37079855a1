"""The providers' own clients against stand-ins on loopback: what leaves is what their documents ask for."""

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema_rs
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.notify.kinds import Channel
from app.notify.outcomes import Verdict
from app.notify.senders.ports import Lost, Outgoing, SendFailed
from app.notify.senders.sendgrid import SendGridSender
from app.notify.senders.smtp import Server, SmtpSender
from app.notify.senders.twilio import TwilioSender
from app.tokens import digest
from tests.notify.build import NOON
from tests.notify.stand_in import StandIn, provider

APIS = Path(__file__).parents[3] / "shared" / "data" / "apis"
needs_apis = pytest.mark.skipif(not APIS.is_dir(), reason="the providers' OpenAPI files are not here")
MAIL = Outgoing(
    reference="ref-0123456789abcdef",
    channel=Channel.EMAIL,
    to="ana@example.com",
    subject="Llega el jueves: pedido 10482",
    text="Llega el jueves.\n",
    html="<p>Llega el jueves.</p>",
    from_name="Almazara",
    reply_to="ayuda@almazara.example",
    headers={"Message-ID": "<ref@pedidos.almazara.example>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
)
TEXT = Outgoing("ref-0123456789abcdef", Channel.SMS, "+34612345678", "Almazara: pedido 0482 https://x.example/l/t")


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with provider() as found:
        yield found


def sendgrid(found: StandIn, *, feed: bool = False) -> SendGridSender:
    return SendGridSender("SG.key", "pedidos@almazara.example", host=found.url, feed=feed)


def twilio(found: StandIn, sender: str = "+34600000000") -> TwilioSender:
    callback = "https://pedidos.almazara.example/hooks/messages/twilio"
    return TwilioSender("AC" + "0" * 32, "token", sender, callback_url=callback, api_url=found.url)


@needs_apis
def test_sendgrid_gets_what_its_document_asks_for_and_tracks_nothing(stand_in: StandIn) -> None:
    stand_in.answers = [(202, {"X-Message-Id": "sg-1"}, None)]
    assert sendgrid(stand_in).send(MAIL).provider_id == "sg-1"
    asked = stand_in.requests[0]
    assert (asked.method, asked.path, asked.headers["Authorization"]) == ("POST", "/v3/mail/send", "Bearer SG.key")
    body = json.loads(asked.body)
    document = json.loads((APIS / "sendgrid" / "tsg_mail_v3.json").read_text())
    pointer = "#/components/requestBodies/PostMailSend/content/application~1json/schema"
    jsonschema_rs.validator_for({**document, "$ref": pointer}).validate(body)
    assert body["tracking_settings"]["open_tracking"] == {"enable": False}
    assert body["tracking_settings"]["click_tracking"] == {"enable": False, "enable_text": False}
    assert body["personalizations"][0]["custom_args"] == {"message": MAIL.reference} and "custom_args" not in body
    assert [part["type"] for part in body["content"]] == ["text/plain", "text/html"]


def test_sendgrid_keeps_its_line_open(stand_in: StandIn) -> None:
    sender = sendgrid(stand_in)
    for _ in range(3):
        sender.send(MAIL)
    assert len({asked.connection for asked in stand_in.requests}) == 1


@needs_apis
def test_twilio_gets_what_its_document_asks_for(stand_in: StandIn) -> None:
    stand_in.answers = [(201, {}, {"sid": "SM1"})]
    assert twilio(stand_in).send(TEXT).provider_id == "SM1"
    asked = stand_in.requests[0]
    document = json.loads((APIS / "twilio" / "twilio_api_v2010.json").read_text())
    schema = document["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["post"]["requestBody"]["content"]
    known = schema["application/x-www-form-urlencoded"]["schema"]
    form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
    assert set(known["required"]) <= set(form) <= set(known["properties"])
    assert asked.path == f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
    assert parse_qs(urlsplit(form["StatusCallback"]).query) == {"message": [TEXT.reference]}
    assert 1 <= int(form["ValidityPeriod"]) <= 36_000 and form["Body"] == TEXT.text


def test_twilio_sends_by_a_service_when_it_is_one(stand_in: StandIn) -> None:
    stand_in.answers = [(201, {}, {"sid": "SM1"})]
    twilio(stand_in, "MG" + "1" * 32).send(TEXT)
    form = parse_qs(stand_in.requests[0].body.decode())
    assert form["MessagingServiceSid"] == ["MG" + "1" * 32] and "From" not in form


SENDGRID_ANSWERS = [(400, Verdict.OUR_FAULT), (401, Verdict.OUR_FAULT), (413, Verdict.OUR_FAULT), (429, Verdict.RETRY)]
SENDGRID_ANSWERS += [(500, Verdict.IN_DOUBT), (503, Verdict.RETRY), (302, Verdict.UNKNOWN)]


@pytest.mark.parametrize(("status", "verdict"), SENDGRID_ANSWERS)
def test_sendgrids_refusals_are_sorted(stand_in: StandIn, status: int, verdict: Verdict) -> None:
    stand_in.answers = [(status, {"Retry-After": "7"}, {"errors": [{"message": "no"}]})]
    with pytest.raises(SendFailed) as caught:
        sendgrid(stand_in).send(MAIL)
    assert caught.value.fault.verdict is verdict and caught.value.fault.retry_after == 7


TWILIO_ANSWERS = [(400, 21610, Verdict.STOP_ADDRESS), (400, 21211, Verdict.PERMANENT), (429, 20429, Verdict.RETRY)]
TWILIO_ANSWERS += [(401, 20003, Verdict.OUR_FAULT), (400, 99999, Verdict.UNKNOWN), (500, 20500, Verdict.IN_DOUBT)]


@pytest.mark.parametrize(("status", "code", "verdict"), TWILIO_ANSWERS)
def test_twilios_refusals_are_sorted(stand_in: StandIn, status: int, code: int, verdict: Verdict) -> None:
    stand_in.answers = [(status, {}, {"code": code, "message": "no", "status": status})]
    with pytest.raises(SendFailed) as caught:
        twilio(stand_in).send(TEXT)
    assert (caught.value.fault.verdict, caught.value.fault.code) == (verdict, str(code))


@pytest.mark.parametrize("make", [sendgrid, twilio])
def test_a_lost_answer_is_in_doubt_and_a_closed_door_is_not(stand_in: StandIn, make: Any) -> None:
    message = MAIL if make is sendgrid else TEXT
    stand_in.answers = [None]
    with pytest.raises(SendFailed) as caught:
        make(stand_in).send(message)
    assert caught.value.fault.verdict is Verdict.IN_DOUBT
    nobody = StandIn(url="http://127.0.0.1:9")
    with pytest.raises(SendFailed) as caught:
        make(nobody).send(message)
    assert caught.value.fault.verdict is Verdict.RETRY


def test_twilio_is_asked_by_number_and_knows_its_text(stand_in: StandIn) -> None:
    listed = [{"sid": "SM8", "body": "another"}, {"sid": "SM9", "body": TEXT.text}]
    page = {"messages": listed, "page": 0, "page_size": 50, "next_page_uri": None}
    stand_in.answers = [(200, {}, page), (200, {}, page)]
    lost = Lost(TEXT.reference, TEXT.to, NOON - timedelta(minutes=1), digest(TEXT.text))
    found = twilio(stand_in).find(lost)
    assert found is not None and found.provider_id == "SM9"
    assert parse_qs(urlsplit(stand_in.requests[0].path).query)["To"] == [TEXT.to]
    assert twilio(stand_in).find(Lost("r", TEXT.to, NOON, digest("never sent"))) is None


def test_sendgrids_feed_is_asked_by_reference(stand_in: StandIn) -> None:
    stand_in.answers = [(200, {}, {"messages": [{"msg_id": "sg-9"}]}), (200, {}, {"messages": []})]
    sender = sendgrid(stand_in, feed=True)
    lost = Lost(MAIL.reference, MAIL.to, NOON, b"")
    found = sender.find(lost)
    assert found is not None and found.provider_id == "sg-9"
    assert MAIL.reference in parse_qs(urlsplit(stand_in.requests[0].path).query)["query"][0]
    assert sender.find(lost) is None
    assert sendgrid(stand_in).lag_seconds is None


class Mailbox:
    """A mail server's inside: keeps what comes, answers as it is told."""

    def __init__(self) -> None:
        self.answer, self.mails = "250 OK", list[bytes]()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        return self.answer


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, SmtpSender]]:
    inside = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(inside, hostname="127.0.0.1", port=port)
    server.start()
    yield (
        inside,
        SmtpSender(f"smtp://127.0.0.1:{port}", "pedidos@almazara.example", host_name="pedidos.almazara.example"),
    )
    server.stop()


def test_a_mail_by_smtp_has_two_forms_and_whole_headers(mailbox: tuple[Mailbox, SmtpSender]) -> None:
    inside, sender = mailbox
    sender.send(MAIL)
    mail = message_from_bytes(inside.mails[0], _class=EmailMessage, policy=policy.default)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["Subject"] == MAIL.subject and mail["Reply-To"] == "ayuda@almazara.example"
    assert mail["From"] == "Almazara <pedidos@almazara.example>"
    assert mail["Message-ID"] == "<ref@pedidos.almazara.example>"


INJECTIONS = [
    "a\r\nBcc: x@y.z",
    "a\nBcc: x@y.z",
    "a\r\n\r\nbody",
    "a\u2028Bcc: x",
    "a\x00b",
    "a\x85Bcc: x",
    "\u202eevil",
    "a\x0bb",
]


@pytest.mark.parametrize("evil", INJECTIONS)
def test_no_header_can_be_smuggled_in(mailbox: tuple[Mailbox, SmtpSender], stand_in: StandIn, evil: str) -> None:
    inside, sender = mailbox
    changed = {"subject": evil, "from_name": evil, "headers": {"Message-ID": "<a@b>", "References": evil}}
    outgoing = Outgoing(MAIL.reference, Channel.EMAIL, MAIL.to, MAIL.text, html=MAIL.html, **changed)  # type: ignore[arg-type]
    sender.send(outgoing)
    mail = message_from_bytes(inside.mails[0], policy=policy.default)
    wanted = {"From", "To", "Subject", "Date", "Message-ID", "References", "MIME-Version", "Content-Type", "X-Peer"}
    assert set(mail.keys()) <= wanted | {"X-MailFrom", "X-RcptTo"} and mail["Bcc"] is None
    sendgrid(stand_in).send(outgoing)
    body = json.loads(stand_in.requests[0].body)
    said = [body["subject"], body["from"]["name"], *body["headers"].values()]
    assert all(one.isprintable() for one in said) and "bcc" not in body["personalizations"][0]


SMTP_ANSWERS = [("550 no such user", Verdict.STOP_ADDRESS), ("451 later", Verdict.RETRY), ("554 no", Verdict.PERMANENT)]


@pytest.mark.parametrize(("answer", "verdict"), SMTP_ANSWERS)
def test_a_mail_servers_refusals_are_sorted(mailbox: tuple[Mailbox, SmtpSender], answer: str, verdict: Verdict) -> None:
    inside, sender = mailbox
    inside.answer = answer
    with pytest.raises(SendFailed) as caught:
        sender.send(MAIL)
    assert caught.value.fault.verdict is verdict


def test_a_mail_server_that_is_not_there_is_tried_again() -> None:
    with pytest.raises(SendFailed) as caught:
        SmtpSender("smtp://127.0.0.1:9", "a@b.es").send(MAIL)
    assert caught.value.fault.verdict is Verdict.RETRY


def test_a_servers_address_is_read_whole() -> None:
    assert Server.of("smtps://us%40er:p%3Aw@mail.example") == Server("mail.example", 465, "us@er", "p:w", tls=True)
    assert Server.of("smtp://mail.example").port == 587
