"""A provider of OpenID Connect on loopback: discovery, keys that rotate, codes good once, PKCE, real signatures."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from app.core.clock import utcnow

CLIENT, SECRET = "paradero", "s3cret/with:signs"
Claims = dict[str, Any]
CLERK: Claims = {
    "sub": "u-1", "email": "Ana@Shop.example", "email_verified": True, "name": "Ana", "groups": ["shop-support"],
}  # fmt: skip


class Provider:
    """The provider; ``person`` is who is signed in there, ``twist`` may spoil what it says of them."""

    def __init__(self) -> None:
        self.keys = [_key("k1")]
        self.person: Claims = dict(CLERK)
        self.twist: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = self._signed
        self.document: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def visit(self, url: str) -> str:
        """A browser goes to an address of the provider; where it is sent from there."""
        parts = urlsplit(url)
        connection = HTTPConnection("127.0.0.1", self._server.server_port)
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.getheader("Location") or ""

    def rotate(self) -> None:
        """A new key signs from now on; the old one is gone."""
        self.keys = [_key(f"k{secrets.token_hex(4)}")]

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/leave",
            "id_token_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": True,
        } | self.document

    def authorize(self, query: dict[str, str]) -> str:
        """Sign the person in at once, and send the browser back."""
        assert (query["client_id"], query["response_type"], query["code_challenge_method"]) == (CLIENT, "code", "S256")
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state'], 'iss': self.issuer})}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A token for a code, once, to whoever has the secret and the verifier."""
        pair = base64.b64encode(f"{CLIENT}:s3cret%2Fwith%3Asigns".encode()).decode()
        begun = self.codes.pop(form.get("code", ""), None)
        if authorization != f"Basic {pair}":
            return 401, {"error": "invalid_client"}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if begun is None or begun["code_challenge"] != challenge.rstrip(b"=").decode():
            return 400, {"error": "invalid_grant"}
        if form.get("redirect_uri") != begun["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        at = int(utcnow().timestamp())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": at, "exp": at + 300, "auth_time": at, "nonce": begun["nonce"],
            **self.person,
        }  # fmt: skip
        token = self.sign(self.twist(claims))
        return 200, {"id_token": token, "access_token": "opaque", "token_type": "Bearer"}

    def _signed(self, claims: Claims) -> str:
        return jwt.encode({"alg": "ES256", "kid": self.keys[0].kid}, claims, self.keys[0], algorithms=["ES256"])


def unsigned(claims: Claims) -> str:
    """A token that says «alg: none», as a forger would."""
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "none", "typ": "JWT"}, claims)
    )
    return f"{head}.{body}."


def by_secret(claims: Claims) -> str:
    """A token signed with the client secret, which whoever knows that could make."""
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "HS256", "typ": "JWT"}, claims)
    )
    mark = __import__("hmac").new(SECRET.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def by_strange_key(kid: str) -> Callable[[Claims], str]:
    """A token signed by another key that bears the name of a known one."""
    key = _key(kid)
    return lambda claims: jwt.encode({"alg": "ES256", "kid": kid}, claims, key, algorithms=["ES256"])


def _key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"}, private=True)


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Its addresses."""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.asked.append(parts.path)
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(dict(parse_qsl(parts.query))))
                self.end_headers()
            elif parts.path == "/keys":
                self._answer(200, KeySet(provider.keys).as_dict(private=False))
            elif parts.path == "/.well-known/openid-configuration":
                self._answer(200, provider.described())
            else:
                self._answer(404, {})

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(*provider.exchange(dict(parse_qsl(body)), self.headers.get("Authorization", "")))

        def _answer(self, status: int, document: Any) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody listens."""

    return Handler
