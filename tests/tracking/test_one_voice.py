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
from tests.tracking.told import Forms, Story, read_all
from tests.voices import head, note

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
        forms = read_all(app, session, story, language, *everyone)
        with speaking(language):
            faults += [f"{story.name}: {fault}" for fault in disagreements(story, forms)]
        blocks.append(block(story, forms))
    assert faults == []
    note("orders", len(blocks), len(CHECKS))
    blocks[:0] = [head(len(blocks), len(CHECKS))]
    compare(VOICES / f"{group}.{language}.txt", "\n".join(blocks))


def disagreements(story: Story, forms: Forms) -> Iterable[str]:
    """Where two forms differ."""
    for check in CHECKS:
        fault = check(story, forms)
        if fault:
            yield fault


def stage(story: Story, forms: Forms) -> str | None:
    """Badge of the list, of a card of the page, of the API and of the console: its page's head, its list, its cards."""
    _kind, named = badge_of(Stage(forms.api["stage"]), is_late=forms.api["late"])
    if forms.listed_badge != named:
        return f"the list says {forms.listed_badge}, the API {named}"
    # Of an order without parcels and goods no card is shown.
    if forms.badges and named not in forms.badges:
        return f"the page says {forms.badges}, the API {named}"
    if {forms.console_badge, forms.console_row} != {named}:
        return f"the console says {forms.console_badge}, its list {forms.console_row}, the API {named}"
    if forms.api["shipments"] and named not in forms.console_badges:
        return f"the console says {forms.console_badges}, the API {named}"
    return None


def title(story: Story, forms: Forms) -> str | None:
    """The list says what stands on top of the page."""
    return None if forms.title in forms.listed else f"the list lacks «{forms.title}»"


def trails(story: Story, forms: Forms) -> str | None:
    """Page and mail have the same stops, under the same names, and stand at the same one."""
    page = [(state if state in ("done", "next") else "here", label) for state, label in forms.trail]
    if not forms.mail:
        return None
    if not forms.mail_trail:
        return "the mail has no trail"
    # Of several parcels the page has several trails, of which the mail's is one.
    runs = [page[at : at + len(forms.mail_trail)] for at in range(len(page))]
    return None if forms.mail_trail in runs or not page else f"the mail's trail {forms.mail_trail} is not {page}"


def badge_and_trail(story: Story, forms: Forms) -> str | None:
    """Where a trail stands is what its badge says, or it stands in trouble beside «late»."""
    if len(forms.badges) != 1 or not forms.trail:
        return None
    here = next((stop for stop in forms.trail if stop[0] in ("now", "problem")), forms.trail[-1])
    if here[1] == forms.badges[0] or (here[0] == "problem" and forms.badges[0] == stage_words(Stage.LATE)):
        return None
    return f"the badge says {forms.badges[0]}, the trail {here}"


def number(story: Story, forms: Forms) -> str | None:
    """The whole number everywhere."""
    whole = story.order.number
    words_of = {
        "page": forms.page,
        "list": forms.listed,
        "subject": forms.subject,
        "mail": forms.mail,
        "text": forms.text,
    }
    words_of |= {"console": forms.console, "API": forms.api["number"]}
    lacking = [form for form, words in words_of.items() if words and not re.search(rf"(?<!\w){whole}(?!\w)", words)]
    return f"{whole} is not in {lacking}" if lacking else None


def days(story: Story, forms: Forms) -> str | None:
    """The days of the API are those of the page, and a mail names no others."""
    expected = forms.api["expected"]
    in_mail = set(re.findall(DAY_WORDS, forms.mail.split("-- \n")[0]))
    if expected is None:
        promised = [words for words in ARRIVES if words in forms.subject + forms.mail and story.kind in DATED]
        return f"the mail promises a day that the page does not: {promised}" if promised else None
    begin, until = (date.fromisoformat(expected[name]) for name in ("from", "until"))
    if begin == until == story.now.date():
        return None
    named = between(begin, until).replace("\u00a0", " ")
    if story.kind in DATED and named not in forms.mail and day(until) not in forms.mail:
        return f"the mail does not say {named}: {in_mail}"
    # Said by its nearness, where nearness says all.
    near = (begin, until) == (story.now.date(), story.now.date() + ONE_DAY)
    spoken = named in forms.page or day(until) in forms.page or (near and _("Arrives today or tomorrow") in forms.page)
    return None if spoken else f"the page does not say {named}"


def carrier(story: Story, forms: Forms) -> str | None:
    """One name of the carrier."""
    if not forms.api["shipments"] or not story.kind.startswith("shipment."):
        return None
    lacking = [
        form
        for form, words in (("mail", forms.mail), ("page", forms.page), ("console", forms.console))
        if "UPS" not in words
    ]
    return f"UPS is not in {lacking}" if lacking else None


def lateness(story: Story, forms: Forms) -> str | None:
    """What is late is nowhere forms to be on its way as if nothing were."""
    if not forms.api["late"]:
        return None
    before = forms.api["promise"]["until"]
    was = day(date.fromisoformat(before)).replace("\u00a0", " ")
    if story.now.date() > date.fromisoformat(before) and was not in forms.page:
        return f"the page does not say that it was promised by {was}"
    return "the list says nothing of late" if forms.listed_badge == stage_words(Stage.ON_ITS_WAY) else None


def refund(story: Story, forms: Forms) -> str | None:
    """A cancelled order says what becomes of the money, the same in page and mail."""
    if forms.api["status"] != "cancelled" or not forms.api["totals"]["paid"]:
        return None
    amount = money(forms.api["totals"]["paid"], "EUR").replace("\u00a0", " ")
    where = {"page": forms.page.replace("\u00a0", " "), "mail": forms.mail}
    return next((f"{amount} is not in the {form}" for form, words in where.items() if amount not in words), None)


CHECKS: tuple[Callable[[Story, Forms], str | None], ...] = (
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


def block(story: Story, forms: Forms) -> str:
    """What a person reads of one story."""
    trail = " · ".join(f"{'' if state == 'done' else f'[{state}] '}{label}" for state, label in forms.trail)
    expected, late = forms.api["expected"] or {}, ", late" if forms.api["late"] else ""
    subject, headline, lead = forms.subject, *(*forms.mail.split("\n\n"), "", "")[:2]
    mail = " | ".join(filter(None, (subject, headline, " ".join(lead.split()))))
    rows = [
        f"## {story.name}",
        f"page    | {forms.title} | {', '.join(forms.badges) or '—'} | {trail}",
        f"        | {' '.join(forms.below)}",
        f"        | [{'] ['.join(forms.buttons)}]",
        f"list    | {forms.listed_badge} | {forms.title}",
        f"mail    | {mail or '—'}",
        f"text    | {forms.text.split(' https://')[0] or '—'}",
        f"API     | {forms.api['stage']}{late} | {expected.get('from')} {expected.get('until')}",
        f"console | {', '.join(forms.console_badges) or '—'}",
    ]
    written = "\n".join(row.rstrip() for row in rows) + "\n"
    return re.sub(r"1Z\d+", "1Z10482", written).replace(story.order.number, "A-10482").replace("\u00a0", " ")


def compare(path: Path, written: str) -> None:
    """What was written before is what is forms now; ``VOICES=write`` takes what is forms now for right."""
    if os.environ.get("VOICES") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(written, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == written, f"{path.name} says something else: read it, then VOICES=write"
