"""``make bench``: rows P1 to P16 and the import of files, beside their goals; kept in docs/reports/bench.md.

``make bench ARGS="--only P16"`` measures what pages weigh alone, and leaves the report's other rows as they are.
"""

import argparse
import sys

from benchmarks import ingest, pages
from benchmarks.orders_file import orders_file
from benchmarks.report import Row, keep, printed
from benchmarks.search import search
from benchmarks.slow import slow_senders
from benchmarks.stage import serving, stage
from benchmarks.weight import wire

WEIGHT = "P16"


def main() -> int:
    """Measure once, print it, keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=[WEIGHT], help="these rows alone")
    only = parser.parse_args().only
    rows = wire.rows() if only else [*_loaded(), *wire.rows()]
    rows.sort(key=lambda row: (row.key == "—", int(row.key[1:]) if row.key[1:] else 0))
    keep(rows, only=only)
    print(printed(rows))
    return 0


def _loaded() -> list[Row]:
    with stage() as portal:
        pages.fill(portal)
        rows: list[Row] = [pages.starts(portal)]
        with serving(portal.web, f"{portal.url}/readyz") as (web, _):
            taken = ingest.ingest(portal)
            rows = [*pages.order_page(portal, web), *taken, *rows, slow_senders(portal)]
        rows.append(pages.worker_memory(portal))
        return [*rows, *orders_file(portal), *search(portal)]


if __name__ == "__main__":
    sys.exit(main())
