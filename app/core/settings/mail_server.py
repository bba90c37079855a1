"""The address of a mail server, taken apart: host, port, user, password, and how it is encrypted. Pure."""

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

# Where mail servers listen; another port is for whoever vouches for the host.
USUAL_PORTS = frozenset({25, 465, 587, 2525})


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server: ``smtps`` speaks TLS from the first byte, ``smtp`` upgrades where the server offers it."""

    host: str
    port: int
    user: str
    password: str
    tls: bool

    @classmethod
    def of(cls, url: str) -> "MailServer":
        """Read ``smtp(s)://user:pass@host:port``."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        # RFC 8314 and RFC 6409.
        port = parts.port or (465 if tls else 587)
        return cls(parts.hostname or "", port, unquote(parts.username or ""), unquote(parts.password or ""), tls)

    def written(self) -> str:
        """The address, with what would break it in user and password written otherwise; port 0 is the usual one."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'smtps' if self.tls else 'smtp'}://{login}{host}" + (f":{self.port}" if self.port else "")
