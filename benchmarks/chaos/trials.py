"""Named failpoints: each point that a scene passes × (kill, exception, answer lost) × each answer of a provider.

Each trial is played by a child that breaks at the point, then by a clean one that brings everything to rest; then the
providers' books are compared with what was due: nothing lost, nothing twice, nothing left open.
"""

import itertools
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.core.db import Database, transaction
from app.core.tables.schema import upgrade
from benchmarks.chaos import http_providers, smtp_provider
from benchmarks.chaos.answers import Answer, Dice
from benchmarks.chaos.books import Books, Taken
from benchmarks.chaos.children import children, ended
from benchmarks.chaos.history import History
from benchmarks.chaos.http_providers import SendGrid, Twilio, listening
from benchmarks.chaos.smtp_provider import mail_server
from benchmarks.chaos.tls import Authority
from benchmarks.chaos.trial import SILENCE_S, Trial, mail_of, phone_of
from benchmarks.stage import SECRET

TOKEN = "a-token-for-trials-0123456789"  # noqa: S105
EFFECTS = ("kill", "raise", "lose")


@dataclass(frozen=True, slots=True)
class Way:
    """How mail leaves in these trials, and whether its provider can be asked or tells by itself."""

    name: str
    feed: bool = False
    reports: bool = True
    smtp: bool = False

    @property
    def asked(self) -> bool:
        """Whether anybody can say what became of a mail."""
        return self.feed or (self.reports and not self.smtp)


WAYS = (Way("feed", feed=True), Way("no-feed"), Way("smtp", smtp=True, reports=False))


@dataclass
class Outcome:
    """What came of one trial."""

    point: str
    passage: int
    deed: str
    answer: str
    way: str
    lost: int = 0
    twice: int = 0
    stuck: int = 0
    chosen: int = 0
    hit: bool = True
    words: str = ""

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.twice or self.stuck)


