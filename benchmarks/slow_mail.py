"""A mail server that takes its time: it accepts every mail, and answers so many milliseconds after its last dot."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count


@dataclass
class Mailbox:
    """Where it listens, and how many mails it has taken so far."""

    port: int
    numbers: Iterator[int] = field(default_factory=count)
    taken: int = 0


class _Talk(socketserver.StreamRequestHandler):
    mailbox: Mailbox
    pause: float

    def handle(self) -> None:
        """One connection: a mail or several."""
        self._say("220 slow.example")
        while line := self.rfile.readline():
            word = line.strip().upper()[:4]
            if word == b"DATA":
                self._say("354 go on")
                self._take()
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 slow.example")

    def _take(self) -> None:
        while (line := self.rfile.readline()) and line != b".\r\n":
            pass
        time.sleep(self.pause)
        self.mailbox.taken = next(self.mailbox.numbers) + 1
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


@contextmanager
def slow_mail(seconds: float) -> Iterator[Mailbox]:
    """Serve on a port of this machine while the block runs."""
    mailbox = Mailbox(0)
    talk = type("Talk", (_Talk,), {"mailbox": mailbox, "pause": seconds})
    with _Server(("127.0.0.1", 0), talk) as server:
        mailbox.port = int(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield mailbox
        server.shutdown()
