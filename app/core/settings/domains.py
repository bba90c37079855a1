"""Domains as wires take them: IDNA 2008 after the mapping of UTS 46, as e-mail addresses are read. Pure."""

from functools import lru_cache

import email_validator
from email_validator import EmailNotValidError, ValidatedEmail, validate_email

# A shop's partners may sit on internal domains; whether mail arrives there is not asked here.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


# An address is looked at when it is mended, when it is compared and when it is written to.
@lru_cache(maxsize=512)
def checked_address(address: str) -> ValidatedEmail | None:
    """An e-mail address in all its forms; None when it cannot be one. Nobody is asked whether it exists."""
    try:
        return validate_email(address, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return None


def ascii_domain(domain: str) -> str | None:
    """The domain in ASCII, «xn--…» where its own letters are others; None when it has no such form."""
    if domain.isascii():
        return domain
    checked = checked_address(f"x@{domain}")
    return checked.ascii_domain if checked else None


def wire_address(address: str) -> str | None:
    """The address with its domain in ASCII, as every mail server reads it; what stands before the «@» is left as it is.

    None when the domain has no such form.
    """
    local, at, domain = address.rpartition("@")
    written = ascii_domain(domain)
    return None if written is None else f"{local}{at}{written}"
