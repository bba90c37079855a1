"""A stand-in for a mail server, over TLS: it acts on the last dot, and lies about it as it is told."""

import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy

from benchmarks.chaos.answers import Answer
from benchmarks.chaos.books import Books

# The sender has given up by then (smtp.TIMEOUT).
LATE_S = 10.0
# Refused when it is named, before anything of the mail is said.
AT_NAME = {Answer.BUSY: "450 later", Answer.OUT: "421 closing", Answer.REFUSE: "550 no such user"}
AT_DOT = {Answer.ACCEPT: "250 taken", Answer.LATE: "250 taken", Answer.ERROR: "451 local error"}


class _Session(socketserver.StreamRequestHandler):
    """One connection, one mail at a time."""

    server: "_Server"

    def handle(self) -> None:
        with suppress(OSError, ssl.SSLError):
            self._say("220 stand-in")
            while line := self.rfile.readline(2000):
                if not self._obey(line.decode("utf-8", "replace").strip()):
                    return

    def _obey(self, command: str) -> bool:
        verb, books = command[:4].upper(), self.server.books
        if verb == "EHLO":
            self._say("250-stand-in", "250-8BITMIME", "250 SMTPUTF8")
        elif verb == "RCPT":
            self.to = command[command.index("<") + 1 : command.index(">")]
            self.answer, self.pause = books.begin(self.client_address[1], self.to)
            if self.answer in AT_NAME:
                books.end(self.client_address[1], self.to, self.answer)
            self._say(AT_NAME.get(self.answer, "250 ok"))
        elif verb == "DATA":
            self._say("354 go on")
            return self._mail(books)
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _mail(self, books: Books) -> bool:
        lines = []
        while (line := self.rfile.readline(100_000)) != b".\r\n":
            if not line:
                # Cut off before the last dot: no mail.
                books.end(self.client_address[1], self.to, Answer.DROP)
                return False
            lines.append(line.removeprefix(b"."))
        time.sleep(self.pause / 2)
        # A server that answers with an error has not taken the mail: «taken, and then an error» is a lost answer here.
        if self.answer.takes:
            mail = message_from_bytes(b"".join(lines), policy=policy.default)
            reference = str(mail["Message-ID"]).strip("<>").partition("@")[0]
            books.take(reference, self.to, "", str(mail["Subject"]))
        time.sleep(LATE_S if self.answer is Answer.LATE else self.pause / 2)
        books.end(self.client_address[1], self.to, self.answer)
        reply = AT_DOT.get(self.answer)
        if reply is None:
            return False
        self._say(reply)
        return True

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, books: Books, tls: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.books = books
        self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, _request: object, _address: object) -> None:
        return


@contextmanager
def mail_server(books: Books, tls: ssl.SSLContext) -> Iterator[str]:
    """Have a mail server answer until the block ends; gives its address as the settings want it."""
    server = _Server(books, tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield f"smtps://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
