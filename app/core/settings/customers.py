"""The settings by which a shop's own sign-in vouches for its customers: a secret for links, or a provider."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, SecretStr, model_validator

from app.core.settings import PartSettings, WebAddress
from app.core.settings import faults as refuse

# HMAC with SHA-256 wants a key as long as its digest (RFC 7518, section 3.2).
LEAST = 32


def _long(values: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if any(len(value.get_secret_value()) < LEAST for value in refuse.some(values)):
        raise ValueError(f"each secret has at least {LEAST} characters")
    return values


class HandoverSettings(PartSettings):
    """The secret that the shop signs its links with, or two while one takes over from the other."""

    switch: ClassVar[str] = "customers_secret"
    customers_secret: Annotated[tuple[SecretStr, ...], BeforeValidator(refuse.several), AfterValidator(_long)] = ()


class CustomerProviderSettings(PartSettings):
    """The provider at which customers sign in, and this portal as it knows it; the title is on the button."""

    switch: ClassVar[str] = "customers_issuer"
    beside: ClassVar[tuple[str, ...]] = ("customers_client_id", "customers_client_secret")
    customers_issuer: WebAddress | None = None
    customers_client_id: str | None = None
    customers_client_secret: SecretStr | None = None
    customers_title: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> "CustomerProviderSettings":
        missing = [name.upper() for name in (self.switch, *self.beside) if not getattr(self, name)]
        if missing and len(missing) <= len(self.beside):
            raise ValueError(f"{', '.join(missing)}: is needed to have customers sign in at a provider")
        return self
