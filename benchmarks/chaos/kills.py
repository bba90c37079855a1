"""Killing web and workers again and again while messages flow, then waiting until all has come to rest."""

import contextlib
import random
import sys
import threading
import time

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.chaos.answers import ALL_500, LOSSY, WELL
from benchmarks.chaos.shop import Shop
from benchmarks.chaos.stack import Stack, at_rest, calm, since
from benchmarks.stage import wait_until

WORKERS = 2
# One kill in eight is the web's; half of the others are aimed at a worker with open calls.
WEB, AIMED = 0.12, 0.5
AIM_S, BETWEEN_S = 6.0, 0.4
# Orders a second; two workers that die every other second still send more than that, so that what is late is late by a
# death and not by a queue that grows.
RATE, QUIET_RATE = 4.0, 0.4
# What is not at rest by then is stuck.
REST_S = 330.0
STATES = text(
    "select channel, recipient, public_id, state, coalesce(reason, '') as reason, repeats, "
    "extract(epoch from now() - created_at)::int as age from message order by id"
)


def kill_run(stack: Stack, kills: int, *, seed: int) -> None:
    """The loud part: orders come in, and processes die."""
    dice = random.Random(f"{seed}/{stack.configuration.name}/kills")
    quiet = stack.configuration.quiet
    shop = Shop(stack.url, stack.key, stack.history, seed=seed, prefix=_prefix(stack))
    over = threading.Event()
    rate = QUIET_RATE if quiet else RATE
    bringing = [threading.Thread(target=shop.run, args=(lambda: rate, over), daemon=True)]
    for _ in range(WORKERS):
        stack.start_worker()
    for one in bringing:
        one.start()
    began = time.monotonic()
    for number in range(kills):
        _mood(stack, number / kills)
        _one_kill(stack, dice)
        if (number + 1) % 10 == 0:
            print(f"{stack.configuration.name}: {number + 1} of {kills} kills, {since(began)} s", file=sys.stderr)
    over.set()
    for one in bringing:
        one.join()
    calm(stack)
    stack.history.tell("calm", due=shop.due, seconds=since(began))
    # One worker is enough to come to rest, while the next configuration is tried beside it.
    for name in list(stack.workers)[1:]:
        with contextlib.suppress(KeyError):
            stack.kill_worker(name, why="last")


def rest(stack: Stack) -> float:
    """Wait until nothing waits, and write down how everything stands; gives the seconds it took."""
    began = time.monotonic()
    until = began + REST_S
    while time.monotonic() < until:
        with contextlib.suppress(SQLAlchemyError):
            if at_rest(stack):
                break
        time.sleep(0.5)
    took = since(began)
    # Reports may still be on their way.
    time.sleep(4.0 if stack.configuration.reports else 0.0)
    with stack.database.sessions() as session:
        for row in session.execute(STATES):
            stack.history.tell("stands", **row._mapping)
        failed = session.scalar(text("select count(*) from procrastinate_jobs where status = 'failed'"))
    errors = stack.log.read_text(errors="replace").count("Traceback (most recent call last)")
    stack.history.tell("ended", rest=took, failed_jobs=failed, tracebacks=errors)
    return took


def _one_kill(stack: Stack, dice: random.Random) -> None:
    roll = dice.random()
    if roll < WEB:
        stack.kill_web()
        stack.start_web()
        time.sleep(BETWEEN_S)
        return
    aimed = dice.random() < AIMED
    _moving(stack)
    name = _aim(stack) if aimed else None
    why = "aimed" if name else "random"
    if name is None:
        time.sleep(dice.uniform(0.0, BETWEEN_S))
        wait_until(lambda: bool(stack.at_work()), "no worker starts")
        name = dice.choice(stack.at_work())
    stack.kill_worker(name, why=why)
    stack.start_worker()


def _aim(stack: Stack) -> str | None:
    """The worker that has calls open, as soon as there is one."""
    until = time.monotonic() + AIM_S
    while time.monotonic() < until:
        if name := stack.busy_worker():
            return name
        time.sleep(0.01)
    return None


def _moving(stack: Stack) -> None:
    """Give the others time to get something done: killing those that have not begun yet shows nothing."""
    before, until = stack.calls(), time.monotonic() + AIM_S
    while stack.calls() == before and time.monotonic() < until:
        time.sleep(0.02)


def _mood(stack: Stack, progress: float) -> None:
    """In a quiet shop the providers answer every call with an error for a good while."""
    if stack.configuration.quiet:
        weights = ALL_500 if 0.1 < progress < 0.5 else WELL
        for books in (stack.mails, stack.texts):
            books.dice.weights = weights
    else:
        for books in (stack.mails, stack.texts):
            books.dice.weights = LOSSY


def _prefix(stack: Stack) -> str:
    return (
        "".join(word[0] for word in stack.configuration.name.split("-")).upper() + stack.configuration.name[-1].upper()
    )
