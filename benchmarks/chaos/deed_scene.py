"""A story is played in a process that may be broken at a named point, or by the next one that brings it to its end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.chaos import scene  # first: it takes the clock over
from benchmarks.chaos import deed_worker as worker
from benchmarks.chaos.deed_acts import Act
from benchmarks.chaos.deed_stories import STORIES, Step
from benchmarks.chaos.deed_trial import DeedTrial

from app import failpoints, providers
from app.sandbox import demo

# First by the clock's ten seconds, then as long as a lease or a provider's silence may last.
STEPS = (*[timedelta(seconds=20)] * 9, *[timedelta(minutes=1)] * 30)
LEAST = 3


def play(trial: DeedTrial) -> None:
    """Go on where the journal ends; what breaks is done again, by the same people or by the next process."""
    app = scene.portal()
    app.config["WTF_CSRF_ENABLED"] = False
    act = Act(app, trial, scene.wait)
    scene.set_clock(datetime.fromtimestamp(trial.starts_at + act.journal.waited, UTC))
    demo.CREDENTIALS = Path(trial.journal + ".sign-in")
    story = STORIES[trial.story]
    providers.tracking_sources = lambda: story.sources(trial.outside)
    with open(trial.notes or "/dev/null", "a", encoding="utf-8") as notes:  # noqa: PTH123
        if trial.notes or trial.deed:
            failpoints.arm(scene.breaking(trial, lambda point: print(point, file=notes, flush=True)))
        _go_on(act, story.steps)
        _rest()
        failpoints.arm(None)


def _go_on(act: Act, steps: tuple[Step, ...]) -> None:
    act.again = act.trial.clean
    for step in steps[act.journal.done :]:
        try:
            step(act)
        except Exception:
            if not act.trial.deed:
                raise
            # Whoever sees an error does the same once more.
            act.again = True
            step(act)
        act.keep()
        act.again = False
        worker.work(scene.clock.utcnow())


def _rest() -> None:
    """Time goes by until nothing waits."""
    clock = worker.Beats()
    for number, step in enumerate(STEPS):
        clock.beat(scene.clock.utcnow())
        worker.work(scene.clock.utcnow())
        if number >= LEAST and not worker.waits(scene.clock.utcnow()):
            break
        scene.wait(step)
    else:
        print(worker.what(scene.clock.utcnow()))
    clock.stop()
