"""``make chaos``: kill workers with SIGKILL while messages flow, then count what was lost and what was sent twice."""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from sqlalchemy import func, select, text

from app.clock import utcnow
from app.db import transaction
from app.notify.models import Message, SandboxMessage
from app.sandbox.documents import document
from app.sandbox.story import Story
from app.tracking.services import receive_new_orders
from benchmarks.stage import Stage, stage, stop, wait_until

BUSY = text("select count(*) from procrastinate_jobs where status = 'todo' and task_name like 'send_%s'")
STARTED = text("select coalesce(max(id), 0) from procrastinate_workers")
OPEN = ("created", "sending", "in_doubt")
QUIET_S = 300.0


@dataclass(frozen=True, slots=True)
class Count:
    """What came of it."""

    orders: int
    kills: int
    messages: int
    lost: int
    twice: int
    unsettled: int
    seconds: float


def main() -> int:
    """Play it and print the table; 1 when anything was lost, sent twice or left open."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--orders", type=int, default=40, help="orders that come in before each kill")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    dice = random.Random(given.seed)
    with stage() as found:
        count = _play(found, dice, kills=given.kills, orders=given.orders)
    for name in Count.__slots__:
        value = getattr(count, name)
        print(f"{name:<10} {value:>8.0f}")
    return 1 if count.lost or count.twice or count.unsettled else 0


def _play(found: Stage, dice: random.Random, *, kills: int, orders: int) -> Count:
    began = time.monotonic()
    for turn in range(kills):
        worker = _started(found)
        _take(found, turn * orders, orders)
        time.sleep(dice.uniform(0.0, 2.5))
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        print(f"killed {turn + 1} of {kills}", file=sys.stderr)
    last = found.worker()
    try:
        wait_until(lambda: _unsettled(found) == 0 and not _busy(found), "it does not come to rest", seconds=QUIET_S)
    except TimeoutError as error:
        print(error, file=sys.stderr)
    finally:
        stop(last)
    return _counted(found, kills * orders, kills, time.monotonic() - began)


def _started(found: Stage) -> subprocess.Popen[bytes]:
    """A worker that has said that it is there."""
    with found.database.sessions() as session, transaction(session):
        session.execute(text("delete from procrastinate_workers where last_heartbeat < now() - interval '1 minute'"))
        before = session.scalar(STARTED) or 0
    worker = found.worker()
    wait_until(lambda: _workers(found) > before, "the worker does not start")
    return worker


def _take(found: Stage, first: int, many: int) -> None:
    """Orders come in: each is announced to its customer by e-mail."""
    stories = [Story(f"K-{at:06d}", "rocio", 0, "received", (("MUG-2", 1),)) for at in range(first, first + many)]
    documents = [document(story, public_url=found.url, now=utcnow()) for story in stories]
    for at in range(0, many, 10):
        with found.database.sessions() as session, transaction(session):
            receive_new_orders(session, documents[at : at + 10], now=utcnow())


def _workers(found: Stage) -> int:
    with found.database.sessions() as session:
        return session.scalar(STARTED) or 0


def _busy(found: Stage) -> bool:
    with found.database.sessions() as session:
        return bool(session.scalar(BUSY))


def _unsettled(found: Stage) -> int:
    """Messages that are neither out nor given up, and events that nobody has heard yet."""
    with found.database.sessions() as session:
        waiting = session.scalar(select(func.count()).where(Message.state.in_(OPEN))) or 0
        unheard = session.scalar(text("select count(*) from hearing where listener = 'notify'")) or 0
        return waiting + unheard


def _counted(found: Stage, orders: int, kills: int, seconds: float) -> Count:
    """Compare what should have left with what the sandbox holds: one mail an order, no subject twice."""
    with found.database.sessions() as session:
        subjects = list(session.scalars(select(SandboxMessage.subject).where(SandboxMessage.channel == "email")))
    unsettled = _unsettled(found)
    told = {subject for subject in subjects if subject}
    lost = max(0, orders - len(told) - unsettled)
    return Count(orders, kills, len(subjects), lost, len(subjects) - len(told), unsettled, seconds)


if __name__ == "__main__":
    sys.exit(main())
