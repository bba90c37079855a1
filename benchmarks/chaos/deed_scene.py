"""A story is played in a process that may be broken at a named point, or by the next one that brings it to its end."""

# First: it takes the clock over, and whoever was imported before it would read the real one.
from benchmarks.chaos import scene  # isort: split

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app import providers
from app.core import failpoints
from app.core.clock import utcnow
from app.events.models import Firing
from app.jobs import engine
from app.sandbox import demo
from benchmarks.chaos import deed_worker as worker
from benchmarks.chaos.deed_acts import Act
from benchmarks.chaos.deed_stories import STORIES, Step
from benchmarks.chaos.deed_trial import DeedTrial

# First by the clock's ten seconds, then as long as a lease or a provider's silence may last.
STEPS = (*[timedelta(seconds=20)] * 9, *[timedelta(minutes=5)] * 15)
LEAST = 2
TRIES, MOMENT = 3, timedelta(seconds=15)
# What a carrier told at last may be old: whether a parcel is late is looked at every five minutes.
NEXT_LOOK = timedelta(minutes=6)


def play(trial: DeedTrial) -> None:
    """Go on where the journal ends; what breaks is done again, by the same people or by the next process."""
    app = scene.portal()
    app.config["WTF_CSRF_ENABLED"] = False
    act = Act(app, trial, scene.wait)
    demo.CREDENTIALS = Path(trial.journal + ".sign-in")
    story = STORIES[trial.story]
    os.environ.update(story.environ)
    engine.settings.cache_clear()
    scene.set_clock(_begins_at(trial, act.journal.waited))
    portal: Any = providers
    portal.tracking_sources = lambda settings: story.sources(trial.carriers)
    with open(trial.notes or "/dev/null", "a", encoding="utf-8") as notes:  # noqa: PTH123
        if trial.notes or trial.effect:
            failpoints.arm(_watched(scene.breaking(trial, lambda point: print(point, file=notes, flush=True))))
        _settle()
        _go_on(act, story.steps)
        _rest(polled=bool(providers.tracking_sources(engine.in_force())))
        if providers.tracking_sources(engine.in_force()) and not _broken:
            scene.wait(NEXT_LOOK)
            _rest()
        failpoints.arm(None)


def _begins_at(trial: DeedTrial, waited: float) -> datetime:
    """What was waited for; never before the clock's last turn in an earlier process, for time does not run back."""
    begins = datetime.fromtimestamp(trial.starts_at + waited, UTC)
    with engine.database().sessions() as session:
        turned: datetime | None = session.scalar(select(func.max(Firing.fired_at)))
    return max(begins, turned + MOMENT) if turned else begins


_broken = False


def _watched(hook: failpoints.Hook) -> failpoints.Hook:
    """The same, and it is known when something broke: the clean process brings the rest to its end."""

    def watched(point: str) -> None:
        global _broken  # noqa: PLW0603  of this process, which plays one trial
        try:
            hook(point)
        except Exception:
            _broken = True
            raise

    return watched


def _go_on(act: Act, steps: tuple[Step, ...]) -> None:
    act.again = act.trial.clean
    for step in steps[act.journal.done :]:
        _done(act, step)
        act.keep()
        act.again = False
        _settle()


def _settle() -> None:
    """The worker works; people take their time, so that nothing is overtaken by what they do next."""
    worker.work(utcnow())
    if worker.waits(utcnow(), polled=False):
        _rest(least=0, settling=True)


def _done(act: Act, step: Step) -> None:
    """Whoever sees an error, or waits for a mail in vain, does the same once more after a moment."""
    tries = TRIES if act.trial.effect or act.trial.clean else 1
    for number in range(1, tries + 1):
        try:
            step(act)
            return
        except Exception:
            if number == tries:
                raise
        act.again = True
        scene.wait(MOMENT)
        worker.work(utcnow())


def _rest(*, least: int = LEAST, settling: bool = False, polled: bool = False) -> None:
    """Time goes by until nothing waits."""
    clock = worker.beats()
    for number, step in enumerate(STEPS):
        if _broken and not settling:
            break
        clock.beat(utcnow())
        worker.work(utcnow())
        if number >= least and not worker.waits(utcnow(), polled=polled):
            break
        scene.wait(step)
