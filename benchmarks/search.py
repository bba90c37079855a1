"""The console's search with a million orders on file: what a person waits for, for each thing that a caller says."""

import re
import statistics
import sys
import time
from hashlib import md5
from typing import Any

import requests
from sqlalchemy import event, text

from app.core.clock import utcnow
from app.core.db import transaction
from app.staff.auth import services
from app.staff.orders.search import find
from benchmarks.pages import TOKEN, fill
from benchmarks.report import Row, printed
from benchmarks.stage import Stage, serving, stage

ORDERS, TURNS, GOAL_MS = 1_000_000, 5, 100
EMAIL, PASSWORD = "measure@shop.example", "un-aceite-que-no-se-adivina"
ORDERS_MADE = text(
    """insert into "order" (ref, brand_key, number, number_key, channel, kind, purchase_order, placed_at, updated_at,
      status, currency, locale, customer_id, ship_to, totals, payments, source_system, source_id, created_at,
      changed_at)
    select 'S' || lpad(upper(to_hex(n)), 7, '0'), 'demo', 'M-' || n, 'M' || n, 'web', 'b2c', 'PO-' || n,
      now() - n * interval '1 minute', now(), 'shipped', 'EUR', 'es-ES', 'c-' || n,
      jsonb_build_object('name', names[1 + n % 10] || ' ' || surnames[1 + n % 997]), '{"items": 1990, "paid": 1990}',
      jsonb_build_array(jsonb_build_object('id', 'pay_' || md5(n::text), 'method', 'card', 'amount', 1990)),
      'bench', 'gid-' || n, now(), now()
    from generate_series(200000, 199999 + :orders) as n,
      (select array['Ana', 'Lucía', 'Marcos', 'Rocío', 'Noah', 'Emma', 'Ximena', 'Jon', 'Pilar', 'Íñigo'] as names,
        array_agg('Apellido' || md5(k::text)) as surnames from generate_series(1, 997) as k) as who"""
)
PEOPLE = text(
    """insert into order_contact (order_id, position, name, email, email_folded, phone, phone_e164)
    select id, 0, ship_to ->> 'name', 'c' || number_key || '@example.com', lower('c' || number_key || '@example.com'),
      '600' || substring(number_key, 2), '+34600' || substring(number_key, 2)
    from "order" where source_system = 'bench'"""
)
PARCELS = text(
    """insert into shipment (order_id, external_id, position, carrier, number, state, created_at)
    select id, 'p1', 1, 'seur', 'BENCH' || number_key || 'ES', 'in_transit', now()
    from "order" where source_system = 'bench'"""
)
RETURNS = text(
    """insert into return (ref, order_id, decision, goods, initiated_by, method, label_number, currency, quote, verdict,
      requested_at, changed_at)
    select 'T' || substring(ref, 2), id, 'approved', 'awaiting', 'customer', 'drop_off', 'BACK' || number_key, 'EUR',
      '{"total": 1990}', '{}', now(), now()
    from "order" where source_system = 'bench' and id % 10 = 0"""
)
RETURN = text("select ref, label_number from return where label_number like 'BACK%' order by id limit 1")
# Nobody reads these whole for a search.
LARGE = ('"order"', "order_contact", "shipment", "return")
INDEX = re.compile(r"\bix_(?:order|shipment|return)_\w+")
TYPED = {
    "order number": "M-250123",
    "number without prefix": "250123",
    "number with another prefix": "WEB-250123",
    "beginning of a number": "M-2501",
    "last digits": "50123",
    "middle of a number": "5012",
    "full name": "Lucía Apellido" + md5(b"1", usedforsecurity=False).hexdigest(),
    "first name": "lucia",
    "e-mail": "cm250123@example.com",
    "part of an e-mail": "cM250",
    "phone": "600 250 123",
    "last digits of a phone": "0250123",
    "tracking number": "BENCHM250123ES",
    "purchase order": "PO-250123",
    "customer's number": "c-250123",
    "payment": "pay_" + md5(b"250123", usedforsecurity=False).hexdigest(),
    "link": "https://pedidos.example/o/S003D12B",
    "nothing": "Zzyzx Qwfp",
}


def search(portal: Stage) -> list[Row]:
    """The slowest of all medians, with each of them; the same as a page; whether an index finds everything."""
    _fill(portal)
    typed = TYPED | _of_return(portal)
    medians = {what: _median(portal, words) for what, words in typed.items()}
    slowest = max(medians, key=lambda what: medians[what])
    each = "; ".join(f"{what} {value:.0f}" for what, value in medians.items())
    measured = f"{medians[slowest]:.0f} ms ({slowest})"
    name = f"search of the console, {ORDERS:,} orders"
    return [
        Row("—", name, measured, f"≤ {GOAL_MS} ms", f"medians of {TURNS} in ms: {each}"),
        _page(portal),
        _read_whole(portal, list(typed.values())),
    ]


