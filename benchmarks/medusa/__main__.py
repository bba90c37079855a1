"""``python -m benchmarks.medusa --peer FOLDER``: all orders of a running Medusa, put into a portal and compared.

FOLDER holds the scripts that seeded this Medusa (creds.json, snapshot.py, driver.py); it has to be running. The portal
is one of this checkout on a database of its own. 1 is returned when anything did not hold.
"""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

from app.api.keys import create_key
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.settings import ROOT
from benchmarks.medusa.checks import Check, equal, held, of_shop, of_two_shops, put_all, still
from benchmarks.medusa.peer import Peer
from benchmarks.medusa.returning import named, never_twice, not_returnable_again, returnable
from benchmarks.stage import Stage, serving, stage
from tools.medusa_orders import Portal

REPORT = ROOT / "docs" / "reports" / "medusa.md"
SCOPES = ["orders:write", "orders:read", "returns:read", "returns:write"]
FIRST, SECOND = "medusa-a", "medusa-b"
BATCHES = 4


def main() -> int:
    """Play it, print it, keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--url", default=os.environ.get("MEDUSA_URL", "http://127.0.0.1:9100"))
    parser.add_argument("--operations", type=int, default=100, help="random ones, between the puts")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--keep", action="store_true", help="write docs/reports/medusa.md")
    options = parser.parse_args()
    peer = Peer(options.peer, options.url)
    with stage() as made, serving(made.web, f"{made.url}/healthz"):
        checks, stirred = _course(made, peer, operations=options.operations, seed=options.seed)
    text = report(checks, stirred, seed=options.seed)
    print(text)
    if options.keep:
        REPORT.write_text(text, encoding="utf-8")
    return 1 if any(check.faults for check in checks) else 0


def _course(made: Stage, peer: Peer, *, operations: int, seed: int) -> tuple[list[Check], Counter[str]]:
    portal, medusa, checks = Portal(made.url, _key(made)), peer.medusa(), []
    reading = medusa.read()
    checks.append(put_all(portal, reading, system=FIRST)[0])
    answers = held(portal, reading, system=FIRST)
    checks.append(equal("the portal says what Medusa says", reading, peer.truth(), answers))
    checks.append(still(portal, reading, answers, system=FIRST))
    checks.append(returnable(portal, peer.truth(), answers))
    stirred: Counter[str] = Counter()
    for batch in range(BATCHES if operations else 0):
        stirred.update(peer.stir(operations=operations // BATCHES, seed=seed + batch))
        reading = medusa.read()
        checks.append(put_all(portal, reading, system=FIRST)[0])
        checks[-1].name += f", after batch {batch + 1} of random operations"
    answers, truth = held(portal, reading, system=FIRST), peer.truth()
    checks.append(
        equal(f"after {operations} random operations the portal says what Medusa says", reading, truth, answers)
    )
    checks.append(returnable(portal, truth, answers))
    checks.append(not_returnable_again(portal, truth, answers))
    checks.append(never_twice(portal, truth, answers))
    checks.append(still(portal, reading, held(portal, reading, system=FIRST), system=FIRST))
    other = of_shop(reading, "other-")
    checks.append(put_all(portal, other, system=SECOND)[0])
    checks.append(of_two_shops(made, answers, held(portal, other, system=SECOND)))
    checks.append(named(portal, answers, system=FIRST))
    return checks, stirred


def _key(made: Stage) -> str:
    with made.database.sessions() as session, transaction(session):
        return create_key(session, name="trial", scopes=SCOPES, now=utcnow())[1]


def report(checks: list[Check], stirred: Counter[str], *, seed: int) -> str:
    """What came of it, as the page that is kept."""
    rows = [f"| {one.name} | {one.looked_at} | {one.figures} | {len(one.faults)} |" for one in checks]
    operations = ", ".join(f"{name} {count}" for name, count in sorted(stirred.items()))
    faults = [f"- {check.name}: {fault}" for check in checks for fault in check.faults]
    return "\n".join(
        [
            "# The orders of a running Medusa",
            "",
            f"Made by `python -m benchmarks.medusa --seed {seed}` on {utcnow():%Y-%m-%d %H:%M} UTC, with a Medusa",
            "2.21 that its scripts filled with orders of every stage. They were mapped by `tests/oms/mapping/medusa`",
            "and put one by one; what the portal then answered was compared with Medusa's own truth, line by line and",
            "cent by cent.",
            "",
            "| what must hold | orders | figures | faults |",
            "|---|---|---|---|",
            *rows,
            "",
            f"Random operations: {operations or 'none'}.",
            "",
            *(["## Where it did not hold", "", *faults, ""] if faults else []),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
