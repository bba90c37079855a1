"""``make chaos``: break processes, calls and the database while messages flow, in each configuration; check, report.

Four parts: ``kills`` of web and workers in every configuration that a shop may have, ``trials`` at named failpoints,
``database`` killed under load, an ``outage`` of the providers.
``--kills 60 --share 0.02 --database-kills 3 --outage-seconds 30`` tries it quickly; ``--only kills`` and
``--configurations smtp,feed`` choose; ``--seed`` repeats a choice of faults; ``--keep`` writes docs/reports.
"""

import argparse
import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from app.core.settings import VAR
from app.server.embedded import Embedded
from benchmarks.chaos import deeds, outage, postgres, report, trials
from benchmarks.chaos.check import Judgement, judge
from benchmarks.chaos.kills import kill_run, rest
from benchmarks.chaos.stack import Configuration, Stack, stack
from benchmarks.chaos.tls import Authority, make_authority

# Every way that the documents allow; the share of the kills each gets.
CONFIGURATIONS = (
    (Configuration("feed", "SendGrid with its activity feed; reports come", feed=True), 0.24),
    (Configuration("no-feed", "SendGrid without its feed, as usual; reports come"), 0.26),
    (Configuration("mute", "SendGrid without feed and reports: send again", reports=False), 0.12),
    (Configuration("mute-leave", "SendGrid without feed and reports: leave", reports=False, in_doubt="leave"), 0.10),
    (Configuration("smtp", "SMTP: send again", mail="smtp", reports=False), 0.12),
    (Configuration("smtp-leave", "SMTP: leave", mail="smtp", reports=False, in_doubt="leave"), 0.10),
    (Configuration("quiet", "a quiet shop, ill providers, no reports", feed=True, reports=False, quiet=True), 0.06),
)
PARTS = ("kills", "trials", "database", "outage")


def main() -> int:
    """Run what was asked for; 1 when anything was lost, sent twice or left open."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PARTS, help="one part")
    parser.add_argument("--kills", type=int, default=1000, help="of web and workers, over all configurations")
    parser.add_argument("--share", type=float, default=1.0, help="of the trials at failpoints")
    parser.add_argument("--database-kills", type=int, default=50)
    parser.add_argument("--outage-seconds", type=float, default=180.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--configurations", default="", help="names, separated by commas")
    parser.add_argument("--keep", action="store_true", help="write docs/reports/chaos-*.md and .json")
    options = parser.parse_args()
    print(f"seed {options.seed}", file=sys.stderr)
    parts = {"kills": _kills, "trials": _trials, "database": _database, "outage": _outage}
    good = [part(options) for name, part in parts.items() if options.only in (None, name)]
    return 0 if all(good) else 1


def _kills(options: argparse.Namespace) -> bool:
    names = [name for name in options.configurations.split(",") if name]
    chosen = [(one, share) for one, share in CONFIGURATIONS if not names or one.name in names]
    whole = sum(share for _, share in chosen)
    plan = [(one, max(1, round(options.kills * share / whole))) for one, share in chosen]
    began = time.monotonic()
    judgements = _play(plan, seed=options.seed)
    report.kills(
        judgements, {one.name: one.words for one, _ in plan}, seconds=time.monotonic() - began, keep=options.keep
    )
    return all(one.good for one in judgements)


def _play(plan: list[tuple[Configuration, int]], *, seed: int) -> list[Judgement]:
    """Each configuration after the other; while one comes to rest, the next is killed."""
    histories = _histories()
    resting: list[threading.Thread] = []
    with _server() as server, ExitStack() as running:
        for one, kills in plan:
            made = running.enter_context(
                stack(one, admin_url=server.admin_url, authority=server.authority, folder=histories, seed=seed)
            )
            kill_run(made, kills, seed=seed)
            resting.append(threading.Thread(target=_rest, args=(made,)))
            resting[-1].start()
        for thread in resting:
            thread.join()
    return [judge(histories / f"{one.name}.jsonl") for one, _ in plan]


def _rest(stack: Stack) -> None:
    took = rest(stack)
    print(f"{stack.configuration.name}: at rest after {took} s", file=sys.stderr)
    stack.stop()


def _trials(options: argparse.Namespace) -> bool:
    began = time.monotonic()
    with _server() as server:
        arguments = {
            "admin_url": server.admin_url,
            "authority": server.authority,
            "folder": server.scratch,
            "seed": options.seed,
            "share": options.share,
        }
        passed, outcomes = trials.run(**arguments)
        stories, done = deeds.run(**arguments)
    passed, outcomes = passed | stories, outcomes + done
    points = sorted({point for passages in passed.values() for point, _ in passages})
    missed = trials.not_broken(points, outcomes) if options.share >= 1.0 else []
    report.trials(
        points, passed, outcomes, missed, seed=options.seed, seconds=time.monotonic() - began, keep=options.keep
    )
    print(Counter("good" if one.good else "bad" for one in outcomes))
    return not missed and all(one.good for one in outcomes)


def _database(options: argparse.Namespace) -> bool:
    with _server(throw_away=False) as server:
        database = postgres.run(
            kills=options.database_kills,
            server=postgres.Server(server.scratch / "pg"),
            admin_url=server.admin_url,
            authority=server.authority,
            folder=_histories(),
            seed=options.seed,
        )
    report.database(database, seed=options.seed, keep=options.keep)
    return database.good


def _outage(options: argparse.Namespace) -> bool:
    with _server() as server:
        result = outage.run(
            seconds=options.outage_seconds,
            admin_url=server.admin_url,
            authority=server.authority,
            folder=_histories(),
            seed=options.seed,
        )
    report.outage(result, seed=options.seed, keep=options.keep)
    return result.good


class _Server(NamedTuple):
    """A PostgreSQL of this trial's own, an authority for its stand-ins, and a folder for the rest."""

    admin_url: str
    authority: Authority
    scratch: Path


@contextmanager
def _server(*, throw_away: bool = True) -> Iterator[_Server]:
    scratch = Path(tempfile.mkdtemp(prefix="paradero-chaos-"))
    scratch.chmod(0o755)  # the database's own user enters it
    server = Embedded(scratch / "pg", throw_away=throw_away)
    try:
        yield _Server(server.admin_url, make_authority(scratch), scratch)
    finally:
        server.stop()
        shutil.rmtree(scratch, ignore_errors=True)


def _histories() -> Path:
    """Where histories stay, to be looked at afterwards."""
    folder = VAR / "chaos"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    sys.exit(main())
