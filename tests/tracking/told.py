"""What each form of telling says of one order at one moment: page, list, mail, text, API and console, read back."""

import html
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.tokens import new_secret
from app.notify.kinds import KINDS, Channel
from app.notify.models import Message
from app.notify.render.links import LinkBook
from app.notify.render.reading import read
from app.notify.send.outgoing import rendered
from app.orders.models import Order
from app.tracking.models import Shipment
from tests.notify.build import a_mail_config
from tests.tracking.pages import browser, text_of

CLOCKS = (
    "app.tracking.page.views.utcnow",
    "app.core.i18n.words.utcnow",
    "app.orders.lookup.account_views.utcnow",
    "app.api.v1.orders.routes.utcnow",
    "app.staff.orders.views.utcnow",
)
CONFIG = a_mail_config()
STOP = re.compile(r'<li class="(done|now|next|problem)"[^>]*>\s*<span class="stop">(.*?)<span class="vh">', re.DOTALL)
BUTTON = re.compile(r'<a\s[^>]*class="button[^>]*>(.*?)</a>', re.DOTALL)
BADGE = re.compile(r'<span class="badge is-(\w+)">(.*?)</span>')


@dataclass(frozen=True)
class Story:
    """One order as it stands: its row, the moment at which it is looked at, and the message that is due, if any."""

    name: str
    order: Order
    now: datetime
    kind: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Forms:
    """What the forms say; a trail is (state, stage) of each stop, ``expected`` the API's two days."""

    title: str
    badges: list[str]
    trail: list[tuple[str, str]]
    page: str
    below: list[str]
    buttons: list[str]
    listed_badge: str
    listed: str
    subject: str
    mail: str
    mail_trail: list[tuple[str, str]]
    text: str
    api: dict[str, Any]
    console_badges: list[str]
    console_badge: str
    console_row: str
    console: str


@contextmanager
def at(now: datetime) -> Iterator[None]:
    """Every form's clock stands at ``now``."""
    with ExitStack() as stack:
        for clock in CLOCKS:
            stack.enter_context(patch(clock, lambda: now))
        yield


def read_all(app: Flask, session: Session, story: Story, language: str, api: FlaskClient, staff: FlaskClient) -> Forms:
    """Ask every form about the story's order."""
    order = story.order
    reader = browser(app, order, tier=2, language=language)
    with reader.session_transaction() as signed_in:
        signed_in["account"] = order.contacts[0].email_folded
    staff.set_cookie("language", language)
    with at(story.now):
        page = reader.get(f"/o/{order.ref}").text
        listed = reader.get("/account").text
        answer = api.get(f"/api/v1/orders/{order.number}").get_json()
        console = staff.get(f"/staff/orders/{order.ref}").text
        # The list begins after the place that is named, which is a moment later than this order's.
        place = f"{(order.placed_at + timedelta(seconds=1)).isoformat()}~0"
        rows = staff.get("/staff/orders", query_string={"after": place}).text
    subject, mail = message(session, story, Channel.EMAIL, language)
    main = page[page.find("<main") : page.find("</main>")]
    return Forms(
        title=_plain(re.findall(r"<h1>(.*?)</h1>", main, re.DOTALL)[0]),
        badges=[_plain(text) for _kind, text in BADGE.findall(main[main.find("<section") :])],
        trail=[(state, _plain(label)) for state, label in STOP.findall(main)],
        page=text_of(page),
        below=[
            _plain(words) for words in re.findall(r'<p class="answer-(?:was|why|source)">(.*?)</p>', main, re.DOTALL)
        ],
        buttons=[_plain(words) for words in BUTTON.findall(main[: main.find("<section")])],
        listed_badge=_plain(BADGE.findall(listed)[0][1]),
        listed=text_of(listed),
        subject=subject,
        mail=mail,
        mail_trail=_mail_trail(mail),
        text=message(session, story, Channel.SMS, language)[1],
        api=answer,
        console_badges=[_plain(text) for _kind, text in BADGE.findall(console)],
        console_badge=_plain(BADGE.findall(console[console.find('class="page-head"') :])[0][1]),
        console_row=_plain(BADGE.findall(rows[rows.find(f'"/staff/orders/{order.ref}"') :])[0][1]),
        console=text_of(console),
    )


def message(session: Session, story: Story, channel: Channel, language: str) -> tuple[str, str]:
    """(subject, words) of the message that is due, as it would leave now; empty where there is no such text."""
    kind = KINDS.get(story.kind)
    if kind is None or (channel is Channel.SMS and not kind.sms):
        return "", ""
    order = story.order
    parcel = _parcel_of(session, story)
    draft = Message(
        public_id=new_secret()[:22], dedup_key=new_secret(), kind=story.kind, channel=channel, purpose=kind.purpose,
        order_id=order.id, shipment_id=parcel.id if parcel and story.kind.startswith("shipment.") else None,
        return_id=None, brand_key=order.brand_key, locale={"es": "es-ES", "en": "en-GB"}[language],
        facts={"leg": 1} | story.facts, recipient="ana@example.com" if channel is Channel.EMAIL else "+34600111222",
        recipient_hash=b"x" * 32, state="created", attempts=0, readdressed=False, created_at=story.now,
        happened_at=story.now, next_try_at=story.now, valid_until=story.now + timedelta(hours=10),
    )  # fmt: skip
    outgoing = rendered(draft, read(session, [draft]), CONFIG, LinkBook(CONFIG, story.now))
    return outgoing.subject or "", outgoing.text.replace("\u00a0", " ")


def _parcel_of(session: Session, story: Story) -> Shipment | None:
    """The parcel that the message is about: the one its facts name, else the first."""
    parcels = session.query(Shipment).filter_by(order_id=story.order.id).order_by(Shipment.position).all()
    return parcels[story.facts.get("place", 1) - 1] if parcels else None


def _mail_trail(mail: str) -> list[tuple[str, str]]:
    marks = {"[x]": "done", "[>]": "here", "[ ]": "next"}
    lines = re.findall(r"^(\[[x> ]\]) (.*) \([^()]*\)$", mail, re.MULTILINE)
    return [(marks[mark], label) for mark, label in lines]


def _plain(markup: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup))).strip().replace("\u00a0", " ")
