"""Mondial Relay: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier

CARRIER = Carrier(
    name="mondial_relay",
    title="Mondial Relay",
    day_first=True,
)
