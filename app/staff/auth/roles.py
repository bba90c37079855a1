"""Who may do what: four roles and the parts of the console that each sees."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody does in the shop."""

    SUPPORT = "support"
    WAREHOUSE = "warehouse"
    MARKETING = "marketing"
    ADMIN = "admin"


PARTS: dict[str, frozenset[Role]] = {
    "orders": frozenset({Role.SUPPORT}),
    "returns": frozenset({Role.SUPPORT}),
    "warehouse": frozenset({Role.WAREHOUSE, Role.SUPPORT}),
    "metrics": frozenset({Role.MARKETING, Role.SUPPORT}),
    # Admins only, who open every part.
    "settings": frozenset(),
    "people": frozenset(),
    "audit": frozenset(),
}
HOME: dict[Role, str] = {
    Role.SUPPORT: "orders",
    Role.WAREHOUSE: "warehouse",
    Role.MARKETING: "metrics",
    Role.ADMIN: "orders",
}
PROTECTED = frozenset({Role.SUPPORT, Role.ADMIN})
"""Roles that can reveal personal data or book refunds: in production they need a second factor."""


def may(role: str, part: str) -> bool:
    """Whether a role opens a part of the console; an admin opens all."""
    return role == Role.ADMIN or role in PARTS[part]
