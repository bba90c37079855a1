"""A small scene, played in a process that may be broken at a named point: two orders come in, a mail and a text leave.

It runs in children of a fork server, which has imported the portal once. The clock is ours, so that pauses of minutes
cost nothing: every module that asks for the time asks here.
"""

import base64
import json
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from app.core import clock

_shift = timedelta(0)


def _now() -> datetime:
    return datetime.now(UTC) + _shift


def set_clock(now: datetime) -> None:
    """It is ``now``; from here on the time goes by as usual."""
    global _shift  # noqa: PLW0603  the clock of this process
    _shift = now - datetime.now(UTC)


def wait(time: timedelta) -> None:
    """Time goes by, and nobody has to sit through it."""
    global _shift  # noqa: PLW0603  the clock of this process
    _shift += time


# Before anything else of the portal is imported: they all take the function from there.
clock.utcnow = _now

import requests  # noqa: E402
from cryptography.hazmat.primitives import hashes  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: E402
from flask import Flask  # noqa: E402
from flask.testing import FlaskClient  # noqa: E402
from sqlalchemy import text  # noqa: E402
from twilio.request_validator import RequestValidator  # noqa: E402

from app import create_app  # noqa: E402
from app.api.v1 import examples  # noqa: E402
from app.core import failpoints  # noqa: E402
from app.core.errors import InDoubt, ProviderUnavailable  # noqa: E402
from app.core.settings import Settings  # noqa: E402
from app.jobs import engine  # noqa: E402
from app.notify.providers.ports import SendFailed  # noqa: E402
from app.notify.providers.sendgrid import send  # noqa: E402
from app.notify.providers.smtp import send as smtp  # noqa: E402
from app.notify.providers.twilio import send as twilio  # noqa: E402
from app.notify.send.outcomes import fault  # noqa: E402
from benchmarks.chaos.deed_trial import DeedTrial  # noqa: E402
from benchmarks.chaos.trial import SILENCE_S, Trial, mail_of, phone_of  # noqa: E402

STEP, STEPS = timedelta(seconds=20), 60
# What a worker does again and again; the rest of its jobs has nothing to do with a message.
JOBS = (
    "fold_shipments",
    "hear_notify",
    "send_mails",
    "send_texts",
    "understand_messages",
    "reconcile_messages",
)
OPEN = text(
    "select (select count(*) from message where state in ('created', 'sending', 'in_doubt')) "
    "+ (select count(*) from hearing where listener = 'notify' and dead_at is null) "
    "+ (select count(*) from inbox where state = 'new') "
    "+ (select count(*) from shipment where dirty_at is not null)"
)


@lru_cache(maxsize=1)
def portal() -> Flask:
    """The application, made once for all children; it has not spoken to the database yet."""
    for module in (send, smtp, twilio):
        module.TIMEOUT = (3.0, SILENCE_S) if module is send else SILENCE_S  # type: ignore[attr-defined]
    # The feed's own pace is in real seconds, which do not pass here.
    send.ASK_EVERY_S = 0.0
    engine.register_all()
    return create_app(Settings.from_env())


def play(trial: Trial) -> None:
    """The whole scene; what is raised at a point is met as the portal's edges meet it, and the scene goes on."""
    global _shift  # noqa: PLW0603  the clock of this process
    _shift = timedelta(seconds=trial.shift_s)
    notes = open(trial.notes, "a", encoding="utf-8") if trial.notes else None  # noqa: SIM115, PTH123
    if notes is not None or trial.effect:
        failpoints.arm(breaking(trial, lambda point: notes and print(point, file=notes, flush=True)))
    scene = _Scene(portal().test_client(), trial)
    scene.once()
    scene.rest()
    failpoints.arm(None)


def breaking(trial: Trial | DeedTrial, note: Callable[[str], object]) -> failpoints.Hook:
    """What a trial does at its point, once."""
    left = trial.passage

    def hook(point: str) -> None:
        nonlocal left
        note(point)
        if not trial.effect or point != trial.point:
            return
        left -= 1
        if left != 0:
            return
        if trial.effect == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if trial.effect == "lose":
            raise _lost(point.removeprefix("after:call:"))
        raise failpoints.Broken(point)

    return hook


def _lost(call: str) -> Exception:
    """What whoever called there raises when no answer comes."""
    if call.startswith("outbound:") or call == "code:send":
        return InDoubt("no answer") if call == "code:send" else TimeoutError("no answer")
    if call.endswith(":fetch"):
        return ProviderUnavailable("no answer")
    return SendFailed(fault("trial", "no_answer"))


