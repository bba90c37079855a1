"""UPS Track Alert: a subscription brings every scan but ends after fourteen days, so it is renewed before."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import requests
from sqlalchemy import Integer, func, select
from sqlalchemy.orm import Session

from app import failpoints
from app.carriers.sources import KarrioSource
from app.errors import ProviderRejected, ProviderUnavailable
from app.tracking.models import Shipment

RENEWED_AFTER_H = 13 * 24
AT_ONCE = 100
TIMEOUT_S = (5.0, 20.0)
PATH = "/api/track/v1/subscription/standard/package"


def due_numbers(session: Session, *, now: datetime) -> list[str]:
    """Live UPS shipments in the first hour of a subscription's term, counted from their creation; asked every hour."""
    age_h = func.floor(func.extract("epoch", now - Shipment.created_at) / 3600).cast(Integer)
    statement = select(Shipment.number).where(
        Shipment.carrier == "ups",
        Shipment.number.is_not(None),
        Shipment.finished_at.is_(None),
        age_h % RENEWED_AFTER_H == 0,
    )
    return sorted({number for number in session.scalars(statement) if number})


def subscribe(source: KarrioSource, numbers: Sequence[str], *, url: str, credential: str) -> int:
    """Have UPS tell ``url`` of these numbers, repeating ``credential`` in a header. Gives how many were told to UPS.

    Raises ProviderUnavailable or ProviderRejected. Holds no transaction.
    """
    client = source.client()
    for start in range(0, len(numbers), AT_ONCE):
        body = {
            "locale": "en_US",
            "trackingNumberList": list(numbers[start : start + AT_ONCE]),
            "destination": {"url": url, "credentialType": "Bearer", "credential": credential},
        }
        headers = {
            "Authorization": f"Bearer {source.token()}",
            "transId": uuid.uuid4().hex,
            "transactionSrc": "paradero",
        }
        _post(client.settings.server_url + PATH, body, headers)
    return len(numbers)


def _post(url: str, body: dict[str, Any], headers: dict[str, str]) -> None:
    try:
        with failpoints.around("call", "ups:subscribe"):
            answer = requests.post(url, json=body, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)
    except requests.RequestException as error:
        raise ProviderUnavailable(f"UPS could not be asked ({type(error).__name__}).") from error
    if answer.status_code == 429 or answer.status_code >= 500:
        raise ProviderUnavailable(f"UPS answers {answer.status_code}.", code=str(answer.status_code))
    if answer.status_code >= 300:
        raise ProviderRejected(f"UPS answers {answer.status_code}.", code=str(answer.status_code))
