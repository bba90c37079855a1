"""Changing brands: each change locks the brand's row, so that two people's changes come one after the other."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.brands.queries import named_brand
from app.brands.records import BrandRecord
from app.core.errors import NotFound


def locked_brand(session: Session, key: str) -> BrandRecord:
    """The brand, which nobody else changes, nor what rooms above keep of it, before the commit. Raises NotFound."""
    # The lock first and the reading after it: what was read before could be old by now.
    # Its key stays as it is, so that orders and messages that only refer to it need not wait.
    found_key = session.scalar(select(Brand.key).where(Brand.key == key).with_for_update(key_share=True))
    if found_key is None:
        raise NotFound(f"There is no brand {key}.")
    return named_brand(session, key)


def write_policy(session: Session, key: str, policy: Mapping[str, Any]) -> None:
    """Write the returns policy in force, which its room has checked and versioned."""
    session.execute(update(Brand).where(Brand.key == key).values(policy=dict(policy)))


def write_reasons(session: Session, key: str, reasons: Mapping[str, Any]) -> None:
    """Write the reasons for returns in force, which their room has checked and versioned."""
    session.execute(update(Brand).where(Brand.key == key).values(reasons=dict(reasons)))


def describe_default(session: Session, facts: Mapping[str, Any]) -> None:
    """Change columns of the default brand by name."""
    session.execute(update(Brand).where(Brand.is_default).values(dict(facts)))
