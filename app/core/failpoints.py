"""Named points at which a trial may break the program: before and after each commit and each call outside.

Nothing happens at a point unless a trial has armed this process; then every passage is told to its hook, which
may raise, kill the process or lose an answer. ``PARADERO_FAILPOINT`` arms a process of its own, see ``from_env``.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Hook = Callable[[str], None]
VARIABLE = "PARADERO_FAILPOINT"

_hook: Hook | None = None


class Broken(Exception):
    """What an armed point raises: an error that nobody foresaw."""


def armed() -> bool:
    """Whether a trial listens."""
    return _hook is not None


def reached(point: str) -> None:
    """This point is passed; ``point`` is ``<before|after>:<what>:<where>``."""
    if _hook is not None:
        _hook(point)


@contextmanager
def around(what: str, where: str = "") -> Iterator[None]:
    """Two points around a call outside: before it, and after it has been answered but before anybody knows."""
    if _hook is None:
        yield
        return
    name = where or caller()
    reached(f"before:{what}:{name}")
    yield
    reached(f"after:{what}:{name}")


def caller() -> str:
    """The nearest function of the portal above the plumbing, as ``module:function``; only asked when armed."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("app.") and module not in _PLUMBING:
            return f"{module.removeprefix('app.')}:{frame.f_code.co_qualname}"
        frame = frame.f_back
    return "outside"


_PLUMBING = frozenset({"app.core.failpoints", "app.core.db", "app.core.queue"})


def arm(hook: Hook | None) -> None:
    """Have ``hook`` called at every point from now on; None disarms."""
    global _hook  # noqa: PLW0603  one switch for the whole process, which is what a trial breaks
    _hook = hook


def from_env() -> None:
    """Arm this process by its environment: ``<kill|raise>@<number>@<point>`` breaks at that passage of that point."""
    armed_for = os.environ.get(VARIABLE)
    if not armed_for:
        return
    action, number, point = armed_for.split("@", 2)
    left = int(number)

    def hook(passed: str) -> None:
        nonlocal left
        if passed != point:
            return
        left -= 1
        if left != 0:
            return
        if action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise Broken(point)

    arm(hook)
