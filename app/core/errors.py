"""What can go wrong, as types: what a caller should do next follows from the class alone."""

from collections.abc import Iterable
from dataclasses import dataclass


class PortalError(Exception):
    """Anything this project raises on purpose."""


class NotFound(PortalError):
    """There is no such thing, or not for whoever asks."""


class Conflict(PortalError):
    """The thing is not in a state that allows this; the text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: ``pointer`` is a JSON pointer (or a field's name), ``detail`` says what."""

    pointer: str
    detail: str


class Invalid(PortalError):
    """The input cannot be taken; every fault is named."""

    def __init__(self, faults: list[Fault]) -> None:
        """Keep all faults: a person corrects them in one go."""
        self.faults = faults
        super().__init__("; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults))


class Unreadable(PortalError, ValueError):
    """The bytes are no document that we take; the text says why, for a person.

    ``faults``: where the document is one, the places in it that cannot be taken. ``status``: how HTTP says it.
    """

    status = 400

    def __init__(self, message: str, *, faults: Iterable[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = list(faults)


class TooLarge(Unreadable):
    """There is more of it than we take."""

    status = 413


class UnknownForm(Unreadable):
    """It is packed or written in a way that we do not take; the text says in which ways we do."""

    status = 415


class ProviderError(PortalError):
    """A call to the outside failed; ``code`` is the provider's own word, where there is one."""

    def __init__(self, message: str, *, code: str | None = None, retry_after: float | None = None) -> None:
        """``retry_after`` in seconds, as the provider asked."""
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after


class ProviderUnavailable(ProviderError):
    """Nothing happened there; ask again later."""


class ProviderRejected(ProviderError):
    """It was refused; asking again is of no use."""


class InDoubt(ProviderError):
    """The answer was lost: it may or may not have happened there. Ask before doing it again."""
