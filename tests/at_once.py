"""Doing one thing from several threads at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def at_once(threads: int, action: Callable[[int], T]) -> list[T]:
    """What ``action(0)``, ``action(1)``, … gave, all started together on threads of their own."""
    ready = Barrier(threads)

    def start(number: int) -> T:
        ready.wait()
        return action(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(start, range(threads)))
