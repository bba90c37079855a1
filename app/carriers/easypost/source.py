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
        super().__init__(CARRIER, url, auth=(api_key, ""))

    def fetch(self, numbers: list[str]) -> Iterator[TrackingReport]:
        """See ``TrackingSource``."""
        for number in numbers:
            reports = self.call("GET", "/trackers", params={"tracking_code": number, "page_size": 1})
            yield from reports or self.call("POST", "/trackers", json={"tracker": {"tracking_code": number}})
