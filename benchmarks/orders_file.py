"""Orders out of a file: ten thousand new ones, the same again, and some of them changed; by one process, written."""

import csv
import random
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from app.oms.files.commands import ImportRun, import_file
from benchmarks.report import Row
from benchmarks.stage import Stage

ORDERS, CHANGED = 10_000, 2_000
SEED = 7
HEAD = (
    "number,placed_at,updated_at,status,currency,customer.name,customer.email,customer.phone,ship_to.name,"
    "ship_to.line1,ship_to.city,ship_to.postcode,ship_to.country,totals.shipping,totals.paid,line.id,line.sku,"
    "line.title,line.quantity,line.unit_price,payment.id,payment.method,payment.amount,shipment.id,shipment.carrier,"
    "shipment.tracking_number,shipment.shipped_at"
)
GOAL = "≥ 500 /s"


def orders_file(stage: Stage) -> list[Row]:
    """New orders, the same file again, and a file of orders that went on."""
    with tempfile.TemporaryDirectory() as folder:
        new, changed = Path(folder) / "new.csv", Path(folder) / "changed.csv"
        _write(new, ORDERS, status="shipped", after=timedelta(days=1))
        _write(changed, CHANGED, status="completed", after=timedelta(days=5))
        rates = [
            _rate(stage, file, word) for file, word in ((new, "created"), (new, "unchanged"), (changed, "updated"))
        ]
    how = f"a CSV file of {ORDERS:,} orders of 1 to 3 lines in a parcel each"
    again = "the same file again"
    later = f"a later state of {CHANGED:,} of them"
    kinds = (("new", how), ("unchanged", again), ("updated", later))
    return [
        Row("—", f"orders imported, {kind}", f"{rate:.0f} /s", GOAL, text)
        for (kind, text), rate in zip(kinds, rates, strict=True)
    ]


def _rate(stage: Stage, file: Path, word: str) -> float:
    """Orders a second; raises ValueError when not every order became what it should."""
    run = ImportRun(file, from_start=True)
    began = time.monotonic()
    import_file(stage.database.sessions, run)
    seconds = time.monotonic() - began
    counts = run.counts.counts()
    if counts[word] != sum(counts.values()):
        raise ValueError(f"the import said: {counts}")
    return counts[word] / seconds


def _write(path: Path, count: int, *, status: str, after: timedelta) -> None:
    chance = random.Random(SEED)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD.split(","))
        for at in range(count):
            writer.writerows(_rows(at, status, after, chance))


def _rows(at: int, status: str, after: timedelta, chance: random.Random) -> list[list[str]]:
    # As most shops write them: local, and no zone.
    placed = datetime.fromisoformat("2026-09-01T00:00") + timedelta(minutes=7 * at)
    number, name = f"F{at:06d}", f"Ana Prueba {at}"
    goods = [(chance.randint(1, 3), chance.choice((990, 1990, 2550))) for _ in range(chance.choice((1, 1, 2, 3)))]
    paid = str(sum(pieces * price for pieces, price in goods) + 495)
    times = [f"{moment:%d/%m/%Y %H:%M}" for moment in (placed, placed + after, placed + timedelta(hours=9))]
    head = [number, *times[:2], status, "EUR", name, f"ana{at}@example.com", f"+346{at:08d}"]
    head += [name, f"Calle Mayor {at}", "Madrid", "28013", "ES", "495", paid]
    parcel = ["1", "seur", f"BE{at:010d}", times[2]]
    rows = []
    for line, (pieces, price) in enumerate(goods, start=1):
        order = head if line == 1 else [number, *[""] * (len(head) - 1)]
        payment = ["1", "card", paid] if line == 1 else [""] * 3
        rows.append(
            [*order, str(line), f"SKU-{price}", "Camisa de algodón", str(pieces), str(price), *payment, *parcel]
        )
    return rows
