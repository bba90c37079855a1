"""Processes that play trials: forked from one that has the portal loaded, and ended when they hang."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# A trial that lasts longer hangs, which is a failure of its own; a busy machine takes minutes for the shop itself.
LONGEST_S = 300.0


def ended(context: Any, player: Callable[..., None], *arguments: Any) -> int | None:
    """Have a child play, and wait for its end; gives its exit status, None when it could not be ended."""
    process = context.Process(target=player, args=arguments)
    process.start()
    process.join(LONGEST_S)
    if process.exitcode is None:
        process.kill()
        process.join()
    status: int | None = process.exitcode
    return status


@contextmanager
def children(environ: dict[str, str]) -> Iterator[Any]:
    """A fork server with this environment; it is made anew for each way, since settings are read once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.chaos.warm"])
    before = dict(os.environ)
    os.environ.update(environ)
    try:
        yield context
    finally:
        os.environ.clear()
        os.environ.update(before)
        _stop_forkserver()


def _stop_forkserver() -> None:
    from multiprocessing import forkserver

    forkserver._forkserver._stop()  # type: ignore[attr-defined]
