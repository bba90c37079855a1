"""Page, account list, mail, text, API and console say the same of every order: stage, day, carrier, number.

What each says stands in ``voices/``, a block a life, to be read by people. ``VOICES=write`` writes it anew.
"""

import os
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.api.keys import SCOPES, create_key
from app.core.i18n.locale import gettext as _
from app.core.i18n.locale import speaking
from app.core.i18n.words import between, day, money
from app.tracking.summary.stages import Stage, badge_of, stage_words
from tests.staff.browsers import browser as staff_browser
from tests.staff.browsers import member
from tests.tracking.stories import GROUPS, stories
from tests.tracking.told import Story, Told, told

VOICES = Path(__file__).parent / "voices"
ALL = [(group, language) for group in (*GROUPS, "orders") for language in ("es", "en")]
# Messages that name a day when one is known.
ONE_DAY = timedelta(days=1)
DATED = frozenset({"order.received", "order.preparing", "shipment.shipped", "shipment.late"})


@pytest.fixture
def everyone(app: Flask, session: Session) -> tuple[FlaskClient, FlaskClient]:
    """A system with a key, and somebody of support."""
    now = datetime(2026, 11, 1, tzinfo=UTC)
    _, secret = create_key(session, name="tests", scopes=list(SCOPES), now=now)
    support = member(session, now, "support")
    session.commit()
    api = app.test_client()
    api.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return api, staff_browser(app, support)


@pytest.mark.parametrize(("group", "language"), ALL)
def test_no_two_forms_of_telling_disagree(
    app: Flask, session: Session, everyone: tuple[FlaskClient, FlaskClient], group: str, language: str
) -> None:
    blocks, faults = [], []
    for story in stories(session, group):
        said = told(app, session, story, language, *everyone)
        with speaking(language):
            faults += [f"{story.name}: {fault}" for fault in disagreements(story, said)]
        blocks.append(block(story, said))
    assert faults == []
    compare(VOICES / f"{group}.{language}.txt", "\n".join(blocks))


def disagreements(story: Story, said: Told) -> Iterable[str]:
    """Where two forms differ."""
    for check in CHECKS:
        fault = check(story, said)
        if fault:
            yield fault


def stage(story: Story, said: Told) -> str | None:
    """Badge of the list, of a card of the page, of the API and of the console."""
    _kind, named = badge_of(Stage(said.api["stage"]), is_late=said.api["late"])
    if said.listed_badge != named:
        return f"the list says {said.listed_badge}, the API {named}"
    # Of an order without parcels and goods no card is shown.
    if said.badges and named not in said.badges:
        return f"the page says {said.badges}, the API {named}"
    if said.api["shipments"] and named not in said.console_badges:
        return f"the console says {said.console_badges}, the API {named}"
    return None


def title(story: Story, said: Told) -> str | None:
    """The list says what stands on top of the page."""
    return None if said.title in said.listed else f"the list lacks «{said.title}»"


def trails(story: Story, said: Told) -> str | None:
    """Page and mail have the same stops, under the same names, and stand at the same one."""
    page = [(state if state in ("done", "next") else "here", label) for state, label in said.trail]
    if not said.mail:
        return None
    if not said.mail_trail:
        return "the mail has no trail"
    # Of several parcels the page has several trails, of which the mail's is one.
    runs = [page[at : at + len(said.mail_trail)] for at in range(len(page))]
    return None if said.mail_trail in runs or not page else f"the mail's trail {said.mail_trail} is not {page}"


def badge_and_trail(story: Story, said: Told) -> str | None:
    """Where a trail stands is what its badge says, or it stands in trouble beside «late»."""
    if len(said.badges) != 1 or not said.trail:
        return None
    here = next((stop for stop in said.trail if stop[0] in ("now", "problem")), said.trail[-1])
    if here[1] == said.badges[0] or (here[0] == "problem" and said.badges[0] == stage_words(Stage.LATE)):
        return None
    return f"the badge says {said.badges[0]}, the trail {here}"


def number(story: Story, said: Told) -> str | None:
    """The whole number everywhere."""
    whole = story.order.number
    forms = {"page": said.page, "list": said.listed, "subject": said.subject, "mail": said.mail, "text": said.text}
    forms |= {"console": said.console, "API": said.api["number"]}
    lacking = [form for form, words in forms.items() if words and not re.search(rf"(?<!\w){whole}(?!\w)", words)]
    return f"{whole} is not in {lacking}" if lacking else None


