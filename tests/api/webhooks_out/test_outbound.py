"""Calls to addresses that others chose: only public, only https, pinned, bounded."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.core import http
from app.core.errors import InDoubt, ProviderRejected, ProviderUnavailable
from app.core.http import BadAddress, Rules, check_url, is_public, post
from tests import tls

Serve = Callable[[bytes], "Here"]


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.com/", "ftp://shop.example.com", "https://shop.example.com:444/", "https://",
        "shop.example.com",
        "https://user:secret@shop.example.com/", "https://user@shop.example.com/", "https://127.0.0.1/", "https://127.1/",
        "https://0x7f000001/", "https://2130706433/", "https://0/", "https://[::1]/", "https://[::ffff:169.254.169.254]/",
        "https://169.254.169.254/latest", "https://10.0.0.8/", "https://100.64.1.1/", "https://[fd00::1]/",
        "https://localhost/", "https://localhost./", "https://api.localhost/", "https://printer.local/",
        "https://shop.example.com/\r\nX: y", "https://shop.example.com/ b", "https://shop.example.com:99999/",
        "https://shop\u3002example.com\u0000/", "https://[::1",
        "https://" + "a" * 300 + ".com/", "https://x/" + "y" * 2001,
    ],
)  # fmt: skip
def test_an_address_that_may_not_be_called_is_refused_at_once(url: str) -> None:
    with pytest.raises(BadAddress):
        check_url(url, Rules())


@pytest.mark.parametrize(
    "url", ["https://shop.example.com/hook?x=1", "https://shop.example.com:8443/", "https://1.1.1.1/"]
)
def test_a_public_https_address_is_taken(url: str) -> None:
    check_url(url, Rules())


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("1.1.1.1", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("0.0.0.1", False), ("10.1.2.3", False),
        ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("224.0.0.1", False), ("255.255.255.255", False), ("192.0.2.1", False), ("::", False), ("::1", False),
        ("fe80::1%eth0", False), ("fc00::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("fec0::1", False),
        ("x", False),
    ],
)  # fmt: skip
def test_only_the_open_internet_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_every_address_of_a_name_must_be_public() -> None:
    rules = Rules(resolve=lambda host, port: ["1.1.1.1", "10.0.0.1"])
    with pytest.raises(BadAddress, match="private network"):
        post("https://shop.example.com/", body=b"", headers={}, rules=rules)


def test_a_name_without_an_address_is_for_later() -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror

    for resolve in (nowhere, lambda host, port: []):
        with pytest.raises(ProviderUnavailable):
            post("https://shop.example.com/", body=b"", headers={}, rules=Rules(resolve=resolve))


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for hook.test with its key, in one file."""
    return tls.identity(tmp_path_factory.mktemp("tls"), "hook.test")


@pytest.fixture
def heard() -> list[bytes]:
    return []


