"""``python -m benchmarks.documents``: 20,000 odd order documents at the door, and very large ones against the clock.

Each goes to the interface alone, in a batch or through the signed webhook; of what was taken the order, what of it can
come back, and the list of returns are read again. Keeps docs/reports/documents.md and .json.
"""

import argparse
import http.client
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import text

from app.api.keys import SCOPES, create_key
from app.api.v1 import examples
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.settings import ROOT
from app.core.standard_webhooks import sign
from benchmarks.documents.odd import address, body
from benchmarks.stage import HOOK_SECRET, Stage, serving, stage, stop, wait_until

REPORT = ROOT / "docs" / "reports" / "documents"
GOAL_MS = 300.0
LARGE = 20
WAITING = text("select count(*) = 0 from inbox where state = 'new'")
STATES = text("select state, count(*) from inbox group by state")


@dataclass(slots=True)
class Outcome:
    """What came of a run: answers by status, those of reading back, the inbox, and large bodies in milliseconds."""

    seed: int
    documents: int
    answers: dict[str, int]
    read_back: dict[str, int]
    inbox: dict[str, int]
    server_errors: int
    large_bytes: int
    large_median_ms: float
    large_slowest_ms: float


class Door:
    """A shop's system with a key, on connections of its own."""

    def __init__(self, url: str, key: str) -> None:
        self._host, self._key = url.removeprefix("http://"), key

    def ask(self, method: str, path: str, raw: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """One request."""
        line = http.client.HTTPConnection(self._host, timeout=60)
        usual = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        line.request(method, path, body=raw, headers=usual | {name.replace("_", "-"): v for name, v in headers.items()})
        answer = line.getresponse()
        status, content = answer.status, answer.read()
        line.close()
        return status, content

    def put(self, seed: int) -> tuple[str, int, list[int]]:
        """One odd document by one of the ways in; gives the way, the answer, and the answers of reading it back."""
        raw = body(seed)
        if seed % 10 == 0:
            return "webhook", self._hook(seed, raw), []
        if seed % 10 == 1:
            lines = b"\n".join(body(seed * 7 + at).replace(b"\n", b" ") for at in range(3))
            status, _ = self.ask("POST", "/api/v1/orders/batch", lines, Content_Type="application/x-ndjson")
            return "batch", status, []
        status, content = self.ask("PUT", f"/api/v1/orders/{address(seed)}", raw)
        return "put", status, self._read_back(content) if status < 300 and seed % 3 == 0 else []

    def _read_back(self, content: bytes) -> list[int]:
        number = json.loads(content)["number"]
        pages = [
            ("GET", f"/api/v1/orders/{quote(number, safe='', errors='replace')}", None),
            ("GET", "/api/v1/returns", None),
        ]
        lines = json.dumps({"order": number}).encode()
        answers = [self.ask(method, path, raw)[0] for method, path, raw in pages]
        return [*answers, self.ask("POST", "/api/v1/returns/eligibility", lines)[0]]

    def _hook(self, seed: int, raw: bytes) -> int:
        signed = sign([HOOK_SECRET], message_id=f"msg_{seed}", at=utcnow(), body=raw)
        return self.ask("POST", "/hooks/oms/generic", raw, **{name.replace("-", "_"): v for name, v in signed.items()})[
            0
        ]


def large(at: int) -> bytes:
    """A document of nearly 1 MiB: as many lines as one may have, half a hundred parcels, and long texts."""
    line: dict[str, Any] = examples.ORDER["lines"][0]
    long = {"variant": "M / azul " * 33, "category": "ropa / verano " * 21}
    picture = f"https://cdn.shop.example/{at}/" + "p" * 940
    lines = [
        line | long | {"id": str(n), "title": f"{n} {'Camiseta de lino ' * 17}"[:299], "image_url": f"{picture}{n}.jpg"}
        for n in range(500)
    ]
    packed = [{"line": str(n), "quantity": 1} for n in range(500)]
    parcel = examples.ORDER["shipments"][0]
    contents = [packed[begin : begin + 10] for begin in range(0, 500, 10)]
    parcels = [
        parcel | {"id": f"s{n}", "tracking_number": f"L{at}X{n}", "lines": lines_in}
        for n, lines_in in enumerate(contents)
    ]
    return json.dumps(examples.ORDER | {"number": f"L{at}", "lines": lines, "shipments": parcels}).encode()


def trial(portal: Stage, *, seed: int, many: int) -> Outcome:
    """The whole trial on a running portal."""
    with portal.database.sessions() as session, transaction(session):
        _, key = create_key(session, name="documents", scopes=list(SCOPES), now=utcnow())
    door = Door(portal.url, key)
    answers: Counter[str] = Counter()
    read_back: Counter[str] = Counter()
    with ThreadPoolExecutor(2) as pool:
        for done, (way, status, again) in enumerate(pool.map(door.put, range(seed, seed + many)), start=1):
            answers[f"{way} {status}"] += 1
            read_back.update(str(code) for code in again)
            if done % 1000 == 0:
                print(f"{done} of {many}", file=sys.stderr)
    with portal.database.sessions() as session:
        wait_until(lambda: bool(session.scalar(WAITING)), "the inbox is not worked off", seconds=600)
        inbox = {state: count for state, count in session.execute(STATES)}
    times, size = [], 0
    for at in range(LARGE):
        raw = large(at)
        began = time.perf_counter()
        status, content = door.ask("PUT", f"/api/v1/orders/L{at}", raw)
        times.append((time.perf_counter() - began) * 1000)
        size = len(raw)
        if status != 201:
            raise RuntimeError(f"a large document: {status} {content[:300]!r}")
    errors = sum(count for way, count in answers.items() if way.split()[1].startswith("5"))
    errors += sum(count for code, count in read_back.items() if code.startswith("5"))
    return Outcome(
        seed, many, dict(sorted(answers.items())), dict(sorted(read_back.items())), inbox, errors,
        size, round(statistics.median(times), 1), round(max(times), 1),
    )  # fmt: skip


def report(outcome: Outcome) -> str:
    """Write the report; gives its text."""
    rows = [("answers of the server's own fault (5xx)", f"{outcome.server_errors}", "0")]
    rows.append(("of the documents that were put, taken", f"{_taken_share(outcome):.0%}", "≥ 50 %"))
    rows += [(f"answers: {way}", f"{count}", "") for way, count in outcome.answers.items()]
    rows += [(f"read back: {code}", f"{count}", "") for code, count in outcome.read_back.items()]
    rows += [(f"webhook deliveries {state}", f"{count}", "") for state, count in outcome.inbox.items()]
    rows += [
        (f"a document of {outcome.large_bytes // 1024} KiB, median", f"{outcome.large_median_ms:.0f} ms", "≤ 300 ms"),
        ("… the slowest", f"{outcome.large_slowest_ms:.0f} ms", ""),
    ]
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    table = "\n".join(f"| {' | '.join(row)} |" for row in [("what", "measured", "goal"), ("---",) * 3, *rows])
    made = f"Made by `python -m benchmarks.documents` on {when}, seed {outcome.seed}."
    page = f"# {outcome.documents:,} odd documents, and large ones\n\n{made}\n\n{table}\n"
    REPORT.with_suffix(".md").write_text(page)
    REPORT.with_suffix(".json").write_text(json.dumps(asdict(outcome), indent=2) + "\n")
    return page


def _taken_share(outcome: Outcome) -> float:
    """Those that are refused at the door try nothing of what is behind it."""
    put = {way: count for way, count in outcome.answers.items() if way.startswith("put ")}
    return sum(count for way, count in put.items() if way.startswith("put 2")) / max(1, sum(put.values()))


def main(words: Sequence[str] | None = None) -> int:
    """Send, print, keep; 1 when anything was the server's fault or too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    with stage() as portal:
        portal.environ["OMS_WEBHOOK_SECRET"] = HOOK_SECRET
        with serving(portal.web, f"{portal.url}/readyz"):
            worker = portal.worker()
            try:
                outcome = trial(portal, seed=options.seed, many=options.many)
            finally:
                stop(worker)
    print(report(outcome))
    return int(outcome.server_errors > 0 or outcome.large_median_ms > GOAL_MS)


if __name__ == "__main__":
    sys.exit(main())
