"""UPS Track Alert: a subscription brings every scan but ends after fourteen days, so it is renewed before."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import requests
import structlog
from sqlalchemy.orm import Session, sessionmaker

from app.carriers.polling.sources import KarrioSource
from app.core import failpoints
from app.core.db import in_transaction
from app.core.errors import ProviderRejected, ProviderUnavailable
from app.tracking.turns import due_for_alerts, note_alerts

# A day before a subscription ends, so that an outage of hours leaves no gap.
RENEWED_AFTER = timedelta(days=13)
# What UPS refuses today may be refused tomorrow; meanwhile its parcels are asked about, as all are.
REFUSED_FOR = timedelta(days=1)
# The most numbers that UPS takes in a call.
AT_ONCE = 100
TIMEOUT_S = (5.0, 20.0)
PATH = "/api/track/v1/subscription/standard/package"
UPS = "ups"

log = structlog.get_logger()


def renew(sessions: sessionmaker[Session], source: KarrioSource, *, url: str, credential: str, now: datetime) -> int:
    """Tell UPS of every number that is due; each hundred is noted once UPS has answered. Gives how many were asked for.

    Raises ProviderUnavailable: what was not noted is due still. What UPS refuses is due a day later.
    """
    count = 0
    while numbers := in_transaction(sessions, partial(due_for_alerts, carrier=UPS, limit=AT_ONCE, now=now)):
        try:
            subscribe(source, numbers, url=url, credential=credential)
            due_at = now + RENEWED_AFTER
        except ProviderRejected as error:
            log.error("UPS refuses to push scans", code=error.code, parcels=len(numbers))
            due_at = now + REFUSED_FOR
        in_transaction(sessions, partial(note_alerts, carrier=UPS, numbers=numbers, due_at=due_at))
        count += len(numbers)
    return count


def subscribe(source: KarrioSource, numbers: Sequence[str], *, url: str, credential: str) -> None:
    """Have UPS tell ``url`` of these numbers, a hundred at most, repeating ``credential`` in a header.

    Raises ProviderUnavailable or ProviderRejected. Holds no transaction.
    """
    body = {
        "locale": "en_US",
        "trackingNumberList": list(numbers),
        "destination": {"url": url, "credentialType": "Bearer", "credential": credential},
    }
    headers = {
        "Authorization": f"Bearer {source.token()}",
        "transId": uuid.uuid4().hex,
        "transactionSrc": "paradero",
    }
    _post(source.client().settings.server_url + PATH, body, headers)


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
