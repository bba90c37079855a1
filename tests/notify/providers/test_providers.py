"""The providers' own clients against stand-ins on loopback: what leaves is what their documents ask for."""

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
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

from app.core.settings.mail_server import MailServer
from app.core.tokens import digest
from app.notify.kinds import Channel
from app.notify.providers.line import LINES
from app.notify.providers.ports import Accepted, Begin, Lost, NotBegun, Outgoing, SendFailed
from app.notify.providers.sendgrid.send import SendGridSender, matched
from app.notify.providers.smtp.send import SmtpSender
from app.notify.providers.twilio.send import TwilioSender
from app.notify.send.claim import hand_over
from app.notify.send.drain import LANES
from app.notify.send.outcomes import FailureVerdict, SendFailure
from tests.notify.build import NOON
from tests.notify.stand_in import StandIn, provider

APIS = Path(__file__).parents[4] / "shared" / "data" / "apis"
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


def now() -> None:
    """The call begins."""


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with provider() as api:
        yield api


def sendgrid(api: StandIn, *, feed_lag: int | None = None) -> SendGridSender:
    return SendGridSender("SG.key", "pedidos@almazara.example", host=api.url, feed_lag=feed_lag)


def twilio(api: StandIn, sender: str = "+34600000000") -> TwilioSender:
    callback = "https://pedidos.almazara.example/hooks/messages/twilio"
    return TwilioSender("AC" + "0" * 32, "token", sender, callback_url=callback, api_url=api.url)


@needs_apis
def test_sendgrid_gets_what_its_document_asks_for_and_tracks_nothing(stand_in: StandIn) -> None:
    stand_in.answers = [(202, {"X-Message-Id": "sg-1"}, None)]
    assert sendgrid(stand_in).send(MAIL, now).provider_id == "sg-1"
    request = stand_in.requests[0]
    assert (request.method, request.path, request.headers["Authorization"]) == (
        "POST",
        "/v3/mail/send",
        "Bearer SG.key",
    )
    body = json.loads(request.body)
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
        sender.send(MAIL, now)
    assert len({request.connection for request in stand_in.requests}) == 1


