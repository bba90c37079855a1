"""PostgreSQL itself killed (−9) under load, and started again close together: every acknowledged delivery is there."""

import contextlib
import json
import os
import pwd
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core import standard_webhooks
from benchmarks.chaos.check import Judgement, judge
from benchmarks.chaos.history import read
from benchmarks.chaos.kills import rest
from benchmarks.chaos.shop import Shop
from benchmarks.chaos.stack import Configuration, Stack, calm, stack
from benchmarks.chaos.tls import Authority
from benchmarks.stage import HOOK_SECRET, binaries, wait_until

CONFIGURATION = Configuration("database", "PostgreSQL killed under load")
HOOKS_EVERY_S = 0.05
RATE = 8.0
# Five restarts in a minute.
RESTARTS, RESTART_EVERY_S = 5, 12.0


@dataclass
class Database:
    """What came of it. Gaps in seconds: the longest without an acknowledgement, and without a call of a provider."""

    kills: int
    acknowledged: int = 0
    missing: int = 0
    recovery_longest: float = 0.0
    restarts: int = RESTARTS
    gap_web: float = 0.0
    gap_messages: float = 0.0
    workers_died: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    messages: Judgement | None = None

    @property
    def good(self) -> bool:
        """Whether nothing that was acknowledged is missing, and nothing stood still for long."""
        quick = self.gap_web <= 10.0 and self.gap_messages <= 10.0
        return not self.missing and not self.workers_died and quick and (self.messages is None or self.messages.good)


class Server:
    """The server's processes, as the system knows them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._user = pwd.getpwuid(folder.stat().st_uid).pw_name

    def kill(self) -> None:
        """Kill the postmaster and all its children, as a power cut would."""
        master = int((self.folder / "postmaster.pid").read_text().split()[0])
        pids = [master, *_children(master)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), "PostgreSQL does not die")

    def start(self) -> float:
        """Start it as it was started before; gives the seconds until it takes connections."""
        began = time.monotonic()
        self._control("start", "-l", str(self.folder / "log"), "-o", self._options())
        return time.monotonic() - began

    def restart(self) -> None:
        """As an administrator would."""
        options = self._options()
        self._control("stop", "-m", "fast")
        self._control("start", "-l", str(self.folder / "log"), "-o", options)

    def _options(self) -> str:
        words = (self.folder / "postmaster.opts").read_text().split('"')
        sockets = words[words.index("-k") + 2] if "-k" in words else str(self.folder)
        return f'-h "" -k {sockets}'

    def _control(self, *words: str) -> None:
        command = [str(binaries() / "pg_ctl"), "-w", "-t", "60", "-D", str(self.folder), *words]
        as_user = {"user": self._user} if os.geteuid() == 0 else {}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user)  # type: ignore[call-overload]


def _children(master: int) -> list[int]:
    children = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(status.read_text().rpartition(")")[2].split()[1]) == master:
                children.append(int(status.parent.name))
    return children


class Hooks:
    """A carrier's deliveries at the door, one after the other; remembers which were acknowledged."""

    def __init__(self, stack: Stack) -> None:
        self._stack, self._line = stack, requests.Session()
        self.taken: list[str] = []

    def run(self, until: threading.Event) -> None:
        """Deliver until told to stop."""
        while not until.is_set():
            key = str(uuid.uuid4())
            status = self._post(key)
            self._stack.history.tell("hook", key=key, status=status)
            if status == 202:
                self.taken.append(key)
            elif status not in (0, 503):
                self._stack.history.tell("bad", path="/hooks/carriers/generic", status=status, words="")
            until.wait(HOOKS_EVERY_S)

    def _post(self, key: str) -> int:
        scan = {"carrier": "seur", "tracking_number": key[:12], "status": "in_transit"}
        body = json.dumps(scan | {"occurred_at": datetime.now(UTC).isoformat()}).encode()
        headers = standard_webhooks.sign([HOOK_SECRET], message_id=key, at=datetime.now(UTC), body=body)
        try:
            url = f"{self._stack.url}/hooks/carriers/generic"
            return self._line.post(url, data=body, headers=headers, timeout=10).status_code
        except requests.RequestException:
            return 0


