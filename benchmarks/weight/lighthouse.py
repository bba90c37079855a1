"""Lighthouse's marks for the pages a customer meets, on a telephone: docs/reports/lighthouse.md.

``python -m benchmarks.weight.lighthouse --at FOLDER``, where ``npm install lighthouse`` has been done in FOLDER; it is
no part of the portal and of none of its tests. The demo shop is served in earnest, on this machine alone, and each page
is opened with the cookies of somebody who has shown that the order is theirs.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.core.settings import ROOT
from benchmarks.weight.shop import LANGUAGE, Shop, shop
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.scales import cookies_of, walk

REPORT = ROOT / "docs" / "reports" / "lighthouse.md"
TURNS = 3
PATIENCE_S = 240
TRIES = 3
CATEGORIES = ("performance", "accessibility", "best-practices")
# What a reader waits for, by Lighthouse's names, in its own words and units.
METRICS = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
    "speed-index",
    "total-byte-weight",
)
HEAD = (
    "page", *(one.replace("-", " ") for one in CATEGORIES),
    "first paint", "largest paint", "blocked", "shift", "speed index", "bytes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marks:
    """One page's marks: each category's of all turns, the metrics of the middle turn, what cost points and why."""

    page: str
    marks: dict[str, list[int]]
    metrics: dict[str, str]
    faults: list[str]
    version: str
    power: int

    def median(self, category: str) -> int:
        """The middle of its turns."""
        return round(statistics.median(self.marks[category]))


def main() -> int:
    """Judge the pages, print and keep it; 1 when a mark is below 100, 2 when Lighthouse is not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--at", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--pages", default="", help="names, separated by commas; all without")
    parser.add_argument("--keep", action="store_true", help="write docs/reports/lighthouse.md")
    options = parser.parse_args()
    program = options.at / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        sys.stderr.write(f"no Lighthouse below {options.at}: npm install --prefix {options.at} lighthouse\n")
        return 2
    chosen = {name for name in options.pages.split(",") if name}
    with shop() as open_shop:
        judged = _judged(open_shop, program, chosen, turns=options.turns)
    text = report(judged)
    print(text)
    if options.keep:
        REPORT.write_text(text, encoding="utf-8")
    return 0 if all(page.median(category) == 100 for page in judged for category in CATEGORIES) else 1


def _judged(open_shop: Shop, program: Path, chosen: set[str], *, turns: int) -> list[Marks]:
    customer = open_shop.customer()
    judged: list[Marks] = []

    def look(name: str) -> None:
        if chosen and name not in chosen:
            return
        customer.page.wait_for_load_state("domcontentloaded")
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in cookies_of(customer.context))
        runs = [_run(program, customer.page.url, cookies) for _turn in range(turns)]
        judged.append(_marks(name, runs))
        print(f"{name}: {_line(judged[-1])}", file=sys.stderr, flush=True)

    walk(customer, "E-50031", look)
    return judged


def _run(program: Path, url: str, cookies: str) -> dict[str, object]:
    """One turn of Lighthouse's own telephone, with a browser of its own."""
    words = [
        str(program), url, "--output=json", "--quiet", "--no-enable-error-reporting",
        f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(('--headless=new', *FLAGS))}",
        f"--extra-headers={json.dumps({'Cookie': cookies, 'Accept-Language': LANGUAGE})}",
    ]  # fmt: skip
    environ = {**os.environ, "CHROME_PATH": CHROMIUM or ""}
    # On a busy machine its browser comes up too late now and then; its command line holds cookies, and is not shown.
    for _try in range(TRIES):
        done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE_S, check=False, env=environ)
        if done.returncode == 0:
            run: dict[str, object] = json.loads(done.stdout)
            if not run.get("runtimeError") and str(run["finalDisplayedUrl"]).startswith(url):
                return run
    raise ValueError(f"{url} was not judged: {done.stderr[-500:] or done.stdout[:500]}")


def _marks(page: str, runs: list[dict[str, object]]) -> Marks:
    """The turns of a page as one."""
    marks = {one: [round(100 * _mark(run, one)) for run in runs] for one in CATEGORIES}
    middle = sorted(runs, key=lambda run: _mark(run, CATEGORIES[0]))[len(runs) // 2]
    audits = _audits(middle)
    metrics = {
        name: str(audits[name].get("displayValue", "")).replace("\xa0", " ").removeprefix("Total size was ")
        for name in METRICS
    }
    faults = [
        f"{name}: {audit['title']}"
        for name, audit in sorted(audits.items())
        if audit["score"] is not None and float(audit["score"]) < 1 and name not in METRICS
    ]
    power = round(middle["environment"]["benchmarkIndex"])  # type: ignore[index]
    return Marks(page, marks, metrics, faults, str(middle["lighthouseVersion"]), power)


def _mark(run: dict[str, object], category: str) -> float:
    categories: dict[str, dict[str, float]] = run["categories"]  # type: ignore[assignment]
    return categories[category]["score"]


def _audits(run: dict[str, object]) -> dict[str, dict[str, str | float | None]]:
    return run["audits"]  # type: ignore[return-value]


def _line(page: Marks) -> str:
    return " / ".join(str(page.median(category)) for category in CATEGORIES)


def report(judged: list[Marks]) -> str:
    """The report: marks and metrics in a table, then what Lighthouse would still like better."""
    version = judged[0].version if judged else "?"
    power = [one.power for one in judged] or [0]
    turns = len(judged[0].marks[CATEGORIES[0]]) if judged else 0
    lines = [
        "# Lighthouse", "",
        "Made by `python -m benchmarks.weight.lighthouse --at FOLDER --keep` on",
        f"{datetime.now(UTC):%Y-%m-%d}, Lighthouse {version}: its telephone (slow 4G and a processor four times",
        "slower, both reckoned), the demo shop served in earnest, a signed-in customer's cookies, the middle of",
        f"{turns} turns (in brackets the lowest and the highest). Its own measure of this machine was",
        f"{_range(round(statistics.median(power)), power)}; 1,000 and more is an idle desk computer. Far below, it",
        "takes the machine's other work for the page's, and «blocked» suffers, with the mark that hangs on it.",
        "Findability by search engines is not judged: no page of an order is to be found there (`noindex`).", "",
        f"| {' | '.join(HEAD)} |", f"|{' --- |' * len(HEAD)}",
    ]  # fmt: skip
    for page in judged:
        marks = (_range(page.median(one), page.marks[one]) for one in CATEGORIES)
        lines.append(f"| {' | '.join((page.page, *marks, *page.metrics.values()))} |")
    lines += ["", "What it would like better, mark or no mark:", ""]
    faults: dict[str, list[str]] = {}
    for page in judged:
        for fault in page.faults:
            faults.setdefault(fault, []).append(page.page)
    lines += [f"- {fault} ({'; '.join(pages)})" for fault, pages in faults.items()] or ["- nothing"]
    return "\n".join(lines) + "\n"


def _range(middle: int, marks: list[int]) -> str:
    return str(middle) if min(marks) == max(marks) else f"{middle} ({min(marks)}–{max(marks)})"


if __name__ == "__main__":
    sys.exit(main())
