"""The texts of a shop's own as they are kept: under which name, and which are in force."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from app.brands import versions
from app.brands.versions import SettingKind

OwnTexts = dict[tuple[str, str], dict[str, Any]]
"""Texts by brand and name."""

# Whoever saves one brings the check that its kind, channel and language call for (`documents`).
TEXT = SettingKind("text", dict)


class TextKey(NamedTuple):
    """Which text of a brand."""

    kind: str
    channel: str
    language: str

    @property
    def name(self) -> str:
        """As it is kept: «shipment.late/email/es»."""
        return "/".join(self)


def texts_in_force(session: Session, brands: Iterable[str]) -> OwnTexts:
    """The texts of these brands that are not the portal's own."""
    return {
        (brand, name): document
        for brand in sorted(brands)
        for name, document in versions.all_live(session, brand, TEXT).items()
    }
