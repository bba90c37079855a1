"""Everything that is logged, down to the smallest, in both of its forms: as JSON, and as lines for a terminal."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import structlog

from app.core import logging as logs


@dataclass
class Written:
    """What was logged so far, as a log's reader gets it."""

    as_json: io.StringIO = field(default_factory=io.StringIO)
    as_lines: io.StringIO = field(default_factory=io.StringIO)

    def events(self) -> list[dict[str, Any]]:
        """Each line as a document."""
        return [json.loads(line) for line in self.as_json.getvalue().splitlines()]

    def text(self) -> str:
        """All of it in both forms, in small letters."""
        return (self.as_json.getvalue() + self.as_lines.getvalue()).casefold()


@contextmanager
def written_out() -> Iterator[Written]:
    """Set up as a process does it, with a second reader; as it was before afterwards."""
    written, root, ours = Written(), logging.getLogger(), logging.getLogger(logs.OURS)
    usual = root.handlers[:], root.level, ours.level, structlog.get_config()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "stderr", written.as_json)
        logs.configure(as_json=True, level="DEBUG")
    second = logging.StreamHandler(written.as_lines)
    second.setFormatter(logs.formatter(as_json=False))
    root.addHandler(second)
    try:
        yield written
    finally:
        root.handlers[:], root.level, ours.level = usual[:3]
        structlog.configure(**usual[3])
        logging.captureWarnings(False)