@needs_apis
def test_twilio_gets_what_its_document_asks_for(stand_in: StandIn) -> None:
    stand_in.answers = [(201, {}, {"sid": "SM1"})]
    assert twilio(stand_in).send(TEXT, now).provider_id == "SM1"
    request = stand_in.requests[0]
    document = json.loads((APIS / "twilio" / "twilio_api_v2010.json").read_text())
    schema = document["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["post"]["requestBody"]["content"]
    form_schema = schema["application/x-www-form-urlencoded"]["schema"]
    form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    assert set(form_schema["required"]) <= set(form) <= set(form_schema["properties"])
    assert request.path == f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
    assert parse_qs(urlsplit(form["StatusCallback"]).query) == {"message": [TEXT.reference]}
    assert 1 <= int(form["ValidityPeriod"]) <= 36_000 and form["Body"] == TEXT.text


def test_twilio_sends_by_a_service_when_it_is_one(stand_in: StandIn) -> None:
    stand_in.answers = [(201, {}, {"sid": "SM1"})]
    twilio(stand_in, "MG" + "1" * 32).send(TEXT, now)
    form = parse_qs(stand_in.requests[0].body.decode())
    assert form["MessagingServiceSid"] == ["MG" + "1" * 32] and "From" not in form


SENDGRID_ANSWERS = [
    (400, FailureVerdict.OUR_FAULT),
    (401, FailureVerdict.CLOSED),
    (413, FailureVerdict.OUR_FAULT),
    (429, FailureVerdict.CLOSED),
]
SENDGRID_ANSWERS += [(500, FailureVerdict.IN_DOUBT), (503, FailureVerdict.CLOSED), (302, FailureVerdict.UNKNOWN)]


@pytest.mark.parametrize(("status", "verdict"), SENDGRID_ANSWERS)
def test_sendgrids_refusals_are_sorted(stand_in: StandIn, status: int, verdict: FailureVerdict) -> None:
    stand_in.answers = [(status, {"Retry-After": "7"}, {"errors": [{"message": "no"}]})]
    with pytest.raises(SendFailed) as caught:
        sendgrid(stand_in).send(MAIL, now)
    assert caught.value.fault.verdict is verdict and caught.value.fault.retry_after == 7


TWILIO_ANSWERS = [
    (400, 21610, FailureVerdict.STOP_ADDRESS),
    (400, 21211, FailureVerdict.PERMANENT),
    (429, 20429, FailureVerdict.CLOSED),
]
TWILIO_ANSWERS += [
    (401, 20003, FailureVerdict.CLOSED),
    (400, 99999, FailureVerdict.UNKNOWN),
    (500, 20500, FailureVerdict.IN_DOUBT),
]


@pytest.mark.parametrize(("status", "code", "verdict"), TWILIO_ANSWERS)
def test_twilios_refusals_are_sorted(stand_in: StandIn, status: int, code: int, verdict: FailureVerdict) -> None:
    stand_in.answers = [(status, {}, {"code": code, "message": "no", "status": status})]
    with pytest.raises(SendFailed) as caught:
        twilio(stand_in).send(TEXT, now)
    assert (caught.value.fault.verdict, caught.value.fault.code) == (verdict, str(code))


@pytest.mark.parametrize("make", [sendgrid, twilio])
def test_a_lost_answer_is_in_doubt(stand_in: StandIn, make: Any) -> None:
    stand_in.answers = [None]
    with pytest.raises(SendFailed) as caught:
        make(stand_in).send(MAIL if make is sendgrid else TEXT, now)
    assert caught.value.fault.verdict is FailureVerdict.IN_DOUBT


@pytest.mark.parametrize("make", [sendgrid, twilio])
def test_a_call_begins_when_the_line_is_up_and_nothing_of_the_message_has_left(stand_in: StandIn, make: Any) -> None:
    seen: list[int] = []
    stand_in.answers = [(201, {}, {"sid": "SM1"})] * 2
    sender, message = make(stand_in), MAIL if make is sendgrid else TEXT
    for _ in range(2):
        sender.send(message, lambda: seen.append(len(stand_in.requests)))
    # Each begins once, before the provider has the request.
    assert seen == [0, 1] and len(stand_in.requests) == 2
    assert all(int(request.headers["Content-Length"]) == len(request.body) > 100 for request in stand_in.requests)
    assert all("Transfer-Encoding" not in request.headers for request in stand_in.requests)
    assert len({request.connection for request in stand_in.requests}) == 1


def too_late() -> None:
    raise NotBegun


@pytest.mark.parametrize("make", [sendgrid, twilio])
def test_a_call_that_must_not_begin_leaves_nothing_there(stand_in: StandIn, make: Any) -> None:
    stand_in.answers = [(201, {}, {"sid": "SM1"})]
    sender, message = make(stand_in), MAIL if make is sendgrid else TEXT
    with pytest.raises(NotBegun):
        sender.send(message, too_late)
    sender.send(message, now)
    # What came first was cut off before its body, so it is no request; the second is whole and on its own line.
    assert [len(request.body) > 100 for request in stand_in.requests] == [True]


@pytest.mark.parametrize("make", [sendgrid, twilio])
def test_many_lanes_keep_their_lines(stand_in: StandIn, make: Any, caplog: pytest.LogCaptureFixture) -> None:
    stand_in.answers = [(201, {}, {"sid": "SM1"})] * 96
    sender, message = make(stand_in), MAIL if make is sendgrid else TEXT
    with ThreadPoolExecutor(LANES) as pool:
        assert len(list(pool.map(lambda _: sender.send(message, now), range(96)))) == 96
    assert "Connection pool is full" not in caplog.text
    assert len({request.connection for request in stand_in.requests}) <= LANES <= LINES


@pytest.mark.parametrize("make", [sendgrid, twilio])
def test_nobody_at_the_endpoint_is_no_doubt(make: Any) -> None:
    outcome = hand_over(make(StandIn(url="http://127.0.0.1:9")), MAIL if make is sendgrid else TEXT, now)
    assert isinstance(outcome, SendFailure) and (outcome.verdict, outcome.code) == (
        FailureVerdict.CLOSED,
        "not_connected",
    )


def test_an_answer_of_twilio_that_cannot_be_read_is_a_lost_one(stand_in: StandIn) -> None:
    stand_in.answers = [(201, {}, "no object")]
    outcome = hand_over(twilio(stand_in), TEXT, now)
    assert isinstance(outcome, SendFailure) and outcome.verdict is FailureVerdict.IN_DOUBT


def test_twilio_is_asked_by_number_and_knows_its_text(stand_in: StandIn) -> None:
    listed = [{"sid": "SM8", "body": "another"}, {"sid": "SM9", "body": TEXT.text}]
    page = {"messages": listed, "page": 0, "page_size": 50, "next_page_uri": None}
    stand_in.answers = [(200, {}, page), (200, {}, page)]
    lost = Lost(TEXT.reference, TEXT.to, NOON - timedelta(minutes=1), digest(TEXT.text))
    other = Lost("r", TEXT.to, NOON, digest("never sent"))
    answers = twilio(stand_in).find([lost, other])
    assert answers == {TEXT.reference: Accepted("twilio", "SM9"), "r": None}
    assert parse_qs(urlsplit(stand_in.requests[0].path).query)["To"] == [TEXT.to]


@pytest.mark.parametrize("answer", [None, (401, {}, {"code": 20003, "message": "no"})])
def test_twilio_that_cannot_be_asked_says_so(stand_in: StandIn, answer: Any) -> None:
    stand_in.answers = [answer]
    with pytest.raises(SendFailed):
        twilio(stand_in).find([Lost(TEXT.reference, TEXT.to, NOON, b"")])


def lost_mail(reference: str, to: str = "ana@example.com", subject: str = "Llega") -> Lost:
    return Lost(reference, to, NOON, b"", subject)


def listed(key: str, to: str = "ana@example.com", subject: str = "Llega") -> dict[str, str]:
    return {"msg_id": key, "to_email": to, "subject": subject}


def test_sendgrids_feed_is_asked_by_reference(stand_in: StandIn) -> None:
    stand_in.answers = [(200, {}, {"messages": [listed("sg-9")]})]
    answers = sendgrid(stand_in, feed_lag=240).find([lost_mail("ref-1")])
    assert answers == {"ref-1": Accepted("sendgrid", "sg-9")}
    query = parse_qs(urlsplit(stand_in.requests[0].path).query)
    assert query == {"query": ["unique_args['message']=\"ref-1\""], "limit": ["1000"]}
    assert sendgrid(stand_in).lag_seconds is None and sendgrid(stand_in, feed_lag=240).lag_seconds == 240


def test_sendgrids_feed_is_asked_for_many_at_once_and_six_times_a_minute_at_most(stand_in: StandIn) -> None:
    stand_in.answers = [(200, {}, {"messages": [listed("sg-2", "EVA@example.com")]})]
    sender = sendgrid(stand_in, feed_lag=240)
    assert sender.find([lost_mail("ref-1"), lost_mail("ref-2", "eva@example.com")]) == {
        "ref-1": None,
        "ref-2": Accepted("sendgrid", "sg-2"),
    }
    (query,) = parse_qs(urlsplit(stand_in.requests[0].path).query)["query"]
    assert query == "(unique_args['message']=\"ref-1\" OR unique_args['message']=\"ref-2\")"
    with pytest.raises(SendFailed, match="429"):
        sender.find([lost_mail("ref-1")])
    assert len(stand_in.requests) == 1


def test_of_several_mails_that_look_alike_all_are_there_or_none_or_they_are_asked_for_alone() -> None:
    twins = [lost_mail("ref-1"), lost_mail("ref-2")]
    both = matched("sendgrid", twins, [listed("sg-1"), listed("sg-2")])
    assert both == {"ref-1": Accepted("sendgrid", ""), "ref-2": Accepted("sendgrid", "")}
    assert matched("sendgrid", twins, []) == {"ref-1": None, "ref-2": None}
    assert matched("sendgrid", [*twins, lost_mail("ref-3", "eva@example.com")], [listed("sg-1")]) == {"ref-3": None}
    # Alone, whatever is listed is it: the question named its reference.
    assert matched("sendgrid", twins[:1], [listed("sg-1", subject="otherwise")]) == {
        "ref-1": Accepted("sendgrid", "sg-1")
    }


class Mailbox:
    """A mail server's inside: keeps what comes, answers as it is told; ``hangs_up`` after the last dot."""

    def __init__(self) -> None:
        self.answer, self.mails, self.hangs_up = "250 OK", list[bytes](), False
        self.of_sender, self.of_recipient = "250 OK", "250 OK"

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _o: Any) -> str:
        envelope.mail_from = address
        return self.of_sender

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _o: Any) -> str:
        envelope.rcpt_tos.append(address)
        return self.of_recipient

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        if self.hangs_up:
            assert server.transport is not None
            server.transport.abort()
        return self.answer


