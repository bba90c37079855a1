"""No page shows a text that no translator ever saw, whoever opens it and whatever they send."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from app.notify.models import Message, SandboxMessage
from tests.house.routes.addresses import addresses
from tests.house.routes.visits import Visitor, forms, open_as, readers, undone
from tests.words import pseudo
from tests.words.data import components, data_of, handles_of
from tests.words.pseudo import PSEUDO, bracketed
from tests.words.tongues import speaking

SPOKEN = {"Accept-Language": PSEUDO}

ONLY_A_REFERENCE = re.compile(r": \['[0-9A-HJKMNP-TV-Z]{8}'\]$")


@pytest.fixture
def pseudo_house(house: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The world, whose shop speaks the language that nobody speaks, and wrote its messages in it."""
    pseudo.write_catalogues(tmp_path)
    settings = house.app.config["SETTINGS"].model_copy(update={"languages": (PSEUDO,)})
    monkeypatch.setitem(house.app.config, "SETTINGS", settings)
    mailer = replace(house.app.extensions["mail_config"], languages=(PSEUDO,))
    monkeypatch.setitem(house.app.extensions, "mail_config", mailer)
    house.session.execute(update(Message).values(locale=PSEUDO, subject=bracketed("Received")))
    mail = {"subject": bracketed("Received"), "text": bracketed("Hello"), "html": f"<p>{bracketed('Hello')}</p>"}
    house.session.execute(update(SandboxMessage).values(mail))
    house.session.commit()
    with speaking(tmp_path):
        yield house


def test_every_word_of_a_page_is_translated(pseudo_house: SimpleNamespace) -> None:
    data = data_of(pseudo_house.session)
    own = {"/api/docs": handles_of(pseudo_house.app), "/ui": components()}
    escapes: dict[str, str] = {}
    for where, path, page in _pages(pseudo_house):
        for line in pseudo.escapes(page, data | own.get(path, frozenset())):
            # What a form has just made bears a reference that was in no table before.
            if not ONLY_A_REFERENCE.search(line):
                escapes.setdefault(line, where)
    assert not escapes, "\n".join(f"{where}: {line}" for line, where in escapes.items())


def _pages(house: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    """Every page as its readers get it, and what comes of each of its forms, sent as it stands and with nonsense."""
    seen = set()
    for address in addresses(house.app):
        if address.is_system and address.blueprint != "docs":
            continue
        path = address.path(house.mine)
        for who in (house.visitors[name] for name in readers(address)):
            page = _visit(house, who, path, address.method)
            yield f"{who.name} {address}", path, page
            for form in forms(page):
                action = (form.action or path).partition("#")[0]
                key = (who.name, action.partition("?")[0], form.method, tuple(sorted(form)))
                if key not in seen:
                    seen.add(key)
                    for body in (dict(form), {name: ["¿?"] for name in form}):
                        yield f"{who.name} {form.method} {action}", path, _visit(house, who, action, form.method, body)


def _visit(
    house: SimpleNamespace, who: Visitor, path: str, method: str, body: dict[str, list[str]] | None = None
) -> str:
    sent = {"query_string" if method == "GET" else "data": body or {}}
    with undone(house.session):
        answer: TestResponse = open_as(
            house.app, who, path, method, headers=SPOKEN, follow_redirects=True, buffered=True, **sent
        )
        return answer.text if answer.mimetype == "text/html" else ""