def _fill(portal: Stage) -> None:
    with portal.database.engine.begin() as connection:
        # A page's statement may take seconds; a million rows with all their indexes take minutes.
        connection.execute(text("set local statement_timeout = 0"))
        for statement in (ORDERS_MADE, PEOPLE, PARCELS, RETURNS):
            connection.execute(statement, {"orders": ORDERS} if statement is ORDERS_MADE else {})
    # The planner and the words' index are as on a day after the last vacuum, which an installation has each night.
    with portal.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("set statement_timeout = 0"))
        connection.execute(text("vacuum analyze"))
        connection.execute(text("reset statement_timeout"))
    with portal.database.sessions() as session, transaction(session):
        services.create(
            session, email=EMAIL, role="support", password=PASSWORD, handed_over=False, by="bench", now=utcnow()
        )


def _of_return(portal: Stage) -> dict[str, str]:
    with portal.database.engine.connect() as connection:
        ref, label = connection.execute(RETURN).one()
    return {"return": ref, "return's label": label, "link to a return": f"https://pedidos.example/returns/{ref}"}


def _sign_in(browser: requests.Session, portal: Stage) -> None:
    page = browser.get(f"{portal.url}/staff/sign-in", timeout=30).text
    token = TOKEN.search(page)
    sent = {"csrf_token": token[1] if token else "", "email": EMAIL, "password": PASSWORD}
    browser.post(f"{portal.url}/staff/sign-in", data=sent, timeout=30).raise_for_status()


def _median(portal: Stage, typed: str) -> float:
    """What a search takes in milliseconds, the rows of the list with it; the first turn warms."""
    took = []
    for _turn in range(TURNS + 1):
        with portal.database.sessions() as session:
            began = time.monotonic()
            hits = find(session, typed, now=utcnow())
            took.append((time.monotonic() - began) * 1000)
        if bool(hits.orders or hits.returns) == (typed == TYPED["nothing"]):
            raise ValueError(f"a search for {typed} finds what it should not, or does not find what it should")
    return statistics.median(took[1:])


def _page(portal: Stage) -> Row:
    """From Enter to the list of twenty, beside the list of the newest orders, which looks for nothing."""
    with serving(portal.web, f"{portal.url}/readyz"), requests.Session() as browser:
        _sign_in(browser, portal)
        token = TOKEN.search(browser.get(f"{portal.url}/staff/orders", timeout=30).text)
        sent = {"csrf_token": token[1] if token else "", "q": TYPED["first name"]}
        searches, newest = [], []
        for _turn in range(TURNS + 1):
            began = time.monotonic()
            browser.post(f"{portal.url}/staff/search", data=sent, timeout=30).raise_for_status()
            between = time.monotonic()
            browser.get(f"{portal.url}/staff/orders", timeout=30).raise_for_status()
            searches.append((between - began) * 1000)
            newest.append((time.monotonic() - between) * 1000)
    measured = f"{statistics.median(searches[1:]):.0f} ms"
    how = f"the list of the newest orders, beside it: {statistics.median(newest[1:]):.0f} ms"
    return Row("—", "from Enter to the list of a search", measured, "—", how)


def _read_whole(portal: Stage, texts: list[str]) -> Row:
    """How many of the statements of a search read a large table whole, by EXPLAIN."""
    plans: list[str] = []
    with portal.database.sessions() as session:
        connection = session.connection()

        def explain(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
            if statement.lower().lstrip("( ").startswith(("select", "with")):
                driver = connection.connection.driver_connection
                plans.append(str(driver.execute(f"explain {statement}", parameters).fetchall() if driver else ""))

        event.listen(connection, "before_cursor_execute", explain)
        for typed in texts:
            find(session, typed, now=utcnow())
    whole = [plan for plan in plans if any(f"Seq Scan on {name}" in plan for name in LARGE)]
    used = sorted({name for plan in plans for name in INDEX.findall(plan)})
    how = f"of {len(plans)} by EXPLAIN, for {len(texts)} texts; indexes: {', '.join(used)}"
    return Row("—", "statements of a search that read a table whole", str(len(whole)), "0", how)


def main() -> int:
    """Measure and print."""
    with stage() as portal:
        fill(portal)
        rows = search(portal)
    print(printed(rows), *(row.how for row in rows), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
