"""One configuration as it runs: a database, stand-ins for its providers, web and workers; and how they are killed."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from app.api.keys import create_key
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.settings import ROOT, Settings
from app.core.tables.schema import upgrade
from app.server.commands import web_words, worker_words
from benchmarks.chaos.answers import LOSSY, WELL, Dice
from benchmarks.chaos.books import Books, Taken
from benchmarks.chaos.history import History
from benchmarks.chaos.http_providers import Door, SendGrid, Twilio
from benchmarks.chaos.reports import Reporter
from benchmarks.chaos.smtp_provider import mail_server
from benchmarks.chaos.tls import Authority
from benchmarks.stage import HOOK_SECRET, SECRET, answers, free_port, wait_until

AT_WORK = text(
    "select application_name from pg_stat_activity where datname = current_database() "
    "group by 1 having min(backend_start) < now() - interval '700 milliseconds'"
)
TOKEN = "a-token-for-trials-0123456789"  # noqa: S105
ACCOUNT = "AC" + "0" * 32
# The stand-ins' lists run eight seconds behind; the shop has said so for the feed, and Twilio's lag is fixed.
FEED_LAG_S = 40


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a shop may have set. ``mail``: sendgrid or smtp. ``quiet``: hardly an order, and a provider that is ill."""

    name: str
    words: str
    mail: str = "sendgrid"
    feed: bool = False
    reports: bool = True
    in_doubt: str = "send_again"
    quiet: bool = False

    @property
    def asked(self) -> bool:
        """Whether the provider of mail can be asked what it has, or tells by itself."""
        return self.feed or (self.reports and self.mail == "sendgrid")


@dataclass
class Stack:
    """What runs. Processes are known by a name, which their connections to the database carry."""

    configuration: Configuration
    database: Database
    history: History
    mails: Books
    texts: Books
    url: str
    key: str
    environ: dict[str, str]
    log: Path
    doors: list[Door]
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    web: subprocess.Popen[bytes] | None = None
    _number: int = 0

    def start_web(self) -> None:
        """Start the web as it is started in earnest."""
        self.web = self._started(web_words(Settings.from_env(self.environ)), "web")

    def start_worker(self) -> None:
        """Start one more worker."""
        self._number += 1
        name = f"worker-{self._number}"
        self.workers[name] = self._started(worker_words(), name)

    def kill_worker(self, name: str, *, why: str) -> None:
        """Freeze it, look which of its calls are open, and kill it."""
        process = self.workers.pop(name)
        os.killpg(process.pid, signal.SIGSTOP)
        ports = ports_of(process.pid)
        cut = self.mails.cut(ports) + self.texts.cut(ports)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.history.tell("killed", process="worker", why=why, cut=len(cut), taken=sum(one.takes for one in cut))

    def replace_dead(self) -> int:
        """Start a worker for each that ended by itself, as a supervisor would; gives how many."""
        dead = [name for name, process in self.workers.items() if process.poll() is not None]
        for name in dead:
            del self.workers[name]
            self.history.tell("died", process=name)
            self.start_worker()
        return len(dead)

    def kill_web(self) -> None:
        """Kill the server and its children."""
        if self.web is not None:
            os.killpg(self.web.pid, signal.SIGKILL)
            self.web.wait()
            self.history.tell("killed", process="web", why="web", cut=0, taken=0)

    def busy_worker(self) -> str | None:
        """The worker that has calls open, if there is one."""
        ports = set(self.mails.open) | set(self.texts.open)
        if not ports:
            return None
        generator = ((name, len(ports_of(process.pid) & ports)) for name, process in self.workers.items())
        name, number = max(generator, key=lambda one: one[1], default=("", 0))
        return name if number else None

    def calls(self) -> int:
        """How often the providers were called so far."""
        return self.mails.calls() + self.texts.calls()

    def at_work(self) -> list[str]:
        """The workers that are connected for long enough to have begun something."""
        with self.database.sessions() as session:
            names = session.scalars(AT_WORK).all()
        return [name for name in self.workers if name in names]

    def stop(self) -> None:
        """End all its processes, politely."""
        for process in (*self.workers.values(), self.web):
            if process is not None:
                process.terminate()
        for process in (*self.workers.values(), self.web):
            if process is not None:
                _ended(process)
        self.workers.clear()
        self.web = None

    def _started(self, words: list[str], name: str) -> subprocess.Popen[bytes]:
        environ = {**self.environ, "PGAPPNAME": name}
        with self.log.open("ab") as log:
            return subprocess.Popen(words, cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True)


