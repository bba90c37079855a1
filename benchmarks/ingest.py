"""P4 and P5: deliveries at the webhook door, scans through the API, folding; against pgbench on the same server."""

import json
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text

from app.api.keys import create_key
from app.core import standard_webhooks
from app.core.clock import utcnow
from app.core.db import transaction
from app.oms.intake import receive_orders
from app.sandbox.documents import document
from app.sandbox.story import CEX, Story, StoryParcel
from app.tracking.fold.facts import ShipmentFacts, StoredEvent
from app.tracking.fold.fold import fold
from app.tracking.ports import Place, ReportedEvent
from app.tracking.services import fold_dirty
from app.tracking.states import ShipmentState, TimeQuality
from benchmarks.report import Row, ratio
from benchmarks.stage import HOOK_SECRET, Stage, binaries, wrk

TURNS, SECONDS = 3, 4
DELIVERIES = 20_000
SHIPMENTS, SCANS, BATCH = 1_000, 10, 500
TPS = re.compile(r"tps = ([\d.]+)")
STATES = ("info_received", "picked_up", "in_transit", "out_for_delivery", "delivery_failed")
TABLES = """
create table bench_event (id bigint generated always as identity primary key, key text unique, body jsonb not null);
create table bench_outbox (id bigint generated always as identity primary key, event_id bigint not null);
"""
INSERT = """\\set n random(1, 1000000000)
with made as (
  insert into bench_event (key, body)
  values (gen_random_uuid()::text, '{"number": :n, "status": "in_transit"}')
  returning id
)
insert into bench_outbox (event_id) select id from made;
"""
LUA = """
local lines = {}
for line in io.lines("%s") do lines[#lines + 1] = line end
local at = 0
request = function()
  at = at %% #lines + 1
  local id, stamp, signed, body = lines[at]:match("^(.-)\\t(.-)\\t(.-)\\t(.*)$")
  local headers = {["webhook-id"] = id, ["webhook-timestamp"] = stamp, ["webhook-signature"] = signed}
  headers["content-type"] = "application/json"
  return wrk.format("POST", "/hooks/carriers/generic", headers, body)
end
"""


def pgbench(stage: Stage) -> float:
    """Single inserts with an outbox row, a second: by pgbench, which comes with the server."""
    beside = binaries() / "pgbench"
    tool = str(beside) if beside.exists() else shutil.which("pgbench")
    if tool is None:
        raise FileNotFoundError("pgbench is neither beside the embedded PostgreSQL nor installed")
    url = stage.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(INSERT)
        script.flush()
        words = [tool, "-n", "-c", "8", "-j", "1", "-T", str(SECONDS), "-f", script.name, url]
        output = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    match = TPS.search(output)
    if match is None:
        raise ValueError(f"pgbench said: {output}")
    return float(match[1])


def ingest(stage: Stage) -> list[Row]:
    """P4 and P5, each in turns with pgbench."""
    with stage.database.engine.begin() as connection:
        connection.execute(text(TABLES))
    measure: list[float] = []
    rows = [*_door(stage, measure), *_interface(stage, measure)]
    single = f"pgbench: {statistics.median(measure):.0f} single inserts with an outbox row a second, 8 connections"
    rows.append(_one_long_parcel())
    return [*rows, Row("—", "the measure of P4 and P5", f"{statistics.median(measure):.0f} /s", "", single)]


def _one_long_parcel() -> Row:
    """E-05: what one parcel with five hundred scans costs to fold, of this thread alone, the best of five."""
    begun = datetime(2026, 11, 20, 8, tzinfo=UTC)
    scans = [_stored(begun + timedelta(minutes=15 * turn), STATES[turn % 4], turn) for turn in range(500)]
    spent = []
    for _ in range(5):
        start = time.thread_time()
        fold(scans, ShipmentFacts())
        spent.append(time.thread_time() - start)
    return Row("P5", "one parcel of 500 scans folded", f"{min(spent) * 1000:.1f} ms", "< 20 ms")


def _stored(moment: datetime, status: str, turn: int) -> StoredEvent:
    place, state = Place(city=f"C{turn}"), ShipmentState(status)
    event = ReportedEvent("ups", "1Z", state, "", str(moment), moment, "UTC", TimeQuality.OFFSET, place=place)
    return StoredEvent(str(turn), event, moment)


