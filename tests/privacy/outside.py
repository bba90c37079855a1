"""Everyone whom the portal calls, listening on loopback or in their place: every word that is said to them is kept."""

import email
import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email import policy
from urllib.parse import unquote_plus

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpTalk
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from app.api.webhooks_out import deliveries
from app.carriers.polling import polling
from app.carriers.polling.asking import ask
from app.core import http
from app.core.errors import InDoubt
from app.core.tokens import seal
from app.notify.providers.ports import Accepted, Begin, Outgoing
from app.notify.providers.sendgrid.send import SendGridSender
from app.notify.providers.smtp.send import SmtpSender
from app.notify.providers.twilio.send import TwilioSender
from app.notify.send.claim import hand_over, record
from app.notify.send.config import MailConfig
from app.orders.lookup.sending import CodeMessage, deliver_code, open_code
from app.orders.pictures import fetching
from app.returns.labels.making import make_due
from app.returns.labels.ports import MadeLabel, ParcelBack
from app.tracking.models import Shipment
from app.tracking.ports import TrackingReport
from tests.carriers.sources import due
from tests.conftest import SECRET
from tests.notify.build import Recorder, a_mail_config, prepared
from tests.notify.stand_in import StandIn, provider
from tests.privacy.canaries import EMAIL, NAME, PHONE, TRACKING
from tests.rounds import announced, heard, heard_by_returns

OTHER = "2002"
"""An order of somebody else."""

REPEATED = f"{NAME} <{EMAIL}> {PHONE} is unknown here"


class Letters:
    """The inside of a mail server: envelope, headers and each part as its reader sees them."""

    def __init__(self) -> None:
        self.arrived: list[str] = []

    async def handle_DATA(self, _server: SMTP, _talk: SmtpTalk, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=policy.default)
        parts = [str(part.get_content()) for part in mail.walk() if not part.is_multipart()]  # type: ignore[attr-defined]
        self.arrived.append(" ".join([*map(str, envelope.rcpt_tos), *map(str, mail.items()), *parts]))
        return "250 OK"


class BothWays:
    """A provider of mail that hands each to SendGrid and to a mail server, by the portal's own clients."""

    name = "sendgrid"
    lag_seconds: int | None = None
    asked_at_once = 1

    def __init__(self, api: StandIn, port: int) -> None:
        own = "pedidos@almazara.example"
        self.sendgrid = SendGridSender("SG.key", own, host=api.url)
        self.smtp = SmtpSender(f"smtp://127.0.0.1:{port}", own, host_name="pedidos.almazara.example")

    def send(self, outgoing: Outgoing, begin: Begin) -> Accepted:
        """By the one and by the other."""
        self.smtp.send(outgoing, lambda: None)
        return self.sendgrid.send(outgoing, begin)


class BreaksOff(Recorder):
    """A client that breaks before it has called anybody."""

    def send(self, outgoing: Outgoing, begin: Begin) -> Accepted:
        """Never."""
        raise RuntimeError(REPEATED)