def _ended(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(25)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ports_of(pid: int) -> set[int]:
    """The local ports of a process's TCP connections."""
    sockets = set()
    with suppress(OSError):
        for handle in list(Path(f"/proc/{pid}/fd").iterdir()):
            with suppress(OSError):
                sockets.add(str(handle.readlink()).removeprefix("socket:[").removesuffix("]"))
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return {int(row[1].partition(":")[2], 16) for row in rows if row[9] in sockets}


@contextmanager
def stack(
    configuration: Configuration, *, admin_url: str, authority: Authority, folder: Path, seed: int
) -> Iterator[Stack]:
    """Make it, and take it away afterwards; its history stays."""
    history = History(folder / f"{configuration.name}.jsonl")
    weights = WELL if configuration.quiet else LOSSY
    mails = Books(configuration.mail, "email", Dice(seed, weights), history)
    texts = Books("twilio", "sms", Dice(seed, weights), history)
    with ExitStack() as ends:
        url = ends.enter_context(_database(admin_url, configuration.name))
        port = free_port()
        public = f"http://127.0.0.1:{port}"
        reporter = Reporter(public, history, twilio_token=TOKEN)
        ends.callback(reporter.close)

        def silent(_taken: Taken) -> None:
            """This provider never tells what became of a message."""

        reports = configuration.reports
        doors = [Door(Twilio(texts, reporter.text if reports else silent), authority.server())]
        if configuration.mail == "smtp":
            mail = {"SMTP_URL": ends.enter_context(mail_server(mails, authority.server()))}
        else:
            sendgrid = SendGrid(mails, reporter.mail if reports else silent, feed=configuration.feed)
            doors.append(Door(sendgrid, authority.server()))
            mail = {
                "SENDGRID_API_KEY": "SG.trial",
                "SENDGRID_API_URL": doors[-1].url,
                "SENDGRID_FEED": "1" if configuration.feed else "0",
                "SENDGRID_FEED_LAG": str(FEED_LAG_S),
                **({"SENDGRID_WEBHOOK_KEY": reporter.public_key} if reports else {}),
            }
        environ = {**os.environ, **authority.environ(), **mail, **_environ(configuration, url, port, doors[0].url)}
        for door in doors:
            ends.callback(door.shut)
        database = Database(url, statement_timeout_ms=60_000)
        ends.callback(database.engine.dispose)
        with database.sessions() as session, transaction(session):
            session.execute(
                text(
                    "insert into brand (key, name, is_default) values ('demo', 'Almazara', true) on conflict do nothing"
                )
            )
            _, key = create_key(session, name="shop", scopes=["orders:write", "tracking:write"], now=utcnow())
        log = folder / f"{configuration.name}.log"
        made = Stack(configuration, database, history, mails, texts, public, key, environ, log, doors)
        ends.callback(history.close)
        ends.callback(made.stop)
        facts = {
            name: getattr(configuration, name) for name in ("name", "mail", "feed", "reports", "in_doubt", "quiet")
        }
        history.tell("began", seed=seed, asked=configuration.asked, **facts)
        made.start_web()
        wait_until(lambda: answers(f"{public}/readyz"), "the web does not start")
        yield made


def _environ(configuration: Configuration, url: str, port: int, twilio: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WEB_WORKERS": "1",
        "GENERIC_WEBHOOK_SECRET": HOOK_SECRET,
        "LOG_LEVEL": "INFO",
        "MAIL_FROM": "orders@example.com",
        "MAIL_IN_DOUBT": configuration.in_doubt,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": "+34600000000",
        "TWILIO_API_URL": twilio,
    }


@contextmanager
def _database(admin_url: str, name: str) -> Iterator[str]:
    # It may be killed meanwhile: no connection is kept.
    admin = create_engine(admin_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    own = f"chaos_{name.replace('-', '_')}_{os.getpid()}"
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


def calm(stacked: Stack) -> None:
    """From now on the providers do what they are asked."""
    for books in (stacked.mails, stacked.texts):
        books.dice.weights = WELL


def at_rest(stacked: Stack) -> bool:
    """Whether nothing waits any more: no message, no event, no report."""
    statement = text(
        "select (select count(*) from message where state in ('created', 'sending', 'in_doubt')) "
        "+ (select count(*) from hearing where listener = 'notify' and dead_at is null) "
        "+ (select count(*) from shipment where dirty_at is not null)"
    )
    with stacked.database.sessions() as session:
        return not session.execute(statement).scalar_one()


def since(began: float) -> float:
    """Seconds since then."""
    return round(time.monotonic() - began, 1)
