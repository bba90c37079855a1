"""A shop's own texts as settings: looked at, saved, brought back; each change is a version of the brand's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from app.brands import versions
from app.brands.queries import named_brand
from app.brands.records import SettingVersionRecord
from app.brands.versions import SettingKind, SettingPlace
from app.core.errors import Fault, Invalid, NotFound
from app.core.i18n.catalogues import offered
from app.notify.kinds import Channel
from app.notify.send.config import MailConfig
from app.notify.send.outgoing import shop_of
from app.notify.texts.lint import TextRemark, TextScene, remarks, tidied
from app.notify.texts.shelf import TEXT, TextKey
from app.notify.texts.usual import usual_text
from app.notify.texts.variables import editable


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text as it is in force: the shop's own or the portal's; ``number`` is its version's, 0 while there is none."""

    scene: TextScene
    document: dict[str, Any]
    is_own: bool
    number: int
    remarks: list[TextRemark]


class TextRefused(Invalid):
    """The text cannot be put in force; ``remarks`` are those that refuse it, for whoever reads another language."""

    def __init__(self, refusals: list[TextRemark]) -> None:
        super().__init__([Fault(f"/{remark.field}", remark.words()) for remark in refusals])
        self.remarks = refusals


def scene_of(session: Session, brand: str, key: TextKey, config: MailConfig) -> TextScene:
    """What a text is for. Raises NotFound where a brand, a kind, a channel or a language is not there."""
    record = named_brand(session, brand)
    if key.channel not in set(Channel) or key.kind not in editable(key.channel):
        raise NotFound(f"There is no text of {key.kind} for {key.channel} that can be changed.")
    if key.language not in offered(config.languages):
        raise NotFound(f"The shop doesn't speak {key.language}.")
    return TextScene(*key, shop_of(record, config), config.answerable)


def place_of(brand: str, key: TextKey, scene: TextScene) -> SettingPlace:
    """Where a text's versions are kept, with the check of its kind."""
    usual = usual_of(scene)
    return SettingPlace(brand, SettingKind(TEXT.name, partial(checked, scene=scene), usual=lambda _: usual), key.name)


def usual_of(scene: TextScene) -> dict[str, Any]:
    """What the portal itself says, as such a document."""
    return tidied(usual_text(scene.kind, scene.channel, scene.language, scene.shop, scene.answerable), scene)


def checked(document: Mapping[str, Any], *, scene: TextScene) -> dict[str, Any]:
    """The document as it is kept. Raises TextRefused with everything that refuses it."""
    refusals = [remark for remark in remarks(document, scene) if remark.refuses]
    if refusals:
        raise TextRefused(refusals)
    return tidied(document, scene)


def shown(session: Session, brand: str, key: TextKey, config: MailConfig) -> ShownText:
    """The text in force, with what is to be said about it. Raises NotFound."""
    scene = scene_of(session, brand, key, config)
    version = versions.live(session, place_of(brand, key, scene))
    own = version.document if version else None
    document = usual_of(scene) if own is None else own
    return ShownText(scene, document, own is not None, version.number if version else 0, remarks(document, scene))


def save(
    session: Session,
    brand: str,
    key: TextKey,
    document: Mapping[str, Any],
    *,
    by: str,
    config: MailConfig,
    now: datetime,
    expected: int | None = None,
) -> SettingVersionRecord | None:
    """Put a text in force; what says the same as the portal is the portal's again. Raises Invalid, NotFound, Conflict.

    None where it was the portal's and stays so.
    """
    scene = scene_of(session, brand, key, config)
    place = place_of(brand, key, scene)
    own = None if checked(document, scene=scene) == usual_of(scene) else document
    if own is None and versions.live(session, place) is None:
        return None
    return versions.save(session, place, own, by=by, expected=expected, now=now)


def restore(
    session: Session,
    brand: str,
    key: TextKey,
    number: int,
    *,
    by: str,
    config: MailConfig,
    now: datetime,
    expected: int | None = None,
) -> SettingVersionRecord | None:
    """Bring an earlier version back; 0 is the portal's own. Raises as ``save`` does; None where nothing changes."""
    place = place_of(brand, key, scene_of(session, brand, key, config))
    if number == 0 and versions.live(session, place) is None:
        return None
    return versions.restore(session, place, number, by=by, expected=expected, now=now)
