"""What the gateway decides before a thread is taken: who is answered, who is refused, what the application is told."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from flask import request

from app import create_app
from app.core.settings import Settings
from app.core.web import MAX_BODY
from app.server import gateway as rules
from app.server.gateway import AsgiMessage, Gateway, Scope
from tests.served import PATIENCE_S


class Asked:
    """One request to the gateway, and what came back."""

    def __init__(
        self, path: str, *bodies: bytes, headers: Iterable[tuple[bytes, bytes]] = (), gone: bool = False
    ) -> None:
        sent = [(b"transfer-encoding", b"chunked")] if bodies else []
        self.scope: Scope = {
            "method": "POST" if bodies else "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "http_version": "1.1",
            "headers": [*headers, *sent],
            "client": ("203.0.113.9", 4711),
            "server": ("127.0.0.1", 8000),
        }
        self._bodies = [*bodies]
        self._gone = gone
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""

    async def receive(self) -> AsgiMessage:
        if self._gone and not self._bodies[1:]:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": self._bodies.pop(0), "more_body": bool(self._bodies)}

    async def send(self, message: AsgiMessage) -> None:
        self.status = message.get("status", self.status)
        self.headers |= dict(message.get("headers", ()))
        self.body += message.get("body", b"")

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    async def by(self, gateway: Gateway) -> "Asked":
        await gateway(self.scope, self.receive, self.send)
        return self


class Echo:
    """The portal with pages of its own beside: one says what it was asked, one is busy until it is released."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings)
        self.app.config.update(PROPAGATE_EXCEPTIONS=True, WTF_CSRF_ENABLED=False)
        self.requests: list[str] = []
        self.released = threading.Event()
        self.app.add_url_rule("/hooks/echo", "echo", self.say, methods=["GET", "POST"])
        self.app.add_url_rule("/hooks/busy", "busy", self.busy)

    def say(self) -> dict[str, object]:
        self.requests.append(request.path)
        return {"size": len(request.get_data()), "from": request.remote_addr, "headers": dict(request.headers)}

    def busy(self) -> str:
        self.requests.append(request.path)
        assert self.released.wait(PATIENCE_S)
        return "done"


@pytest.fixture
def echo(settings: Settings) -> Iterator[Echo]:
    made = Echo(settings)
    yield made
    made.released.set()
    made.app.extensions["database"].engine.dispose()


@pytest.fixture
def gateway(echo: Echo) -> Gateway:
    return Gateway(echo.app, threads=2)


def test_the_application_is_asked_as_the_client_asked(gateway: Gateway) -> None:
    answer = asyncio.run(
        Asked("/hooks/echo", b"one", b"two", headers=[(b"x-mark", b"1"), (b"x-mark", b"2")]).by(gateway)
    )
    assert answer.status == 200
    assert answer.json["size"] == 6
    assert answer.json["from"] == "203.0.113.9"
    assert answer.json["headers"]["X-Mark"] == "1,2"
    assert answer.json["headers"]["Content-Length"] == "6"
    assert "Transfer-Encoding" not in answer.json["headers"]


def test_a_header_that_only_looks_like_a_proxys_is_left_out(gateway: Gateway) -> None:
    sent = [(b"x_forwarded_for", b"192.0.2.1"), (b"x-forwarded-for", b"198.51.100.7")]
    answer = asyncio.run(Asked("/hooks/echo", headers=sent).by(gateway))
    assert answer.json["headers"]["X-Forwarded-For"] == "198.51.100.7"


def test_cookies_sent_apart_are_put_together(gateway: Gateway) -> None:
    answer = asyncio.run(Asked("/hooks/echo", headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2")]).by(gateway))
    assert answer.json["headers"]["Cookie"] == "a=1; b=2"


def test_who_hangs_up_in_the_middle_of_a_body_has_not_asked(gateway: Gateway, echo: Echo) -> None:
    answer = asyncio.run(Asked("/hooks/echo", b"one", b"two", gone=True).by(gateway))
    assert answer.status == 0
    assert echo.requests == []


def test_when_too_many_wait_for_a_thread_the_next_is_told_when_to_come_again(gateway: Gateway, echo: Echo) -> None:
    async def flood() -> tuple[Asked, Asked, Asked, list[Asked]]:
        crowd = [asyncio.create_task(Asked("/hooks/busy").by(gateway)) for _ in range(rules.MOST_WAITING)]
        await until(lambda: len(echo.requests) == 2)
        refused, alive, ready = [await Asked(path).by(gateway) for path in ("/hooks/echo", "/healthz", "/readyz")]
        echo.released.set()
        return refused, alive, ready, await asyncio.gather(*crowd)

    refused, alive, ready, crowd = asyncio.run(flood())
    assert (refused.status, refused.headers[b"retry-after"]) == (503, b"5")
    assert "/hooks/echo" not in echo.requests
    assert alive.status == ready.status == 200
    assert {one.status for one in crowd} == {200}
    assert asyncio.run(Asked("/hooks/echo").by(gateway)).status == 200


def test_bodies_that_would_fill_the_memory_are_refused(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_HELD", 1000)
    assert asyncio.run(Asked("/hooks/echo", b"n" * 600, b"n" * 401).by(gateway)).status == 503
    assert asyncio.run(Asked("/hooks/echo", b"n" * 600, b"n" * 400).by(gateway)).status == 200, (
        "what was held is let go"
    )


def test_a_body_must_come_at_a_rate_and_within_a_time() -> None:
    assert rules.time_for(0) == 3
    assert rules.time_for(2_000) == 5
    assert rules.time_for(MAX_BODY) == 10


@pytest.mark.parametrize(
    ("path", "language", "words"),
    [
        ("/", "en", b"Something went wrong on our side"),
        ("/", "es-MX,es;q=0.9", b"Algo ha fallado por nuestra parte"),
        ("/api/v1/orders", "en", b'"type": "/api/docs#problem-internal-error"'),
    ],
)
def test_an_application_that_breaks_off_is_told_in_the_words_of_whoever_asked(
    echo: Echo, monkeypatch: pytest.MonkeyPatch, path: str, language: str, words: bytes
) -> None:
    monkeypatch.setattr(echo.app, "wsgi_app", lambda _environ, _start: 1 / 0)
    answer = asyncio.run(
        Asked(path, headers=[(b"accept-language", language.encode())]).by(Gateway(echo.app, threads=1))
    )
    assert answer.status == 500
    assert words in answer.body


async def until(true: Callable[[], bool]) -> None:
    """Let the loop run until it is so."""
    last = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < last
        await asyncio.sleep(0.01)
