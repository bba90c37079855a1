"""Who may do what: one table of permissions, which every guard uses, and the built-in roles made of them; pure."""

from collections.abc import Collection
from enum import StrEnum


class Permission(StrEnum):
    """Something that a member may do in the console, or not."""

    ORDERS = "orders"
    PERSONAL = "personal"
    MESSAGES = "messages"
    CASES = "cases"
    RETURNS = "returns"
    REFUNDS = "refunds"
    SIGN_OFF = "sign_off"
    WAREHOUSE = "warehouse"
    METRICS = "metrics"
    SETTINGS = "settings"
    PEOPLE = "people"
    AUDIT = "audit"


class Role(StrEnum):
    """The built-in roles, by what somebody does in the shop; a shop may make others of its own."""

    SUPPORT = "support"
    WAREHOUSE = "warehouse"
    MARKETING = "marketing"
    ADMIN = "admin"


BUILT_IN: dict[str, frozenset[Permission]] = {
    Role.SUPPORT: frozenset(Permission) - {Permission.SETTINGS, Permission.PEOPLE, Permission.AUDIT},
    Role.WAREHOUSE: frozenset({Permission.WAREHOUSE}),
    Role.MARKETING: frozenset({Permission.METRICS}),
    # All there are, those of later releases too.
    Role.ADMIN: frozenset(Permission),
}
# Who has one of these can do harm with a password alone: in production they need a second factor.
PROTECTED = frozenset(
    {Permission.PERSONAL, Permission.REFUNDS, Permission.SIGN_OFF, Permission.SETTINGS, Permission.PEOPLE}
)
# What opens something before it can be used: who books refunds has to see the return.
NEEDS: dict[Permission, Permission] = {
    Permission.PERSONAL: Permission.ORDERS,
    Permission.MESSAGES: Permission.ORDERS,
    Permission.CASES: Permission.ORDERS,
    Permission.REFUNDS: Permission.RETURNS,
    Permission.SIGN_OFF: Permission.RETURNS,
}


def read_permissions(names: Collection[str]) -> frozenset[Permission]:
    """The permissions of these names; those that this release does not have are left out."""
    return frozenset(permission for permission in Permission if permission.value in names)


def is_protected(permissions: Collection[Permission]) -> bool:
    """Whether whoever has these needs a second factor in production."""
    return not PROTECTED.isdisjoint(permissions)


def missing(permissions: Collection[Permission]) -> list[tuple[Permission, Permission]]:
    """Those that are of no use without another, which is not there, with that other."""
    return [(one, NEEDS[one]) for one in Permission if one in permissions and NEEDS.get(one, one) not in permissions]


# Who works a list off; all others are for whoever looks after orders.
_OF_LISTS = {
    Permission.CASES: ("cases",),
    Permission.RETURNS: (
        "collections", "collections-to-cancel", "undecided", "rejected", "receipts", "withdrawals",
    ),
    Permission.REFUNDS: ("refunds", "compared"),
    Permission.MESSAGES: ("messages",),
}  # fmt: skip
_LISTS = {name: permission for permission, names in _OF_LISTS.items() for name in names}


def needed_for_list(name: str) -> Permission:
    """What one has to be allowed to see a worklist."""
    return _LISTS.get(name, Permission.ORDERS)
