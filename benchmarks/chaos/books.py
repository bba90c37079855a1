"""A provider's own books: what it has taken, which calls are open, and what it tells of when it is asked."""

import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.chaos.answers import Answer, Dice
from benchmarks.chaos.history import History


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the provider has: its own name for it, and when it took it."""

    key: str
    reference: str
    to: str
    body: str
    subject: str
    at: float


@dataclass
class Books:
    """One provider in one run; its handlers run in threads of their own."""

    provider: str
    channel: str
    dice: Dice
    history: History
    list_lag: float = 8.0
    taken: list[Taken] = field(default_factory=list)
    open: dict[int, Answer] = field(default_factory=dict)
    _calls: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, port: int, to: str) -> tuple[Answer, float]:
        """A whole request has come from this port of the caller's: how it is to be treated, and after which pause."""
        with self._lock:
            self._calls[to] += 1
            number = self._calls[to]
            answer = self.dice.answer(self.provider, to, number)
            self.open[port] = answer
        return answer, self.dice.pause(self.provider, to, number)

    def take(self, reference: str, to: str, body: str, subject: str = "") -> Taken:
        """The message is the provider's now."""
        made = Taken(secrets.token_hex(11), reference, to, body, subject, time.monotonic())
        with self._lock:
            self.taken.append(made)
        self.history.tell(
            "took", provider=self.provider, channel=self.channel, to=to, reference=reference, key=made.key
        )
        return made

    def end(self, port: int, to: str, answer: Answer) -> None:
        """The call is over, as far as the provider is concerned."""
        with self._lock:
            self.open.pop(port, None)
        self.history.tell("answered", provider=self.provider, channel=self.channel, to=to, answer=answer)

    def calls(self) -> int:
        """How many calls have come so far."""
        with self._lock:
            return self._calls.total()

    def listed(self) -> list[Taken]:
        """What the provider's list shows by now: it runs behind."""
        until = time.monotonic() - self.list_lag
        with self._lock:
            return [one for one in self.taken if one.at <= until]

    def cut(self, ports: set[int]) -> list[Answer]:
        """The calls that are open from these ports of a process that is about to die."""
        with self._lock:
            return [answer for port, answer in self.open.items() if port in ports]
