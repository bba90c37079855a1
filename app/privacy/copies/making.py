"""A copy of all that is held of a person: JSON and a readable page in one archive, to be fetched once within a day."""

import base64
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jinja2 import Environment, FileSystemLoader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.errors import NotFound
from app.core.settings import ROOT
from app.core.tokens import digest, new_secret, seal, unseal
from app.personal.claims import DataSubject, TableClaim, Tier, _l, claims
from app.personal.terms import TERMS
from app.privacy.copies.rows import documents
from app.privacy.models import PersonalCopy
from app.privacy.people import Subject, find, subject_of
from app.privacy.terms import days

LIFE = timedelta(hours=24)
Say = Callable[[str], str]
"""Says a text of ours in a language."""


@dataclass(frozen=True, slots=True)
class Category:
    """One table's rows of a person, with what they are for, by which right, and how long they are kept."""

    claim: TableClaim
    rows: list[dict[str, Any]]
    days: int | None


def exported(claim: TableClaim) -> bool:
    """Whether its rows are told: not what nobody may read, nor bodies that may speak of others, too."""
    return claim.of is not None and not claim.apart and claim.tier is not Tier.NOBODY


def gathered(session: Session, person: DataSubject) -> list[Category]:
    """Everything that is held of a person, table by table, those without a row left out."""
    in_force = days(session)
    categories = []
    for claim in claims():
        if claim.of is not None and exported(claim):
            rows = list(documents(session, claim, claim.of(session, person)))
            if rows:
                categories.append(Category(claim, rows, in_force.get(claim.term)))
    return categories


def archive(
    session: Session, subject: Subject, *, key: str, say: Say = str, language: str = "en", now: datetime
) -> bytes:
    """The archive with ``data.json`` and ``data.html``, whose headings ``say`` gives in ``language``.

    Raises NotFound for whom nothing is held.
    """
    # All of one moment: what changes meanwhile is in the next copy.
    person = find(session, subject, key=key)
    categories = gathered(session, person)
    if not categories:
        raise NotFound("Nothing is held of this person.")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        document = json.dumps(_document(categories, now), ensure_ascii=False, indent=1)
        file.writestr("data.json", document)
        file.writestr("data.html", page(categories, say, language, now=now))
    return made.getvalue()


def make(
    session: Session, subject: Subject, *, by: str, key: str, say: Say = str, language: str = "en", now: datetime
) -> str:
    """Keep an archive for a day, sealed; gives the token that fetches it once. Raises NotFound."""
    packed = archive(session, subject, key=key, say=say, language=language, now=now)
    token = new_secret()
    session.add(
        PersonalCopy(
            token_hash=digest(token),
            subject=subject_of(key, subject.kind, subject.text),
            sealed=seal(key, base64.b64encode(packed).decode()),
            made_by=by,
            made_at=now,
        )
    )
    session.flush()
    return token


def fetch(session: Session, token: str, *, subject: Subject, key: str, now: datetime) -> bytes:
    """The archive, this once, for the person it is about. Raises NotFound when it is fetched, too old or another's."""
    statement = select(PersonalCopy).where(
        PersonalCopy.token_hash == digest(token),
        PersonalCopy.subject == subject_of(key, subject.kind, subject.text),
        PersonalCopy.fetched_at.is_(None),
        PersonalCopy.made_at > now - LIFE,
    )
    copy = session.scalar(statement.with_for_update())
    opened = unseal(key, copy.sealed, max_age=int(2 * LIFE.total_seconds())) if copy and copy.sealed else None
    if copy is None or opened is None:
        raise NotFound("This copy was fetched already, or its day is over.")
    copy.fetched_at, copy.sealed = now, None
    return base64.b64decode(opened)


def note(session: Session, *, by: str, action: str = "person.exported", now: datetime) -> None:
    """That somebody of the shop took a copy; of whom, the trail does not say, for it is never emptied."""
    audit.record(session, actor=by, action=action, now=now)


def _document(categories: list[Category], now: datetime) -> dict[str, Any]:
    return {
        "made_at": now.isoformat(),
        "categories": [
            {
                "table": one.claim.table.name,
                "purpose": one.claim.purpose,
                "legal_basis": one.claim.basis.value,
                "kept_for_days": one.days,
                "rows": one.rows,
            }
            for one in categories
        ],
    }


_PAGES = Environment(loader=FileSystemLoader(ROOT / "app" / "templates"), autoescape=True)


def page(categories: list[Category], say: Say, language: str, *, now: datetime) -> str:
    """The same to be read, without a web: empty facts are left out."""
    title = say(_l("What we hold of you"))
    headed = [
        (say(one.claim.purpose), say(TERMS[one.claim.term].title), list(map(_row, one.rows))) for one in categories
    ]
    template = _PAGES.get_template("privacy/copy.html")
    return template.render(title=title, language=language, made=f"{now:%Y-%m-%d %H:%M} UTC", categories=headed)


def _row(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name.replace("_", " "), _cell(cell)) for name, cell in row.items() if cell not in (None, "", [], {})]


def _cell(cell: Any) -> str:
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, (dict, list)) else str(cell)
