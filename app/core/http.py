"""Calls to addresses that others chose: https only, public addresses only, pinned, bounded in time and size."""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, urlsplit

from app.core import failpoints
from app.core.errors import InDoubt, ProviderRejected, ProviderUnavailable

# This and all below is W-05.
PORTS = frozenset({443, 8443})
RESOLVE_S = 4.0
CONNECT_S = 5.0
TOTAL_S = 10.0
MOST_BYTES = 1024 * 1024
LOCAL_NAMES = ("localhost", ".local", ".internal", ".home.arpa")
SHARED = ipaddress.ip_network("100.64.0.0/10")
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")

Resolver = Callable[[str, int], list[str]]


class BadAddress(ValueError):
    """The address may not be called; the text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be called.

    ``private_hosts`` are what the shop vouches for in its own network: names, which may then be called over http and
    at any port too, and addresses or networks, into which any name may then lead.
    """

    private_hosts: tuple[str, ...] = ()
    resolve: Resolver = field(default_factory=lambda: system_resolver)
    tls: ssl.SSLContext | None = None

    def vouched(self, host: str) -> bool:
        """Whether the shop vouches for this name, or for this address."""
        return host.rstrip(".") in self.private_hosts or self.within(host)

    def within(self, address: str) -> bool:
        """Whether an address lies in one of the networks that the shop vouches for."""
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(ip in network for network in map(_network, self.private_hosts) if network is not None)


def _network(written: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(written)
    except ValueError:
        return None


def system_resolver(host: str, port: int) -> list[str]:
    """Every address of a name, as the system knows it."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def check_url(url: str, rules: Rules) -> tuple[SplitResult, str, int]:
    """The parts, host and port of an address that may be called. Raises BadAddress; asks no name server."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)
        # As the name server is asked: checked must be what is called.
        host = host.encode("idna").decode("ascii").lower() if not host.isascii() else host.lower()
    except ValueError as error:
        raise BadAddress("is not an address that can be called") from error
    vouched = rules.vouched(host)
    if parts.scheme != "https" and not (vouched and parts.scheme == "http"):
        raise BadAddress("must begin with https://")
    if parts.username is not None or parts.password is not None:
        raise BadAddress("may not contain a user name or a password")
    if any(ord(letter) <= 32 or ord(letter) > 126 for letter in url) or len(url) > 2000 or not 0 < len(host) < 254:
        raise BadAddress("is not an address that can be called")
    if not vouched:
        _check_host(host, port, rules)
    return parts, host, port


def _check_host(host: str, port: int, rules: Rules) -> None:
    """What shows without asking anyone: the port, and numbers that lead inside however they are written."""
    if port not in PORTS:
        raise BadAddress("must use port 443 or 8443")
    if host.rstrip(".").endswith(LOCAL_NAMES):
        raise BadAddress("leads into a private network")
    try:
        numeric = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return
    _check_addresses([str(info[4][0]) for info in numeric], rules)


def addresses(host: str, port: int, rules: Rules) -> list[str]:
    """Every address of ``host``, all of them public or vouched for. Raises BadAddress or ProviderUnavailable."""
    resolved = _resolved(host, port, rules)
    if not resolved:
        raise ProviderUnavailable(f"{host} has no address")
    if not rules.vouched(host):
        _check_addresses(resolved, rules)
    return resolved


def _check_addresses(resolved: list[str], rules: Rules) -> None:
    if not all(is_public(address) or rules.within(address) for address in resolved):
        raise BadAddress("leads into a private network")


def _resolved(host: str, port: int, rules: Rules) -> list[str]:
    """Ask the name server in a thread of its own: nothing else ends a look-up that hangs."""
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(rules.resolve(host, port))
        except (OSError, UnicodeError):
            answers.put([])

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        return answers.get(timeout=RESOLVE_S)
    except queue.Empty as error:
        raise ProviderUnavailable(f"the address of {host} could not be looked up in time") from error


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open Internet, seen through every way of wrapping another one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        # An IPv6 address can carry a private IPv4 one inside.
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in TRANSLATED:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    elif ip in SHARED:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def post(url: str, *, body: bytes, headers: Mapping[str, str], rules: Rules) -> Reply:
    """POST to a checked and pinned address, within ten seconds; redirects are not followed.

    Raises BadAddress before anything is sent, ProviderUnavailable when no connection came about,
    InDoubt when the answer was lost, ProviderRejected when the answer is too large.
    """
    return _call("POST", url, body=body, headers=headers, rules=rules, most_bytes=MOST_BYTES)


def get(url: str, *, headers: Mapping[str, str], rules: Rules, most_bytes: int) -> Reply:
    """GET what is no larger than ``most_bytes``, by the same rules and with the same errors as ``post``."""
    return _call("GET", url, body=None, headers=headers, rules=rules, most_bytes=most_bytes)


def _call(
    method: str, url: str, *, body: bytes | None, headers: Mapping[str, str], rules: Rules, most_bytes: int
) -> Reply:
    until = time.monotonic() + TOTAL_S
    parts, host, port = check_url(url, rules)
    tls = (rules.tls or ssl.create_default_context()) if parts.scheme == "https" else None
    # The checked address and no second look-up, which could lead elsewhere.
    connection = _Pinned(host, port, addresses(host, port, rules)[0], tls)
    # A socket's time-out starts anew with each byte: a slow answer would go on for ever.
    watchdog = threading.Timer(until - time.monotonic(), connection.cut)
    watchdog.start()
    try:
        _connect(connection)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with failpoints.around("call", f"outbound:{method.lower()}"):
            connection.request(method, path, body=body, headers=dict(headers))
            return _read(connection.getresponse(), connection, most_bytes)
    except (OSError, HTTPException, ValueError) as error:
        raise InDoubt(f"{host} gave no answer in time: {type(error).__name__}") from error
    finally:
        watchdog.cancel()
        connection.close()


def _connect(connection: "_Pinned") -> None:
    try:
        connection.connect()
    except (OSError, HTTPException, ValueError) as error:
        raise ProviderUnavailable(f"no connection to {connection.host}: {type(error).__name__}") from error


def _read(response: HTTPResponse, connection: "_Pinned", most_bytes: int) -> Reply:
    # One byte more shows that there is more, without reading it.
    body = response.read(most_bytes + 1)
    if len(body) > most_bytes:
        raise ProviderRejected(f"the answer is larger than {most_bytes // 2**20} MiB")
    # Cut off in the middle, a body without a length looks complete.
    if connection.is_cut:
        raise TimeoutError
    return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


class _Pinned(HTTPConnection):
    """A connection to one checked address that still names the host in TLS and in the Host header."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=CONNECT_S)
        self.default_port = 80 if tls is None else 443
        self._address = address
        self._tls = tls
        self.is_cut = False

    def connect(self) -> None:
        """Connect to the pinned address and to no other."""
        self.sock = socket.create_connection((self._address, self.port), CONNECT_S)
        if self._tls is not None:
            secure = self._tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = secure
            secure.do_handshake()
        self.sock.settimeout(TOTAL_S)

    def cut(self) -> None:
        """End a call that takes too long, whatever it is doing."""
        self.is_cut = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
