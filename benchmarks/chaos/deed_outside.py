"""What lies outside of a story: a receiver of our webhooks, a shop's pictures, an aggregator of carriers, UPS."""

import json
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

from PIL import Image

from app.carriers.ups.alerts import PATH as UPS_ALERTS
from benchmarks.chaos.history import History
from benchmarks.chaos.tls import Authority

UPS_TOKEN = "/security/v1/oauth/token"  # noqa: S105


class Outside:
    """What it was told, and how often; every delivery goes to the history as well."""

    def __init__(self, history: History) -> None:
        self.url = self.carriers = ""
        self._history, self._lock = history, threading.Lock()
        self._delivered = set[tuple[str, str]]()

    def by_kind(self) -> Counter[str]:
        """How many deliveries of each kind came, whatever how often: a receiver looks at the id and does it once."""
        with self._lock:
            return Counter(kind for kind, _message_id in self._delivered)

    def forget(self) -> None:
        """The next trial begins."""
        with self._lock:
            self._delivered.clear()

    def take_numbers(self, numbers: list[str]) -> None:
        """UPS is told of numbers; told again, they are told once."""
        with self._lock:
            self._delivered.update(("told to UPS", number) for number in numbers)

    def take(self, message_id: str, body: bytes) -> None:
        """One delivery."""
        kind = str(json.loads(body).get("type"))
        self._history.tell("delivered", id=message_id, kind=kind)
        with self._lock:
            self._delivered.add((kind, message_id))


@contextmanager
def outside(history: History, authority: Authority) -> Iterator[Outside]:
    """It answers until the block ends."""
    stand_in, picture = Outside(history), _picture()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path == "/hook":
                stand_in.take(self.headers.get("webhook-id", ""), body)
            elif self.path == UPS_ALERTS:
                stand_in.take_numbers(json.loads(body)["trackingNumberList"])
            self._answer(json.dumps(_token()).encode() if self.path == UPS_TOKEN else b"{}")

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/picture.png":
                self._answer(picture, "image/png")
                return
            numbers = parse_qs(parts.query).get("tracking_numbers", [""])[0].split(",")
            trackings = [_tracking(number) for number in numbers if number]
            self._answer(json.dumps({"data": {"trackings": trackings}}).encode())

        def _answer(self, body: bytes, kind: str = "application/json") -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            return

    with _serving(Handler) as plain, _serving(Handler, authority.server()) as port:
        # By its name, for which the shop vouches.
        stand_in.url, stand_in.carriers = f"https://localhost:{port}", f"http://localhost:{plain}"
        yield stand_in


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _tracking(number: str) -> dict[str, object]:
    """As AfterShip tells of a parcel: one scan more than we knew."""
    scan = {"tag": "InTransit", "message": "Sorted", "checkpoint_time": "2026-01-05T08:00:00+01:00", "city": "Madrid"}
    return {"tracking_number": number, "slug": "seur", "tag": "InTransit", "checkpoints": [scan]}


def _token() -> dict[str, str]:
    """As UPS gives one that holds for hours."""
    return {"access_token": "t-1", "issued_at": str(int(time.time() * 1000)), "expires_in": "14399"}


def _picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 64), (120, 140, 60)).save(out, "PNG")
    return out.getvalue()
