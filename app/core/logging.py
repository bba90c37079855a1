"""Logs: every line by one way, readable on a terminal, JSON in production; never a secret, a code or an address.

Loaded by the web server before the application is: it imports nothing of it.
"""

import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

ROOT = Path(__file__).resolve().parents[2]
DEPTH = 4
# The last calls name the fault, the first ones how it came to that.
FRAMES = 30
# These speak of the program. The words of others (ValueError, KeyError …) are often what somebody typed.
SPEAK_OF_CODE = (AttributeError, NameError, TypeError, ImportError, IndexError, RecursionError, NotImplementedError)
# SQLSTATE classes whose sentence repeats a value: data exceptions.
REPEATS_VALUES = "22"

ErrorFacts = dict[str, Any]


def error_facts(error: BaseException, *, depth: int = DEPTH) -> ErrorFacts:
    """The exception as facts: ``type``, ``says`` where that is safe, ``at`` (a line a call) and ``because``."""
    facts: ErrorFacts = {"type": _name(type(error))}
    words = says(error)
    if words:
        facts["says"] = words
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    facts["at"] = [f"{_place(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and cause is not getattr(error, "orig", None) and depth > 1:
        facts["because"] = error_facts(cause, depth=depth - 1)
    return facts


def lines(facts: ErrorFacts) -> str:
    """The same for a person at a terminal: the innermost cause last, as Python writes it."""
    written = [f"  {place}" for place in facts["at"]]
    written.append(facts["type"] + (f": {facts['says']}" if "says" in facts else ""))
    if "because" in facts:
        written += ["because of", lines(facts["because"])]
    return "\n".join(written)


def says(error: BaseException) -> str | None:
    """What it says, where that cannot be what a customer typed."""
    if getattr(error, "for_operators", False):
        return str(error)
    original = getattr(error, "orig", None) or error
    if hasattr(original, "sqlstate") and hasattr(original, "diag"):
        return _database_says(original)
    if isinstance(error, OSError):
        return error.strerror
    return str(error).splitlines()[0][:300] if isinstance(error, SPEAK_OF_CODE) and str(error) else None


def _database_says(error: Any) -> str | None:
    """The server's own sentence without the row that it was about, which stands in its detail."""
    if error.sqlstate is None:
        return " ".join(str(error).split())[:300]
    facts = [error.sqlstate]
    if not error.sqlstate.startswith(REPEATS_VALUES):
        facts.append(error.diag.message_primary or "")
    return " ".join(filter(None, [*facts, error.diag.constraint_name]))


def _name(kind: type) -> str:
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _place(filename: str) -> str:
    path = Path(filename)
    place = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    # An environment may lie in the checkout, and the portal in an environment.
    return "/".join(path.parts[-3:]) if place == path or "site-packages" in place.parts else str(place)


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
    root.handlers = [existing for existing in root.handlers if not _writes_to_a_terminal(existing)] + [handler]
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
    write: Callable[[ErrorFacts], Any] = (lambda facts: facts) if as_json else lines

    def tell(_logger: Any, _method: str, event: EventDict) -> EventDict:
        exc_info = event.pop("exc_info", None)
        if exc_info is True:
            exc_info = sys.exc_info()
        error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
        if isinstance(error, BaseException):
            event["exception"] = write(error_facts(error))
        return event

    return tell


def _dumps(event: EventDict, **options: Any) -> str:
    return json.dumps(event, ensure_ascii=False, **options)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger(OURS).critical("the process ends by an error", exc_info=error)


def _uncaught_in_a_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
        structlog.get_logger(OURS).error("a thread ended by an error", exc_info=arguments.exc_value)


def _writes_to_a_terminal(handler: logging.Handler) -> bool:
    return type(handler) is logging.StreamHandler
