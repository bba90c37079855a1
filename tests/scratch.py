"""The folder of the tests' throw-away server: in memory where there is plenty, and gone when its run is."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

from app.server import embedded as postmaster

PREFIX = "paradero-test-"
MEMORY = Path("/dev/shm")  # noqa: S108 (a folder of our own is made in it)
GIB = 2**30


def folder() -> Path:
    """A new one, which the database's own user may enter; what killed runs left is removed first."""
    place = _place()
    forget_killed(place)
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    made.chmod(0o755)
    return made


def forget_killed(place: Path) -> None:
    """Stop and remove the servers of runs that were killed: nobody uses them any more."""
    for users in place.glob(f"{PREFIX}*/pg.users"):
        postmaster.stop_unused(users.with_suffix(""))
        with contextlib.suppress(OSError), users.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(users.parent)


def _place() -> Path:
    """Memory, if it is there.

    Production's time-outs hold in the tests too: a disk that stands still for five seconds would end a statement.
    """
    try:
        roomy = shutil.disk_usage(MEMORY).free > 4 * GIB and _memory_to_spare() > 8 * GIB
    except OSError:
        roomy = False
    return MEMORY if roomy and os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())


def _memory_to_spare() -> int:
    """Bytes, by the kernel's own estimate."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), 0)
