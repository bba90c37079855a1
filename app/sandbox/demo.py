"""The demo shop on its first start: brand, drop-off points, orders in every state, returns, and staff."""

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.settings import VAR, Settings
from app.oms.intake import receive_order
from app.orders.demo import real_and_demo
from app.sandbox import carrier, documents
from app.sandbox.documents import HOME, document, instant, number_of
from app.sandbox.people import PEOPLE
from app.sandbox.story import STORIES, Story, StoryParcel
from app.staff.auth import passwords, services
from app.staff.auth.roles import Role
from app.tracking.services import fold_dirty, look_for_late, record_events

CREDENTIALS = VAR / "demo-sign-in.json"
# One with two parcels, one on its way, one that can be returned; the rest stands on the sandbox's page.
SHOWN = ("A-10462", "A-10460", "A-10440")


def prepare(settings: Settings, *, say: Callable[[str], None], beside_real: bool = False) -> list[str]:
    """Seed the demo shop unless orders are there; gives what to print beside ``Ready``.

    ``beside_real``: orders of the shop's own are no reason not to.
    """
    # A worker's time-out, not a page's: nobody waits for an answer yet.
    database = Database(settings.database_url, statement_timeout_ms=60_000, key=settings.key)
    now = utcnow()
    try:
        with database.sessions() as session:
            has_real, has_demo = real_and_demo(session)
            if not has_demo and (beside_real or not has_real):
                say("Opening the demo shop …")
                with transaction(session):
                    seed(session, public_url=settings.public_url, with_brand=not has_real, now=now)
            password = _staff(session, CREDENTIALS, now=now)
    finally:
        database.engine.dispose()
    return _news(settings, password)


def seed(session: Session, *, public_url: str, with_brand: bool = True, now: datetime) -> None:
    """Fill a database with the demo shop, in the caller's transaction; ``with_brand``: it gives the shop its name."""
    from app.sandbox.past_returns import add_returns
    from app.sandbox.places import add_points, add_postcodes

    add_points(session, with_brand=with_brand, now=now)
    add_postcodes(session)
    for story in STORIES:
        add_order(session, story, public_url=public_url, now=now)
    # A round takes only so many parcels.
    while fold_dirty(session, now=now):
        pass
    last_id: int | None = 0
    while last_id is not None:
        last_id = look_for_late(session, now=now, after=last_id).after
    add_returns(session, now=now)


def add_order(session: Session, story: Story, *, public_url: str, now: datetime) -> None:
    """Take in one story's order, and what the carrier has said of its parcels so far."""
    receive_order(session, document(story, public_url=public_url, now=now), now=now)
    for position, parcel in enumerate(story.parcels, 1):
        _record_scans(session, story, position, parcel, now=now)


def still_numbers() -> frozenset[str]:
    """The parcels that the simulated carrier leaves where they are."""
    return frozenset(
        number_of(story, position)
        for story in STORIES
        for position, parcel in enumerate(story.parcels, 1)
        if not parcel.moves
    )


def _record_scans(session: Session, story: Story, position: int, parcel: StoryParcel, *, now: datetime) -> None:
    """What the carrier has said of a parcel so far; nothing of the future."""
    today = now.astimezone(HOME).date()
    events = []
    for scan in parcel.scans:
        step = carrier.NextScan(parcel.carrier or "", number_of(story, position), scan.status, scan.city)
        at = instant(scan.day, scan.time, today, documents.zone_of(scan.city))
        if at <= now:
            events.append(carrier.scan(step, at, incident=scan.incident))
    record_events(session, events, source=carrier.SOURCE, now=now)


def _staff(session: Session, credentials: Path, *, now: datetime) -> str | None:
    """One member of each role, with one password made at the first start and kept beside the data."""
    if services.count(session):
        return str(json.loads(credentials.read_text())["password"]) if credentials.exists() else None
    password = passwords.generated()
    with transaction(session):
        for role in Role:
            email = f"{role}@almazara.example"
            services.create(session, email=email, role=role, password=password, handed_over=False, now=now)
    credentials.parent.mkdir(parents=True, exist_ok=True)
    # For its owner's eyes from the first byte on; a mode set afterwards would come too late.
    with os.fdopen(os.open(credentials, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"password": password}, file)
    return password


def _news(settings: Settings, password: str | None) -> list[str]:
    """What to open, for whoever started it."""
    people = {story.number: PEOPLE[story.person] for story in STORIES}
    lines = ["", "  Find an order with its number and e-mail:"]
    lines += [
        f"    {story.number}  {people[story.number].email:<22} {story.title}"
        for story in STORIES
        if story.number in SHOWN
    ]
    lines += [
        f"  All demo orders, the simulated phone and mailbox: {settings.public_url}/sandbox",
        f"  Staff: {settings.public_url}/staff  ·  admin@almazara.example  ·  {password or 'the password you chose'}",
        "  (support@, warehouse@ and marketing@almazara.example have the same password)",
        "",
    ]
    return lines
