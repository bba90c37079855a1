"""Pictures of brands that were sent and never saved: cleared after a week, all others stay.

Any version of a brand can be brought back with its pictures, and mails link to them by address: what a version names is
never cleared.
"""

from datetime import datetime, timedelta

from sqlalchemy import Text, cast, delete, exists, func, select
from sqlalchemy.orm import Session

from app.brands.models import Brand, BrandFile, SettingVersion
from app.brands.services import locked_brand

# Longer than a form lies open, or an integration takes from a picture to the document that names it.
UNSAVED_FOR = timedelta(days=7)


def clear_unsaved(session: Session, *, now: datetime) -> int:
    """Remove the pictures that no brand and no version of anything names; gives how many."""
    old = BrandFile.made_at < now - UNSAVED_FOR
    # As texts: whichever part of a document, of this release or of an earlier one, may name it.
    in_force = exists().where(func.strpos(cast(Brand.facts, Text), BrandFile.name) > 0)
    in_versions = exists().where(func.strpos(cast(SettingVersion.document, Text), BrandFile.name) > 0)
    unnamed = (old, ~in_force, ~in_versions)
    cleared = 0
    for brand in session.scalars(select(BrandFile.brand_key).where(*unnamed).distinct().order_by(BrandFile.brand_key)):
        # Whoever saves a document with one of them right now comes first.
        locked_brand(session, brand)
        chosen = delete(BrandFile).where(BrandFile.brand_key == brand, *unnamed).returning(BrandFile.name)
        cleared += len(session.scalars(chosen).all())
    return cleared
