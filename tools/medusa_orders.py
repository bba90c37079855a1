"""Reads the orders of a running Medusa and puts them into a portal, or writes them as NDJSON for its import.

MEDUSA_URL=… MEDUSA_KEY=sk_… PORTAL_KEY=pk_… python -m tools.medusa_orders --portal https://orders.example.com
MEDUSA_URL=… MEDUSA_KEY=sk_… python -m tools.medusa_orders --out orders.ndjson
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

import requests

from app.core.clock import utcnow
from tests.oms.mapping.medusa.orders import FIELDS, document
from tests.oms.mapping.outcome import Unmappable
from tests.oms.mapping.reading import written

TIMEOUT_S = 60
# As many whole orders as Medusa gives in a third of a second.
AT_ONCE = 50
OF_CHANGE = "id,order_id,return_id,created_at,updated_at,canceled_at,*additional_items"

Order = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a Medusa at one moment."""

    orders: tuple[Order, ...]
    exchanges: tuple[Order, ...]
    claims: tuple[Order, ...]
    read_at: str


class Medusa:
    """A Medusa's administration, reached with a secret key."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.auth = (key, "")

    def read(self) -> Reading:
        """All orders whole, with what exchanges and claims say of their lines."""
        read_at = written(utcnow()) or ""
        return Reading(
            tuple(self._orders()),
            tuple(self._list("exchanges", OF_CHANGE)),
            tuple(self._list("claims", f"{OF_CHANGE},type,*claim_items")),
            read_at,
        )

    def _orders(self) -> Iterator[Order]:
        ids = [order["id"] for order in self._list("orders", "id,created_at")]
        for start in range(0, len(ids), AT_ONCE):
            chosen = ids[start : start + AT_ONCE]
            query = {"id[]": chosen, "limit": AT_ONCE, "fields": ",".join(FIELDS)}
            yield from self._get("orders", query)["orders"]

    def _list(self, name: str, fields: str) -> Iterator[Order]:
        # By when they were made: an order that is touched between two pages would move behind the offset otherwise.
        offset = 0
        while True:
            query = {"order": "created_at", "limit": 100, "offset": offset, "fields": fields}
            page = self._get(name, query)[name]
            yield from page
            offset += len(page)
            if len(page) < 100:
                return

    def _get(self, name: str, query: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._session.get(f"{self._url}/admin/{name}", params=query, timeout=TIMEOUT_S)
        answer.raise_for_status()
        body: dict[str, Any] = answer.json()
        return body


class Portal:
    """A portal's interface, reached with one of its keys."""

    def __init__(self, url: str, key: str) -> None:
        self._url = f"{url.rstrip('/')}/api/v1"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {key}"

    def put(self, order: Order) -> requests.Response:
        """Put one order document."""
        return self.call("PUT", f"/orders/{quote(order['number'], safe='')}", json=order)

    def call(self, method: str, path: str, **request: Any) -> requests.Response:
        """Any call of the interface."""
        return self._session.request(method, self._url + path, timeout=TIMEOUT_S, **request)


def documents(reading: Reading, *, system: str) -> Iterator[tuple[Order, Order | str]]:
    """Each order with its document, or with the reason why it has none."""
    for order in reading.orders:
        try:
            mapped: Order | str = document(
                order, exchanges=reading.exchanges, claims=reading.claims, system=system, read_at=reading.read_at
            )
        except Unmappable as reason:
            mapped = str(reason)
        yield order, mapped


def main() -> int:
    """Read, map, and put or write; 1 when an order could not be mapped or was refused."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--system", default="medusa", help="the name of this Medusa in the portal")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--portal", metavar="URL")
    way.add_argument("--out", metavar="FILE", help="- is the standard output")
    options = parser.parse_args()
    missing = [name for name in ("MEDUSA_URL", "MEDUSA_KEY") if not os.environ.get(name)]
    missing += ["PORTAL_KEY"] if options.portal and not os.environ.get("PORTAL_KEY") else []
    if missing:
        parser.error(f"not in the environment: {', '.join(missing)}")
    reading = Medusa(os.environ["MEDUSA_URL"], os.environ["MEDUSA_KEY"]).read()
    if options.portal:
        portal = Portal(options.portal, os.environ["PORTAL_KEY"])
        return _each(reading, options.system, lambda order: _refusal(portal.put(order)))
    with _opened(options.out) as file:
        return _each(reading, options.system, lambda order: _write(file, order))


def _each(reading: Reading, system: str, deed: Callable[[Order], str | None]) -> int:
    failed, count = 0, len(reading.orders)
    for at, (order, mapped) in enumerate(documents(reading, system=system), start=1):
        reason = mapped if isinstance(mapped, str) else deed(mapped)
        if reason:
            failed += 1
            print(f"order {order.get('display_id')}: {reason}", file=sys.stderr)
        if at % AT_ONCE == 0 or at == count:
            print(f"{at} of {count} orders, {failed} not taken", file=sys.stderr)
    return 1 if failed else 0


def _refusal(answer: requests.Response) -> str | None:
    return None if answer.ok else f"{answer.status_code} {answer.text[:500]}"


def _write(file: TextIO, order: Order) -> None:
    file.write(json.dumps(order, ensure_ascii=False) + "\n")


def _opened(name: str) -> AbstractContextManager[TextIO]:
    return nullcontext(sys.stdout) if name == "-" else Path(name).open("w", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
