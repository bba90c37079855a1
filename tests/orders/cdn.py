"""A shop's picture host on loopback: TLS, a body for each path, and what it was asked."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from app.core.http import Rules
from tests.tls import identity

NAME = "cdn.test"


class Cdn:
    """What the host holds: status and body by path. A body of None is one that never comes to its end."""

    def __init__(self, port: int, rules: Rules) -> None:
        self.rules, self.port = rules, port
        self.holds: dict[str, tuple[int, bytes | None]] = {}
        self.requests: list[str] = []

    def put(self, path: str, body: bytes | None, status: int = 200) -> str:
        """Hold a body; gives its address."""
        self.holds[path] = (status, body)
        return f"https://{NAME}:{self.port}{path}"


@contextmanager
def running(folder: Path) -> Iterator[Cdn]:
    """The host, until the end of the block."""
    pem = identity(folder, NAME)
    closing = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    port = server.server_address[1]
    rules = Rules(
        private_hosts=(NAME,),
        resolve=lambda host, port: ["127.0.0.1"],
        tls=ssl.create_default_context(cafile=str(pem)),
    )
    cdn = Cdn(port, rules)
    server.RequestHandlerClass = _handler(cdn, closing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield cdn
    finally:
        closing.set()
        server.shutdown()
        server.server_close()


def _handler(cdn: Cdn, closing: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            cdn.requests.append(self.path)
            status, body = cdn.holds.get(self.path, (404, b""))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "https://127.0.0.1/")
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(body) if body is not None else 100))
            self.end_headers()
            if body is None:
                closing.wait(20)
            else:
                self._write(body)

        def _write(self, body: bytes) -> None:
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, *_told: object) -> None:
            return

    return Handler
