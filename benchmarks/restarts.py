"""``python -m benchmarks.restarts``: PostgreSQL restarts five times in a minute; what stands still, and how long?

Every moment an order comes in, is announced by a message, and its parcel is scanned. The longest time that each step
took shows what the restarts cost; the worker has to be the same process in the end.
"""

import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.settings import ROOT
from app.core.tables.schema import upgrade
from app.notify.models import Message
from app.oms.intake import receive_order
from app.sandbox.documents import document, number_of
from app.sandbox.story import CEX, Story, StoryParcel
from app.server.embedded import Embedded
from app.tracking.models import Shipment
from app.tracking.ports import ReportedEvent
from app.tracking.services import record_events
from app.tracking.states import ShipmentState, TimeQuality
from benchmarks.stage import Stage, binaries, on, stop, wait_until

REPORT = ROOT / "docs" / "reports" / "restarts"
GOAL_S = 10.0
# How often the clock wakes the job by which it is watched.
PERIOD_S = 10.0
ITEMS = (("MUG-2", 1),)
STARTED = text("select count(*) > 0 from procrastinate_workers")
CLOCK = text(
    "select max(extract(epoch from gap)) from (select fired_at - lag(fired_at) over (order by fired_at) as gap "
    "from firing where job = 'fold_shipments' and fired_at > :since) gaps"
)
OPEN = text(
    "select 'message', state, attempts, reason, count(*) from message where accepted_at is null and channel = 'email' "
    "group by 1, 2, 3, 4 union all select 'event', listener, attempts, error, count(*) from hearing group by 1, 2, 3, 4"
)


@dataclass
class Course:
    """When each order was committed, when its scan, and when each was seen to have had its effect."""

    taken: dict[str, float] = field(default_factory=dict)
    folded: dict[str, float] = field(default_factory=dict)
    sent: dict[str, float] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds: the longest that PostgreSQL was away, and that each step took; ``ended``: the worker did not last."""

    restarts: int
    orders: int
    away: float
    scan_to_state: float
    scan_to_state_median: float
    order_to_message: float
    order_to_message_median: float
    clock_late: float
    not_done: int
    ended: bool


def main() -> int:
    """Play it, print it, keep it; 1 when anything stood still for longer than ten seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--restarts", type=int, default=5)
    parser.add_argument("--every", type=float, default=12.0, help="seconds from one restart to the next")
    options = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="paradero-restarts-"))
    scratch.chmod(0o755)
    server = Embedded(scratch / "pg")
    try:
        url = server.database("restarts")
        upgrade(url)
        outcome = _play(on(url), scratch / "pg", restarts=options.restarts, every=options.every)
    finally:
        server.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    _keep(outcome)
    print(json.dumps(asdict(outcome), indent=1))
    longest = max(outcome.scan_to_state, outcome.order_to_message, outcome.clock_late)
    return 1 if outcome.ended or outcome.not_done or longest > GOAL_S else 0


def _play(stage: Stage, folder: Path, *, restarts: int, every: float) -> Outcome:
    worker, course, since = stage.worker(), Course(), utcnow()
    try:
        wait_until(lambda: _answered(stage), "the worker does not start")
        shop = threading.Thread(target=_orders, args=(stage, course))
        looker = threading.Thread(target=_look, args=(stage, course))
        shop.start()
        looker.start()
        time.sleep(every / 2)
        away = [_restarted(folder, "immediate" if at % 2 else "fast", pause=every) for at in range(restarts)]
        course.over.set()
        shop.join()
        looker.join()
        ended = worker.poll() is not None
        with stage.database.sessions() as session:
            clock = float(session.scalar(CLOCK, {"since": since}) or 0)
            for row in session.execute(OPEN):
                print("left open:", *row, file=sys.stderr)
    finally:
        stop(worker)
        stage.database.engine.dispose()
    return _summed(course, away, clock=clock, ended=ended)


def _answered(stage: Stage) -> bool:
    with stage.database.sessions() as session:
        return bool(session.scalar(STARTED))


def _restarted(folder: Path, mode: str, *, pause: float) -> float:
    """Restart PostgreSQL at once (``immediate``: as if it had crashed); gives for how long it was away."""
    tool = binaries() / "pg_ctl"
    words = [str(tool), "-D", str(folder), "-m", mode, "-w", "-l", str(folder / "log"), "restart"]
    began = time.monotonic()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, user=folder.stat().st_uid)
    away = time.monotonic() - began
    print(f"restarted ({mode}), away for {away:.1f} s", file=sys.stderr)
    time.sleep(max(0.0, pause - away))
    return away