class _FirstThenWell(Dice):
    """The first call about somebody is treated as told, all later ones well."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(0, {Answer.ACCEPT: 1.0}, slowest=0.051)
        self.first = answer

    def answer(self, provider: str, to: str, number: int) -> Answer:
        return self.first if number == 1 else Answer.ACCEPT

    def pause(self, provider: str, to: str, number: int) -> float:
        return 0.0


@dataclass
class Theatre:
    """Where trials are played: a database, stand-ins and a server of children that have the portal loaded."""

    way: Way
    database: Database
    mails: Books
    texts: Books
    dice: _FirstThenWell
    folder: Path
    facts: dict[str, Any]
    context: Any
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def points(self) -> list[tuple[str, int]]:
        """Every point that the unbroken scene passes, with how often; in the order of their first passage."""
        points: dict[str, int] = {}
        self.dice.first = Answer.DROP
        for reports in (True, False):
            notes = self.folder / f"notes-{self.way.name}-{reports}"
            self._child(self._trial(next(self._numbers), notes=str(notes), reports=reports))
            for point, passages in Counter(notes.read_text().splitlines()).items():
                points[point] = max(points.get(point, 0), passages)
        return list(points.items())

    def play(self, point: str, passage: int, effect: str, answer: Answer, *, reports: bool) -> Outcome:
        """Break once, then come to rest, then compare."""
        number, self.dice.first = next(self._numbers), answer
        outcome = Outcome(point, passage, effect, answer, self.way.name)
        notes = self.folder / "passed"
        notes.write_text("")
        broken = self._trial(number, effect=effect, point=point, passage=passage, notes=str(notes), reports=reports)
        status = self._child(broken)
        if effect == "kill":
            outcome.hit = status == -9
        else:
            outcome.hit = notes.read_text().splitlines().count(point) >= passage
        clean = self._trial(number, clean=True, later=40, reports=reports)
        if self._child(clean) != 0:
            outcome.stuck, outcome.words = 1, "the clean process did not end well"
        self._compare(number, outcome)
        return outcome

    def _trial(self, number: int, *, later: float = 0.0, **more: Any) -> Trial:
        return Trial(number, _noon(number) + later, **self.facts, **more)

    def _child(self, trial: Trial) -> int | None:
        return ended(self.context, _played, trial)

    def _compare(self, number: int, outcome: Outcome) -> None:
        standing = text("select channel, state, coalesce(reason, ''), repeats from message where recipient = :to")
        for books, to in ((self.mails, mail_of(number)), (self.texts, phone_of(number))):
            copies = sum(1 for one in books.taken if one.to == to)
            with self.database.sessions() as session:
                rows = session.execute(standing, {"to": to}).all()
            refused = outcome.answer == Answer.REFUSE and copies == 0
            if len(rows) != 1 or rows[0][1] in ("created", "sending", "in_doubt"):
                outcome.stuck += 1
                outcome.words += f" {to}: {[tuple(row) for row in rows]}"
            elif copies == 0 and not refused:
                outcome.lost += 1
                outcome.words += f" {to}: {tuple(rows[0])}"
            elif copies > 1:
                chosen = books is self.mails and not self.way.asked and copies - 1 <= rows[0][3]
                outcome.chosen += chosen
                outcome.twice += not chosen
                outcome.words += "" if chosen else f" {to}: {copies} copies, {tuple(rows[0])}"


def _played(trial: Trial) -> None:
    from benchmarks.chaos.scene import play

    play(trial)


def _noon(number: int) -> float:
    """Each trial has a day of its own, at noon: texts ring, and nothing of another trial is near."""
    now = datetime.now(UTC)
    noon = now.replace(hour=11, minute=0, second=0, microsecond=0) + timedelta(days=number)
    return (noon - now).total_seconds()


@contextmanager
def theatre(way: Way, *, admin_url: str, authority: Authority, folder: Path) -> Iterator[Theatre]:
    """Make the place; its children import the portal once, and are forked from there."""
    history = History(folder / f"trials-{way.name}.jsonl")
    dice = _FirstThenWell(Answer.ACCEPT)
    mails = Books("smtp" if way.smtp else "sendgrid", "email", dice, history, list_lag=0.0)
    texts = Books("twilio", "sms", dice, history, list_lag=0.0)
    signing = ec.generate_private_key(ec.SECP256R1())
    with ExitStack() as ends:
        patient: tuple[Any, ...] = (http_providers, smtp_provider)
        for module in patient:
            ends.callback(setattr, module, "LATE_S", module.LATE_S)
            module.LATE_S = 2 * SILENCE_S
        url = ends.enter_context(_database(admin_url, way.name))
        silent = lambda _taken: None  # noqa: E731
        environ = {
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET,
            "LOG_LEVEL": "CRITICAL",
            "MAIL_FROM": "orders@example.com",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": "+34600000000",
            "TWILIO_API_URL": ends.enter_context(listening(Twilio(texts, silent), authority.server())),
            **authority.environ(),
        }
        if way.smtp:
            environ["SMTP_URL"] = ends.enter_context(mail_server(mails, authority.server()))
        else:
            sendgrid = SendGrid(mails, silent, feed=way.feed, per_minute=10**6)
            public = signing.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            environ |= {
                "SENDGRID_API_KEY": "SG.trial",
                "SENDGRID_API_URL": ends.enter_context(listening(sendgrid, authority.server())),
                "SENDGRID_FEED": "1" if way.feed else "0",
                "SENDGRID_FEED_LAG": "60",
                "SENDGRID_WEBHOOK_KEY": _base64(public),
            }
        database = Database(url)
        ends.callback(database.engine.dispose)
        facts = {
            "books": ends.enter_context(_shown(mails, texts)),
            "api_key": _key(database),
            "signing_key": signing.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        }
        ends.callback(history.close)
        context = ends.enter_context(children(environ))
        yield Theatre(way, database, mails, texts, dice, folder, facts, context)


def _base64(raw: bytes) -> str:
    import base64

    return base64.b64encode(raw).decode()


def _key(database: Database) -> str:
    from app.api.keys import create_key

    brand = text("insert into brand (key, name, is_default) values ('demo', 'Almazara', true) on conflict do nothing")
    with database.sessions() as session, transaction(session):
        session.execute(brand)
        _, key = create_key(session, name="shop", scopes=["orders:write", "tracking:write"], now=datetime.now(UTC))
    return key


@contextmanager
def _database(admin_url: str, name: str) -> Iterator[str]:
    admin = create_engine(admin_url, isolation_level="AUTOCOMMIT")
    own = f"trials_{name.replace('-', '_')}_{os.getpid()}"
    with admin.connect() as connection:
        connection.execute(text(f"create database {own}"))
    url = make_url(admin_url).set(database=own).render_as_string(hide_password=False)
    upgrade(url)
    try:
        yield url
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"drop database if exists {own} with (force)"))
        admin.dispose()


@contextmanager
def _shown(*every: Books) -> Iterator[str]:
    """The books, for the children to read what is to be reported."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            payload = json.dumps([_row(books, one) for books in every for one in list(books.taken)[-20:]]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _row(books: Books, one: Taken) -> dict[str, str]:
    return {"provider": books.provider, "key": one.key, "reference": one.reference, "to": one.to}


