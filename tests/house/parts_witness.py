"""What a fresh interpreter finds of carriers' parts; run by the tests of parts beside an installed package."""

import json
import sys

from app.core import parts

GROUP = "paradero.carriers"


def main() -> None:
    """Print what is found, as JSON."""
    names, before = parts.names(GROUP), "shop_parts" in sys.modules
    good = parts.part(GROUP, "good")
    seen = {
        "names": names,
        "loaded": {"before": before, "after": "shop_parts" in sys.modules},
        "good": good,
        "broken": parts.part(GROUP, "broken"),
        "ups": getattr(parts.part(GROUP, "ups"), "title", None),
        "others": len(parts.parts(GROUP)),
        "faults": parts.faults(),
    }
    print(json.dumps(seen))  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    main()
