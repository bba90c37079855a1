"""Nobody answers at the providers for a while: how soon what was held back leaves when they are there again."""

import contextlib
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.chaos.answers import WELL
from benchmarks.chaos.check import Judgement, judge
from benchmarks.chaos.history import read
from benchmarks.chaos.kills import rest
from benchmarks.chaos.shop import Shop
from benchmarks.chaos.stack import Configuration, Stack, stack
from benchmarks.chaos.tls import Authority

CONFIGURATION = Configuration("outage", "providers that nobody reaches for a while")
RATE = 5.0
# C-01 and the promise of docs/messages.md.
SOON_S = 60.0
WRITTEN = text("select count(*) from message")


@dataclass
class Outage:
    """What came of it: how long it was, how many waited for its end, and when the last of them had left."""

    seconds: float
    held_back: int = 0
    last_left_s: float = 0.0
    messages: Judgement | None = None

    @property
    def good(self) -> bool:
        """Whether all of it left soon, once each."""
        return self.last_left_s <= SOON_S and self.messages is not None and self.messages.good


def run(*, seconds: float, admin_url: str, authority: Authority, folder: Path, seed: int) -> Outage:
    """Shut the doors, bring orders in, open the doors."""
    outage = Outage(seconds)
    with stack(CONFIGURATION, admin_url=admin_url, authority=authority, folder=folder, seed=seed) as made:
        for books in (made.mails, made.texts):
            books.dice.weights = WELL
        made.start_worker()
        over = threading.Event()
        shop = Shop(made.url, made.key, made.history, seed=seed, prefix="OUT")
        busy = threading.Thread(target=shop.run, args=(lambda: RATE, over), daemon=True)
        busy.start()
        time.sleep(5.0)
        for door in made.doors:
            door.shut()
        made.history.tell("outage", action="begins")
        time.sleep(seconds)
        over.set()
        busy.join()
        _written(made, shop.due)
        for door in made.doors:
            door.open()
        made.history.tell("outage", action="ends")
        rest(made)
    path = folder / f"{CONFIGURATION.name}.jsonl"
    outage.messages = judge(path)
    lines = list(read(path))
    began, ends = (line["at"] for line in lines if line["what"] == "outage")
    # A call that was cut when the doors were shut is in doubt, and has its provider's lag to wait for.
    recipients = {line["to"] for line in lines if line["what"] == "due" and began < line["at"] < ends}
    after = [line["at"] - ends for line in lines if line["what"] == "took" and line["to"] in recipients]
    outage.held_back, outage.last_left_s = len(after), round(max(after, default=0.0), 1)
    return outage


def _written(made: Stack, due: int) -> None:
    """Wait until each of the orders has become a message: they are what the outage holds back."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(SQLAlchemyError), made.database.sessions() as session:
            if (session.scalar(WRITTEN) or 0) >= due:
                return
        time.sleep(0.2)
    print("outage: not every order has become a message", file=sys.stderr)


def table(outage: Outage) -> str:
    """For people."""
    one = outage.messages
    rows = {
        "seconds in which nobody answered": round(outage.seconds),
        "messages held back": outage.held_back,
        "the last of them had left after, s": outage.last_left_s,
        "due / never / twice / stuck": f"{one.due} / {one.never} / {one.twice} / {one.stuck}" if one else "",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])
