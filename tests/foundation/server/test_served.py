"""The portal behind its real server: slow clients hold nobody up, and HTTP is spoken as it should be."""

import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.core import standard_webhooks
from app.core.clock import utcnow
from app.core.drawing import STATIC
from app.core.web import MAX_BODY
from app.pages.assets import asset
from tests.carriers.endpoints import NEW_KEY
from tests.served import Served, read_all, served

SLOW = b"POST / HTTP/1.1\r\nHost: portal\r\nContent-Length: 100000\r\n\r\nn"
CORP = "cross-origin-resource-policy"
EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    CORP: "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "server": "",
}


@pytest.fixture(scope="module")
def web(database_url: str, engine: object) -> Iterator[Served]:
    with served(database_url, GENERIC_WEBHOOK_SECRET=NEW_KEY, PUBLIC_URL="https://portal.example") as running:
        yield running


def test_eight_slow_senders_hold_up_nobody_and_are_given_up(web: Served) -> None:
    paths = ("/healthz", "/readyz", "/help", "/", "/staff/sign-in", asset("portal.css"))
    for path in paths:  # a first answer takes long, and the senders are not to be given up meanwhile
        assert web.ask("GET", path).status == 200
    senders = [web.say(SLOW) for _ in range(8)]
    for path in paths:
        assert web.ask("GET", path).status == 200
    assert [unanswered(sender) for sender in senders] == [True] * 8
    for sender in senders:
        assert read_all(sender).startswith(b"HTTP/1.1 408 ")


def test_heads_that_never_end_and_connections_that_say_nothing_hold_up_nobody(web: Served) -> None:
    silent = [web.say(head) for head in (b"", b"GET /help HTTP/1.1\r\nHo") for _ in range(20)]
    assert web.ask("GET", "/help").status == 200
    for line in silent:
        line.close()


def test_a_body_that_trickles_is_given_up_before_it_is_complete(web: Served) -> None:
    sender, given_up = web.say(SLOW), threading.Event()

    def trickle() -> None:
        while not given_up.wait(0.2):
            try:
                sender.send(b"n")
            except OSError:
                return

    trickling = threading.Thread(target=trickle)
    trickling.start()
    answer = sender.recv(65536)
    given_up.set()
    trickling.join()
    sender.close()
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_eight_who_do_not_read_their_answer_hold_up_nobody(web: Served) -> None:
    readers = []
    for _ in range(8):
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(("127.0.0.1", web.port))
        reader.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: portal\r\n\r\n" * 20)
        readers.append(reader)
    assert web.ask("GET", "/help").status == 200
    assert web.ask("GET", "/api/v1/openapi.json").status == 200
    for reader in readers:
        reader.close()


def test_a_body_that_is_too_long_is_refused_unread_in_the_words_of_the_endpoint(web: Served) -> None:
    head = "Host: portal\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1048577\r\n\r\n"
    page = read_all(web.say(f"POST / HTTP/1.1\r\nAccept-Language: en\r\n{head}".encode()))
    assert page.startswith(b"HTTP/1.1 413 ")
    assert b"That's too large" in page


@pytest.mark.parametrize("parts", [1, 3, 40])
def test_a_body_in_chunks_is_the_same_as_one_in_one_piece(web: Served, committed: object, parts: int) -> None:
    body = json.dumps({"id": "x" * 2000}).encode()
    step = len(body) // parts + 1
    chunks = iter([body[at : at + step] for at in range(0, len(body), step)])
    headers = standard_webhooks.sign([NEW_KEY], message_id=f"chunks-{parts}", at=utcnow(), body=body)
    line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    line.request("POST", "/hooks/carriers/generic", chunks, headers, encode_chunked=True)
    assert line.getresponse().status == 202
    line.close()


def test_a_body_in_chunks_without_end_is_too_big(web: Served) -> None:
    line = web.say(b"POST / HTTP/1.1\r\nHost: portal\r\nAccept-Language: en\r\nTransfer-Encoding: chunked\r\n\r\n")
    line.sendall(b"10000\r\n" + b"n" * 65536 + b"\r\n")
    for _ in range(MAX_BODY // 65536):
        line.sendall(b"10000\r\n" + b"n" * 65536 + b"\r\n")
    assert line.recv(65536).startswith(b"HTTP/1.1 413 ")
    line.close()


def test_a_connection_serves_one_request_after_another(web: Served) -> None:
    line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    for path in ("/help", "/healthz", asset("portal.js"), "/nothing-here", "/help"):
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        assert answer.status == (404 if path == "/nothing-here" else 200)
        first = line.sock
    assert line.sock is first
    line.close()


def test_head_says_what_get_says_but_for_the_body(web: Served) -> None:
    for path in ("/help", asset("portal.css"), "/healthz"):
        get, head = web.ask("GET", path), web.ask("HEAD", path)
        assert head.status == get.status == 200
        assert head.said == b""
        assert head.headers["content-length"] == get.headers["content-length"] == str(len(get.said))


@pytest.mark.parametrize("path", ["/%ff", "/static/%ff", "/static/%00", "/static/..%2fweb.py", "/static/" + "n" * 5000])
def test_an_odd_path_leads_nowhere(web: Served, path: str) -> None:
    assert web.ask("GET", path).status == 404


def test_a_static_file_may_be_kept_as_long_as_its_name_stands_for_what_it_holds(web: Served) -> None:
    built = web.ask("GET", asset("portal.css"))
    assert built.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert built.headers["content-type"] == "text/css"
    assert built.said == (STATIC.parent / asset("portal.css").removeprefix("/")).read_bytes()
    assert web.ask("GET", "/static/products/oil.svg").headers["cache-control"] == "public, max-age=3600"
    assert web.ask("GET", "/static/nothing.css").headers["cache-control"] == "no-store"
    assert web.ask("POST", "/static/products/oil.svg").status == 405


def test_every_answer_has_the_headers_that_protect_it(web: Served, flask_app: Flask) -> None:
    paths = {path_of(rule) for rule in flask_app.url_map.iter_rules()}
    paths |= {f"/static/{path.relative_to(STATIC)}" for path in STATIC.rglob("*.*")}
    paths |= {"/static/nothing.css", "/static/", "/nothing-here", "/%ff"}
    for path in sorted(paths):
        answer = web.ask("GET", path)
        headers = {name: answer.headers.get(name) for name in EVERYWHERE}
        # What a mail shows is asked for from anywhere.
        shown = path.endswith(".png") and answer.status == 200
        assert (path, headers) == (path, EVERYWHERE | ({CORP: "cross-origin"} if shown else {}))
        assert answer.headers["content-security-policy"], path
        assert answer.headers["cache-control"], path


def path_of(rule: Rule) -> str:
    """An address that leads to this rule."""
    return re.sub(r"<[^>]+>", "7", rule.rule)


def unanswered(line: socket.socket) -> bool:
    """Whether nothing has come on it yet."""
    line.setblocking(False)
    try:
        line.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    finally:
        line.settimeout(60)
    return False
