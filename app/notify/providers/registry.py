"""The providers that there are: ours and those of installed packages, in the order in which they carry a channel."""

from functools import cache
from typing import Any

from app.core.parts import PROVIDERS, declared
from app.core.settings import PartSettings, Settings
from app.notify.kinds import Channel
from app.notify.providers.declaration import Hook, Provider

Declared = Provider[PartSettings]
INBOUND = "-inbound"


# For the life of a process: what is installed does not change under it.
@cache
def providers() -> tuple[Declared, ...]:
    """All of them, by rank and then by name."""
    return tuple(sorted(declared(PROVIDERS, Provider).values(), key=_order))


def _order(provider: Declared) -> tuple[int, str]:
    return provider.rank, provider.name


def provider(name: str) -> Declared | None:
    """The provider of this name."""
    return next((provider for provider in providers() if provider.name == name), None)


def ready(settings: Settings, channel: Channel | None = None) -> list[Declared]:
    """Those that the installation has set, of one channel or of all."""
    return [
        provider
        for provider in providers()
        if (channel is None or channel in provider.channels) and settings.of(provider.settings).ready
    ]


def texts_from(settings: Settings) -> str | None:
    """What texts come from: the sender of the first provider that is set, else of the first that names one."""
    every = [*ready(settings, Channel.SMS), *providers()]
    return next((sender for provider in every if (sender := provider.texts_from(settings.of(provider.settings)))), None)


@cache
def endpoints() -> dict[str, tuple[Declared, Hook[Any, Any]]]:
    """The hooks by the last part of their address."""
    named = [(f"{provider.name}{end}", provider, hook) for provider in providers() for end, hook in _hooks(provider)]
    return {name: (provider, hook) for name, provider, hook in named}


def _hooks(provider: Declared) -> list[tuple[str, Hook[Any, Any]]]:
    return [(end, hook) for end, hook in (("", provider.hook), (INBOUND, provider.answers)) if hook is not None]
