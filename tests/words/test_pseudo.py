"""Nothing that a message says escapes the translators: each is rendered in a language made for that."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import pytest

from app.notify.render.mails.book import MAILS
from app.notify.render.mails.facts import Links
from app.notify.render.mails.texts import TEXTS, stop_hint, text
from app.notify.render.render import mail
from app.notify.render.words import Tongue
from tests.notify.build import facts
from tests.words import pseudo
from tests.words.pseudo import PSEUDO, bracketed, escaped, escapes
from tests.words.tongues import speaking


@pytest.fixture(scope="module", autouse=True)
def pseudo_language(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("translations")
    pseudo.write_catalogues(folder)
    with speaking(folder):
        yield


TONGUE = Tongue(PSEUDO, "Europe/Madrid")
# The receipt of a withdrawal names the zone of its time as the IANA does, for lawyers.
ZONE = frozenset({"europe", "madrid", "utc"})


def test_a_text_is_accented_and_keeps_its_placeholders() -> None:
    assert bracketed("%(num)s items, 50%% off") == "¥%(num)s ítéms, 50%% óff¤"


def test_what_stands_outside_brackets_is_told() -> None:
    page = '<p title="Escaped">¥In ¥nested¤ text¤ 12 <b>out</b><code>GET</code><a lang="es">Español</a></p>'
    assert list(escapes(page, frozenset())) == ["p title: 'Escaped': ['Escaped']", "b: 'out': ['out']"]
    assert escaped("novembro hispanujo") == []


@pytest.mark.parametrize("kind", sorted(MAILS))
def test_every_word_of_a_mail_is_translated(kind: str) -> None:
    content = facts()
    made = mail(kind, content, TONGUE)
    data = pseudo.words_of(_texts(content)) | ZONE
    assert list(escapes(made.html, data)) == []
    assert [
        word
        for line in (made.subject, *made.text.splitlines())
        for word in escaped(line)
        if word.casefold() not in data
    ] == []


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_every_word_of_a_text_message_is_translated(kind: str) -> None:
    content = facts()
    content = replace(content, links=Links("", "", "")) if kind in ("text.help", "withdrawal.received") else content
    sms = text(kind, content, TONGUE, hint=stop_hint(TONGUE, answerable=True))
    assert [word for word in escaped(sms) if word.casefold() not in pseudo.words_of(_texts(content)) | ZONE] == []


def _texts(value: object) -> Iterator[str]:
    """Every text in what a message speaks of."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _texts(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _texts(getattr(value, one.name))
