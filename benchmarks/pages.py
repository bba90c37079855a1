"""P1, P7, P12: the order page against bare Flask, the memory of the processes, how fast they start."""

import re
import shutil
import statistics
import subprocess
import time
from pathlib import Path

import requests
from sqlalchemy import text

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.queue import defer
from app.core.settings import ROOT
from app.sandbox import demo
from benchmarks.report import Row, ratio
from benchmarks.stage import Load, Stage, free_port, granian, median, serving, stop, wait_until, wrk

TURNS, SECONDS = 3, 4
SHOWN = ("A-10462", "lucia@example.com")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
WAITING = text("select count(*) from procrastinate_jobs where status in ('todo', 'doing')")


def fill(stage: Stage) -> None:
    """Seed the demo shop."""
    with stage.database.sessions() as session, transaction(session):
        demo.seed(session, public_url=stage.url, now=utcnow())


def starts(stage: Stage) -> Row:
    """P12: from the command to the first answer, and to the first job done."""
    web, worker = [], []
    for _turn in range(TURNS):
        with serving(stage.web, f"{stage.url}/readyz") as (_, seconds):
            web.append(seconds)
    for _turn in range(TURNS):
        worker.append(_worker_start(stage))
    measured = f"web {statistics.median(web):.1f} s, worker {statistics.median(worker):.1f} s"
    return Row("P12", "start of web and worker", measured, "≤ 3 s each", "to the first answer; to the first job done")


def _worker_start(stage: Stage) -> float:
    with stage.database.sessions() as session, transaction(session):
        session.execute(text("delete from procrastinate_jobs"))
        defer(session, "sweep_api")
    began = time.monotonic()
    process = stage.worker()
    try:
        wait_until(lambda: not _waiting(stage, "sweep_api"), "the worker does not start")
        return time.monotonic() - began
    finally:
        stop(process)


def _waiting(stage: Stage, task: str) -> bool:
    query = text("select exists (select from procrastinate_jobs where task_name = :task)")
    with stage.database.sessions() as session:
        return bool(session.scalar(query, {"task": task}))


def order_page(stage: Stage, web: subprocess.Popen[bytes]) -> list[Row]:
    """P1 and the web's part of P7: the page and hello in turns, then the memory of the loaded workers."""
    goal = "≥ 0.30 of bare Flask"
    if shutil.which("wrk") is None:
        return [Row("P1", "order page", "not measured: wrk is missing (package «wrk»)", goal)]
    cookie, path = _opened(stage.url)
    port = free_port()
    hello = f"http://127.0.0.1:{port}/"
    pages: list[Load] = []
    hellos: list[Load] = []
    with serving(lambda: subprocess.Popen(granian("benchmarks.hello:app", port), cwd=ROOT), hello):
        for _turn in range(TURNS):
            hellos.append(wrk(hello, seconds=SECONDS))
            pages.append(wrk(stage.url + path, seconds=SECONDS, headers={"Cookie": cookie}))
    page, bare = median(pages), median(hellos)
    how = f"{page.rate:.0f} against {bare.rate:.0f} requests a second"
    how += f"; p99 {page.tail_ms:.0f} against {bare.tail_ms:.0f} ms" + (f"; {page.bad} refused" if page.bad else "")
    memory = max(resident_mb(pid) for pid in family(web.pid))
    return [
        Row("P1", "order page / bare Flask", ratio(page.rate, bare.rate), goal, how),
        Row("P1", "order page / django-oscar, Vendure, karrio", "not measured", "≥ 33, 30, 10", "not installed here"),
        Row("P7", "memory of a web worker", f"{memory:.0f} MB", "≤ 110 MB", "resident, after P1, P4 and P5"),
    ]


def _opened(url: str) -> tuple[str, str]:
    """A browser session that may see the order, and the order's path."""
    browser = requests.Session()
    token = TOKEN.search(browser.get(url, timeout=10).text)
    form = {"csrf_token": token[1] if token else "", "number": SHOWN[0], "contact": SHOWN[1]}
    page = browser.post(url, data=form, timeout=10)
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
    return cookie, page.url.removeprefix(url)


def worker_memory(stage: Stage, *, seconds: float = 30) -> Row:
    """The worker's part of P7: its memory while it works off what the other rows left in the queue."""
    process = stage.worker()
    peak = 0.0
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            peak = max(peak, *(resident_mb(pid) for pid in family(process.pid)))
            with stage.database.sessions() as session:
                if peak > 50 and not session.scalar(WAITING):
                    break
            time.sleep(0.2)
    finally:
        stop(process)
    return Row("P7", "memory of a worker process", f"{peak:.0f} MB", "≤ 160 MB", "resident, the most while it worked")


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    pids = [int(one) for one in children.read_text().split()] if children.exists() else []
    return [pid, *(further for child in pids for further in family(child))]


def resident_mb(pid: int) -> float:
    """Resident memory of a process; 0 when it has gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)
