"""What every provider of messages holds to, ours and anybody's."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr
from sqlalchemy.orm import Session, sessionmaker
from twilio.request_validator import RequestValidator

from app.core.settings import PartSettings, Settings
from app.events.inbox import Delivery
from app.notify.kinds import Channel
from app.notify.providers.declaration import HookRequest, Installation, Provider
from app.notify.providers.receipts import Effect, merged, report
from app.notify.providers.registry import Declared, endpoints, provider, providers
from app.notify.send.outcomes import FailureVerdict, sort
from tests.conftest import SECRET
from tests.notify.build import NOON
from tests.notify.providers.test_hooks import KEY, PUBLIC, signed_events

FOLDERS = sorted(path.parent.name for path in Path("app/notify/providers").glob("*/provider.py"))
NONE: sessionmaker[Session] = sessionmaker()
EVERY = pytest.mark.parametrize("one", providers(), ids=lambda one: one.name)
MAIL = {"DATABASE_URL": "postgresql://x/y", "SECRET_KEY": SECRET, "MAIL_FROM": "a@shop.example"}
SET: dict[str, dict[str, str]] = {
    "sandbox": {},
    "sendgrid": {"SENDGRID_API_KEY": "SG.x"},
    "smtp": {"SMTP_URL": "smtp://mail.example"},
    "twilio": {"TWILIO_AUTH_TOKEN": "t", "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_FROM": "+34600000000"},
}


def test_a_folder_is_a_provider_and_a_provider_is_a_folder() -> None:
    assert sorted(one.name for one in providers()) == FOLDERS == sorted(SET)


@EVERY
def test_it_says_what_it_is(one: Declared) -> None:
    assert provider(one.name) is one
    assert one.title.strip() == one.title != ""
    assert set(one.channels) <= set(Channel) and one.channels
    assert {type(verdict) for verdict in one.codes.values()} == {FailureVerdict}
    assert [code for code in one.codes if not re.fullmatch(r"\w+", code)] == []
    assert {one.codes[code] for code in one.account} <= {FailureVerdict.CLOSED}
    assert [(code, sort(one.name, code)) for code in one.codes] == list(one.codes.items())


@EVERY
def test_what_it_reports_has_a_rank_and_a_state_of_ours(one: Declared) -> None:
    assert (one.hook is None) == (one.receipts == {})
    for word, meaning in one.receipts.items():
        assert report(one.name, word) is meaning
        assert meaning.state in (None, "accepted", "delivered", "failed") and type(meaning.effect) is Effect
    # Whatever comes first: the same words give the same end.
    reports = list(one.receipts.values())
    assert _end(reports) == _end(reports[::-1])


def _end(reports: Sequence[Any]) -> tuple[str, int]:
    state, rank = "sending", 0
    for meaning in reports:
        state, rank = merged(state, rank, meaning)
    return state, rank


@EVERY
def test_its_settings_switch_it_on_and_its_sender_bears_its_name(one: Declared) -> None:
    bare, settings = Settings.from_env(MAIL), Settings.from_env(MAIL | SET[one.name])
    assert not bare.of(one.settings).ready
    assert settings.of(one.settings).ready is bool(SET[one.name])
    sender = one.make(settings.of(one.settings), Installation("https://x.example", "a@x.example", "+34600000000", NONE))
    assert sender.name == one.name and sender.asked_at_once >= 1
    assert (one.looked_for(settings.of(one.settings)) is None) == (sender.lag_seconds in (None, 0))


@dataclass(frozen=True)
class Knock:
    """One delivery to an endpoint as its provider sends it."""

    request: HookRequest
    secrets: tuple[str, ...]


def _text(path: str, **fields: str) -> Knock:
    url = f"https://pedidos.example/hooks/messages/{path}?message=m-1"
    signature = RequestValidator("12345").compute_signature(url, fields)
    return Knock(
        HookRequest(url, {"x-twilio-signature": signature}, urlencode(fields).encode(), NOON), ("new", "12345")
    )


def _mail() -> Knock:
    events = [{"event": "delivered", "message": "m-1", "sg_event_id": "e1", "timestamp": 1794000000}]
    body, headers = signed_events(events, at=NOON, key=KEY)
    lower = {name.lower(): value for name, value in headers.items()}
    return Knock(HookRequest("https://pedidos.example/hooks/messages/sendgrid", lower, body, NOON), (PUBLIC,))


KNOCKS = {
    "twilio": _text("twilio", MessageSid="SM1", MessageStatus="delivered"),
    "twilio-inbound": _text("twilio-inbound", MessageSid="SM1", From="+34612345678", Body="Baja"),
    "sendgrid": _mail(),
}
HOOKS = pytest.mark.parametrize("name", [name for name, (_, hook) in endpoints().items() if hook.sign])


@HOOKS
def test_its_own_delivery_is_taken_and_has_one_key_however_often_it_comes(name: str) -> None:
    _, hook = endpoints()[name]
    knock = KNOCKS[name]
    keys = {hook.sign(knock.request, knock.secrets).key for _ in range(3)}
    assert len(keys) == 1 and keys != {""}


@HOOKS
def test_a_forged_delivery_is_none(name: str) -> None:
    _, hook = endpoints()[name]
    knock = KNOCKS[name]
    forged = [
        replace(knock.request, body=knock.request.body + b"&x=1"),
        replace(knock.request, headers={}),
        replace(knock.request, headers=dict.fromkeys(knock.request.headers, "é")),
    ]
    assert hook.sign is not None
    assert [hook.sign(one, knock.secrets) for one in forged] == [None] * 3
    assert hook.sign(knock.request, ("other",)) is None and hook.sign(knock.request, ()) is None


@HOOKS
def test_what_is_read_twice_is_the_same_news(name: str) -> None:
    declared, hook = endpoints()[name]
    knock = KNOCKS[name]
    delivery = Delivery(f"messages:{name}", "k", {"message": "m-1"}, knock.request.body, NOON)
    first, again = list(hook.read(delivery)), list(hook.read(replace(delivery, delivery_key="other")))
    assert first == again and len(first) == 1
    assert name.endswith("-inbound") or (first[0].reference == "m-1" and first[0].word in declared.receipts)


@HOOKS
@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff", b"null"])
def test_of_what_cannot_be_read_no_news_are_made(name: str, body: bytes) -> None:
    """It is kept with its reason where the type of the error says that it will never be understood."""
    _, hook = endpoints()[name]
    with suppress(ValueError, KeyError, TypeError):
        assert list(hook.read(Delivery(f"messages:{name}", "k", {}, body, NOON))) == []


class Greedy(PartSettings):
    """A setting that is another's."""

    switch = "twilio_auth_token"
    twilio_auth_token: SecretStr | None = None


@pytest.mark.parametrize(
    "wrong", [{"name": "Acme"}, {"name": "acme-inbound"}, {"channels": ()}, {"settings": Greedy}], ids=str
)
def test_what_would_take_anothers_place_cannot_be_declared(wrong: dict[str, Any]) -> None:
    good = {"name": "acme", "title": "Acme", "channels": (Channel.SMS,), "settings": PartSettings}
    assert Provider(**good, make=print, codes={})
    with pytest.raises(ValueError):
        Provider(**good | wrong, make=print, codes={})
