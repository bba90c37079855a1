"""Deeds: stories of customers, staff, systems and the worker, broken at each point that they pass, played to their end.

Each trial has a database of its own, copied from one with the demo shop in it. A child plays the story and is broken
once; people and systems do once more what failed; a clean child brings all to rest. Then every row of every table, and
what a receiver of webhooks got, must be as after the story that nothing broke.
"""

import itertools
import os
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from app.core.tables.schema import upgrade
from benchmarks.chaos import deed_books as books
from benchmarks.chaos import deed_forgiven as forgiven
from benchmarks.chaos.children import children, ended
from benchmarks.chaos.deed_outside import Outside, outside
from benchmarks.chaos.deed_stories import ALL, STORIES
from benchmarks.chaos.deed_trial import DeedTrial
from benchmarks.chaos.history import History
from benchmarks.chaos.tls import Authority
from benchmarks.chaos.trials import Outcome
from benchmarks.stage import HOOK_SECRET, SECRET

EFFECTS = ("kill", "raise", "lose")
# A point that many stories pass is broken in so many of them; another seed chooses others.
STORIES_OF_A_POINT = 1
WORLD = "world"


@dataclass
class Place:
    """Where stories are played: a database that is made anew for each, and a world to begin with."""

    admin: Engine
    name: str
    folder: Path
    outside: Outside
    context: Any
    starts_at: float
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _unbroken: dict[str, tuple[books.Rows, Counter[str]]] = field(default_factory=dict)

    @property
    def _around(self) -> tuple[str, str]:
        return self.outside.url, self.outside.carriers

    def found_world(self) -> None:
        """Furnish the shop, once; it is the template of all others, beside the empty one."""
        self._fresh("template0")
        upgrade(self.url)
        self._rename("empty")
        self._fresh(f"{self.name}_empty")
        trial = DeedTrial(WORLD, str(self.folder / f"{WORLD}.json"), self.starts_at, *self._around)
        if self._child(trial) != 0:
            raise RuntimeError("the world could not be made")
        self._rename(WORLD)

    @property
    def url(self) -> str:
        """The database of the trial that is played."""
        return self.admin.url.set(database=self.name).render_as_string(hide_password=False)

    def points(self, story: str) -> dict[str, int]:
        """Every point that the unbroken story passes, with how often; what it leaves is kept to be compared with."""
        notes = self.folder / f"notes-{story}"
        notes.write_text("")
        trial = self._begin(story, notes=str(notes))
        if self._child(trial) != 0:
            raise RuntimeError(f"{story}: the unbroken story did not end well")
        self._unbroken[story] = self._shot()
        return dict(Counter(notes.read_text().splitlines()))

    def play(self, story: str, point: str, passage: int, effect: str) -> Outcome:
        """Break once, do once more what failed, come to rest, compare."""
        outcome = Outcome(point, passage, effect, "", story)
        notes = self.folder / "passed"
        notes.write_text("")
        trial = self._begin(story, effect=effect, point=point, passage=passage, notes=str(notes))
        status = self._child(trial)
        outcome.hit = status == -9 if effect == "kill" else notes.read_text().splitlines().count(point) >= passage
        clean = DeedTrial(story, trial.journal, trial.starts_at + 40, *self._around, clean=True)
        if self._child(clean) != 0:
            outcome.stuck, outcome.words = 1, "the clean process did not end well"
        self._compare(story, outcome)
        return outcome

    def _compare(self, story: str, outcome: Outcome) -> None:
        (rows, delivered), (mine, got) = self._unbroken[story], self._shot()
        wrong = books.differences(rows, mine)
        wrong += books.differences({"delivered": delivered}, {"delivered": got})
        wrong = forgiven.wrong(outcome.point, wrong)
        outcome.lost = sum(-one.times for one in wrong if one.times < 0)
        outcome.twice = sum(one.times for one in wrong if one.times > 0)
        outcome.words += books.told(wrong)

    def _begin(self, story: str, **more: Any) -> DeedTrial:
        world = STORIES[story].world
        self._fresh(f"{self.name}_{world}")
        self.outside.forget()
        journal = self.folder / f"{story}-{next(self._numbers)}.json"
        # The journal of whoever furnished the shop holds what everybody in it knows.
        facts = (self.folder / f"{WORLD}.json").read_text().replace('"done": 4', '"done": 0', 1)
        journal.write_text(facts)
        return DeedTrial(story, str(journal), self.starts_at + 300, *self._around, **more)

    def _rename(self, template: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(f"alter database {self.name} rename to {self.name}_{template}"))

    def _fresh(self, template: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(f"drop database if exists {self.name} with (force)"))
            connection.execute(text(f"create database {self.name} template {template} strategy file_copy"))

    def _shot(self) -> tuple[books.Rows, Counter[str]]:
        engine = create_engine(self.url)
        try:
            return books.shot(engine), self.outside.by_kind()
        finally:
            engine.dispose()

    def watch(self, story: str, player: Callable[..., None], *more: Any) -> None:
        """Have the unbroken story played by ``player``, which is given the trial and ``more``, in a child."""
        if self._child(self._begin(story), player, *more) != 0:
            raise RuntimeError(f"{story}: the unbroken story did not end well")

    def _child(self, trial: DeedTrial, player: Callable[..., None] | None = None, *more: Any) -> int | None:
        return ended(self.context, player or _played, trial, *more)


