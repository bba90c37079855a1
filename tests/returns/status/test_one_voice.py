"""Page, order page, mail, console and interface say the same of every return's life, in both languages.

What they say stands beside this file, a block a life: ``VOICE=write`` writes it anew, for a person to read.
"""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.keys import create_key
from app.core.i18n import words
from app.notify.models import Message
from app.returns.models import Return
from tests.notify.build import a_mail_config, prepared
from tests.returns.stage import sign_in
from tests.returns.status.lives import LIVES, NOON, Life, lived
from tests.rounds import heard
from tests.staff.browsers import browser, member
from tests.voices import head, note

CONFIG = a_mail_config()
LOCALES = {"es": "es-ES", "en": "en-GB"}
CLOCKS = (
    "returns.status.views", "returns.status.panel", "api.v1.returns.routes", "staff.returns.views",
    "staff.orders.views", "core.i18n.words",
)  # fmt: skip
STAGES = {
    "es": {
        "requested": "Solicitada", "handed_over": "", "on_its_way": "En camino", "received": "Recibida",
        "refunded": "Reembolsada",
    },
    "en": {
        "requested": "Requested", "handed_over": "", "on_its_way": "On its way", "received": "Received",
        "refunded": "Refunded",
    },
}  # fmt: skip
BADGE = r'<span class="badge[^>]*>([^<]*)</span>'
AMOUNT = re.compile(r"€\d[\d.,]*\d|\d[\d.,]*\d €")


@dataclass(frozen=True)
class Said:
    """What each place says of one return, as plain lines."""

    title: str
    page: list[str]
    panel: list[str]
    account: list[str]
    mail: list[str]
    console: str
    console_row: str
    facts: dict[str, str | int | None]

    @property
    def trail(self) -> list[str]:
        """The stages as the page's trail names them, with their state."""
        states = r".+: (done|now|still to come|hecho|ahora|pendiente).*"
        return [line for line in self.page if re.fullmatch(states, line)]


@contextmanager
def at(now: datetime) -> Iterator[None]:
    """Every clock stands at ``now``."""
    with ExitStack() as stack:
        for name in CLOCKS:
            stack.enter_context(patch(f"app.{name}.utcnow", lambda: now))
        yield


def lines_of(page: str) -> list[str]:
    """The words of a page's main part, a line an element."""
    body = page[page.find("<main") : page.find("</main>")] if "<main" in page else page
    body = re.sub(r'<p class="notice[^>]*id="offline".*?</p>', "", body, flags=re.DOTALL)
    body = re.sub(r'<span class="(item|badge|notice)[^>]*>', "<p>", body)
    body = re.sub(r"<(span|b|i|a|svg|path|kbd|del)\b[^>]*>|</(span|b|i|a|svg|path|kbd|del)>", "", body)
    texts = (re.sub(r"\s+", " ", unescape(text)).strip() for text in re.split(r"<[^>]+>", body))
    return [text.replace("\xa0", " ") for text in texts if text]


def said(app: Flask, session: Session, life: Life, return_: Return, language: str) -> Said:
    """Asks every place."""
    staff = browser(app, member(session, NOON, "support"))
    _, key = create_key(session, name="voice", scopes=["returns:read"], now=NOON)
    customer = app.test_client()
    customer.set_cookie("language", language)
    sign_in(customer, life.order)
    session.commit()
    with at(life.now):
        own = customer.get(f"/returns/{return_.ref}").text
        whole = customer.get(f"/o/{life.order.ref}").text
        console = staff.get(f"/staff/returns/{return_.ref}").text
        listed = staff.get("/staff/returns").text
        its_order = staff.get(f"/staff/orders/{life.order.ref}").text
        bearer = {"Authorization": f"Bearer {key}"}
        facts = customer.get(f"/api/v1/returns/{return_.ref}", headers=bearer).json
        with customer.session_transaction() as signed_in:
            signed_in["account"] = life.order.contacts[0].email_folded
        account = customer.get("/account").text
    panel = whole[whole.index('aria-labelledby="returns-title"') :].partition("</section>")[0]
    head = console[console.index('class="page-head"') :].partition("</p>")[0]
    badges = re.findall(BADGE, head)
    rows = {badge_after(page, f'"/staff/returns/{return_.ref}">{return_.ref}') for page in (listed, its_order)}
    [title] = lines_of(re.findall(r"<h1>.*?</h1>", own, re.DOTALL)[0])
    mail = mail_of(session, life)
    return Said(
        title,
        lines_of(own),
        lines_of(f"<i {panel}"),
        account_row(account, return_),
        mail,
        badges[0],
        " / ".join(sorted(rows)),
        facts,
    )


def badge_after(page: str, begin: str) -> str:
    """The first badge behind a text of a page."""
    return re.findall(BADGE, page[page.index(begin) :])[0]


def account_row(page: str, return_: Return) -> list[str]:
    """What the list of all orders says of it: its badge, its name, its line."""
    rows = [row for row in re.findall(r"<li>.*?</li>", page, re.DOTALL) if f"/returns/{return_.ref}" in row]
    return [line for row in rows for line in lines_of(row)]


