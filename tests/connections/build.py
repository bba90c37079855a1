"""Credentials as shops enter them, and how they are set."""

import base64
from datetime import UTC, datetime

from sqlalchemy.orm import Session, sessionmaker

from app.connections import store
from app.connections.store import Changing
from app.core.db import transaction
from app.core.settings import Settings

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SENDGRID = {"SENDGRID_API_KEY": "SG.a-key-of-a-shop.0123456789wxyz", "MAIL_FROM": "pedidos@shop.example"}
TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001",
    "TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
    "TWILIO_FROM": "+34600000000",
}
SIGNING = "whsec_" + base64.b64encode(b"a key of twenty-four byte").decode()


def changing(base: Settings, now: datetime = NOW) -> Changing:
    """The admin of the shop changes something."""
    return Changing(base, "admin@shop.example", now)


def connect(
    sessions: sessionmaker[Session], base: Settings, name: str, values: dict[str, str | None], now: datetime = NOW
) -> list[str]:
    """Set values and commit."""
    with sessions() as session, transaction(session):
        return store.set_values(session, name, values, changing(base, now))
