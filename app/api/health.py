"""Is it alive, is it ready, how is it doing: /healthz, /readyz, /healthz/jobs and /metrics."""

import hmac
import ipaddress
from collections.abc import Iterable
from typing import Any, cast

from flask import Blueprint, Response, abort, current_app, jsonify, request
from prometheus_client import PLATFORM_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.db import Database
from app.core.tables import schema
from app.core.web import db_session, settings
from app.events import clockwork, runs

health = Blueprint("health", __name__)

# Counted in the database at each scrape and not in a process: there are several, and each would know its own part.
FIGURES = {
    "paradero_jobs": (
        "Jobs by state",
        "state",
        "select status::text, count(*) from procrastinate_jobs where status in ('todo', 'doing', 'failed') group by 1",
    ),
    "paradero_inbox": ("Deliveries from outside by state", "state", "select state, count(*) from inbox group by 1"),
    "paradero_hearings": (
        "Events that a listener has yet to hear",
        "listener",
        "select listener, count(*) from hearing group by 1",
    ),
    "paradero_hearing_oldest_seconds": (
        "Age of the oldest event that a listener has yet to hear",
        "listener",
        "select listener, extract(epoch from now() - min(happened_at)) from hearing "
        "join domain_event on domain_event.id = hearing.event_id group by 1",
    ),
    "paradero_unanswered_parcels": (
        "Parcels about which their carrier had no answer three times or more",
        "carrier",
        "select carrier, count(*) from shipment where poll_failures >= 3 and finished_at is null group by 1",
    ),
    "paradero_messages": (
        "Messages that are not settled, by state",
        "state",
        "select state, count(*) from message where state in ('created', 'sending', 'in_doubt') group by 1",
    ),
    "paradero_messages_in_doubt_decided": (
        "Messages of the last day whose answer was lost and that nobody could ask for: sent again, or left",
        "decided",
        "select 'sent_again', count(*) from message where repeats > 0 and created_at > now() - interval '1 day' "
        "union all select 'left', count(*) from message where state = 'failed' and reason = 'in_doubt' "
        "and created_at > now() - interval '1 day'",
    ),
    "paradero_provider_rests_seconds": (
        "For how long a provider of messages has taken none",
        "provider",
        "select provider, extract(epoch from now() - since) from provider_rest",
    ),
    "paradero_webhook_deliveries": (
        "Outbound webhooks by state",
        "state",
        "select state, count(*) from webhook_delivery where state in ('waiting', 'failed') group by 1",
    ),
}


@health.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return _plain({"status": "ok"})


@health.get("/readyz")
def readyz() -> Response:
    """The database answers, its schema is the program's and it forgets nothing; else 503 with the reason."""
    database = cast(Database, current_app.extensions["database"])
    try:
        wrong = schema.missing(database.engine) or schema.forgetful(database.engine)
    # Anybody may ask: the error's own text, with the database's host and name, is not for them.
    except SQLAlchemyError:
        wrong = "the database does not answer"
    if wrong is None:
        return _plain({"status": "ready"})
    return _plain({"status": "not ready", "reason": wrong}, status=503)


@health.get("/healthz/jobs")
def jobs() -> Response:
    """What of the clock is late and which jobs failed: 503 when something is late; for whoever may read figures."""
    if not _may_read_metrics():
        abort(404)
    now, table = utcnow(), current_app.extensions["clock_table"]()
    overdue = clockwork.late(clockwork.states(db_session(), table, now=now))
    still = clockwork.stands_still(clockwork.last_fired(db_session()), table, now=now)
    document = {
        "status": "late" if overdue or still else "ok",
        "clock": "stands still" if still else "fires",
        "late": {row.job: round(row.late.total_seconds()) for row in overdue if row.late},
        "failed": len(runs.failed_jobs(db_session())),
        "waiting": {queue.name: queue.waiting for queue in runs.queues(db_session(), now=now)},
    }
    return _plain(document, status=503 if overdue or still else 200)


@health.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus: for holders of the token; where none is set, for the machine itself."""
    if not _may_read_metrics():
        abort(404)
    # For this answer alone: the library's own registry is a global, and outlives the session that is counted with.
    registry = CollectorRegistry()
    registry.register(PROCESS_COLLECTOR)
    registry.register(PLATFORM_COLLECTOR)
    registry.register(_Figures(db_session()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


class _Figures:
    """What the database knows of queues, counted when it is asked."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Registering counts nothing."""
        return ()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """One family a statement."""
        for name, (words, label, statement) in FIGURES.items():
            family = GaugeMetricFamily(name, words, labels=[label])
            for value, number in self._session.execute(text(statement)):
                family.add_metric([str(value)], float(number))
            yield family


def _may_read_metrics() -> bool:
    token = settings().metrics_token
    if token is None:
        return _is_this_machine()
    # Loopback proves nothing where a proxy on this machine forwards without saying for whom.
    credential = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    return hmac.compare_digest(credential, token.get_secret_value().encode())


def _is_this_machine() -> bool:
    """A loopback address, and no proxy in between that would lend its own to the whole world."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _plain(document: dict[str, Any], *, status: int = 200) -> Response:
    response = jsonify(document)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