def _played(trial: DeedTrial) -> None:
    from benchmarks.chaos.deed_scene import play

    play(trial)


@contextmanager
def place(*, admin_url: str, authority: Authority, folder: Path) -> Iterator[Place]:
    """Make it; its children import the portal once, and are forked from there."""
    name = f"deeds_{os.getpid()}"
    own = folder / "deeds"
    own.mkdir(exist_ok=True)
    history = History(own / "deeds.jsonl")
    with ExitStack() as ends:
        ends.callback(history.close)
        ends.callback(shutil.rmtree, own, ignore_errors=True)
        admin = create_engine(admin_url, isolation_level="AUTOCOMMIT")
        ends.callback(admin.dispose)
        around = ends.enter_context(outside(history, authority))
        environ = {
            "DATABASE_URL": make_url(admin_url).set(database=name).render_as_string(hide_password=False),
            "SECRET_KEY": SECRET,
            "DEMO": "1",
            "LOG_LEVEL": "CRITICAL",
            "OMS_WEBHOOK_SECRET": HOOK_SECRET,
            "GENERIC_WEBHOOK_SECRET": HOOK_SECRET,
            "WEBHOOK_PRIVATE_HOSTS": "localhost",
            "AUDIT_ANCHOR": str(own / "audit.anchors"),
            **authority.environ(),
        }
        context = ends.enter_context(children(environ))
        made = Place(admin, name, own, around, context, _noon())
        ends.callback(_dropped, admin, name)
        made.found_world()
        yield made


def _dropped(admin: Engine, name: str) -> None:
    with admin.connect() as connection:
        for one in (name, f"{name}_empty", f"{name}_{WORLD}"):
            connection.execute(text(f"drop database if exists {one} with (force)"))


def _noon() -> float:
    """Texts ring at noon, and no story comes near midnight; what the database itself stamps must be past by then."""
    return (datetime.now(UTC).replace(hour=11, minute=0, second=0, microsecond=0) + timedelta(days=1)).timestamp()


def trials(passed: dict[str, dict[str, int]], chance: random.Random) -> list[tuple[str, str, int, str]]:
    """Every point × effect, in some of the stories that pass it, at a passage that the seed chooses."""
    every = []
    for point in sorted({point for points in passed.values() for point in points}):
        stories = [story for story, points in passed.items() if point in points]
        for story in chance.sample(stories, min(len(stories), STORIES_OF_A_POINT)):
            effects = [effect for effect in EFFECTS if effect != "lose" or point.startswith("after:call:")]
            chance.shuffle(effects)
            # One of them at the first passage, which is surely passed: how often others come may rest on chance.
            every += [
                (story, point, chance.randint(1, passed[story][point]) if number else 1, effect)
                for number, effect in enumerate(effects)
            ]
    return every


def run(
    *, admin_url: str, authority: Authority, folder: Path, seed: int, share: float = 1.0, stories: Sequence[str] = ()
) -> tuple[dict[str, list[tuple[str, int]]], list[Outcome]]:
    """All trials, or a share that the seed chooses; gives the points that each story passes and what came of it."""
    chance, outcomes, began = random.Random(f"{seed}/deeds"), list[Outcome](), time.monotonic()
    with place(admin_url=admin_url, authority=authority, folder=folder) as theatre:
        passed = {one.name: theatre.points(one.name) for one in ALL if not stories or one.name in stories}
        chosen = [one for one in trials(passed, chance) if share >= 1.0 or chance.random() < share]
        for number, (story, point, passage, effect) in enumerate(chosen, 1):
            outcomes.append(theatre.play(story, point, passage, effect))
            if number % 50 == 0:
                print(f"deeds: {number} of {len(chosen)}, {time.monotonic() - began:.0f} s", file=sys.stderr)
    return {story: list(points.items()) for story, points in passed.items()}, outcomes
