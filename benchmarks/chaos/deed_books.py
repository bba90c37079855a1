"""What a story left behind: every row of every table, without what differs by chance; and what differs between two."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Engine, text

# Rows that say nothing of what was done, or are swept away: each with its reason.
PASSED_OVER = {
    "alembic_version": "the schema",
    "firing": "which turns of the clock there were depends on how long the story took",
    "guess": "counts tries for an hour; what is tried again is counted again",
    "guess_tally": "the same, by the minute",
    "procrastinate_events": "the log of the jobs",
    "procrastinate_periodic_defers": "not used",
    "procrastinate_workers": "signs of life",
    "web_session": "a browser that never got its new id leaves a row, which is swept away",
    "link_browser": "the same for the browser that opened a link and never heard so",
    "provider_rest": "ends by itself",
    "access_link": "a letter that is written again carries a new link; of each pair one has left",
    "attempt": "the calls to a provider; what left by them stands in its books",
}
# Columns by the tables' rows that may differ: how often, not what.
MASKED = {
    # A provider's report may come before it is asked: then nobody needs its id.
    "message": {"attempts", "repeats", "provider_id"},
    "webhook_delivery": {"attempts"},
    "procrastinate_jobs": {"attempts", "args", "priority", "lock", "queueing_lock", "worker_id"},
    # What is typed again is counted again.
    "one_time_code": {"tries"},
    "hearing": {"attempts"},
    "inbox": {"attempts"},
    "picture": {"attempts"},
    # When a carrier is asked next.
    "shipment": {
        "version",
        "poll_failures",
        "next_poll_at",
        "polled_at",
        "asked_at",
        "poll_error",
        "poll_failing_since",
    },
    # How often all access was ended: ended twice is ended.
    "order": {"version", "access_epoch"},
    "set_aside": {"item"},
}
REF = re.compile(r"\b[0-9A-Z]{8}\b")
# What a message is about: o21, r3, s1, e47.
OF_IDS = re.compile(r"/([a-z])\d+(?=/)")
SECRETS = frozenset({"code_hash", "password_hash", "totp_secret", "totp_step", "sealed_secrets", "shown"})
TOKENS = (
    # A code that is scanned, drawn.
    (re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+"), "‹picture›"),
    (re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]+)?"), "‹time›"),
    (re.compile(r"\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\b"), "‹time›"),
    (re.compile(r"[A-Za-z0-9_=.-]{20,}"), "‹token›"),
    (re.compile(r"\b[0-9A-Z]{16}\b"), "‹key›"),
    (re.compile(r'("(?:\w*_)?ids?|"corrects)": ?(?:\d+|\[[\d, ]*\])'), r'\1": ‹id›'),
    (re.compile(r"\b(inbox|receipt|shipment|event|text)/\d+\b"), r"\1/‹id›"),
    (re.compile(r"\b\d{6}\b"), "‹code›"),
    (re.compile(r'"webhook-timestamp": "\d+"'), '"webhook-timestamp"'),
    (re.compile(r"\bpk_[\w-]{4}"), "‹key›"),
    # Every key of a name is revoked, however many there are.
    (re.compile(r'"‹key›"(?:, "‹key›")+'), '"‹key›"'),
    (re.compile(r"\bPR\d+\b"), "‹label›"),
)  # fmt: skip

Rows = Mapping[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Shot:
    """All that a story left, and what other systems got of it."""

    rows: Rows
    delivered: Counter[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that one has and the other has not, so many times; negative when it is missing."""

    table: str
    row: str
    times: int


def shot(engine: Engine) -> dict[str, Counter[str]]:
    """Every row of every table as it stands, without ids, instants and secrets."""
    rows: dict[str, Counter[str]] = {}
    with engine.connect() as connection:
        names = _names(connection)
        for table, columns in _columns(connection).items():
            if table in PASSED_OVER:
                continue
            result = connection.execute(text(f'select to_jsonb(t) from "{table}" t')).scalars()
            rows[table] = Counter(
                _named(names, _told(table, columns, row)) for row in result if not _routine(table, row)
            )
    return rows


def differences(expected: Rows, actual: Rows) -> list[Difference]:
    """What is missing and what is there beside it."""
    every = []
    for table in sorted({*expected, *actual}):
        before, after = expected.get(table, Counter()), actual.get(table, Counter())
        for row in sorted({*before, *after}):
            if before[row] != after[row]:
                every.append(Difference(table, row, after[row] - before[row]))
    return every


def _columns(connection: Any) -> dict[str, dict[str, str]]:
    clause = text(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' "
        "order by table_name, ordinal_position"
    )
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(clause):
        columns.setdefault(table, {})[column] = kind
    return columns


def _routine(table: str, row: Mapping[str, Any]) -> bool:
    """Jobs that ended well or wait for the clock's next turn are the worker's own.

    So are wake-ups of a worker that died: taken up again, they are dropped where another of the name waits already.
    """
    if table != "procrastinate_jobs":
        return False
    return row["status"] in ("succeeded", "todo") or row["queueing_lock"] is not None


def _names(connection: Any) -> dict[str, str]:
    """References by what they stand for: they are drawn anew in each story."""
    named = {ref: f"‹order {number}›" for ref, number in connection.execute(text('select ref, number from "order"'))}
    for table in ("return", "withdrawal"):
        named |= {ref: f"‹{table}›" for ref in connection.execute(text(f'select ref from "{table}"')).scalars()}
    return named


def _named(names: Mapping[str, str], written: str) -> str:
    return REF.sub(lambda match: names.get(match[0], match[0]), written)


def _told(table: str, columns: Mapping[str, str], row: Mapping[str, Any]) -> str:
    masked = MASKED.get(table, set())
    return " ".join(
        f"{name}={_cell(name, kind, row[name])}"
        for name, kind in columns.items()
        if name != "id" and name not in masked
    )


def _cell(name: str, kind: str, value: Any) -> str:
    """A value without what is different in each run: of instants, references and hashes only whether there is one."""
    if value is None:
        return "-"
    if name in SECRETS or kind in ("bytea", "timestamp with time zone") or (kind == "bigint" and name.endswith("_id")):
        return "+"
    written = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    return scrubbed(OF_IDS.sub(r"/\1", written) if name == "dedup_key" else written)


def scrubbed(written: str) -> str:
    """A text without instants, references, codes and secrets."""
    for pattern, word in TOKENS:
        written = pattern.sub(word, written)
    return written


def told(changes: Sequence[Difference]) -> str:
    """The differences in a few lines; of a row that only changed, what changed."""
    lines, missing = [], [one for one in changes if one.times < 0]
    for one in (one for one in changes if one.times > 0):
        twin = min((other for other in missing if other.table == one.table), key=partial(_apart, one), default=None)
        if twin is not None and len(_cells(one) ^ _cells(twin)) <= 8:
            missing.remove(twin)
            lines.append(f"{one.table}: {sorted(_cells(twin) - _cells(one))} → {sorted(_cells(one) - _cells(twin))}")
        else:
            lines.append(f"+{one.times} {one.table}: {one.row[:300]}")
    return " | ".join([*lines, *(f"{one.times} {one.table}: {one.row[:300]}" for one in missing)])


def _cells(one: Difference) -> set[str]:
    return set(one.row.split(" "))


def _apart(one: Difference, other: Difference) -> int:
    return len(_cells(one) ^ _cells(other))