class _Scene:
    def __init__(self, client: FlaskClient, trial: Trial) -> None:
        self._client, self._trial = client, trial
        self._headers = {"Authorization": f"Bearer {trial.api_key}"}
        self._told: set[tuple[str, str]] = set()

    def once(self) -> None:
        """The shop tells of its orders, the worker works, the providers report, the worker works."""
        for tell in (self._mail_order, self._text_order, self._scan):
            self._met(tell)
        self._work()
        self._report()
        self._work()

    def rest(self) -> None:
        """Time goes by until nothing waits."""
        global _shift  # noqa: PLW0603  the clock of this process
        for _ in range(STEPS):
            with engine.database().sessions() as session:
                if session.scalar(OPEN) == 0:
                    break
            _shift += STEP
            self._work()
            self._report()

    def _met(self, action: Callable[[], object]) -> None:
        try:
            action()
        except Exception as error:
            # A job is tried again, a request is answered with an error and asked again: by the clean process.
            if self._trial.clean:
                raise AssertionError(f"{action} broke in a clean process") from error

    def _work(self) -> None:
        for name in JOBS:
            self._met(engine.TASKS[name])

    def _mail_order(self) -> None:
        self._put(f"M{self._trial.number}", {"email": mail_of(self._trial.number), "phone": None}, [])

    def _text_order(self) -> None:
        number = f"T{self._trial.number}"
        parcel = {"id": "s1", "carrier": "correos_express", "tracking_number": f"CX{number}", "method": "delivery"}
        person = {"email": None, "phone": phone_of(self._trial.number)}
        self._put(number, person, [{**parcel, "lines": [{"line": "1", "quantity": 2}]}])

    def _put(self, number: str, person: dict[str, Any], shipments: list[dict[str, Any]]) -> None:
        now = _now().isoformat()
        document = {
            **examples.ORDER,
            "number": number,
            "status": "confirmed",
            "placed_at": now,
            "updated_at": now,
            "customer": {"id": number, "name": "Ana Ruiz", "sms_consent": True, **person},
            "promise": None,
            "shipments": shipments,
        }
        status = self._client.put(f"/api/v1/orders/{number}", json=document, headers=self._headers).status_code
        assert status < 300, status  # noqa: S101

    def _scan(self) -> None:
        event = {"carrier": "correos_express", "tracking_number": f"CXT{self._trial.number}", "status": "in_transit"}
        events = [{**event, "occurred_at": _now().isoformat(), "description": "out"}]
        status = self._client.post("/api/v1/tracking-events", json=events, headers=self._headers).status_code
        assert status < 300, status  # noqa: S101

    def _report(self) -> None:
        """The providers tell what they have taken, until it is acknowledged."""
        if not self._trial.reports:
            return
        for taken in requests.get(self._trial.books, timeout=5).json():
            if taken["to"] not in (mail_of(self._trial.number), phone_of(self._trial.number)):
                continue
            report = (taken["key"], taken["provider"])
            if report not in self._told and self._hook_told(taken):
                self._told.add(report)

    def _hook_told(self, taken: dict[str, str]) -> bool:
        post = self._sendgrid if taken["provider"] == "sendgrid" else self._twilio
        try:
            return post(taken) == 202
        except failpoints.Broken:
            return False

    def _sendgrid(self, taken: dict[str, str]) -> int:
        stamp = str(int(_now().timestamp()))
        event = {"event": "delivered", "message": taken["reference"], "sg_event_id": taken["key"], "timestamp": stamp}
        body = json.dumps([event | {"sg_message_id": f"{taken['key']}.x"}]).encode()
        key = load_pem_private_key(self._trial.signing_key.encode(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101
        signed = key.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signed).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        }
        return self._client.post("/hooks/messages/sendgrid", data=body, headers=headers).status_code

    def _twilio(self, taken: dict[str, str]) -> int:
        path = f"/hooks/messages/twilio?message={taken['reference']}"
        form = {"MessageSid": f"SM{taken['key']}", "MessageStatus": "delivered", "To": taken["to"]}
        config = portal().config["SETTINGS"]
        token = config.twilio_auth_token.get_secret_value()
        signature = RequestValidator(token).compute_signature(config.public_url + path, form)
        return self._client.post(path, data=form, headers={"X-Twilio-Signature": signature}).status_code
