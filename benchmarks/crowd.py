"""``python -m benchmarks.crowd``: a batch that updates 400 orders, and beside it orders, scans and a customer's return.

Prints how many answers were refusals and the slowest of those that stood beside the batch; then two orders that share
a parcel are put at once, again and again. Keeps docs/reports/crowd.md and .json.
"""

import argparse
import http.client
import json
import random
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.api.keys import SCOPES, create_key
from app.api.v1 import examples
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.settings import ROOT
from benchmarks.stage import Stage, serving, stage, stop

UPDATED, BESIDE, SCANS = 400, 40, 10
REPORT = ROOT / "docs" / "reports" / "crowd"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its status and the seconds it took."""

    what: str
    status: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of one run."""

    seed: int
    batch_seconds: float
    beside: int
    refused: int
    slowest_beside: float
    median_beside: float
    rounds: int
    rounds_refused: int
    slowest_round: float


class Shop:
    """The shop's system: it puts orders and scans, and returns on behalf of customers."""

    def __init__(self, url: str, key: str) -> None:
        self._host = url.removeprefix("http://")
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(self, what: str, method: str, path: str, body: Any) -> Asked:
        """One request on a connection of its own."""
        line = http.client.HTTPConnection(self._host, timeout=120)
        began = time.monotonic()
        line.request(method, f"/api/v1{path}", body=json.dumps(body), headers=self._headers)
        answer = line.getresponse()
        content = answer.read()
        took = time.monotonic() - began
        line.close()
        if answer.status >= 300:
            print(f"{what}: {answer.status} {content[:200]!r}", file=sys.stderr)
        return Asked(what, answer.status, took)


def document(number: str, *, at: datetime, tracking: str | None = None) -> dict[str, Any]:
    """An order that has left in one parcel; ``at`` is when the shop last changed it."""
    shipment = {**examples.ORDER["shipments"][0], "id": f"{number}-1", "tracking_number": tracking or f"T{number}"}
    return {**examples.ORDER, "number": number, "updated_at": at.isoformat(), "shipments": [shipment]}


def scan(number: str, status: str, at: datetime) -> dict[str, Any]:
    """A carrier's scan of an order's parcel."""
    carrier = examples.ORDER["shipments"][0]["carrier"]
    event = {"carrier": carrier, "tracking_number": f"T{number}", "status": status, "occurred_at": at.isoformat()}
    return {**event, "description": status}


def crowd(shop: Shop, chance: random.Random) -> tuple[float, list[Asked]]:
    """The batch, and the others beside it; gives the batch's seconds and what the others were answered."""
    now = utcnow()
    numbers = [f"B{at}" for at in range(UPDATED)]
    others = [f"Z{at}" for at in range(BESIDE)]
    before = now - timedelta(days=9)
    for start in range(0, UPDATED, 200):
        shop.ask("fill", "POST", "/orders/batch", [document(one, at=before) for one in numbers[start : start + 200]])
    shop.ask("fill", "POST", "/orders/batch", [document("R1", at=before)])
    shop.ask("fill", "POST", "/tracking-events", [scan("R1", "delivered", now - timedelta(days=2))])
    time.sleep(3)  # the worker folds what was brought in
    changed = [document(one, at=now) | {"purchase_order": "changed"} for one in numbers]
    deeds: list[tuple[str, str, str, Any]] = [
        ("order", "PUT", f"/orders/{one}", document(one, at=now)) for one in others
    ]
    for _ in range(SCANS):
        seen = [scan(one, "in_transit", now) for one in chance.sample(numbers, 20)]
        deeds.append(("scans", "POST", "/tracking-events", seen))
    back = {**examples.RETURN, "order": "R1"}
    deeds.append(("return", "POST", "/returns", back))
    chance.shuffle(deeds)
    took: list[float] = []
    batch = threading.Thread(target=lambda: took.append(shop.ask("batch", "POST", "/orders/batch", changed).seconds))
    batch.start()
    with ThreadPoolExecutor(2) as pool:
        samples = list(pool.map(lambda deed: shop.ask(*deed), deeds))
    batch.join()
    return took[0], samples


def sharing(shop: Shop, rounds: int) -> list[Asked]:
    """Two orders that share a parcel, put at the same moment, again and again."""
    samples: list[Asked] = []
    with ThreadPoolExecutor(2) as pool:
        for at in range(rounds):
            now = utcnow()
            pair = [f"S{at % 20}a", f"S{at % 20}b"]
            documents = [document(one, at=now, tracking=f"SHARED{at % 20}") for one in pair]
            ends = pool.map(lambda one: shop.ask("pair", "PUT", f"/orders/{one['number']}", one), documents)
            samples.extend(ends)
    return samples


def measure(portal: Stage, *, seed: int, rounds: int) -> Figures:
    """One whole run on a running portal."""
    with portal.database.sessions() as session, transaction(session):
        _, key = create_key(session, name="crowd", scopes=list(SCOPES), now=utcnow())
    shop = Shop(portal.url, key)
    took, samples = crowd(shop, random.Random(seed))
    pairs = sharing(shop, rounds)
    times = sorted(one.seconds for one in samples)
    return Figures(
        seed=seed,
        batch_seconds=round(took, 2),
        beside=len(samples),
        refused=sum(one.status >= 300 for one in samples),
        slowest_beside=round(times[-1], 3),
        median_beside=round(times[len(times) // 2], 3),
        rounds=rounds,
        rounds_refused=sum(one.status >= 300 for one in pairs),
        slowest_round=round(max((one.seconds for one in pairs), default=0.0), 3),
    )


def keep(figures: Figures) -> str:
    """Write the report; gives its text."""
    rows = [
        ("answers beside the batch", f"{figures.beside}", ""),
        ("… that were refusals", f"{figures.refused}", "0"),
        ("… the slowest", f"{figures.slowest_beside:.3f} s", "≤ 1.0 s"),
        ("… the median", f"{figures.median_beside:.3f} s", ""),
        (f"the batch of {UPDATED} updates", f"{figures.batch_seconds:.2f} s", ""),
        ("rounds of two orders that share a parcel", f"{figures.rounds}", "200"),
        ("… answers that were refusals", f"{figures.rounds_refused}", "0"),
        ("… the slowest", f"{figures.slowest_round:.3f} s", ""),
    ]
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    table = "\n".join(f"| {' | '.join(row)} |" for row in [("what", "measured", "goal"), ("---",) * 3, *rows])
    text = (
        f"# A crowd beside a batch\n\nMade by `python -m benchmarks.crowd` on {when}, seed {figures.seed}.\n\n{table}\n"
    )
    REPORT.with_suffix(".md").write_text(text)
    REPORT.with_suffix(".json").write_text(json.dumps(asdict(figures), indent=2) + "\n")
    return text


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, keep; 1 when something was refused or too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    with stage() as portal, serving(portal.web, f"{portal.url}/readyz"):
        worker = portal.worker()
        try:
            figures = measure(portal, seed=options.seed, rounds=options.rounds)
        finally:
            stop(worker)
    print(keep(figures))
    return int(figures.refused + figures.rounds_refused > 0 or figures.slowest_beside > 1.0)


if __name__ == "__main__":
    sys.exit(main())
