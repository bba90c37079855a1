"""What the wheel holds beside the sources: the browser's files as built, and the catalogues as compiled.

A hook of the build (hatchling): both are made in the checkout and not committed, so the build makes them anew.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = Path("paradero")


class Built(BuildHookInterface[Any]):
    """Adds them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make what is missing or stale, and name the files; of what older releases built, none."""
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from app.core.i18n.catalogues import compile_catalogues
        from app.pages import assets

        try:
            built = [assets.BUILT / name for name in assets.install()]
        except FileNotFoundError as error:
            raise SystemExit(f"{error.filename} is missing: «make install» brings it, by npm.") from error
        compile_catalogues()
        compiled = [path.with_suffix(".mo") for path in (root / "app" / "translations").rglob("*.po")]
        for path in sorted([*built, *compiled]):
            build_data["force_include"][str(path)] = str(PACKAGE / path.relative_to(root))