def trials(
    points: Sequence[tuple[str, int]], answers: Iterable[Answer], chance: random.Random
) -> list[tuple[str, int, str, Answer]]:
    """Every point × effect × answer, each at a passage that the seed chooses.

    An answer can only be lost where a call to a provider has just been answered.
    """
    return [
        (point, chance.choice((1, chance.randint(1, passages))), effect, answer)
        for (point, passages), effect, answer in itertools.product(points, EFFECTS, answers)
        if effect != "lose" or point.startswith("after:call:")
    ]


def not_broken(points: Iterable[str], outcomes: Sequence[Outcome]) -> list[str]:
    """The points at which nothing broke though it was to: a trial of theirs shows nothing."""
    hit = {one.point for one in outcomes if one.hit}
    return sorted(set(points) - hit)


def run(
    *, admin_url: str, authority: Authority, folder: Path, seed: int, share: float = 1.0, ways: Sequence[Way] = WAYS
) -> tuple[dict[str, list[tuple[str, int]]], list[Outcome]]:
    """All trials of all ways, or a share of them that the seed chooses; gives the points passed and what came of it."""
    outcomes, passed = [], {}
    for way in ways:
        with theatre(way, admin_url=admin_url, authority=authority, folder=folder) as place:
            points = passed[way.name] = place.points()
            chance = random.Random(f"{seed}/{way.name}")
            answers = Answer if way.feed else (Answer.ACCEPT, Answer.LOSE, Answer.ERROR)
            chosen = trials(points, answers, chance)
            chosen = [one for one in chosen if share >= 1.0 or chance.random() < share]
            began = time.monotonic()
            for number, (point, passage, effect, answer) in enumerate(chosen, 1):
                # Where the feed can be asked, half of the trials have nobody who reports.
                reports = way.reports and not (way.feed and chance.random() < 0.5)
                outcomes.append(place.play(point, passage, effect, answer, reports=reports))
                if number % 50 == 0:
                    print(f"{way.name}: {number} of {len(chosen)}, {time.monotonic() - began:.0f} s", file=sys.stderr)
    return passed, outcomes


def table(passed: dict[str, list[tuple[str, int]]], outcomes: Sequence[Outcome]) -> str:
    """A row a point: how often it was broken, and what came of it."""
    lines = [
        "| point | passed | trials | hit | lost | twice | stuck | chosen twice |",
        "|---|---|---|---|---|---|---|---|",
    ]
    counts = Counter[str]()
    for points in passed.values():
        counts.update(dict(points))
    for point in sorted(counts):
        mine = [one for one in outcomes if one.point == point]
        sums = [sum(getattr(one, name) for one in mine) for name in ("hit", "lost", "twice", "stuck", "chosen")]
        lines.append(f"| `{point}` | {counts[point]} | {len(mine)} | " + " | ".join(map(str, sums)) + " |")
    return "\n".join(lines)
