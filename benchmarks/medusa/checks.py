"""What must hold of a Medusa's orders in the portal: taken, equal, still at the second put, two shops' apart."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from app.orders.lookup.access import candidates, match
from benchmarks.medusa.compare import differences
from benchmarks.medusa.peer import Truth
from benchmarks.stage import Stage
from tools.medusa_orders import Order, Portal, Reading, documents


@dataclass
class Check:
    """One thing that must hold: over how many it was looked at, what was seen, and where it did not hold."""

    name: str
    looked_at: int = 0
    figures: str = ""
    faults: list[str] = field(default_factory=list)


def put_all(portal: Portal, reading: Reading, *, system: str) -> tuple[Check, dict[str, Order]]:
    """Put each order; none may be refused. Gives the verdicts by Medusa's id."""
    check, verdicts, notes = Check(f"put from {system}: none refused"), {}, Counter[str]()
    began = time.monotonic()
    for order, mapped in documents(reading, system=system):
        check.looked_at += 1
        if isinstance(mapped, str):
            check.faults.append(f"order {order['display_id']}: {mapped}")
            continue
        answer = portal.put(mapped)
        if answer.status_code not in (200, 201) or not answer.json()["applied"]:
            check.faults.append(f"order {order['display_id']}: {answer.status_code} {answer.text[:300]}")
            continue
        verdicts[order["id"]] = answer.json() | {"status": answer.status_code}
        notes.update(note["kind"] for note in answer.json()["notes"])
    seconds = time.monotonic() - began
    made = sum(verdict["created"] for verdict in verdicts.values())
    check.figures = (
        f"{made} made, {len(verdicts) - made} changed or the same, {seconds:.1f} s; notes: {_counted(notes)}"
    )
    return check, verdicts


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items())) or "none"


def held(portal: Portal, reading: Reading, *, system: str) -> dict[str, Order]:
    """What the portal answers of each order, by Medusa's id; what it does not know is missing."""
    answers = {}
    for order in reading.orders:
        answer = portal.call("GET", f"/orders/{order['display_id']}", params={"source": system})
        if answer.ok:
            answers[order["id"]] = answer.json()
    return answers


def equal(name: str, reading: Reading, truth: dict[str, Truth], answers: dict[str, Order]) -> Check:
    """The portal says of each order what Medusa's own truth does."""
    check = Check(name, len(truth))
    raw = {order["id"]: order for order in reading.orders}
    for id_, row in truth.items():
        answer = answers.get(id_)
        check.faults += differences(row, raw[id_], answer) if answer else [f"order {row['number']} is missing"]
    lines = sum(len(row["lines"]) for row in truth.values())
    refunds = [refund for row in truth.values() for refund in row["refunds"]]
    parcels = sum(max(1, len(one["labels"])) for row in truth.values() for one in row["fulfilments"])
    returns = sum(len(row["returns"]) for row in truth.values())
    check.figures = f"{lines} lines, {len(refunds)} refunds, {parcels} parcels, {returns} returns"
    return check


def still(portal: Portal, reading: Reading, before: dict[str, Order], *, system: str) -> Check:
    """A second put of the same is applied and changes nothing: neither the answer nor the time of its change."""
    check, _ = put_all(portal, reading, system=system)
    check.name = f"second put from {system}: nothing changes"
    after = held(portal, reading, system=system)
    for id_, answer in before.items():
        changed = [name for name in answer if name not in ("read_at",) and answer[name] != after[id_][name]]
        if changed:
            check.faults.append(f"order {answer['number']}: changed {', '.join(changed)}")
    return check


def of_two_shops(stage: Stage, first: dict[str, Order], second: dict[str, Order]) -> Check:
    """Orders of two shops with the same numbers are two orders, each found by its own contact only."""
    check = Check("two shops, the same numbers: two orders", len(first))
    with stage.database.sessions() as session:
        for id_, one in first.items():
            other = second.get(id_)
            if other is None or other["ref"] == one["ref"]:
                check.faults.append(f"order {one['number']} is one and the same of both shops")
                continue
            people = candidates(session, one["number"])
            for mine, theirs in ((one, other), (other, one)):
                seen = match(people, mine["customer"]["email"])
                if seen is None or seen.ref != mine["ref"]:
                    wrong = "nothing" if seen is None else "the other's" if seen.ref == theirs["ref"] else "another"
                    check.faults.append(f"order {mine['number']}: its own e-mail opens {wrong}")
    return check


def of_shop(reading: Reading, prefix: str) -> Reading:
    """The same orders as those of another shop, with customers of its own."""
    return Reading(
        tuple(_with_people(order, prefix) for order in reading.orders),
        reading.exchanges,
        reading.claims,
        reading.read_at,
    )


def _with_people(order: Order, prefix: str) -> Order:
    address: dict[str, Any] = {**(order.get("shipping_address") or {}), "phone": None}
    return {**order, "email": f"{prefix}{order['email']}", "shipping_address": address, "customer": None}
