"""Where the real payloads lie, and how an index row is read; tests skip where the folder is absent."""

import csv
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
WORDS = {
    "pending": "info_received",
    "delivery_delayed": "delayed",
}


def data(*parts: str) -> Path:
    """A file of the shared data; the test is skipped without it."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the shared data are not here: {path.name}")
    return path


def table(*parts: str) -> list[dict[str, str]]:
    """A CSV file of the shared data; empty where it is absent."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ours(status: str) -> str:
    """A status of the index in our words."""
    return WORDS.get(status, status)


def parcels_of(row: dict[str, str]) -> list[dict[str, Any]]:
    """What an index row says of each parcel."""
    numbers = [number for number in row["tracking_numbers"].split(";") if number]
    statuses = row["expected_status"].split(";")
    return [{"number": number, "status": status} for number, status in zip(numbers, statuses, strict=False)]