@dataclass
class Outside:
    """What was said to whom; while ``breaks``, everybody fails with the person's own words."""

    mails: StandIn
    texts: StandIn
    letters: Letters
    senders: MailConfig
    calls: list[tuple[str, str]] = field(default_factory=list)
    breaks: bool = False
    name = "seur"
    at_once = 10

    def hears(self, who: str, *words: object) -> None:
        """Keep what was said; everything is readable in it, however it was packed."""
        self.calls.append((who, unquote_plus(" ".join(map(str, words))).casefold()))
        if self.breaks:
            raise RuntimeError(REPEATED)

    def called(self) -> set[str]:
        """Who was called."""
        return {who for who, _ in self.calls}

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str], rules: http.Rules) -> http.Reply:
        """A receiver of webhooks, who knows the person by any order but somebody else's."""
        document = json.loads(body)
        self.hears("webhooks", url, document, dict(headers))
        number = document["data"].get("order", {}).get("number")
        return http.Reply(200, {}, b"" if number == OTHER else REPEATED.encode())

    def get(self, url: str, *, headers: Mapping[str, str], rules: http.Rules, most_bytes: int) -> http.Reply:
        """The shop's server of pictures; what goes wrong on the line is never more than this."""
        try:
            self.hears("pictures", url, dict(headers))
        except RuntimeError as error:
            raise InDoubt(str(error)) from error
        return http.Reply(404, {}, REPEATED.encode())

    def make(self, parcel: ParcelBack) -> MadeLabel:
        """A maker of labels."""
        self.hears("labels", parcel)
        return MadeLabel("LX1", "rapida", pdf=b"%PDF-1", zpl=None)

    def fetch(self, numbers: list[str]) -> Iterator[TrackingReport]:
        """A carrier that is asked about parcels."""
        self.hears("carriers", numbers)
        yield from ()

    def send_code(self, *, channel: str, to: str, code: str, locale: str, brand: str) -> None:
        """Who sends one-time codes."""
        self.hears("codes", channel, to, code, locale, brand)

    def config(self) -> MailConfig:
        """The portal's messages, in the hands of these providers, or of some that break."""
        return a_mail_config(BreaksOff("sendgrid"), BreaksOff("twilio")) if self.breaks else self.senders

    def read_posts(self) -> None:
        """What arrived at the providers of messages since this was done last."""
        arrived: list[tuple[str, tuple[object, ...]]] = [("smtp", (letter,)) for letter in self.letters.arrived]
        for who, api in (("sendgrid", self.mails), ("twilio", self.texts)):
            arrived += [(who, (one.path, one.headers, one.body.decode())) for one in api.requests]
            api.requests.clear()
        self.letters.arrived.clear()
        for who, words in arrived:
            self.hears(who, *words)


@contextmanager
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """All of them, listening until the block ends."""
    letters = Letters()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(letters, hostname="127.0.0.1", port=port)
    server.start()
    callback = "https://pedidos.almazara.example/hooks/messages/twilio"
    try:
        with provider() as mails, provider() as texts:
            # More answers than texts are sent.
            texts.answers = [(201, {}, {"sid": f"SM-{number}"}) for number in range(200)]
            texter = TwilioSender("AC" + "0" * 32, "token", "+34600000000", callback_url=callback, api_url=texts.url)
            everyone = Outside(mails, texts, letters, a_mail_config(BothWays(mails, port), texter))
            monkeypatch.setattr(http, "get", everyone.get)
            yield everyone
    finally:
        server.stop()


def go_round(session: Session, sessions: sessionmaker[Session], world: Outside, *, now: datetime) -> None:
    """Whatever is due is done, as the worker's jobs do it, and everybody is called who is to be called."""
    config = world.config()
    heard(session, limit=200, now=now, config=config)
    heard_by_returns(session, limit=200, now=now)
    announced(session, limit=200, now=now)
    for ready in prepared(session, now=now, config=config):
        (sender,) = config.senders[ready.outgoing.channel]
        outcome = hand_over(sender, ready.outgoing, lambda: None)
        assert outcome is not None
        record(session, ready, outcome, now=now, config=config)
    world.read_posts()
    for call in deliveries.claim(session, key=SECRET, limit=200, now=now):
        result = deliveries.attempt(call, rules=http.Rules(), send=world.post)
        deliveries.settle(session, call, result, now=now)
    for url_hash, url in fetching.claim(session, now=now):
        fetching.settle(session, fetching.attempt(url_hash, url, rules=http.Rules()), now=now)
    _ask_carriers(session, world, now=now)
    _send_code(session, world)
    session.commit()
    make_due(sessions, lambda name: world if name == "x" else None, clock=lambda: now)
    session.expire_all()


def _ask_carriers(session: Session, world: Outside, *, now: datetime) -> None:
    """As though the parcel were still under way, and its turn."""
    parcel = update(Shipment).where(Shipment.number == TRACKING)
    session.execute(parcel.values(finished_at=None, next_poll_at=now, polled_at=None, state="in_transit"))
    for answer in ask(world, due(session, "seur", now=now), clock=lambda: now):
        polling.take(session, answer, now=now)
    session.execute(parcel.values(finished_at=now, state="delivered"))


def _send_code(session: Session, world: Outside) -> None:
    """Somebody asks for a one-time code to the address; whom no order knows is sent none."""
    wish = CodeMessage("email", EMAIL, "493021", "es", None)
    message = open_code(session, seal(SECRET, json.dumps(asdict(wish))), key=SECRET)
    if message is not None:
        deliver_code(message, world)
