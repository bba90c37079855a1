"""How far the long walks go: one language each in `make test`, where minutes count, and all of them in `make chaos`."""

import os

ALL_WALKS = os.environ.get("PARADERO_WALKS") == "all"


def languages(usual: str) -> list[str]:
    """The languages of a walk; ``usual`` is the one that every change is tried in."""
    return ["es", "en"] if ALL_WALKS else [usual]
