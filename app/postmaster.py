"""The embedded PostgreSQL seen from outside: who uses its folder, whether it runs, how it is stopped."""

import contextlib
import fcntl
import os
import signal
import time
from pathlib import Path
from typing import IO

import psutil

STOP_LIMIT = 30.0  # seconds for a fast shutdown with its checkpoint; after them without


def use(folder: Path) -> IO[bytes]:
    """Say that this process uses the server of ``folder``, until the file is closed or the process is gone."""
    file = _users(folder)
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def stop_unused(folder: Path) -> bool:
    """Stop the server of ``folder`` unless somebody uses it; gives whether one was stopped."""
    if not folder.exists():
        return False
    with _users(folder) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        server = running(folder)
        if server is None:
            return False
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.pid, number)
            if _ended(folder):
                break
        return True


def running(folder: Path) -> psutil.Process | None:
    """The server's main process; its pid file may be older than the machine's start and name anybody's process."""
    try:
        process = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
        ours = process.name().startswith("postgres") and Path(process.cwd()) == folder.resolve()
        return process if ours and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.AccessDenied:
        return process
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        return None


def forget_stale(folder: Path) -> None:
    """Remove a pid file that no server stands behind: with it the next one would not start."""
    if running(folder) is None:
        (folder / "postmaster.pid").unlink(missing_ok=True)


def _ended(folder: Path) -> bool:
    until = time.monotonic() + STOP_LIMIT
    while running(folder) is not None:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _users(folder: Path) -> IO[bytes]:
    return folder.with_name(folder.name + ".users").open("ab")
