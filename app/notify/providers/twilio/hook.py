"""Twilio's callbacks: its signature over address and form, the states of texts, and what customers answer."""

import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from app.notify.providers.declaration import HookRequest, Signed
from app.notify.providers.receipts import MessageReport, TextAnswer

if TYPE_CHECKING:
    from app.events.inbox import Delivery

# Twilio sends some twenty; to take more apart before the signature is checked would be work for strangers.
MOST_FIELDS = 200
Form = dict[str, list[str]]


def sign_report(request: HookRequest, tokens: Sequence[str]) -> Signed | None:
    """A text's state has changed."""
    return _signed(request, tokens, lambda form: "/".join(_value(form, name) for name in _STATUS))


def sign_answer(request: HookRequest, tokens: Sequence[str]) -> Signed | None:
    """A customer has written a text."""
    return _signed(request, tokens, lambda form: _value(form, "MessageSid"))


def read_report(delivery: "Delivery") -> Iterator[MessageReport]:
    """The one state that a callback tells. It has no time of its own, so that of its arrival counts."""
    form = _first(delivery.body)
    code = form.get("ErrorCode") or None
    yield MessageReport(
        reference=delivery.headers.get("message", ""),
        provider_id=form["MessageSid"],
        word=form["MessageStatus"],
        event_id=f"{form['MessageSid']}/{form['MessageStatus']}/{code or ''}",
        code=code,
        at=delivery.received_at,
    )


def read_answer(delivery: "Delivery") -> Iterator[TextAnswer]:
    """The one text that a callback brings."""
    form = _first(delivery.body)
    yield TextAnswer(form["MessageSid"], form["From"], form.get("Body", ""))


_STATUS = ("MessageSid", "MessageStatus", "ErrorCode")


def _signed(request: HookRequest, tokens: Sequence[str], key: Callable[[Form], str]) -> Signed | None:
    try:
        form = parse_qs(request.body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    signature = request.headers.get("x-twilio-signature", "")
    return Signed(key(form)) if twilio_signed(signature, url=request.url, form=form, tokens=tokens) else None


def twilio_signed(signature: str, *, url: str, form: Mapping[str, Sequence[str]], tokens: Iterable[str]) -> bool:
    """Whether one of ``tokens`` signed this form for this public address, with or without its port."""
    # Here, since it brings the whole client: only processes that verify load it.
    from twilio.request_validator import RequestValidator

    unique = _Repeated(form)
    expected = (
        RequestValidator(token).compute_signature(address, unique) for token in tokens for address in _spellings(url)
    )
    # A header may hold what is no UTF-8, and is compared as bytes.
    stated = signature.encode("utf-8", "surrogatepass")
    return any([hmac.compare_digest(candidate.encode(), stated) for candidate in expected])


def _spellings(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    # Twilio signs some addresses with their port and others without; its own validator tries both.
    return tuple(parts._replace(netloc=netloc).geturl() for netloc in (host, f"{host}:{port}"))  # type: ignore[return-value]


class _Repeated(dict[str, Sequence[str]]):
    """A form whose fields may repeat, in the shape the provider's validator asks for."""

    def getlist(self, name: str) -> Sequence[str]:
        """Every value of a field."""
        return self[name]


def _first(body: bytes) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}


def _value(form: Form, name: str) -> str:
    # A name of Twilio's has 34 characters.
    return form.get(name, [""])[0][:100]
