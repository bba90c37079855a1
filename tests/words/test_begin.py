"""A language is begun with one command, translated sentence by sentence, and spoken by the shops that name it."""

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from babel.messages.pofile import read_po

from app.core.i18n.words import HOME_ZONE
from app.core.settings import ROOT
from tests.conftest import SECRET

NEEDED = ("app", "tools", "Makefile", "pyproject.toml", "requirements.txt", "requirements-run.txt", "package-lock.json")
OPEN_PAGE = """
from app import create_app
from app.core.settings import Settings
page = create_app(Settings.from_env()).test_client().get("/ui", headers={"Accept-Language": "fr"})
print(page.text)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the tree with an environment that is made already: nothing is installed."""
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, tmp_path / name)
    environment, ours = tmp_path / ".venv", Path(sys.prefix)
    environment.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (environment / name).symlink_to(ours / name)
    (environment / ".installed").touch()
    return tmp_path


def test_a_translator_begins_a_language_and_a_reader_sees_each_sentence_done(checkout: Path, database_url: str) -> None:
    before = _catalogues(checkout)
    _make(checkout, "words", "LANG=fr")
    begun = _catalogues(checkout)
    assert {path for path in begun if path not in before} == {"fr/messages.po", "fr/formats.po"}
    assert {path: begun[path] for path in before} == before
    path = checkout / "app/translations/fr/LC_MESSAGES/messages.po"
    catalogue = path.read_text(encoding="utf-8")
    path.write_text(catalogue.replace('msgid "Help"\nmsgstr ""', 'msgid "Help"\nmsgstr "Aide"'), encoding="utf-8")
    assert "fr: 1 of " in _make(checkout, "words")
    assert '<html lang="en-GB"' in _page(checkout, database_url), "the shop does not name it yet"
    page = _page(checkout, database_url, LANGUAGES="es,en,fr")
    assert '<html lang="fr-FR"' in page
    assert '<a class="tool" href="/help">Aide</a>' in page
    assert "Skip to the content" in page
    assert format_date(datetime.now(ZoneInfo(HOME_ZONE)), "EEEE d MMMM", locale="fr") in page
    assert '<button class="tool" lang="es">Español</button>' in page


def _make(folder: Path, *words: str) -> str:
    # A shell's own LANG is not a language to begin.
    environ = os.environ | {"LANG": "de_DE.UTF-8"}
    done = subprocess.run(["make", *words], cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _page(folder: Path, database_url: str, **settings: str) -> str:
    environ = os.environ | {"DATABASE_URL": database_url, "SECRET_KEY": SECRET, **settings}
    python = str(folder / ".venv" / "bin" / "python")
    return subprocess.run(
        [python, "-c", OPEN_PAGE], cwd=folder, env=environ, capture_output=True, text=True, check=True
    ).stdout


def _catalogues(folder: Path) -> dict[str, dict[object, object]]:
    """Every catalogue's texts with their translations, as ``fr/messages.po``; where they stand may change."""
    generator = (folder / "app" / "translations").glob("*/LC_MESSAGES/*.po")
    return {f"{path.parents[1].name}/{path.name}": _texts(path) for path in generator}


def _texts(path: Path) -> dict[object, object]:
    with path.open("rb") as file:
        return {(text.context, text.id): text.string for text in read_po(file) if text.id}
