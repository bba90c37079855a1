"""Where the recipient's clock is: time zones from the delivery address, else from the telephone number."""

import phonenumbers
from phonenumbers import timezone as number_zones

from app.tracking.zones import zone_of


def zones_of(
    country: str | None, postcode: str | None, region: str | None, phone: str | None, default: str
) -> tuple[str, ...]:
    """The zones in which the recipient may be, most likely first; never empty."""
    if zone := zone_of(country, postcode=postcode, region=region):
        return (zone,)
    return _of_number(phone) or (default,)


def _of_number(phone: str | None) -> tuple[str, ...]:
    try:
        found = number_zones.time_zones_for_number(phonenumbers.parse(phone or "", None))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in found if zone != "Etc/Unknown")
