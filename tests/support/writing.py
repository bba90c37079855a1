"""Sending the form of support as a browser does."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.orders.models import Order


def writes(client: FlaskClient, order: Order, **fields: Any) -> TestResponse:
    """Write to the shop about an order; what is not named is filled in as most people do."""
    usual = {"about": "late", "words": "Where is it?", "answer_by": "email"}
    return client.post(f"/o/{order.ref}/help", data={**usual, **fields})


def form_of(page: str) -> dict[str, str]:
    """What the form of a page has chosen, by the names of its radio buttons and hidden fields."""
    chosen = {}
    for tag in re.findall(r"<input[^>]*>", page):
        facts = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if facts.get("type") == "hidden" or "checked" in tag:
            chosen[facts.get("name", "")] = facts.get("value", "")
    return chosen
