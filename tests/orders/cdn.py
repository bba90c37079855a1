"""A shop's picture host on loopback: TLS, a body for each path, and what it was asked."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.core.http import Rules

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
    pem = _identity(folder)
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


def _identity(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "cdn.pem"
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path
