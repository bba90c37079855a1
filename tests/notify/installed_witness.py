"""What a fresh interpreter finds of providers' parts; run by the tests beside an installed package."""

import json

from app.core import parts
from app.core.settings import Settings
from app.notify.providers.declaration import Provider
from app.notify.providers.registry import endpoints, providers


def main() -> None:
    """Print what is found, as JSON."""
    seen = {
        "providers": [one.name for one in providers()],
        "endpoints": sorted(endpoints()),
        "faults": parts.faults(),
        "misfits": parts.misfits(parts.PROVIDERS, Provider),
        "carries": Settings.from_env().carries("sms"),
    }
    print(json.dumps(seen))  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    main()