@contextmanager
def server(
    inside: Mailbox, mail_from: str = "pedidos@almazara.example", **more: Any
) -> Iterator[tuple[Mailbox, SmtpSender]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running = Controller(inside, hostname="127.0.0.1", port=port, **more)
    running.start()
    url = f"smtp://127.0.0.1:{port}"
    yield inside, SmtpSender(url, mail_from, host_name="pedidos.almazara.example")
    running.stop()


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, SmtpSender]]:
    with server(Mailbox(), enable_SMTPUTF8=False) as pair:
        yield pair


def test_a_mail_by_smtp_has_two_forms_and_whole_headers(mailbox: tuple[Mailbox, SmtpSender]) -> None:
    inside, sender = mailbox
    sender.send(MAIL, now)
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
    sender.send(outgoing, now)
    mail = message_from_bytes(inside.mails[0], policy=policy.default)
    headers = {"From", "To", "Subject", "Date", "Message-ID", "References", "MIME-Version", "Content-Type", "X-Peer"}
    assert set(mail.keys()) <= headers | {"X-MailFrom", "X-RcptTo"} and mail["Bcc"] is None
    sendgrid(stand_in).send(outgoing, now)
    body = json.loads(stand_in.requests[0].body)
    values = [body["subject"], body["from"]["name"], *body["headers"].values()]
    assert all(one.isprintable() for one in values) and "bcc" not in body["personalizations"][0]


