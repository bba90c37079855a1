"""The installation's key and the one before it: it goes about as the plain text that it is, and still knows of both.

Whoever seals or signs takes it as a text, so the key of today is used. Whoever opens or checks asks for each of them.
"""

from typing import Self


class InstallationKey(str):
    """SECRET_KEY, which knows the key before it: what that one sealed or signed still counts."""

    before: tuple[str, ...]

    def __new__(cls, key: str, before: tuple[str, ...] = ()) -> Self:
        """The key of today and those before it."""
        made = super().__new__(cls, key)
        made.before = before
        return made

    def __repr__(self) -> str:
        """Nothing of it: it stands in dataclasses, which are written out whole when something breaks."""
        return f"{type(self).__name__}(…)"


def each_key(key: str) -> tuple[str, ...]:
    """The key of today first, then those before it: what rests may have been signed with either.

    A plain text stands for itself alone.
    """
    return (key, *key.before) if isinstance(key, InstallationKey) else (key,)