def _orders(stage: Stage, course: Course) -> None:
    """The shop: an order with a scanned parcel five times a second, tried again while the database is away."""
    at = 0
    while not course.over.is_set():
        story = Story(
            f"A-{at:06d}", "rocio", 0, "received", ITEMS, (StoryParcel(CEX, None, ITEMS, (1, 2), moves=False),)
        )
        try:
            with stage.database.sessions() as session, transaction(session):
                receive_order(session, document(story, public_url=stage.url, now=utcnow()), now=utcnow())
                record_events(session, [_scan(number_of(story, 1))], source="api", now=utcnow())
            course.taken[story.number] = time.monotonic()
            at += 1
        except SQLAlchemyError:
            pass
        time.sleep(0.2)


def _scan(number: str) -> ReportedEvent:
    now = utcnow()
    return ReportedEvent(
        CEX, number, ShipmentState.IN_TRANSIT, "En tránsito", now.isoformat(), now, "Europe/Madrid", TimeQuality.OFFSET
    )  # fmt: skip


def _look(stage: Stage, course: Course) -> None:
    """Note what has happened, until all has or nothing more can be hoped for."""
    until = time.monotonic() + 3600
    while not (course.over.is_set() and (_all_done(course) or time.monotonic() > until)):
        if course.over.is_set():
            until = min(until, time.monotonic() + 60)
        with contextlib.suppress(SQLAlchemyError):
            _note(stage, course)
        time.sleep(0.1)


def _all_done(course: Course) -> bool:
    return all(number in course.folded and number in course.sent for number in list(course.taken))


def _note(stage: Stage, course: Course) -> None:
    from app.orders.models import Order

    with stage.database.sessions() as session:
        moved = select(Order.number).join(Shipment, Shipment.order_id == Order.id)
        folded = session.scalars(moved.where(Shipment.state == ShipmentState.IN_TRANSIT)).all()
        messages = select(Order.number).join(Message, Message.order_id == Order.id)
        sent = session.scalars(messages.where(Message.channel == "email", Message.accepted_at.is_not(None))).all()
    now = time.monotonic()
    for number in folded:
        course.folded.setdefault(number, now)
    for number in sent:
        course.sent.setdefault(number, now)


def _summed(course: Course, away: list[float], *, clock: float, ended: bool) -> Outcome:
    # An order may be seen folded before its own commit has come back here.
    folded = [max(0.0, course.folded[number] - at) for number, at in course.taken.items() if number in course.folded]
    sent = [max(0.0, course.sent[number] - at) for number, at in course.taken.items() if number in course.sent]
    return Outcome(
        restarts=len(away),
        orders=len(course.taken),
        away=max(away, default=0.0),
        scan_to_state=max(folded, default=0.0),
        scan_to_state_median=sorted(folded)[len(folded) // 2],
        order_to_message=max(sent, default=0.0),
        order_to_message_median=sorted(sent)[len(sent) // 2],
        clock_late=max(0.0, clock - PERIOD_S),
        not_done=2 * len(course.taken) - len(folded) - len(sent),
        ended=ended,
    )


def _keep(outcome: Outcome) -> None:
    REPORT.with_suffix(".json").write_text(json.dumps(asdict(outcome), indent=1) + "\n", encoding="utf-8")
    REPORT.with_suffix(".md").write_text(
        "# PostgreSQL restarts under work\n\n"
        f"Made by `python -m benchmarks.restarts` on {utcnow():%Y-%m-%d %H:%M} UTC. {outcome.restarts} restarts, fast\n"
        f"and immediate in turns, the longest {outcome.away:.1f} s; {outcome.orders} orders came in, each with a scan. "
        "The\n"
        f"goal is ten seconds. The worker was {'another' if outcome.ended else 'the same'} process in the end; "
        f"{outcome.not_done} steps were not done.\n\n"
        "| step | median | longest |\n|---|---|---|\n"
        f"| from a scan to the parcel's state | {outcome.scan_to_state_median:.2f} s "
        f"| {outcome.scan_to_state:.1f} s |\n"
        f"| from an order to its message | {outcome.order_to_message_median:.2f} s "
        f"| {outcome.order_to_message:.1f} s |\n"
        f"| the clock fires late by | | {outcome.clock_late:.1f} s |\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main())
