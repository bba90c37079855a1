"""The processes of ``make run``, looked after by one that may be told to stop at any moment."""

import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from app.core.settings import Settings
from app.server.processes import Child, Keeper, Signals, Stopped
from app.server.supervisor import RunningParts, keep_alive

ENOUGH = 50  # looks, two a second


class Interrupted(Child):
    """A child whose start and whose being looked at are when Ctrl-C comes."""

    def __init__(self, when: str) -> None:
        super().__init__("web", ["true"])
        self.when = when
        self.to_the_end: list[str] = []

    def start(self, environ: Mapping[str, str]) -> None:
        self._do("start")

    def died(self) -> bool:
        self._do("look")
        assert len(self.to_the_end) < ENOUGH, "the signal was not heard"
        return False

    def _do(self, what: str) -> None:
        if what == self.when:
            os.kill(os.getpid(), signal.SIGINT)
        self.to_the_end.append(what)


@pytest.fixture
def signals() -> Iterator[Signals]:
    """As the supervisor hears them; afterwards as they were."""
    before = {number: signal.getsignal(number) for number in Signals.NUMBERS}
    yield Signals()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("when", ["start", "look"])
def test_ctrl_c_breaks_off_neither_a_start_nor_a_look_at_a_child(
    signals: Signals, settings: Settings, tmp_path: Path, when: str
) -> None:
    """Broken off, a look leaves its lock shut, and whoever waits for the child's end waits for ever."""
    child = Interrupted(when)
    run = RunningParts(signals, Keeper(tmp_path), children=[child])
    with pytest.raises(Stopped):
        keep_alive(run, settings, {}, [])
    run.keeper.dismiss()
    assert when in child.to_the_end


def test_a_second_signal_does_not_break_off_the_ending(signals: Signals) -> None:
    ended = False
    with pytest.raises(Stopped), signals.heard():
        try:
            os.kill(os.getpid(), signal.SIGINT)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            ended = True
    assert ended
