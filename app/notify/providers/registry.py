"""The providers that there are: ours and those of installed packages, in the order in which they carry a channel."""

from functools import cache
from typing import Any

from app.core.parts import PROVIDERS, declared
from app.core.settings import PartSettings, Settings
from app.notify.kinds import Channel
from app.notify.providers.declaration import Hook, Provider

Declared = Provider[PartSettings]
INBOUND = "-inbound"


@cache
def providers() -> tuple[Declared, ...]:
    """All of them, by rank and then by name."""
    return tuple(sorted(declared(PROVIDERS, Provider).values(), key=_order))


def _order(one: Declared) -> tuple[int, str]:
    return one.rank, one.name


def provider(name: str) -> Declared | None:
    """The provider of this name."""
    return next((one for one in providers() if one.name == name), None)


def ready(settings: Settings, channel: Channel | None = None) -> list[Declared]:
    """Those that the installation has set, of one channel or of all."""
    return [
        one for one in providers() if (channel is None or channel in one.channels) and settings.of(one.settings).ready
    ]


def texts_from(settings: Settings) -> str | None:
    """What texts come from: the sender of the first provider that is set, else of the first that names one."""
    every = [*ready(settings, Channel.SMS), *providers()]
    return next((sender for one in every if (sender := one.texts_from(settings.of(one.settings)))), None)


@cache
def endpoints() -> dict[str, tuple[Declared, Hook[Any, Any]]]:
    """The hooks by the last part of their address."""
    named = [(f"{one.name}{end}", one, hook) for one in providers() for end, hook in _hooks(one)]
    return {name: (one, hook) for name, one, hook in named}


def _hooks(one: Declared) -> list[tuple[str, Hook[Any, Any]]]:
    return [(end, hook) for end, hook in (("", one.hook), (INBOUND, one.answers)) if hook is not None]