def test_a_line_that_begins_with_a_dot_arrives_as_it_was(mailbox: tuple[Mailbox, SmtpSender]) -> None:
    inside, sender = mailbox
    sender.send(replace(MAIL, text="one\n.\n..two\n.three", html=""), now)
    mail = message_from_bytes(inside.mails[0], _class=EmailMessage, policy=policy.default)
    assert mail.get_content().split() == ["one", ".", "..two", ".three"]


def test_an_address_in_other_letters_needs_a_server_that_takes_it(mailbox: tuple[Mailbox, SmtpSender]) -> None:
    outcome = hand_over(mailbox[1], replace(MAIL, to="josé@example.com"), now)
    assert isinstance(outcome, SendFailure) and (outcome.verdict, outcome.code) == (
        FailureVerdict.PERMANENT,
        "other_letters",
    )


def test_an_address_in_other_letters_arrives_at_a_server_that_takes_it() -> None:
    with server(Mailbox(), enable_SMTPUTF8=True) as (inside, sender):
        sender.send(replace(MAIL, to="josé@example.com"), now)
    mail = message_from_bytes(inside.mails[0], _class=EmailMessage, policy=policy.default)
    assert mail["To"] == "josé@example.com"


SMTP_ANSWERS = [
    ("of_sender", "550 not from here", FailureVerdict.CLOSED, "sender_refused"),
    ("of_recipient", "550 no such user", FailureVerdict.STOP_ADDRESS, "550"),
    ("of_recipient", "421 later", FailureVerdict.CLOSED, "421"),
    ("of_recipient", "450 busy", FailureVerdict.RETRY, "450"),
    ("answer", "550 no such user", FailureVerdict.STOP_ADDRESS, "550"),
    ("answer", "451 later", FailureVerdict.RETRY, "451"),
    ("answer", "554 no", FailureVerdict.PERMANENT, "554"),
]


