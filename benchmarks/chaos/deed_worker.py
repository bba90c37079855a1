"""The worker of a story: it takes jobs from the queue as the real one does, by a clock that is ours."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import text

from app import schedule
from app.core import failpoints
from app.jobs import engine
from app.jobs.engine import TASKS

MOST_JOBS, TRIES = 400, 5
PAUSE = timedelta(seconds=3)
# The demo's own jobs are left to the story that is about them: they would move every parcel with each quarter minute.
CLOCK = [entry for entry in schedule.TABLE if not entry.demo]

_TAKE = text(
    """
    update procrastinate_jobs set status = 'doing', worker_id = :worker where id = (
        select id from procrastinate_jobs where status = 'todo' and (scheduled_at is null or scheduled_at <= :now)
        order by priority desc, id limit 1 for update skip locked)
    returning id, task_name, args, attempts
    """
)
# The database stamps by its own clock, which is a day behind the story's.
_BEGUN = text("update procrastinate_events set at = :now where job_id = :job and type = 'started'")
# A sign of life, by which others tell the jobs of a dead worker from those that are at work.
_LIVES = text("update procrastinate_workers set last_heartbeat = :now where id = :worker")
_BORN = text("insert into procrastinate_workers (last_heartbeat) values (now()) returning id")
_DONE = text("select procrastinate_finish_job_v1(:id, 'succeeded', true)")
_FAILED = text("select procrastinate_finish_job_v1(:id, 'failed', false)")
_AGAIN = text("select procrastinate_retry_job_v2(:id, :at, null, null, null)")
# All that waits to be done, but for what is due much later: the text of tomorrow morning, the clock's next turn.
OPEN = text(
    """
    select (select count(*) from message where state in ('created', 'sending', 'in_doubt') and next_try_at < :soon)
      + (select count(*) from hearing where dead_at is null)
      + (select count(*) from inbox where state = 'new')
      + (select count(*) from shipment where dirty_at is not null)
      + (select count(*) from shipment
            where (asked_at is not null or :polled) and next_poll_at < :turn and finished_at is null)
      + (select count(*) from webhook_delivery where state = 'waiting')
      + (select count(*) from stumble where dead_at is null)
      + (select count(*) from picture where content is null and next_try_at < :soon)
      + (select count(*) from withdrawal where receipt_at is null)
      + (select count(*) from procrastinate_jobs where status = 'doing'
            or (status = 'todo' and coalesce(scheduled_at, :now) < :soon))
    """
)
SOON = timedelta(minutes=65)
# A carrier that gave no answer is asked again within a quarter of an hour, and what the clock has missed is spread over
# half of one; its usual turn is hours away.
TURN = timedelta(minutes=31)


def work(now: datetime) -> None:
    """Do every job that is due, and those that they wake."""
    for _ in range(MOST_JOBS):
        with engine.database().sessions.begin() as session:
            parameters = {"now": now, "worker": _worker()}
            session.execute(_LIVES, parameters)
            row = session.execute(_TAKE, parameters).one_or_none()
            if row is None:
                return
            session.execute(_BEGUN, {"now": now, "job": row.id})
        ending, how = _do(row.task_name, row.args, row.attempts, now)
        with engine.database().sessions.begin() as session:
            session.execute(ending, {"id": row.id, **how})
    raise AssertionError("the jobs wake each other without end")


@lru_cache(maxsize=1)
def _worker() -> int:
    """This process among the workers."""
    with engine.database().sessions.begin() as session:
        return int(session.scalar(_BORN) or 0)


def _do(task: str, args: dict[str, Any], attempts: int, now: datetime) -> tuple[Any, dict[str, Any]]:
    """One job; what it raises is met as the real worker meets it: the job comes again, some times."""
    try:
        TASKS[task](**args)
    except Exception:
        return (_AGAIN, {"at": now + PAUSE}) if attempts + 1 < TRIES else (_FAILED, {})
    return _DONE, {}


class Beats:
    """The clock of one process: what is due is put into the queue, once."""

    def __init__(self) -> None:
        self._leader = schedule.Leader(engine.settings().psycopg_url)
        self._clock = schedule.Clock(self._leader, engine.database().sessions, CLOCK)

    def beat(self, now: datetime) -> None:
        """Its turn; one that breaks is over, and the next comes."""
        try:
            self._clock.beat(now=now)
        except failpoints.Broken:
            self._leader.resign()


@lru_cache(maxsize=1)
def beats() -> Beats:
    """The one clock of this process; its lead ends with it."""
    return Beats()


def waits(now: datetime, *, polled: bool) -> int:
    """How much is still to be done; ``polled`` where there are carriers that can be asked."""
    parameters = {"now": now, "soon": now + SOON, "turn": now + TURN, "polled": polled}
    with engine.database().sessions() as session:
        return int(session.scalar(OPEN, parameters) or 0)
