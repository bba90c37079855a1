"""Asking EasyPost by its trackers; making one that exists gives the one that exists."""

from collections.abc import Iterator

from app.carriers.base.json_api import JsonApi
from app.carriers.easypost.carrier import CARRIER
from app.tracking.ports import TrackingReport

URL = "https://api.easypost.com/v2"


class EasyPost(JsonApi):
    """EasyPost trackers."""

    at_once = 1

    def __init__(self, api_key: str, *, url: str = URL) -> None:
        """``url`` may point at a stand-in."""
        # EasyPost takes the key for a user's name, and no password.
        super().__init__(CARRIER, url, auth=(api_key, ""))

    def greet(self) -> None:
        """See ``GreetingSource``: to ask about a number would make a tracker."""
        self.call("GET", "/trackers", params={"page_size": 1})

    def fetch(self, numbers: list[str]) -> Iterator[TrackingReport]:
        """See ``TrackingSource``."""
        for number in numbers:
            yield from self._existing(number) or self._made(number)

    def _existing(self, number: str) -> list[TrackingReport]:
        # The newest alone: a number that was used again has a tracker for each time.
        return self.call("GET", "/trackers", params={"tracking_code": number, "page_size": 1})

    def _made(self, number: str) -> list[TrackingReport]:
        return self.call("POST", "/trackers", json={"tracker": {"tracking_code": number}})