@pytest.mark.parametrize(("where", "answer", "verdict", "code"), SMTP_ANSWERS)
def test_a_mail_servers_refusals_are_sorted(
    mailbox: tuple[Mailbox, SmtpSender], where: str, answer: str, verdict: FailureVerdict, code: str
) -> None:
    inside, sender = mailbox
    setattr(inside, where, answer)
    outcome = hand_over(sender, MAIL, now)
    assert isinstance(outcome, SendFailure) and (outcome.verdict, outcome.code) == (verdict, code)


def test_a_mail_server_acts_on_the_last_dot_and_not_before(mailbox: tuple[Mailbox, SmtpSender]) -> None:
    inside, sender = mailbox
    seen: list[int] = []
    sender.send(MAIL, lambda: seen.append(len(inside.mails)))
    assert seen == [0] and len(inside.mails) == 1
    with pytest.raises(NotBegun):
        sender.send(MAIL, too_late)
    sender.send(MAIL, now)
    assert len(inside.mails) == 2


def test_a_mail_server_that_hangs_up_after_the_last_dot_leaves_a_doubt(mailbox: tuple[Mailbox, SmtpSender]) -> None:
    inside, sender = mailbox
    inside.hangs_up = True
    outcome = hand_over(sender, MAIL, now)
    assert isinstance(outcome, SendFailure) and outcome.verdict is FailureVerdict.IN_DOUBT and len(inside.mails) == 1


def test_a_mail_server_that_is_not_there_or_takes_no_mail_at_all_is_closed() -> None:
    outcome = hand_over(SmtpSender("smtp://127.0.0.1:9", "a@b.es"), MAIL, now)
    assert isinstance(outcome, SendFailure) and (outcome.verdict, outcome.code) == (
        FailureVerdict.CLOSED,
        "not_connected",
    )
    with grumbling(b"554 no service here\r\n") as port:
        outcome = hand_over(SmtpSender(f"smtp://127.0.0.1:{port}", "a@b.es"), MAIL, now)
    assert isinstance(outcome, SendFailure) and (outcome.verdict, outcome.code) == (FailureVerdict.CLOSED, "554")


@contextmanager
def grumbling(greeting: bytes) -> Iterator[int]:
    """A server that says one thing to whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as endpoint:

        def greet() -> None:
            line, _ = endpoint.accept()
            with line:
                line.sendall(greeting)
                line.recv(100)

        thread = threading.Thread(target=greet)
        thread.start()
        yield endpoint.getsockname()[1]
        thread.join()


def test_a_mail_server_cannot_be_asked() -> None:
    sender = SmtpSender("smtp://127.0.0.1:9", "a@b.es")
    assert sender.lag_seconds is None
    with pytest.raises(SendFailed):
        sender.find([lost_mail("ref-1")])


class Breaks:
    """A sender with a fault of its own."""

    name, lag_seconds, asked_at_once = "breaks", None, 1

    def __init__(self, *, begins: bool) -> None:
        self.begins = begins

    def send(self, _outgoing: Outgoing, begin: Begin) -> Accepted:
        if self.begins:
            begin()
        raise KeyError("a fault of its own")

    def find(self, _lost: Any) -> Any:
        raise AssertionError("nobody asks it")


def test_what_breaks_before_the_call_began_is_tried_three_times_and_after_it_is_in_doubt() -> None:
    for begins, verdict in ((False, FailureVerdict.UNKNOWN), (True, FailureVerdict.IN_DOUBT)):
        outcome = hand_over(Breaks(begins=begins), MAIL, now)
        assert isinstance(outcome, SendFailure)
        assert (outcome.verdict, outcome.code, outcome.detail) == (verdict, "broken", "KeyError")


def test_a_beginning_that_breaks_is_no_beginning(stand_in: StandIn) -> None:
    def broken() -> None:
        raise OSError("the database is away")

    assert hand_over(sendgrid(stand_in), MAIL, broken) is None
    assert hand_over(sendgrid(stand_in), MAIL, too_late) is None


def test_a_servers_address_is_read_whole() -> None:
    assert MailServer.of("smtps://us%40er:p%3Aw@mail.example") == MailServer(
        "mail.example", 465, "us@er", "p:w", tls=True
    )
    assert MailServer.of("smtp://mail.example").port == 587
