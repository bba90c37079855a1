"""``make bench``: rows P1 to P12 and the import of files, beside their goals; kept in docs/reports/bench.md."""

import sys

from benchmarks import ingest, pages
from benchmarks.orders_file import orders_file
from benchmarks.report import Row, keep, printed
from benchmarks.search import search
from benchmarks.slow import slow_senders
from benchmarks.stage import serving, stage


def main() -> int:
    """Measure everything once, print it, keep it."""
    with stage() as portal:
        pages.fill(portal)
        rows: list[Row] = [pages.starts(portal)]
        with serving(portal.web, f"{portal.url}/readyz") as (web, _):
            taken = ingest.ingest(portal)
            rows = [*pages.order_page(portal, web), *taken, *rows, slow_senders(portal)]
        rows.append(pages.worker_memory(portal))
        rows += orders_file(portal)
        rows += search(portal)
    rows.sort(key=lambda row: (row.key == "—", int(row.key[1:]) if row.key[1:] else 0))
    keep(rows)
    print(printed(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
