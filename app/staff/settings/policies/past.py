"""What a draft would have changed over past returns, a stretch at a time, by the same code as the command."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core.i18n.words import money
from app.returns.policy.policy import Policy
from app.returns.policy.replay import Replayed, past_returns, replay
from app.returns.policy.rules import RuleAnswer

# So that a press is answered in a second or two.
STRETCH = 100
MOST_NAMED = 50
LONGEST_DAYS = 3650


@dataclass(slots=True)
class PastTotals:
    """What was reckoned so far: it travels with the page, and only sums up."""

    judged: int = 0
    after: int = 0
    changed: int = 0
    money: dict[str, int] = field(default_factory=dict)
    named: list[tuple[str, str, str, int, int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PastPage:
    """The totals in words, how many there are in all, and whether more wait."""

    days: int
    totals: PastTotals
    all: int
    more: bool
    rows: list[tuple[str, str, str]]
    sums: list[str]

    @property
    def written(self) -> str:
        """As the page carries it."""
        return json.dumps(asdict(self.totals))


def past_page(
    session: Session, form: MultiDict[str, str], *, brand: str, draft: Policy, anew: bool, now: datetime
) -> PastPage:
    """Judge the next stretch by the draft; ``anew`` begins with the first."""
    typed = form.get("past-days", "")
    days = min(int(typed), LONGEST_DAYS) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 365
    since = now - timedelta(days=days)
    totals = PastTotals() if anew else _totals(form.get("past-totals", ""))
    for one in replay(session, draft, brand=brand, since=since, after=totals.after, size=STRETCH):
        _add(totals, one)
    total = int(session.scalar(select(func.count()).select_from(past_returns(brand, since).subquery())) or 0)
    rows = [
        (ref, _change(before, after), _money(total_before, total_after, currency))
        for ref, before, after, total_before, total_after, currency in totals.named
    ]
    sums = [money(amount, currency) for currency, amount in totals.money.items() if amount]
    return PastPage(days, totals, total, _more(session, brand, since, totals.after), rows, sums)


def _more(session: Session, brand: str, since: datetime, after: int) -> bool:
    table = past_returns(brand, since).subquery()
    return bool(session.scalar(select(func.count()).select_from(table).where(table.c.id > after)))


def _add(totals: PastTotals, one: Replayed) -> None:
    totals.judged, totals.after = totals.judged + 1, max(totals.after, one.return_id)
    if not one.changed:
        return
    # By currency: a sum over several would say nothing.
    totals.changed += 1
    totals.money[one.currency] = totals.money.get(one.currency, 0) + one.total_after - one.total_before
    if len(totals.named) < MOST_NAMED:
        totals.named.append((one.ref, one.before, one.after, one.total_before, one.total_after, one.currency))


def _totals(written: str) -> PastTotals:
    """What the page carried; what is none begins anew."""
    try:
        return TypeAdapter(PastTotals).validate_json(written)
    except ValidationError:
        return PastTotals()


def _change(before: str, after: str) -> str:
    words: dict[Any, str] = {
        RuleAnswer.YES: _("Yes"), RuleAnswer.PERSON: _("A person decides"), RuleAnswer.NO: _("No"),
    }  # fmt: skip
    return f"{words.get(before, before)} → {words.get(after, after)}"


def _money(before: int, after: int, currency: str) -> str:
    return f"{money(before, currency)} → {money(after, currency)}"