@pytest.fixture
def serve(identity: Path, heard: list[bytes]) -> Iterator[Serve]:
    """A receiver on loopback that the rules vouch for; it answers these bytes and then says no more."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    trust = ssl.create_default_context(cafile=str(identity))

    def make(answer: bytes) -> Here:
        def run() -> None:
            try:
                plain, _ = listener.accept()
                with context.wrap_socket(plain, server_side=True) as secure:
                    request = secure.recv(65536)
                    while b"content-length: 7" in request.lower() and not request.endswith(b"}"):
                        request += secure.recv(65536)
                    heard.append(request)
                    secure.sendall(answer)
                    if b"keep-open" in answer:
                        secure.recv(1)
            except OSError:
                return

        threading.Thread(target=run, daemon=True).start()
        return Here(private_hosts=("hook.test",), resolve=lambda host, port: ["127.0.0.1"], tls=trust, port=port)

    with closing(listener):
        yield make


@dataclass(frozen=True)
class Here(Rules):
    """Rules that vouch for a receiver, and where it listens."""

    port: int = 0


def _url(rules: Here, host: str = "hook.test") -> str:
    return f"https://{host}:{rules.port}/in?a=b"


def test_the_name_is_kept_while_the_address_is_pinned(serve: Serve, heard: list[bytes]) -> None:
    rules = serve(b"HTTP/1.1 202 Accepted\r\nX-A: b\r\nContent-Length: 2\r\n\r\nok")
    reply = post(_url(rules), body=b'{"a":1}', headers={"content-type": "application/json"}, rules=rules)
    assert (reply.status, reply.headers["x-a"], reply.body) == (202, "b", b"ok")
    assert heard[0].startswith(b"POST /in?a=b HTTP/1.1\r\n")
    assert b"Host: hook.test:" in heard[0]


def test_a_name_is_looked_up_once_and_never_again(serve: Serve) -> None:
    rules, hosts = serve(b"HTTP/1.1 204 No Content\r\n\r\n"), []

    def flips(host: str, port: int) -> list[str]:
        hosts.append(host)
        return ["127.0.0.1"] if len(hosts) == 1 else ["192.0.2.1"]

    assert post(_url(rules), body=b"", headers={}, rules=replace(rules, resolve=flips)).status == 204
    assert hosts == ["hook.test"]


def test_a_redirect_is_not_followed(serve: Serve, heard: list[bytes]) -> None:
    rules = serve(b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n")
    assert post(_url(rules), body=b"", headers={}, rules=rules).status == 302
    assert len(heard) == 1


def test_another_name_in_the_certificate_is_no_connection(serve: Serve) -> None:
    rules = serve(b"")
    other = replace(rules, private_hosts=("other.test",))
    with pytest.raises(ProviderUnavailable):
        post(_url(rules, "other.test"), body=b"", headers={}, rules=other)


def test_an_endless_answer_is_cut_off(serve: Serve) -> None:
    rules = serve(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (http.MOST_BYTES + 10))
    with pytest.raises((ProviderRejected, InDoubt)):
        post(_url(rules), body=b"", headers={}, rules=rules)


def test_a_receiver_that_never_answers_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TOTAL_S", 0.3)
    rules = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nX: keep-open\r\n\r\n1")
    with pytest.raises(InDoubt):
        post(_url(rules), body=b"", headers={}, rules=rules)


def test_nobody_there_is_for_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    rules = Here(private_hosts=("hook.test",), resolve=lambda host, port: ["127.0.0.1"], port=port)
    with pytest.raises(ProviderUnavailable):
        post(_url(rules), body=b"", headers={}, rules=rules)


def test_a_name_server_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "RESOLVE_S", 0.05)
    hangs = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        hangs.wait(30)
        return ["1.1.1.1"]

    with pytest.raises(ProviderUnavailable, match="in time"):
        post("https://shop.example.com/", body=b"", headers={}, rules=Rules(resolve=resolve))
    assert not hangs.is_set()
    hangs.set()


VOUCHED = Rules(private_hosts=("oms.internal", "10.0.0.0/8", "192.168.7.4", "::1"))


@pytest.mark.parametrize(
    "url",
    [
        "http://oms.internal/", "http://oms.internal:8199/", "https://OMS.internal:9443/", "https://oms.internal./",
        "http://10.1.2.3:81/", "https://192.168.7.4/", "http://[::1]:81/", "https://shop.example.com/",
    ],
)  # fmt: skip
def test_what_the_shop_vouches_for_may_be_called_in_any_way(url: str) -> None:
    check_url(url, VOUCHED)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.com/", "https://shop.example.com:9443/", "https://other.internal/", "https://127.0.0.1/",
        "https://x.oms.internal/", "https://192.168.7.5/", "http://192.168.7.5/", "ftp://oms.internal/",
        "https://user:x@oms.internal/", "https://[::2]/",
    ],
)  # fmt: skip
def test_vouching_for_one_host_opens_no_other(url: str) -> None:
    with pytest.raises(BadAddress):
        check_url(url, VOUCHED)


@pytest.mark.parametrize(
    ("host", "addresses", "may"),
    [
        ("oms.internal", ["127.0.0.1"], True),
        ("shop.example.com", ["10.9.9.9", "1.1.1.1"], True),
        ("shop.example.com", ["10.9.9.9", "127.0.0.1"], False),
        ("shop.example.com", ["192.168.7.5"], False),
    ],
)
def test_a_name_leads_where_the_shop_vouches_for_and_nowhere_else_inside(
    host: str, addresses: list[str], may: bool
) -> None:
    rules = replace(VOUCHED, resolve=lambda host, port: addresses)
    if may:
        assert http.addresses(host, 443, rules) == addresses
    else:
        with pytest.raises(BadAddress):
            http.addresses(host, 443, rules)
