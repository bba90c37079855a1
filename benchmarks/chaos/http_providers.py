"""Stand-ins for SendGrid v3 and Twilio over HTTPS: they take messages, lose answers, list what they have."""

import json
import re
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from benchmarks.chaos.answers import Answer
from benchmarks.chaos.books import Books, Taken

# Both clients have given up by then (sendgrid.TIMEOUT, twilio.TIMEOUT).
LATE_S = 9.5
MESSAGES = re.compile(r"^/2010-04-01/Accounts/[^/]+/Messages\.json$")
REFERENCE = re.compile(r"unique_args\['message'\]=\"([^\"]+)\"")
# SendGrid's activity feed: six questions a minute.
FEED_PER_MINUTE = 6
Report = Callable[[Taken], None]
Reply = tuple[int, dict[str, str], Any]


class _Handler(BaseHTTPRequestHandler):
    """One connection; the provider behind it says what to answer."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        self._send(*self.server.provider.asked(self.path, self.client_address[1]))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length or self.server.provider.shut:
            # Half a request is none: the caller was cut off, or thought better of it. And a closed house takes nothing.
            self.close_connection = True
            return
        reply = self.server.provider.told(self.path, body, self.client_address[1])
        if reply is None:
            self.close_connection = True
        else:
            self._send(*reply)

    def _send(self, status: int, headers: dict[str, str], document: Any) -> None:
        payload = json.dumps(document).encode() if document is not None else b""
        try:
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)
        except OSError:
            self.close_connection = True

    def log_message(self, *_args: object) -> None:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, provider: "Provider", tls: ssl.SSLContext, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.provider = provider
        # The handshake is made in the connection's own thread, with the first byte that is read.
        self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, _request: object, _address: object) -> None:
        return

    def get_request(self) -> tuple[socket.socket, Any]:
        line, address = super().get_request()
        line.settimeout(60)
        return line, address


class Provider:
    """What SendGrid and Twilio have in common."""

    def __init__(self, books: Books, report: Report) -> None:
        self.books, self._report, self.shut = books, report, False

    def told(self, path: str, body: bytes, port: int) -> Reply | None:
        """The answer to a message; None closes the line."""
        raise NotImplementedError

    def asked(self, path: str, port: int) -> Reply:
        """The answer to a question about messages."""
        raise NotImplementedError

    def _treat(self, port: int, message: dict[str, str], replies: dict[Answer, Reply]) -> Reply | None:
        answer, pause = self.books.begin(port, message["to"])
        time.sleep(pause / 2)
        taken = self.books.take(**message) if answer.takes else None
        time.sleep(LATE_S if answer is Answer.LATE else pause / 2)
        if taken:
            self._report(taken)
        self.books.end(port, message["to"], answer)
        if answer is Answer.ACCEPT and taken:
            status, headers, document = replies[answer]
            return status, {**headers, "X-Message-Id": taken.key}, document and {**document, "sid": f"SM{taken.key}"}
        return replies.get(answer)


class SendGrid(Provider):
    """Mail; ``feed``: the shop has bought the activity feed."""

    REPLIES: ClassVar[dict[Answer, Reply]] = {
        Answer.ACCEPT: (202, {}, None),
        Answer.ERROR_TAKEN: (500, {}, {"errors": [{"message": "internal error"}]}),
        Answer.ERROR: (500, {}, {"errors": [{"message": "internal error"}]}),
        Answer.BUSY: (429, {"Retry-After": "1"}, {"errors": [{"message": "too many requests"}]}),
        Answer.OUT: (503, {}, {"errors": [{"message": "service unavailable"}]}),
        Answer.REFUSE: (400, {}, {"errors": [{"message": "does not contain a valid address"}]}),
    }

    def __init__(self, books: Books, report: Report, *, feed: bool, per_minute: int = FEED_PER_MINUTE) -> None:
        super().__init__(books, report)
        self._feed, self._questions = feed, deque[float](maxlen=per_minute)

    def told(self, path: str, body: bytes, port: int) -> Reply | None:
        """A mail to one person."""
        document = json.loads(body)
        person = document["personalizations"][0]
        message = {
            "reference": str(person.get("custom_args", {}).get("message", "")),
            "to": person["to"][0]["email"],
            "body": document["content"][0]["value"],
            "subject": document["subject"],
        }
        return self._treat(port, message, self.REPLIES)

    def asked(self, path: str, port: int) -> Reply:
        """The activity feed."""
        now = time.monotonic()
        if not self._feed:
            return 403, {}, {"errors": [{"message": "access forbidden"}]}
        if len(self._questions) == self._questions.maxlen and self._questions[0] > now - 60:
            return 429, {}, {"errors": [{"message": "too many requests"}]}
        self._questions.append(now)
        references = set(REFERENCE.findall(parse_qs(urlsplit(path).query)["query"][0]))
        rows = [
            {"msg_id": one.key, "to_email": one.to, "subject": one.subject, "status": "processed"}
            for one in self.books.listed()
            if one.reference in references
        ]
        self.books.history.tell("listed", provider="sendgrid", asked=sorted(references), found=len(rows))
        return 200, {}, {"messages": rows}


class Twilio(Provider):
    """Texts."""

    REPLIES: ClassVar[dict[Answer, Reply]] = {
        Answer.ACCEPT: (201, {}, {"status": "queued"}),
        Answer.ERROR_TAKEN: (500, {}, {"code": 20500, "message": "internal error", "status": 500}),
        Answer.ERROR: (500, {}, {"code": 20500, "message": "internal error", "status": 500}),
        Answer.BUSY: (429, {}, {"code": 20429, "message": "too many requests", "status": 429}),
        Answer.OUT: (503, {}, {"code": 20503, "message": "service unavailable", "status": 503}),
        Answer.REFUSE: (400, {}, {"code": 21211, "message": "not a valid phone number", "status": 400}),
    }

    def told(self, path: str, body: bytes, port: int) -> Reply | None:
        """A text to one number."""
        if not MESSAGES.match(urlsplit(path).path):
            return 404, {}, {"code": 20404, "message": "not found", "status": 404}
        form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        query = parse_qs(urlsplit(form.get("StatusCallback", "")).query)
        message = {"reference": query.get("message", [""])[0], "to": form["To"], "body": form["Body"]}
        return self._treat(port, message, self.REPLIES)

    def asked(self, path: str, port: int) -> Reply:
        """The list of messages to a number, the newest first."""
        to = parse_qs(urlsplit(path).query).get("To", [""])[0]
        rows = [{"sid": f"SM{one.key}", "body": one.body, "to": one.to} for one in self.books.listed() if one.to == to]
        self.books.history.tell("listed", provider="twilio", asked=[to], found=len(rows))
        return 200, {}, {"messages": rows[::-1], "page": 0, "page_size": 50, "next_page_uri": None}


class Door:
    """Where a stand-in is reached; it can be shut for a while, so that nobody answers there at all."""

    def __init__(self, provider: Provider, tls: ssl.SSLContext) -> None:
        self._provider, self._tls, self.port = provider, tls, 0
        self.open()

    @property
    def url(self) -> str:
        """Its address, the same whenever it is open."""
        return f"https://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Answer from now on."""
        self._provider.shut = False
        self._server = _Server(self._provider, self._tls, self.port)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()

    def shut(self) -> None:
        """Answer no more; lines that are kept alive are cut as well."""
        self._provider.shut = True
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def listening(provider: Provider, tls: ssl.SSLContext) -> Iterator[str]:
    """Have a stand-in answer until the block ends; gives its address."""
    door = Door(provider, tls)
    try:
        yield door.url
    finally:
        door.shut()
