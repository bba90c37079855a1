"""Catalogues of the tests' own: the portal speaks from another folder for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.core.i18n import catalogues, formats, locale, words
from app.core.settings import faults as setting_faults
from app.server import gateway

# Everything that remembers what a catalogue said.
REMEMBERED = (
    catalogues.languages,
    catalogues.translator,
    formats.date_pattern,
    formats.time_pattern,
    formats.own_text,
    locale.best_locale,
    locale._texts_of,
    words._written,
    gateway._page,
)


@contextmanager
def speaking(folder: Path) -> Iterator[None]:
    """Let the portal speak from the catalogues in ``folder``."""
    forget()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(catalogues, "TRANSLATIONS", folder)
        patched.setattr(setting_faults, "TRANSLATIONS", folder)
        try:
            yield
        finally:
            forget()


def forget() -> None:
    """Read every catalogue anew when it is next asked for."""
    for cache in REMEMBERED:
        cache.cache_clear()
