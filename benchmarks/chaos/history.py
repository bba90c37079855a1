"""The history of a run: a line for everything that was asked, answered, killed or found, in the order it happened."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class History:
    """Written by many threads, a line at a time; ``at`` is in seconds since the run began."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self._began, self._lock = path, time.monotonic(), threading.Lock()
        self._file = path.open("w", encoding="utf-8")

    def tell(self, what: str, **facts: Any) -> None:
        """Something happened now."""
        line = json.dumps({"at": round(time.monotonic() - self._began, 3), "what": what, **facts}, ensure_ascii=False)
        with self._lock:
            self._file.write(line + "\n")

    def close(self) -> None:
        """Nothing more will happen."""
        with self._lock:
            self._file.close()


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Every line of a history."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
