"""``python -m benchmarks.finished``: how soon a worker is at work beside a million jobs that have ended."""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import text

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.queue import defer, forget
from app.core.settings import ROOT
from benchmarks.stage import Stage, stage, stop, wait_until

REPORT = ROOT / "docs" / "reports" / "finished-jobs"
GOAL_S = 1.0
FILL = text(
    "insert into procrastinate_jobs (queue_name, task_name, status) "
    "select (array['fold', 'hear', 'mails', 'upkeep'])[1 + n % 4], 'fold_shipments', "
    "(case when n % 100 = 0 then 'failed' else 'succeeded' end)::procrastinate_job_status "
    "from generate_series(1, :many) as n"
)
DONE = text("select count(*) = 0 from procrastinate_jobs where task_name = 'forget_pictures' and status = 'todo'")
THERE = text("select count(*) from procrastinate_workers")


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the process's start to its first job's end, and of these from its first sign of life on."""

    process_s: float
    engine_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Medians without and beside so many jobs, the slowest start of the engine, and what removing them took."""

    jobs: int
    alone: Start
    beside: Start
    slowest_s: float
    removed: int
    removing_s: float


def main() -> int:
    """Measure it without and with them, then how long removing them takes; 1 when the median start took too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    with stage() as portal:
        alone = [_start(portal) for _turn in range(options.turns)]
        with portal.database.sessions() as session, transaction(session):
            session.execute(text("set local statement_timeout = 0"))
            session.execute(FILL, {"many": options.many})
        beside = [_start(portal) for _turn in range(options.turns)]
        removed, seconds = _forgotten(portal)
    outcome = Outcome(
        options.many, _median(alone), _median(beside), max(one.engine_s for one in beside), removed, seconds
    )
    _keep(outcome)
    print(json.dumps(asdict(outcome), indent=1))
    return 0 if outcome.beside.engine_s <= GOAL_S else 1


def _start(portal: Stage) -> Start:
    """Start a worker with one job waiting; statistics of the tables are as they happen to be."""
    with portal.database.sessions() as session, transaction(session):
        session.execute(text("delete from procrastinate_workers"))
        defer(session, "forget_pictures", queueing_lock="forget_pictures")
    began = time.monotonic()
    with _working(portal):
        wait_until(lambda: bool(_asked(portal, THERE)), "the worker does not start")
        there = time.monotonic()
        wait_until(lambda: bool(_asked(portal, DONE)), "the worker does nothing")
        done = time.monotonic()
    return Start(done - began, done - there)


@contextmanager
def _working(portal: Stage) -> Iterator[None]:
    worker = portal.worker()
    try:
        yield
    finally:
        stop(worker)


def _asked(portal: Stage, question: object) -> int:
    with portal.database.sessions() as session:
        return int(session.scalar(question) or 0)  # type: ignore[call-overload]


def _forgotten(portal: Stage) -> tuple[int, float]:
    """Remove what has ended as the worker does, a thousand at a time."""
    began, removed = time.monotonic(), 0
    while True:
        with portal.database.sessions() as session, transaction(session):
            gone = forget(session, since=utcnow() - timedelta(days=7), keep_last=1000, limit=1000)
        removed += gone
        if gone < 1000:
            return removed, time.monotonic() - began


def _median(starts: list[Start]) -> Start:
    return Start(statistics.median(one.process_s for one in starts), statistics.median(one.engine_s for one in starts))


def _keep(outcome: Outcome) -> None:
    REPORT.with_suffix(".json").write_text(json.dumps(asdict(outcome), indent=1) + "\n", encoding="utf-8")
    REPORT.with_suffix(".md").write_text(
        "# A worker beside jobs that have ended\n\n"
        f"Made by `python -m benchmarks.finished` on {utcnow():%Y-%m-%d %H:%M} UTC; medians. The goal is one second\n"
        "from the worker's first sign of life to the end of its first job; the rest is Python's own start.\n\n"
        "| jobs that have ended | process to first job done | first sign of life to first job done |\n|---|---|---|\n"
        f"| none | {outcome.alone.process_s:.2f} s | {outcome.alone.engine_s:.2f} s |\n"
        f"| {outcome.jobs:,} | {outcome.beside.process_s:.2f} s | {outcome.beside.engine_s:.2f} s "
        f"(slowest {outcome.slowest_s:.2f} s) |\n\n"
        f"Removing {outcome.removed:,} of them, a thousand to a transaction, took {outcome.removing_s:.0f} s.\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main())
