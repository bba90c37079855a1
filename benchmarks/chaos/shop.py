"""The shop's system: it puts orders and scans until each is acknowledged, and remembers what is due."""

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import requests

from app.api.v1 import examples
from benchmarks.chaos.history import History

TIMEOUT_S = 20.0
Place = tuple[str, str, int, dict[str, str]]
# Where it is day for longest: texts with news do not ring at night. At any hour one of them has five hours of day left.
PLACES: tuple[Place, ...] = (
    ("Europe/Madrid", "+346", 8, {"city": "Madrid", "region": "Madrid", "postcode": "28013", "country": "ES"}),
    ("America/Mexico_City", "+5255", 8, {"city": "México", "region": "CMX", "postcode": "06000", "country": "MX"}),
    ("Asia/Tokyo", "+819012", 6, {"city": "Tokyo", "region": "13", "postcode": "100-0001", "country": "JP"}),
    ("Pacific/Honolulu", "+1808555", 4, {"city": "Honolulu", "region": "HI", "postcode": "96813", "country": "US"}),
)


class Shop:
    """Puts mails' orders and texts' orders in turn, so many a second, from one thread."""

    def __init__(self, url: str, key: str, history: History, *, seed: int, prefix: str) -> None:
        self._url, self._history, self._prefix = f"{url}/api/v1", history, prefix
        self._headers = {"Authorization": f"Bearer {key}"}
        self._line = requests.Session()
        self._chance = random.Random(f"{seed}/{prefix}/shop")
        self._place = place_at(datetime.now(UTC))
        self._number = 0
        self.due = 0

    def run(self, per_second: Callable[[], float], until: threading.Event) -> None:
        """Bring orders in until told to stop; what was begun is brought to its acknowledgement."""
        while not until.is_set():
            began = time.monotonic()
            self.bring(text=self._number % 2 == 1)
            rate = per_second()
            until.wait(max(0.0, self._chance.uniform(0.5, 1.5) / rate - (time.monotonic() - began)))

    def bring(self, *, text: bool) -> None:
        """One order that calls for one message: a mail when it comes in, or a text when its parcel has left."""
        self._number += 1
        number = f"{self._prefix}-{self._number:06}"
        to = self._phone() if text else f"{number.lower()}@example.com"
        success = self._until_told("PUT", f"/orders/{number}", self._order(number, to, text=text))
        if text:
            success = success and self._until_told("POST", "/tracking-events", [self._scan(number)])
        if not success:
            return
        self.due += 1
        self._history.tell("due", channel="sms" if text else "email", to=to, number=number)

    def _phone(self) -> str:
        _, prefix, digits, _ = self._place
        return f"{prefix}{self._number:0{digits}}"

    def _order(self, number: str, to: str, *, text: bool) -> dict[str, Any]:
        now = datetime.now(UTC).isoformat()
        place = {"name": "Ana Ruiz", "line1": "Calle Mayor 5", **self._place[3]}
        person = {"id": number, "name": "Ana Ruiz", "email": None if text else to, "phone": to if text else None}
        parcel = {
            "id": "s1",
            "carrier": "correos_express",
            "tracking_number": f"CX{number.replace('-', '')}",
            "method": "delivery",
            "lines": [{"line": "1", "quantity": 2}],
        }
        return {
            **examples.ORDER,
            "number": number,
            "status": "confirmed",
            "placed_at": now,
            "updated_at": now,
            "customer": {**person, "sms_consent": text},
            "ship_to": place,
            "promise": None,
            "shipments": [parcel] if text else [],
        }

    def _scan(self, number: str) -> dict[str, Any]:
        event = {"carrier": "correos_express", "tracking_number": f"CX{number.replace('-', '')}"}
        return {**event, "status": "in_transit", "occurred_at": datetime.now(UTC).isoformat(), "description": "out"}

    def _until_told(self, method: str, path: str, document: Any) -> bool:
        """Ask until it is acknowledged: the portal may be dead for a moment, and then it is asked the same again.

        False when it is refused, which is a fault of the trial or of the portal, and ends the run as one that is bad.
        """
        while True:
            try:
                answer = self._line.request(
                    method, self._url + path, json=document, headers=self._headers, timeout=TIMEOUT_S
                )
                status, words = answer.status_code, answer.text[:300]
            except requests.RequestException as error:
                status, words = 0, type(error).__name__
            self._history.tell("asked", method=method, path=path, status=status)
            if 200 <= status < 300:
                return True
            if status not in (0, 503):
                self._history.tell("bad", path=path, status=status, words=words)
                return False
            time.sleep(0.2)


def place_at(at: datetime) -> Place:
    """The place whose day lasts longest from then on."""
    return max(PLACES, key=lambda place: hours_of_day_left(place[0], at))


def hours_of_day_left(zone: str, at: datetime) -> float:
    """Until nine in the evening; none before eight in the morning."""
    local = at.astimezone(ZoneInfo(zone))
    hour = local.hour + local.minute / 60
    return 21 - hour if 8 <= hour < 21 else 0.0
