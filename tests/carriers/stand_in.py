"""A stand-in for the carriers' HTTP APIs on this machine: answers by path, and what was asked of it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class StandIn:
    """``answers`` by method and path start; ``requests`` collects method, path, headers and body."""

    answers: dict[str, tuple[int, Any]]
    url: str = ""
    requests: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)


@contextmanager
def standing_in(answers: dict[str, tuple[int, Any]]) -> Iterator[StandIn]:
    """Serve the answers while the block runs."""
    stand_in = StandIn(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            stand_in.requests.append((self.command, self.path, headers, body))
            generator = (
                answer for start, answer in stand_in.answers.items() if f"{self.command} {self.path}".startswith(start)
            )
            status, content = next(generator, (404, {}))
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_POST = do_GET  # noqa: N815 - the server looks for this name

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