def mail_of(session: Session, life: Life) -> list[str]:
    """The newest mail about the return that is still true, without its foot."""
    heard(session, limit=500, now=life.now, config=CONFIG)
    ready = prepared(session, now=life.now + timedelta(minutes=3), config=CONFIG)
    ids = {one.public_id: one.id for one in session.scalars(select(Message))}
    newest = sorted(ready, key=lambda one: ids[one.outgoing.reference])
    texts = [one.outgoing.text for one in newest if "?return=" in one.outgoing.text]
    return [line.replace("\xa0", " ") for line in texts[-1].partition("-- \n")[0].splitlines() if line] if texts else []


def spoken(day: str | int | None, language: str, now: datetime) -> str | None:
    """A day of the interface as people say it."""
    locale = LOCALES[language].replace("-", "_")
    return words.day(date.fromisoformat(str(day)), locale=locale, today=now.date()) if day else None


def block(name: str, said_of: Said, refs: dict[str, str]) -> str:
    """A life as a person reads it."""
    facts = {key: said_of.facts[key] for key in ("situation", "stage", "amount", "refund_by", "deadline", "pickup_on")}
    parts = {
        "page": said_of.page,
        "order page": said_of.panel,
        "list": said_of.account,
        "mail": said_of.mail,
        "console": [said_of.console],
        "interface": [f"{key}: {value}" for key, value in facts.items() if value is not None],
    }
    text = "\n".join(f"{part}\n" + "\n".join(f"  {line}" for line in lines) for part, lines in parts.items())
    for secret, mark in refs.items():
        text = text.replace(secret, mark)
    text = re.sub(r"https://\S+/l/\S+\?", "https://…?", text)
    text = re.sub(r"(?<=(?:reference|eferencia) )[0-9A-Z]{8}", "STATEMENT", text)
    return f"== {name}\n{text}\n"


def blocks(language: str) -> dict[str, str]:
    """The blocks that are kept, by the life's name."""
    path = Path(__file__).parent / f"voice.{language}.txt"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return {part.partition("\n")[0]: f"== {part}".rstrip("\n") + "\n" for part in text.split("== ")[1:]}


def keep(language: str, name: str, text: str) -> None:
    """Write one block, the lives in their order."""
    kept_blocks = blocks(language) | {name: text}
    path = Path(__file__).parent / f"voice.{language}.txt"
    text = "\n".join(kept_blocks[one] for one in LIVES if one in kept_blocks)
    path.write_text(head(len(LIVES), CHECKS) + "\n" + text, encoding="utf-8")


CHECKS = 13
"""So many ways in which two places may differ."""


def disagreements(voices: Said, language: str, now: datetime) -> list[str]:
    """Where two places differ about one return: name, stage, day, amount."""
    page, mail = "\n".join(voices.page), "\n".join(voices.mail)
    refund_by, pickup_on = (spoken(voices.facts[name], language, now) for name in ("refund_by", "pickup_on"))
    by = re.findall(r"^(?:Refund by|Reembolso a más tardar): (.+)$", mail, re.MULTILINE)
    on = re.findall(r"^(?:Collection|Recogida): ([^.\n]+)\.?$", mail, re.MULTILINE)
    stops = [f"{label}: {state}" for label, state in re.findall(r"^\[[x> ]\] (.+) \((.+)\)$", mail, re.MULTILINE)]
    last = [stop for stop in voices.trail if re.search(r": (now|ahora)", stop)] or [
        stop for stop in voices.trail if re.search(r": (done|hecho)", stop)
    ]
    checks = {
        "order page's title": voices.title in voices.panel,
        "the list's words": bool(voices.account) and set(voices.account[1:]) <= set(voices.panel),
        "the list's badge": any(
            set(voices.account[:1]) <= {f"{badge} {name}" for name in voices.panel} for badge in voices.panel
        ),
        "refund's day on the page": refund_by is None or refund_by in page,
        "refund's day in the mail": set(by) <= {refund_by},
        "collection's day in the mail": set(on) <= {pickup_on},
        "collection's day on the page": voices.facts["situation"] != "to_collect" or str(pickup_on) in page,
        "amounts": set(AMOUNT.findall(mail)) <= set(AMOUNT.findall(page)),
        "amounts of the order page": set(AMOUNT.findall("\n".join(voices.panel))) <= set(AMOUNT.findall(page)),
        "stages": not (stops and voices.trail)
        or all(shown.startswith(stop) for shown, stop in zip(voices.trail, stops, strict=True)),
        "the interface's stage": not last or last[-1].startswith(STAGES[language][str(voices.facts["stage"])]),
        "the console's list and the order's page there": voices.console_row == voices.console,
        "the console's badge": language != "en" or voices.console in voices.panel,
    }
    assert len(checks) == CHECKS
    return [name for name, holds in checks.items() if not holds]


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("name", LIVES)
def test_page_order_page_mail_console_and_interface_agree(
    app: Flask, session: Session, name: str, language: str
) -> None:
    life, return_ = lived(session, name, LOCALES[language])
    voices = said(app, session, life, return_, language)
    refs = {return_.ref: "RETURN", life.order.ref: "ORDER", return_.label_number or "-----": "NUMBER"}
    text = block(name, voices, refs)
    if os.environ.get("VOICE") == "write":
        keep(language, name, text)
    assert disagreements(voices, language, life.now) == []
    note("returns, of which no text is sent", 1, CHECKS)
    assert text == blocks(language).get(name), "what is said has changed: read it, then VOICE=write"
