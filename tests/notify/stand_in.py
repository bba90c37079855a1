"""A provider on loopback: keeps every request, answers as it is told, and can close the line without a word."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int


@dataclass
class StandIn:
    """What to answer, and what was asked; an answer of None closes the line."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], Any] | None] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)


@contextmanager
def provider() -> Iterator[StandIn]:
    """Run a stand-in until the block ends."""
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if len(body) < length:
                # The caller thought better of it: half a request is none.
                self.close_connection = True
                return
            stand_in.requests.append(Request(self.command, self.path, dict(self.headers), body, self.client_address[1]))
            answer = stand_in.answers.pop(0) if stand_in.answers else (202, {}, None)
            if answer is None:
                self.close_connection = True
                return
            status, headers, document = answer
            payload = json.dumps(document).encode() if document is not None else b""
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = _any  # noqa: N815

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
