"""Asking AfterShip what it knows of numbers; one that it does not know is made known to it."""

from collections.abc import Iterator

from app.carriers.aftership.carrier import CARRIER
from app.carriers.base.json_api import JsonApi
from app.tracking.ports import TrackingReport

URL = "https://api.aftership.com/tracking/2025-07"


class AfterShip(JsonApi):
    """AfterShip Tracking."""

    # Numbers go into the address of a GET, which may not be long.
    at_once = 10

    def __init__(self, api_key: str, *, url: str = URL) -> None:
        """``url`` may point at a stand-in."""
        super().__init__(CARRIER, url, headers={"as-api-key": api_key})

    def greet(self) -> None:
        """See ``GreetingSource``: to ask about a number would make it known there."""
        self.call("GET", "/trackings", params={"limit": 1})

    def fetch(self, numbers: list[str]) -> Iterator[TrackingReport]:
        """See ``TrackingSource``."""
        reports = self.call("GET", "/trackings", params={"tracking_numbers": ",".join(numbers), "limit": 100})
        yield from reports
        answered = {report.number for report in reports}
        for number in numbers:
            if number not in answered:
                # AfterShip only follows what it was told of.
                yield from self.call("POST", "/trackings", json={"tracking_number": number})
