"""``python -m benchmarks.backlog``: ten thousand messages wait for a slow provider; what becomes of everything else?

Meanwhile a parcel is scanned again and again: how soon does its page say so, is the event heard, are carriers asked?
"""

import argparse
import dataclasses
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from http.cookiejar import CookieJar

from sqlalchemy import select, text

from app.core.clock import utcnow
from app.core.db import in_transaction, transaction
from app.core.queue import defer
from app.core.settings import ROOT
from app.core.tokens import new_secret
from app.oms.intake import receive_orders
from app.orders.lookup.links import issue_links
from app.orders.models import Order
from app.sandbox.documents import document
from app.sandbox.story import CEX, Story, StoryParcel
from app.tracking.models import Shipment
from app.tracking.ports import ReportedEvent
from app.tracking.services import record_events
from app.tracking.states import ShipmentState, TimeQuality
from benchmarks.slow_mail import slow_mail
from benchmarks.stage import Stage, serving, stage, stop, wait_until

REPORT = ROOT / "docs" / "reports" / "backlog"
GOAL_S = 5.0
THERE = re.compile(r"<h1>\s*Entregado")
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
ITEMS = (("MUG-2", 1),)
WAITING = text("select count(*) from message where state = 'created' and channel = 'email'")
UNHEARD = text("select count(*) from hearing where listener = 'notify'")
HEARD = text("select count(*) = 0 from hearing join domain_event on id = event_id where shipment_id = :shipment")
ASKED = text("select count(*) = 0 from procrastinate_jobs where task_name = 'poll_carriers' and status = 'todo'")


@dataclass(frozen=True, slots=True)
class Probe:
    """Seconds from a scan's commit until its page says so, its events are heard, and carriers are looked after."""

    page: float
    heard: float
    polled: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The backlog at the beginning and the end, how many mails left a second, and the probes' medians and maxima."""

    waiting_first: int
    waiting_last: int
    mails_a_second: float
    probes: int
    median: Probe
    slowest: Probe


def main() -> int:
    """Play it, print it, keep it; 1 when something took longer than five seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--provider", type=float, default=0.3, help="seconds that each mail takes")
    options = parser.parse_args()
    with stage() as portal, slow_mail(options.provider) as mailbox:
        environ = {**portal.environ, "SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}", "MAIL_FROM": "a@shop.example"}
        there = dataclasses.replace(portal, environ=environ)
        _take(there, options.messages, parcels=False)
        numbers = _take(there, int(options.seconds) + 5, parcels=True)
        with serving(there.web, f"{there.url}/readyz"):
            worker = there.worker()
            try:
                wait_until(lambda: _asked(there, UNHEARD) == 0, "events are not heard", seconds=600)
                first, taken, began = _asked(there, WAITING), mailbox.taken, time.monotonic()
                probes = _probe(there, numbers, seconds=options.seconds)
                rate = (mailbox.taken - taken) / (time.monotonic() - began)
                outcome = Outcome(first, _asked(there, WAITING), rate, len(probes), _middle(probes), _worst(probes))
            finally:
                stop(worker)
    _keep(outcome, options.provider)
    print(json.dumps(asdict(outcome), indent=1))
    return 0 if max(asdict(outcome.slowest).values()) <= GOAL_S else 1


def _take(portal: Stage, many: int, *, parcels: bool) -> list[str]:
    """Orders come in, each told to its customer by mail; the probes' have a parcel. Gives their numbers."""
    parcel = (StoryParcel(CEX, None, ITEMS, (1, 2), moves=False),) if parcels else ()
    stories = [
        Story(f"{'P' if parcels else 'B'}-{at:06d}", "rocio", 0, "received", ITEMS, parcel) for at in range(many)
    ]
    documents = [document(story, public_url=portal.url, now=utcnow()) for story in stories]
    for start in range(0, many, 100):
        part = documents[start : start + 100]
        with portal.database.sessions() as session, transaction(session):
            receive_orders(session, part, now=utcnow())
    return [story.number for story in stories]


def _probe(portal: Stage, numbers: list[str], *, seconds: float) -> list[Probe]:
    """One parcel after the other is delivered."""
    until, probes = time.monotonic() + seconds, []
    for number in numbers:
        if time.monotonic() > until:
            break
        began = time.monotonic()
        probes.append(_deliver(portal, number))
        time.sleep(max(0.0, 1.0 - (time.monotonic() - began)))
    return probes


