"""What the interface keeps of a person: answers to repeated requests, sealed, and webhooks on their way."""

import json

from sqlalchemy import ColumnElement, Text, literal_column, select, tuple_
from sqlalchemy.orm import Session

from app.api.http.idempotency import LIFE
from app.api.models import ApiKey, KeptAnswer, WebhookDelivery, WebhookSubscription
from app.api.webhooks_out.deliveries import hold
from app.core.tokens import unseal
from app.events.records import DomainEventRecord
from app.personal.claims import Basis, DataSubject, RoomClaims, TableClaim, Tier, Use, _l

STEP = 200


def _answer(session: Session, person: DataSubject) -> ColumnElement[bool]:
    """Answers that name the person, found by opening each: they are kept for two days."""
    named: list[tuple[int, str]] = []
    columns = (KeptAnswer.api_key_id, KeptAnswer.key, KeptAnswer.body)
    for row in session.execute(select(*columns).execution_options(yield_per=STEP)):
        text = unseal(person.key, row.body.decode(), max_age=int(2 * LIFE.total_seconds()))
        if text is not None and person.is_named_in(_plain(text)):
            named.append((row.api_key_id, row.key))
    return tuple_(KeptAnswer.api_key_id, KeptAnswer.key).in_(named)


def _plain(text: str) -> str:
    """JSON with its letters as they are read."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def _delivery(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    events = select(DomainEventRecord.id).where(DomainEventRecord.order_id.in_(person.order_ids))
    return WebhookDelivery.event_id.in_(events)


# The receiver still hears what happened to which order; where to collect it, and a person's words, go.
_BARE_BODY = "((body::jsonb #- '{data,collect_from}') #- '{data,facts}')::text"
_ANSWER = TableClaim(
    model=KeptAnswer,
    purpose=_l("Gives a repeated request the same answer; sealed"),
    basis=Basis.INTEREST,
    tier=Tier.NOBODY,
    term="answers",
    plain="api_key_id key status headers created_at",
    hidden="request_hash",
    personal={"body": Use("What was answered, sealed", b"")},
    of=_answer,
    deleted=True,
)
_DELIVERY = TableClaim(
    model=WebhookDelivery,
    purpose=_l("Tells another system what happened"),
    term="deliveries",
    since=WebhookDelivery.created_at,
    ended=WebhookDelivery.state != "waiting",
    plain="""id public_id subscription_id event_id kind state attempts created_at next_try_at tried_at status error
        delivered_at""",
    personal={
        "body": Use("Which order, and where a return is collected", literal_column(_BARE_BODY, Text)),
        "answer": Use("The first words of what the receiver answered", None),
    },
    of=_delivery,
)
_OTHERS = (
    TableClaim(
        model=ApiKey,
        purpose="Lets a system in",
        basis=Basis.INTEREST,
        term="shop",
        plain="id name shown scopes created_at used_at used_from revoked_at ends_at",
        staff="made_by",
        hidden="secret_hash",
    ),
    TableClaim(
        model=WebhookSubscription,
        purpose="Where another system wants to hear of events",
        basis=Basis.INTEREST,
        term="shop",
        plain="id public_id url kinds created_at disabled_at disabled_reason",
        staff="made_by",
        hidden="sealed_secrets",
    ),
)


PERSONAL = RoomClaims("api", (_ANSWER, _DELIVERY, *_OTHERS), hold=hold)
