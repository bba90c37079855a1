"""Ten thousand stories of returns, told by chance: ``python -m benchmarks.return_story --runs 10000 --seed 7``."""

import argparse
import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.settings import ROOT
from benchmarks.stage import stage
from tests.returns.machine import ReturnStory, two_orders

KEPT = ROOT / "docs" / "reports"
STEPS = 12
BRAND = text(
    "insert into brand (key, name, is_default, help_email) "
    "values ('demo', 'Almazara', true, 'ayuda@almazara.example') on conflict do nothing"
)


def main() -> int:
    """Tell the stories and print what was done in them; 1, with the shortest that goes wrong, where one does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7, help="the same seed tells the same stories")
    options = parser.parse_args()
    began = time.monotonic()
    with stage() as portal, portal.database.engine.connect() as connection, connection.begin() as outer:
        connection.execute(BRAND)
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            wrong = _told(session, runs=options.runs, number=options.seed)
        outer.rollback()
    figures = _figures(options.runs, options.seed, time.monotonic() - began, wrong)
    _keep(figures, ReturnStory.counted)
    for name, value in figures.items():
        print(f"{name:<12} {value}")
    if wrong:
        print(wrong, file=sys.stderr)
    return 1 if wrong else 0


def _told(session: Session, *, runs: int, number: int) -> str:
    """Tell them; gives the shortest story in which the books did not agree, or nothing."""
    ReturnStory.session, ReturnStory.orders = session, two_orders(session)
    unhurried = settings(
        max_examples=runs,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(seed(number)(ReturnStory), settings=unhurried)
    except AssertionError as error:
        return "\n".join([str(error), *getattr(error, "__notes__", [])])
    return ""


def _figures(runs: int, number: int, seconds: float, wrong: str) -> dict[str, int | str]:
    done = {name: count for name, count in ReturnStory.counted.items() if ": " not in name}
    refused = sum(count for name, count in ReturnStory.counted.items() if name.rpartition(": ")[2] in REFUSED)
    return {
        "runs": runs,
        "seed": number,
        "told": ReturnStory.counted["stories"],
        "deeds": sum(done.values()) - done.get("stories", 0),
        "refused": refused,
        "wrong": 1 if wrong else 0,
        "seconds": round(seconds),
    }


REFUSED = frozenset({"Conflict", "Invalid", "Refused", "NotFound"})


def _keep(figures: dict[str, int | str], counted: Counter[str]) -> None:
    """Write the report as Markdown and as JSON."""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    report = {"made": when, **figures, "counted": dict(sorted(counted.items()))}
    (KEPT / "return-story.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    rows = [f"| {name} | {value} |" for name, value in [*figures.items(), *sorted(counted.items())]]
    head = (
        "# Stories of returns\n\n"
        f"Made by `python -m benchmarks.return_story` on {when}.\n"
        "Customer, shop's system, clock, carrier, warehouse, support and finance act on the returns of two\n"
        "orders in any order. After each deed no unit may be paid twice, no order pay more than was paid for it,\n"
        "and every move have its event; every other story is told until all its returns have come to an end.\n"
        "What the services refuse, as they should, is «refused»; «wrong» must be 0.\n\n"
        "| what | how often |\n|---|--:|\n"
    )
    (KEPT / "return-story.md").write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
