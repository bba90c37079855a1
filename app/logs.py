"""Logs: every line by one way, readable on a terminal, JSON in production; never a secret, a code or an address.

Loaded by the web server before the application is: it imports nothing of it.
"""

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from app.log_faults import Told, lines, told

OURS = "app"
# Libraries write whole requests and the arguments of jobs below this level; some set one of their own.
LIBRARIES = logging.WARNING
OF_THEIR_OWN = ("werkzeug", "python_http_client", "twilio", "urllib3")
MASKS = (
    # A job of the queue is named; its arguments are not.
    (re.compile(r"(\w+\[\d*\])\(.*\)", re.S), r"\1(…)"),
    (re.compile(r"(https?://[^/\s\"'<>?#]+)[/?#][^\s\"'<>]*"), r"\1/…"),
    (re.compile(r"[^\s\"'<>=,;:()]+@[^\s\"'<>=,;()]+"), "•••"),
    (re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}={0,2}"), "•••"),
    (re.compile(r"(?<![\w:.-])\+?\d(?:[ .]?\d){6,}(?![\w:-])"), "•••"),
)


def configure(*, as_json: bool | None = None, level: str = "INFO") -> None:
    """Set up logging for this process; ``level`` is that of our own lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(as_json=as_json))
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if not _writes_to_a_terminal(kept)] + [handler]
    root.setLevel(LIBRARIES)
    logging.getLogger(OURS).setLevel(level)
    for name in OF_THEIR_OWN:
        logging.getLogger(name).setLevel(LIBRARIES)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def watch_process() -> None:
    """Tell errors that nobody caught, the process's own and its threads', in the same way."""
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_a_thread


def formatter(*, as_json: bool | None = None) -> logging.Formatter:
    """What makes a line of any record; without ``as_json`` the environment decides, as it does for the web server."""
    if as_json is None:
        as_json = os.environ.get("LOG_JSON", "").strip().lower() in ("1", "true", "yes", "on", "t", "y")
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_mask, *SHARED],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _tell_exception(as_json),
            structlog.processors.JSONRenderer(serializer=_dumps)
            if as_json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
    )


def mask(text: str) -> str:
    """A library's sentence without addresses, tokens, numbers and the arguments of jobs."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


def _mask(_logger: Any, _method: str, event: EventDict) -> EventDict:
    event["event"] = mask(str(event["event"]))
    return event


SHARED: list[Processor] = [
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _tell_exception(as_json: bool) -> Processor:
    """Tell the exception by its kind and place: as facts, or as lines for a person."""
    write: Callable[[Told], Any] = (lambda found: found) if as_json else lines

    def tell(_logger: Any, _method: str, event: EventDict) -> EventDict:
        given = event.pop("exc_info", None)
        if given is True:
            given = sys.exc_info()
        error = given[1] if isinstance(given, tuple) else given
        if isinstance(error, BaseException):
            event["exception"] = write(told(error))
        return event

    return tell


def _dumps(event: EventDict, **options: Any) -> str:
    return json.dumps(event, ensure_ascii=False, **options)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger(OURS).critical("the process ends by an error", exc_info=error)


def _uncaught_in_a_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None and not isinstance(given.exc_value, SystemExit):
        structlog.get_logger(OURS).error("a thread ended by an error", exc_info=given.exc_value)


def _writes_to_a_terminal(handler: logging.Handler) -> bool:
    return type(handler) is logging.StreamHandler