def _deliver(portal: Stage, number: str) -> Probe:
    with portal.database.sessions() as session, transaction(session):
        order = session.scalars(select(Order).where(Order.number == number)).one()
        shipment = session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()
        token = new_secret()
        issue_links(session, [(token, order.id)], now=utcnow())
    page = _browser(f"{portal.url}/l/{token}", f"{portal.url}/o/{order.ref}")
    now = utcnow()
    scan = _delivered(shipment.number or "", now)

    def record() -> None:
        in_transaction(portal.database.sessions, lambda s: record_events(s, [scan], source="api", now=now))
        in_transaction(portal.database.sessions, lambda s: defer(s, "poll_carriers", queueing_lock="poll_carriers"))

    record()
    began = time.monotonic()
    checks: dict[str, Callable[[], bool]] = {
        "page": lambda: bool(THERE.search(page())),
        "polled": lambda: bool(_asked(portal, ASKED)),
        "heard": lambda: bool(_heard(portal, shipment.id)),
    }
    spent: dict[str, float] = {}
    while len(spent) < len(checks) and time.monotonic() - began < 60:
        for name, true in checks.items():
            # Nothing can be heard of before it was folded.
            if name not in spent and (name != "heard" or "page" in spent) and true():
                spent[name] = time.monotonic() - began
        time.sleep(0.02)
    return Probe(*(spent.get(name, 60.0) for name in ("page", "heard", "polled")))


def _delivered(number: str, now: datetime) -> ReportedEvent:
    return ReportedEvent(
        CEX, number, ShipmentState.DELIVERED, "Entregado", now.isoformat(), now, "Europe/Madrid", TimeQuality.OFFSET
    )  # fmt: skip


def _browser(link: str, page: str) -> Callable[[], str]:
    """A customer who opened the mailed link; gives what looks at the order's page."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    opener.addheaders = [("Accept-Language", "es")]
    shown = opener.open(link, timeout=10).read().decode()
    token = TOKEN.search(shown)
    opener.open(link, data=urllib.parse.urlencode({"csrf_token": token[1] if token else ""}).encode(), timeout=10)

    def look() -> str:
        try:
            return str(opener.open(page, timeout=10).read().decode())
        except urllib.error.HTTPError:
            return ""

    return look


def _asked(portal: Stage, question: object) -> int:
    with portal.database.sessions() as session:
        return int(session.scalar(question) or 0)  # type: ignore[call-overload]


def _heard(portal: Stage, shipment_id: int) -> bool:
    with portal.database.sessions() as session:
        return bool(session.scalar(HEARD, {"shipment": shipment_id}))


def _middle(probes: list[Probe]) -> Probe:
    return Probe(*(sorted(values)[len(probes) // 2] for values in _columns(probes)))


def _worst(probes: list[Probe]) -> Probe:
    return Probe(*(max(values) for values in _columns(probes)))


def _columns(probes: list[Probe]) -> list[list[float]]:
    return [[getattr(one, name) for one in probes] for name in Probe.__slots__]


def _keep(outcome: Outcome, provider: float) -> None:
    REPORT.with_suffix(".json").write_text(json.dumps(asdict(outcome), indent=1) + "\n", encoding="utf-8")
    rows = "\n".join(
        f"| {name} | {getattr(outcome.median, key):.2f} s | {getattr(outcome.slowest, key):.2f} s |"
        for key, name in (
            ("page", "a scan is folded and its page says so"),
            ("heard", "its event is heard by everybody"),
            ("polled", "the job that asks carriers is done"),
        )
    )
    REPORT.with_suffix(".md").write_text(
        "# A backlog of messages holds up nothing else\n\n"
        f"Made by `python -m benchmarks.backlog` on {utcnow():%Y-%m-%d %H:%M} UTC. One web, one worker, a mail server\n"
        f"that takes {provider * 1000:.0f} ms for each mail. {outcome.waiting_first:,} mails waited at the beginning "
        f"and\n{outcome.waiting_last:,} at the end, {outcome.mails_a_second:.0f} left a second, and {outcome.probes} "
        "parcels were\n"
        "delivered meanwhile. The goal is five seconds.\n\n"
        f"| after the scan | median | slowest |\n|---|---|---|\n{rows}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main())