def run(*, kills: int, server: Server, admin_url: str, authority: Authority, folder: Path, seed: int) -> Database:
    """Kill it so often while orders, deliveries and messages flow; then five restarts in a minute; then look."""
    dice, database = random.Random(f"{seed}/database"), Database(kills)
    with stack(CONFIGURATION, admin_url=admin_url, authority=authority, folder=folder, seed=seed) as made:
        for _ in range(2):
            made.start_worker()
        over, hooks = threading.Event(), Hooks(made)
        shop = Shop(made.url, made.key, made.history, seed=seed, prefix="DB")
        busy = [
            threading.Thread(target=hooks.run, args=(over,), daemon=True),
            threading.Thread(target=shop.run, args=(lambda: RATE, over), daemon=True),
        ]
        for one in busy:
            one.start()
        _kills(made, server, database, kills, dice)
        calm(made)
        _restarts(made, server)
        over.set()
        for one in busy:
            one.join()
        database.workers_died += made.replace_dead()
        rest(made)
        database.acknowledged, database.missing = len(hooks.taken), _missing(made, hooks.taken)
    database.messages = judge(folder / f"{CONFIGURATION.name}.jsonl")
    database.gap_web, database.gap_messages = _gaps(folder / f"{CONFIGURATION.name}.jsonl")
    for line in read(folder / f"{CONFIGURATION.name}.jsonl"):
        if line["what"] in ("hook", "asked"):
            database.statuses[str(line["status"])] = database.statuses.get(str(line["status"]), 0) + 1
    return database


def _kills(made: Stack, server: Server, database: Database, kills: int, dice: random.Random) -> None:
    for number in range(kills):
        time.sleep(dice.uniform(0.3, 2.0))
        server.kill()
        made.history.tell("database", action="kill")
        took = server.start()
        database.recovery_longest = max(database.recovery_longest, round(took, 2))
        database.workers_died += made.replace_dead()
        if (number + 1) % 10 == 0:
            print(f"database: {number + 1} of {kills} kills", file=sys.stderr)


def _restarts(made: Stack, server: Server) -> None:
    """Five in a minute."""
    _answers(made)
    made.history.tell("database", action="restarts begin")
    for _ in range(RESTARTS):
        began = time.monotonic()
        server.restart()
        time.sleep(max(0.0, RESTART_EVERY_S - (time.monotonic() - began)))
    made.history.tell("database", action="restarts end")


def _answers(made: Stack) -> None:
    """Wait until what the kills left behind flows again, so that the restarts are judged by themselves."""

    def flows() -> bool:
        with contextlib.suppress(SQLAlchemyError), made.database.sessions() as session:
            late = "select count(*) from message where state = 'created' and created_at < now() - interval '5 seconds'"
            return not session.execute(text(late)).scalar_one()
        return False

    wait_until(flows, "messages do not flow again", seconds=120)


def _gaps(path: Path) -> tuple[float, float]:
    """The longest time during the restarts in which nothing was acknowledged, and in which no provider was called."""
    lines = list(read(path))
    marks = [line["at"] for line in lines if line["what"] == "database" and line["action"] != "kill"]
    if len(marks) != 2:
        return 0.0, 0.0
    first, last = marks

    def longest(condition: Any) -> float:
        at = [first, *(line["at"] for line in lines if condition(line) and first < line["at"] < last), last]
        return round(float(max(later - earlier for earlier, later in pairwise(at))), 2)

    web = longest(lambda line: line["what"] == "hook" and line["status"] == 202)
    return web, longest(lambda line: line["what"] == "took")


def _missing(made: Stack, keys: list[str]) -> int:
    statement = text("select count(*) from inbox where door = 'carriers:generic' and delivery_key = any(:keys)")
    with made.database.sessions() as session:
        return len(keys) - (session.scalar(statement, {"keys": keys}) or 0)


def table(database: Database) -> str:
    """For people."""
    rows = {
        "PostgreSQL killed (−9) under load": database.kills,
        "deliveries acknowledged with 202": database.acknowledged,
        "of them missing afterwards": database.missing,
        "longest start after a kill, s": database.recovery_longest,
        "restarts in a minute": database.restarts,
        "longest time without a 202 meanwhile, s": database.gap_web,
        "longest time without a message at a provider meanwhile, s": database.gap_messages,
        "workers that died": database.workers_died,
        "answers by status (0: no answer)": ", ".join(
            f"{key}: {number}" for key, number in sorted(database.statuses.items())
        ),
    }
    if database.messages is not None:
        one = database.messages
        rows["messages due / never / twice / stuck"] = f"{one.due} / {one.never} / {one.twice} / {one.stuck}"
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])
