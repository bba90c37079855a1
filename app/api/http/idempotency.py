"""Idempotency-Key on POST: the same request twice does its work once and gets the same answer."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Request, Response
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.api.http.problems import Problem
from app.api.models import ApiKey, KeptAnswer
from app.core import tokens

# docs/api.md: two days, so that a client that broke off at night can ask again the day after.
LIFE = timedelta(hours=48)
# What a client acts on; every other header belongs to the one answer that carried it.
KEPT_HEADERS = ("Location", "Content-Type", "Link")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request with a key: ``answer`` is the one given before, if any."""

    api_key_id: int
    key: str
    fingerprint: bytes
    answer: Response | None = None


def open_ticket(session: Session, api_key: ApiKey, request: Request, raw: bytes, *, sealing_key: str) -> Ticket | None:
    """Claim the request's key until the end of the transaction; None when the client sent none.

    The answer is kept in the transaction that does the work, so one exists exactly if the other does; a lock
    that ends with the transaction tells the request still at work. Raises Problem 400, 409 or 422.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= 255 or not key.isprintable() or len(request.headers.getlist("Idempotency-Key")) > 1:
        raise Problem(400, "Idempotency-Key must be one text of 1 to 255 printable characters.")
    # Not waited for: the twin may be at work for many seconds, and a waiting request holds a connection.
    if not session.scalar(select(func.pg_try_advisory_xact_lock(lock_number(api_key.id, key)))):
        raise Problem(409, "A request with this Idempotency-Key is still at work.", slug="in-progress")
    # With the address: the same key on another action is a client's mistake and no repetition.
    fingerprint = hashlib.sha256(f"{request.method} {request.full_path}\n".encode() + raw).digest()
    record = session.get(KeptAnswer, (api_key.id, key))
    if record is None:
        return Ticket(api_key.id, key, fingerprint)
    if record.request_hash != fingerprint:
        raise Problem(422, "This Idempotency-Key was used with another request.", slug="idempotency-key-reused")
    return Ticket(api_key.id, key, fingerprint, answer=_answer_again(record, sealing_key))


def keep(session: Session, ticket: Ticket, response: Response, *, sealing_key: str, now: datetime) -> None:
    """Keep a good answer beside the work, sealed; a refusal changed nothing and is simply found again."""
    if response.status_code >= 400:
        return
    row = {
        "api_key_id": ticket.api_key_id,
        "key": ticket.key,
        "request_hash": ticket.fingerprint,
        "status": response.status_code,
        "headers": {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        "body": tokens.seal(sealing_key, response.get_data(as_text=True)).encode(),
        "created_at": now,
    }
    # A batch commits as it goes, which lets go of the claim: its twin may have kept its answer meanwhile.
    session.execute(insert(KeptAnswer).values(row).on_conflict_do_nothing())


def forget_old(session: Session, *, now: datetime) -> int:
    """Drop the answers that nobody asks for again; how many."""
    old = delete(KeptAnswer).where(KeptAnswer.created_at < now - LIFE)
    return len(session.execute(old.returning(KeptAnswer.key)).all())


def lock_number(api_key_id: int, key: str) -> int:
    """The advisory lock that stands for a request at work."""
    raw = hashlib.blake2b(f"idempotency\0{api_key_id}\0{key}".encode(), digest_size=8).digest()
    return int.from_bytes(raw, "big", signed=True)


def _answer_again(record: KeptAnswer, sealing_key: str) -> Response:
    # Twice the life: an answer that the hourly sweep has yet to drop can still be given.
    body = tokens.unseal(sealing_key, record.body.decode(), max_age=int(2 * LIFE.total_seconds()))
    if body is None:
        raise Problem(409, "The answer to this Idempotency-Key can no longer be read.")
    response = Response(body, status=record.status)
    response.headers.update(record.headers)
    response.headers["Idempotent-Replayed"] = "true"
    return response
