"""What the server of children has loaded before it makes the first one: else each would load it again."""

from importlib import import_module
from pathlib import Path

import holidays

from app.core.settings import ROOT
from benchmarks.chaos import deed_scene
from benchmarks.chaos.scene import portal

APP = ROOT / "app"


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


portal()
for path in sorted(APP.rglob("*.py")):
    # The shrinking of pictures runs in a process of its own, where it limits its memory.
    if path.name not in ("thumbnail.py", "__main__.py"):
        import_module(_name(path))
for country in ("ES", "GB"):
    holidays.country_holidays(country)

__all__ = ["deed_scene"]
