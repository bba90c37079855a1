"""An attack on the look-up: one known address, many numbers, many clients; what it opens."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.orders.services import put_order
from tests.orders.build import document

CLIENTS, NUMBERS = 8, 140


def attack(app: Flask, first: int) -> list[str]:
    """140 numbers in a row with Marisol's address, from eight clients, each try from a browser of its own."""
    opened = []
    for turn in range(NUMBERS):
        browser = app.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"198.51.100.{turn % CLIENTS}"
        browser.post("/", data={"number": str(first + turn), "contact": "marisol@example.com"})
        target = browser.get("/found").location
        opened += [target] if target else []
    return opened


@pytest.mark.parametrize("first", [1001 - NUMBERS + 1, 1001 - 70, 1001 - 5])
def test_a_known_address_against_140_numbers_from_eight_clients_opens_nothing(
    app: Flask, session: Session, now: datetime, first: int
) -> None:
    put_order(session, document(), now=now)
    assert attack(app, first) == []