def _door(stage: Stage, measure: list[float]) -> list[Row]:
    goal = "≥ 0.50 of pgbench"
    if shutil.which("wrk") is None:
        return [Row("P4", "webhook in", "not measured: wrk is missing (package «wrk»)", goal)]
    fresh, again, bad = [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(TURNS):
            script = _deliveries(Path(folder), turn)
            measure.append(pgbench(stage))
            first = wrk(stage.url, seconds=SECONDS, script=script)
            fresh.append(first.rate)
            replay = wrk(stage.url, seconds=SECONDS // 2, script=script)
            again.append(replay.rate)
            bad += first.bad + replay.bad
    rate, base = statistics.median(fresh), statistics.median(measure)
    how = f"{rate:.0f} deliveries a second: signature verified, raw bytes stored, job deferred"
    replays = f"{statistics.median(again):.0f} replays a second"
    return [
        Row("P4", "webhook in / pgbench", ratio(rate, base), goal, how + (f"; {bad} refused" if bad else "")),
        Row("P4", "a replay / a first delivery", ratio(statistics.median(again), rate), "≥ 1.00", replays),
    ]


def _deliveries(folder: Path, turn: int) -> Path:
    """Signed deliveries that nobody has seen, and the script that sends them one after the other."""
    now, lines = utcnow(), []
    for at in range(DELIVERIES):
        scan = {"carrier": CEX, "tracking_number": f"PB{turn}{at:08d}", "status": "in_transit"}
        body = json.dumps({"events": [scan | {"occurred_at": now.isoformat()}]})
        headers = standard_webhooks.sign([HOOK_SECRET], message_id=f"b{turn}-{at}", at=now, body=body.encode())
        lines.append("\t".join([*headers.values(), body]))
    path = folder / f"deliveries-{turn}.tsv"
    path.write_text("\n".join(lines))
    script = folder / f"deliver-{turn}.lua"
    script.write_text(LUA % path)
    return script


def _interface(stage: Stage, measure: list[float]) -> list[Row]:
    key = _key(stage)
    numbers = _orders(stage)
    taken, folded = [], []
    for turn in range(TURNS):
        bodies = _batches(numbers, utcnow() - timedelta(days=2) + timedelta(hours=turn * 10))
        measure.append(pgbench(stage))
        taken.append(SHIPMENTS * SCANS / _sent(stage, key, bodies))
        folded.append(SHIPMENTS / _folded(stage))
    base, rate, folds = (statistics.median(values) for values in (measure, taken, folded))
    how = f"{rate:.0f} scans a second in batches of {BATCH}"
    written = f"shipments of {SCANS} to {SCANS * TURNS} scans, by one process, written"
    return [
        Row("P5", "scans through the API / pgbench", ratio(rate, base), "≥ 5.8", how),
        Row("P5", "folded", f"{folds:.0f} /s", "≥ 2,000 /s", written),
    ]


def _key(stage: Stage) -> str:
    with stage.database.sessions() as session, transaction(session):
        return create_key(session, name="bench", scopes=["tracking:write"], now=utcnow())[1]


def _orders(stage: Stage) -> list[str]:
    """Orders with a parcel each; gives the parcels' numbers."""
    items = (("MUG-2", 1),)
    parcel = StoryParcel(CEX, None, items, (1, 2))
    stories = [Story(f"P-{at:06d}", "emma", 4, "shipped", items, (parcel,)) for at in range(SHIPMENTS)]
    documents = [document(story, public_url=stage.url, now=utcnow()) for story in stories]
    for start in range(0, SHIPMENTS, BATCH):
        with stage.database.sessions() as session, transaction(session):
            receive_orders(session, documents[start : start + BATCH], now=utcnow())
    return [one.shipments[0].tracking_number or "" for one in documents]


def _batches(numbers: list[str], start: datetime) -> list[bytes]:
    scans = [
        {
            "carrier": CEX,
            "tracking_number": number,
            "occurred_at": (start + timedelta(minutes=30 * at)).isoformat(),
            "status": STATES[at % len(STATES)],
            "description": "En tránsito",
            "location": {"city": "Madrid", "country": "ES"},
        }
        for number in numbers
        for at in range(SCANS)
    ]
    return [json.dumps(scans[at : at + BATCH]).encode() for at in range(0, len(scans), BATCH)]


def _sent(stage: Stage, key: str, bodies: list[bytes]) -> float:
    """Seconds to send all batches over two connections."""
    failed: list[int] = []

    def send(part: list[bytes]) -> None:
        connection = HTTPConnection(urlsplit(stage.url).netloc, timeout=60)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        for body in part:
            connection.request("POST", "/api/v1/tracking-events", body, headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status >= 300:
                failed.append(answer.status)

    threads = [threading.Thread(target=send, args=(bodies[at::2],)) for at in range(2)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise ValueError(f"the API refused batches: {failed[:3]}")
    return time.monotonic() - began


def _folded(stage: Stage) -> float:
    """Seconds to fold every shipment that has news."""
    began = time.monotonic()
    with stage.database.sessions() as session:
        more = True
        while more:
            with transaction(session):
                more = bool(fold_dirty(session, limit=200, now=utcnow()))
    return time.monotonic() - began
