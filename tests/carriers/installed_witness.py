"""What a fresh interpreter makes of installed carriers that are at fault; run by the tests beside such a package."""

import json
import os

from app.carriers import registry
from app.carriers.polling.credentials import carriers_from_env
from app.core import parts
from app.core.settings import Settings
from app.tracking.carrier_pages import carrier_choices, carrier_title
from app.tracking.carriers.names import carrier_name


def main() -> None:
    """Print it as JSON."""
    settings = Settings.from_env()
    seen = {
        "carriers": list(registry.carriers()),
        "titles": {name: carrier_title(name) for name in parts.names(registry.GROUP)},
        "choices": dict(carrier_choices()),
        "alias": carrier_name("Royal Mail"),
        "pushing": {source: carrier.name for source, carrier in registry.pushing().items()},
        "secret": settings.secret_key.get_secret_value(),
        "brought": settings.brought("SECRET_KEY"),
        "sources": sorted(carriers_from_env(os.environ)),
        "faults": [*parts.faults(), *registry.faults()],
    }
    print(json.dumps(seen))  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    main()
