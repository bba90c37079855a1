"""What the way in needs from outside: someone who carries a one-time code to a person."""

from typing import Protocol


class CodeSender(Protocol):
    """Sends a code at once; it is kept nowhere."""

    def send_code(self, *, channel: str, to: str, code: str, locale: str, brand: str) -> None:
        """Send ``code`` by ``email`` or ``sms``.

        Raises ProviderUnavailable (try again), ProviderRejected (of no use) or InDoubt (it may have gone).
        """
        ...