def days(story: Story, said: Told) -> str | None:
    """The days of the API are those of the page, and a mail names no others."""
    expected = said.api["expected"]
    in_mail = set(re.findall(DAY_WORDS, said.mail.split("-- \n")[0]))
    if expected is None:
        promised = [words for words in ARRIVES if words in said.subject + said.mail and story.kind in DATED]
        return f"the mail promises a day that the page does not: {promised}" if promised else None
    begin, until = (date.fromisoformat(expected[name]) for name in ("from", "until"))
    if begin == until == story.now.date():
        return None
    named = between(begin, until).replace("\u00a0", " ")
    if story.kind in DATED and named not in said.mail and day(until) not in said.mail:
        return f"the mail does not say {named}: {in_mail}"
    # Said by its nearness, where nearness says all.
    near = (begin, until) == (story.now.date(), story.now.date() + ONE_DAY)
    spoken = named in said.page or day(until) in said.page or (near and _("Arrives today or tomorrow") in said.page)
    return None if spoken else f"the page does not say {named}"


def carrier(story: Story, said: Told) -> str | None:
    """One name of the carrier."""
    if not said.api["shipments"] or not story.kind.startswith("shipment."):
        return None
    lacking = [
        form
        for form, words in (("mail", said.mail), ("page", said.page), ("console", said.console))
        if "UPS" not in words
    ]
    return f"UPS is not in {lacking}" if lacking else None


def lateness(story: Story, said: Told) -> str | None:
    """What is late is nowhere said to be on its way as if nothing were."""
    if not said.api["late"]:
        return None
    before = said.api["promise"]["until"]
    was = day(date.fromisoformat(before)).replace("\u00a0", " ")
    if story.now.date() > date.fromisoformat(before) and was not in said.page:
        return f"the page does not say that it was promised by {was}"
    return "the list says nothing of late" if said.listed_badge == stage_words(Stage.ON_ITS_WAY) else None


def refund(story: Story, said: Told) -> str | None:
    """A cancelled order says what becomes of the money, the same in page and mail."""
    if said.api["status"] != "cancelled" or not said.api["totals"]["paid"]:
        return None
    amount = money(said.api["totals"]["paid"], "EUR").replace("\u00a0", " ")
    where = {"page": said.page.replace("\u00a0", " "), "mail": said.mail}
    return next((f"{amount} is not in the {form}" for form, words in where.items() if amount not in words), None)


CHECKS: tuple[Callable[[Story, Told], str | None], ...] = (
    stage,
    title,
    trails,
    badge_and_trail,
    number,
    days,
    carrier,
    lateness,
    refund,
)
ARRIVES = ("Llega entre", "Llega el", "Arrives between", "Arrives on")
DAY_WORDS = re.compile(r"\b\d{1,2} (?:de )?noviembre|\b\d{1,2} November")


def block(story: Story, said: Told) -> str:
    """What a person reads of one story."""
    trail = " · ".join(f"{'' if state == 'done' else f'[{state}] '}{label}" for state, label in said.trail)
    expected, late = said.api["expected"] or {}, ", late" if said.api["late"] else ""
    subject, headline, lead = said.subject, *(*said.mail.split("\n\n"), "", "")[:2]
    mail = " | ".join(filter(None, (subject, headline, " ".join(lead.split()))))
    rows = [
        f"## {story.name}",
        f"page    | {said.title} | {', '.join(said.badges) or '—'} | {trail}",
        f"        | {' '.join(said.below)}",
        f"        | [{'] ['.join(said.buttons)}]",
        f"list    | {said.listed_badge} | {said.title}",
        f"mail    | {mail or '—'}",
        f"text    | {said.text.split(' https://')[0] or '—'}",
        f"API     | {said.api['stage']}{late} | {expected.get('from')} {expected.get('until')}",
        f"console | {', '.join(said.console_badges) or '—'}",
    ]
    written = "\n".join(row.rstrip() for row in rows) + "\n"
    return re.sub(r"1Z\d+", "1Z10482", written).replace(story.order.number, "A-10482").replace("\u00a0", " ")


def compare(path: Path, written: str) -> None:
    """What was written before is what is said now; ``VOICES=write`` takes what is said now for right."""
    if os.environ.get("VOICES") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(written, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == written, f"{path.name} says something else: read it, then VOICES=write"
