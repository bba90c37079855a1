"""The processes of ``make run``: kept alive, told to stop, ended even when the one that started them was killed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from app.core.settings import ROOT


@dataclass
class Child:
    """One process that is kept alive."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self, environ: Mapping[str, str]) -> None:
        """Start it in a group of its own, so that only the supervisor hears Ctrl-C."""
        self.starts = [*self.starts[-9:], time.monotonic()]
        self.process = subprocess.Popen(self.command, cwd=ROOT, env=dict(environ), start_new_session=True)

    def clear(self) -> None:
        """End what it left of its group when it died."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def died(self) -> bool:
        """Whether it ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def pause(self) -> float:
        """Seconds to wait before the next start: more when it dies again and again."""
        recent = [moment for moment in self.starts if time.monotonic() - moment < 60]
        # At first hardly a pause, since most deaths are single; later so long that a fault does not fill the log.
        return float(min(10.0, 0.5 * 2 ** max(0, len(recent) - 2)))

    def stop(self) -> None:
        """Ask it to stop."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Wait for its end, and force it at ``until``."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.clear()
            self.process.wait()
        self.clear()


class Keeper:
    """The process that cleans up should this one be killed; it is told what it would have to end."""

    def __init__(self, database: Path) -> None:
        """Start it in a session of its own, where no signal for this one's group reaches it."""
        command = [sys.executable, "-m", "app.server.keeper", str(database)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True, start_new_session=True)

    def tell(self, line: str) -> None:
        """``+PID`` and ``-PID`` for what starts and ends, ``done`` at the end."""
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.write(f"{line}\n")
                self._process.stdin.flush()

    def dismiss(self) -> None:
        """All is done: let it go."""
        self.tell("done")
        self._process.wait()


class Make:
    """The ``make run`` above this process. Signals that it alone gets, and its death, end this process too.

    GNU make hands SIGTERM on. On SIGINT and SIGHUP it takes it that the terminal has told everybody, sets its handling
    of the signal back (``fatal_error_signal`` in its commands.c) and waits for this process: that can be seen in /proc.
    """

    ASSUMES = 1 << (signal.SIGINT - 1) | 1 << (signal.SIGHUP - 1)
    OFTEN = 0.5

    def __init__(self) -> None:
        """Nothing is watched where nobody made this."""
        self._pid = os.getppid() if "MAKELEVEL" in os.environ else None
        self._caught = self._catches()

    def watch(self) -> None:
        """Look at it from a thread of its own, which tells this process to stop as a signal would."""
        if self._pid is not None:
            threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while os.getppid() == self._pid and not self._caught & ~self._catches():
            time.sleep(self.OFTEN)
        os.kill(os.getpid(), signal.SIGTERM)

    def _catches(self) -> int:
        """Which of the signals it handles itself; none where there is no /proc."""
        try:
            status = Path(f"/proc/{self._pid}/status").read_text()
        except OSError:
            return 0
        return int(status.partition("SigCgt:")[2].split()[0], 16) & self.ASSUMES


class Stopped(BaseException):
    """Somebody asked the whole to stop. Like KeyboardInterrupt, it is no fault that a library could take in hand."""


class Signals:
    """Ctrl-C, SIGTERM and a closed terminal end what goes on, but only where it is ``heard``.

    Elsewhere they wait: an exception in the midst of a start would leave a process that nobody knows of, and in the
    midst of a look at one a lock of ``subprocess`` that nobody opens again.
    """

    NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self) -> None:
        self._heard = self._came = False
        for number in self.NUMBERS:
            signal.signal(number, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        # Once: a second signal, make's beside the terminal's, must not break off the ending that the first began.
        first, self._came = not self._came, True
        if first and self._heard:
            raise Stopped

    @contextlib.contextmanager
    def heard(self) -> Iterator[None]:
        """Let them break off what is done here, and tell of one that came before."""
        self._heard = True
        try:
            if self._came:
                raise Stopped
            yield
        finally:
            self._heard = False

    def ignore(self) -> None:
        """From now on everything ends anyway."""
        for number in self.NUMBERS:
            signal.signal(number, signal.SIG_IGN)
