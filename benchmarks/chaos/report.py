"""The report of a run: a table for people, the same figures as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from app.core.settings import ROOT
from benchmarks.chaos.check import Judgement
from benchmarks.chaos.deed_forgiven import FORGIVEN
from benchmarks.chaos.named import named
from benchmarks.chaos.outage import Outage
from benchmarks.chaos.outage import table as outage_table
from benchmarks.chaos.postgres import Database
from benchmarks.chaos.postgres import table as database_table
from benchmarks.chaos.trials import WAYS, Outcome, table

REPORTS = ROOT / "docs" / "reports"
COLUMNS = (
    ("due", "due"),
    ("once", "once"),
    ("refused", "refused"),
    ("never", "never"),
    ("twice", "twice"),
    ("stuck", "stuck"),
    ("bad_answers", "500s"),
    ("chosen_twice", "chosen: twice"),
    ("chosen_never", "chosen: never"),
    ("kills", "kills"),
    ("hits", "that hit a call"),
    ("cut", "calls cut"),
    ("cut_taken", "of them taken"),
    ("p50", "p50 s"),
    ("p95", "p95 s"),
    ("longest", "longest s"),
    ("silence", "longest without an answer s"),
    ("rest", "at rest after s"),
)
SUMMED = (
    "due",
    "once",
    "refused",
    "never",
    "twice",
    "stuck",
    "bad_answers",
    "chosen_twice",
    "chosen_never",
    "kills",
    "hits",
    "cut",
    "cut_taken",
)


def kills(judgements: Sequence[Judgement], words: Mapping[str, str], *, seconds: float, keep: bool) -> None:
    """Print what came of the kills, and keep it where that is wanted."""
    text = _table(judgements, words)
    print(text)
    for one in judgements:
        for line in one.wrong[:20]:
            print(f"{one.name}: {line}")
    if keep:
        write("chaos-kills", {"seconds": round(seconds), "runs": [asdict(one) for one in judgements]}, text)


def trials(
    points: Sequence[str],
    passed: Mapping[str, Sequence[tuple[str, int]]],
    outcomes: Sequence[Outcome],
    missed: Sequence[str],
    *,
    seed: int,
    seconds: float,
    keep: bool,
) -> None:
    """Print what came of the trials at failpoints, and keep it where that is wanted."""
    bad = [one for one in outcomes if not one.good]
    elsewhere = [one for one in named() if not any(one in point for point in points)]
    text = "\n".join(
        [
            f"Seed {seed}. {len(points)} points, {len(outcomes)} trials, {len(bad)} of them bad; points at which "
            f"nothing broke: {', '.join(missed) or 'none'}. «hit»: the point was passed in that trial.",
            *_of("Messages", [way.name for way in WAYS], passed, outcomes),
            *_of("Deeds", [one for one in passed if one not in {way.name for way in WAYS}], passed, outcomes),
            "",
            "## Not reached",
            "",
            *[f"- `{one}`" for one in elsewhere],
            "" if elsewhere else "Every function that commits or calls out is passed.",
            "",
            "## Forgiven",
            "",
            "What may be there twice, by the point at which a story was broken. What is missing is never forgiven.",
            "",
            *[f"- `{point}`: {reason}" for point, (_tables, reason) in sorted(FORGIVEN.items())],
        ]
    )
    print(text)
    for one in bad[:20]:
        print(one)
    if keep:
        every = [asdict(one) for one in outcomes]
        figures = {"seed": seed, "seconds": round(seconds), "points": list(points), "not_reached": elsewhere}
        write("chaos-failpoints", {**figures, "trials": every}, text)


def _of(
    title: str, names: Sequence[str], passed: Mapping[str, Sequence[tuple[str, int]]], outcomes: Sequence[Outcome]
) -> list[str]:
    """The part of one kind of trials: its scenes, and a row a point."""
    mine = {name: list(passed[name]) for name in names if name in passed}
    done = [one for one in outcomes if one.way in mine]
    return ["", f"## {title}", "", f"Played: {', '.join(mine)}. {len(done)} trials.", "", table(mine, done)]


def database(result: Database, *, seed: int, keep: bool) -> None:
    """Print what came of the database's deaths, and keep it where that is wanted."""
    text = f"Seed {seed}.\n\n{database_table(result)}"
    print(text)
    if keep:
        write("chaos-database", {"seed": seed, **asdict(result)}, text)


def outage(result: Outage, *, seed: int, keep: bool) -> None:
    """Print what came of an outage of the providers, and keep it where that is wanted."""
    text = f"Seed {seed}.\n\n{outage_table(result)}"
    print(text)
    if keep:
        write("chaos-outage", {"seed": seed, **asdict(result)}, text)


def write(name: str, figures: Mapping[str, Any], text: str) -> None:
    """One part of the report: ``<name>.md`` and ``<name>.json``."""
    made = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    (REPORTS / f"{name}.json").write_text(json.dumps({"made": made, **figures}, indent=1, ensure_ascii=False) + "\n")
    (REPORTS / f"{name}.md").write_text(f"# {name}\n\nMade by `make chaos` on {made}.\n\n{text}\n")


def _table(judgements: Sequence[Judgement], words: Mapping[str, str]) -> str:
    head = "| configuration | " + " | ".join(title for _, title in COLUMNS) + " |"
    lines = [head, "|---" * (len(COLUMNS) + 1) + "|"]
    for one in judgements:
        cells = " | ".join(f"{getattr(one, name):,}" for name, _ in COLUMNS)
        lines.append(f"| {words[one.name]} | {cells} |")
    total = {name: sum(getattr(one, name) for one in judgements) for name in SUMMED}
    cells = " | ".join(f"{total[name]:,}" if name in total else "" for name, _ in COLUMNS)
    lines.append(f"| **together** | {cells} |")
    kills = total["hits"]
    bound = f"{3 / kills:.2%}" if kills else "unknown"
    after = (
        f"Seed {judgements[0].seed if judgements else 0}. Kills that hit an open call: {kills}; "
        f"no failure in so many shows a rate below {bound} (3/n, 95 %). «chosen»: where nobody can be asked the shop "
        "has said what may happen, and the portal has counted it. «stuck»: open at rest, or five minutes in which "
        "nothing came of it, from when it was due or from the provider's last answer that it takes it not."
    )
    return "\n".join([*lines, "", after])
