"""What the providers report by webhook: signed, a moment later, sometimes twice, until somebody takes it in."""

import base64
import json
import queue
import secrets
import threading
import time
from collections.abc import Callable

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from twilio.request_validator import RequestValidator

from benchmarks.chaos.books import Taken
from benchmarks.chaos.history import History

AFTER_S = 1.0
TRIES = 40


class Reporter:
    """Posts reports from a thread of its own; a portal that is down for a moment gets them later."""

    def __init__(self, url: str, history: History, *, twilio_token: str) -> None:
        self._url, self._history, self._token = url, history, twilio_token
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._line = requests.Session()
        self._todo: queue.PriorityQueue[tuple[float, int, Callable[[], bool], int]] = queue.PriorityQueue()
        self._number = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def public_key(self) -> str:
        """What the portal verifies SendGrid's events with."""
        key = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(key).decode()

    def mail(self, taken: Taken) -> None:
        """«processed», then «delivered»."""
        for word, wait in (("processed", AFTER_S), ("delivered", 2 * AFTER_S)):
            event = secrets.token_hex(12)
            self._later(wait, lambda word=word, event=event: self._sendgrid(taken, word, event))  # type: ignore[misc]

    def text(self, taken: Taken) -> None:
        """«sent», then «delivered»; the second one twice."""
        for word, wait in (("sent", AFTER_S), ("delivered", 2 * AFTER_S), ("delivered", 3 * AFTER_S)):
            self._later(wait, lambda word=word: self._twilio(taken, word))  # type: ignore[misc]

    def close(self) -> None:
        """Report nothing more."""
        self._stop.set()
        self._thread.join()

    def _later(self, wait: float, post: Callable[[], bool], tries: int = 0) -> None:
        self._number += 1
        self._todo.put((time.monotonic() + wait, self._number, post, tries))

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                due, number, post, tries = self._todo.get(timeout=0.2)
            except queue.Empty:
                continue
            wait = due - time.monotonic()
            if wait > 0:
                self._todo.put((due, number, post, tries))
                self._stop.wait(min(wait, 0.1))
            elif not post() and tries < TRIES:
                self._later(2.0, post, tries + 1)

    def _sendgrid(self, taken: Taken, word: str, event: str) -> bool:
        report = {"event": word, "message": taken.reference, "sg_event_id": event, "timestamp": int(time.time())}
        body = json.dumps([report | {"sg_message_id": f"{taken.key}.filter", "email": taken.to}]).encode() + b"\r\n"
        stamp = str(int(time.time()))
        signed = self._key.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "Content-Type": "application/json",
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signed).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        }
        return self._post("/hooks/messages/sendgrid", body, headers, taken.reference, word)

    def _twilio(self, taken: Taken, word: str) -> bool:
        path = f"/hooks/messages/twilio?message={taken.reference}"
        form = {"MessageSid": f"SM{taken.key}", "MessageStatus": word, "To": taken.to}
        signature = RequestValidator(self._token).compute_signature(self._url + path, form)
        return self._post(path, form, {"X-Twilio-Signature": signature}, taken.reference, word)

    def _post(self, path: str, body: bytes | dict[str, str], headers: dict[str, str], about: str, word: str) -> bool:
        try:
            status = self._line.post(self._url + path, data=body, headers=headers, timeout=5).status_code
        except requests.RequestException:
            return False
        self._history.tell("reported", reference=about, word=word, status=status)
        return status == 202
