"""SECRET_KEY changes and the one before is named: what it sealed and signed goes on working, and can be sealed anew."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session
from standardwebhooks.webhooks import Webhook

from app.api.models import WebhookSubscription
from app.api.webhooks_out import deliveries, subscriptions
from app.api.webhooks_out.deliveries import Result
from app.audit import anchor, trail
from app.connections import store
from app.connections.store import Changing
from app.core.clock import utcnow
from app.core.db import Model, secret_of, transaction
from app.core.http import Reply, Rules
from app.core.settings import ROOT, Settings
from app.core.settings.key import InstallationKey
from app.core.tables.resealing import sealed_columns
from app.core.tokens import FOREVER_S, seal, unseal
from app.events import log
from app.events.kinds import EventKind
from app.notify.models import Suppression
from app.notify.preferences.key_change import follow_key
from app.notify.preferences.suppression import NEWS, is_shut, is_suppressed, recipient_key, suppress
from app.orders.sharing import share, shared_link
from app.personal import tombstones
from app.privacy import ledger
from app.staff.auth.factors import recovery, second_factor
from app.staff.models import SignInProvider
from app.staff.sso.settings import client_of
from tests.conftest import SECRET
from tests.returns.stage import delivered_order
from tests.rounds import announced
from tests.staff.browsers import member

APP = ROOT / "app"
TODAY = "the-key-of-today-for-tests-only-0123456789"
ALONE, BOTH = InstallationKey(TODAY), InstallationKey(TODAY, (SECRET,))


def changed(settings: Settings) -> Settings:
    """The installation after its key has changed, with the one before named."""
    return Settings.from_env({**settings.environ, "SECRET_KEY": TODAY, "SECRET_KEY_PREVIOUS": SECRET})


def subscribed(session: Session) -> tuple[WebhookSubscription, str]:
    rules, kinds = Rules(resolve=lambda host, port: ["192.0.2.1"]), ["refund.paid"]
    return subscriptions.subscribe(
        session, url="https://shop.example.com/hook", kinds=kinds, key=SECRET, rules=rules, now=utcnow()
    )


def test_the_settings_key_knows_the_one_before(settings: Settings) -> None:
    key = changed(settings).key
    assert (key, key.before, settings.key.before) == (TODAY, (SECRET,), ())
    assert TODAY not in repr(key)
    assert unseal(key, seal(SECRET, "text"), max_age=9) == "text"
    assert unseal(TODAY, seal(key, "text"), max_age=9) == "text"
    assert unseal(SECRET, seal(key, "text"), max_age=9) is None


def test_outgoing_webhooks_are_signed_as_before(session: Session) -> None:
    _subscription, secret = subscribed(session)
    log.append(session, EventKind.REFUND_PAID, order_id=None, payload={}, now=utcnow())
    announced(session, limit=100, now=utcnow())
    (call,) = deliveries.claim(session, key=BOTH, limit=10, now=utcnow())
    sent: list[Any] = []

    def receive(url: str, *, body: bytes, headers: dict[str, str], rules: Rules) -> Reply:
        sent.append(Webhook(secret).verify(body, headers))
        return Reply(200, {}, b"")

    assert isinstance(deliveries.attempt(call, rules=Rules(), send=receive), Result)
    assert sent[0]["type"] == "refund.paid"


def test_staff_sign_in_with_the_codes_they_have(session: Session, now: datetime) -> None:
    secret = second_factor.new_secret()
    user = member(session, now, "support", totp_secret=seal(SECRET, secret))
    spare = recovery.make_codes(session, user, key=SECRET, now=now)[0]
    code = pyotp.TOTP(secret).at(now)
    assert second_factor.verify(session, user.id, code=code, key=ALONE, now=now) is None
    assert second_factor.verify(session, user.id, code=code, key=BOTH, now=now) is user
    assert recovery.use_code(session, user, spare, key=BOTH, now=now)
    assert not recovery.use_code(session, user, spare, key=BOTH, now=now)


def test_anchors_and_the_ledger_of_years_ago_count(session: Session, now: datetime, tmp_path: Path) -> None:
    with transaction(session):
        trail.record(session, actor="cli:me", action="brand.changed", now=now)
    taken = anchor.take(session, now=now)
    assert taken is not None
    assert anchor.faults(session, [taken.line(SECRET), taken.line(BOTH)], key=BOTH) == []
    assert anchor.faults(session, [taken.line(SECRET)], key=ALONE) == ["Anchor 1 is not signed with this SECRET_KEY."]
    path = tmp_path / "erasures.ledger"
    for ref, key in (("R0", SECRET), ("R1", BOTH)):
        ledger.write(path, ledger.LedgerEntry(ref, now, {b"m": "email"}), key=key)
    assert [entry.ref for entry in ledger.read(path, key=BOTH)] == ["R0", "R1"]


def test_who_was_erased_stays_erased(session: Session, now: datetime) -> None:
    name = (tombstones.EMAIL, "ana@example.com")
    tombstones.bury(session, {tombstones.mark(SECRET, name): "email"}, now=now)
    session.connection().execution_options(paradero_secret=BOTH)
    assert secret_of(session) is BOTH
    assert tombstones.erased(session, [name]) == {name: now}


def test_a_link_that_was_passed_on_is_shown_as_it_was(session: Session, now: datetime) -> None:
    order = delivered_order(session, now=now)
    link = share(session, order.id, key=SECRET, now=now)
    assert shared_link(session, order.id, key=BOTH, now=now) == link
    assert shared_link(session, order.id, key=ALONE, now=now) is None


def test_an_opt_out_counts_and_can_be_taken_back(session: Session, now: datetime) -> None:
    before, today = (recipient_key(key, "email", "ana@example.com") for key in (SECRET, TODAY))
    address = {"channel": "email", "address": "ana@example.com", "purpose": NEWS}
    suppress(session, channel="email", recipient_hash=before, purpose=NEWS, source="preferences", now=now)
    assert is_shut(session, BOTH, **address) and not is_shut(session, ALONE, **address)
    follow_key(session, BOTH, [("email", "ana@example.com"), ("sms", "")])
    assert is_suppressed(session, channel="email", recipient_hash=today, purpose=NEWS)
    assert session.scalars(select(Suppression.recipient_hash)).all() == [today]
    follow_key(session, BOTH, [("email", "ana@example.com")])
    assert is_shut(session, ALONE, **address)


def test_everything_that_rests_is_sealed_again(session: Session, settings: Settings, now: datetime) -> None:
    subscription, secret = subscribed(session)
    totp, client = seal(SECRET, "totp"), seal(SECRET, "client")
    user = member(session, now, "support", totp_secret=totp)
    facts = {"title": "Acme", "issuer": "https://id.example", "client_id": "id", "domains": [], "changed_at": now}
    provider = SignInProvider(key="staff", secret=client, **facts)
    session.add(provider)
    session.flush()
    assert client_of(provider, BOTH).client_secret == "client"
    stranger = seal("a key that nobody knows any more, of old", "lost")
    subscription.sealed_secrets = [*subscription.sealed_secrets, stranger]
    session.flush()
    assert store.reseal(session, Changing(changed(settings), "cli:me", now)) == 3
    session.expire_all()
    assert subscriptions.clear_secrets(subscription, key=ALONE) == [secret]
    assert subscription.sealed_secrets[1] == stranger
    assert unseal(ALONE, user.totp_secret or "", max_age=FOREVER_S) == "totp"
    assert client_of(provider, ALONE).client_secret == "client"


def test_nobody_takes_the_key_without_the_one_before_it() -> None:
    taken = [path for path in APP.rglob("*.py") if "secret_key.get_secret_value" in path.read_text(encoding="utf-8")]
    assert taken == []


def test_every_column_that_is_named_sealed_is_sealed_again() -> None:
    resealed = {f"{column.table.name}.{column.name}" for column in sealed_columns()}
    named = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if re.match("sealed", column.name)
    }
    # What a form held that was not sent is sealed with its reader's own secret as well, and gone within a day.
    assert named - resealed == {"kept_page.sealed"}
    assert resealed - named == {"staff_user.totp_secret", "sign_in_provider.secret"}
