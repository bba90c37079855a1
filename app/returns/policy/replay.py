"""A draft policy over past returns: which would have been answered otherwise, and what it would have cost."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import click
from flask.cli import AppGroup
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.audit import trail as audit
from app.brands.queries import named_brand
from app.brands.services import set_policy
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import database
from app.orders.records import OrderRecord
from app.orders.services import whole_order
from app.returns.models import Return
from app.returns.policy.decision import LineRequest, ReturnRequest
from app.returns.policy.policy import Method, Policy, read_policy
from app.returns.policy.quote import make_quote, read_basis
from app.returns.policy.reasons import ReasonGroup
from app.returns.policy.rules import RuleAnswer


@dataclass(frozen=True, slots=True)
class Replayed:
    """One past return under the draft: answers and refunds before and after, with the codes that decide now."""

    ref: str
    before: RuleAnswer
    after: RuleAnswer
    total_before: int
    total_after: int
    codes: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """True when the customer would have been answered otherwise."""
        return (self.before, self.total_before) != (self.after, self.total_after)


def replay(session: Session, policy: Policy, *, brand: str, since: datetime) -> Iterator[Replayed]:
    """Judge every return that customers or staff asked for since then, as of the moment it was asked for."""
    statement = (
        select(Return)
        .join(OrderRecord, OrderRecord.id == Return.order_id)
        # What came without notice has a method of its own: nobody asked, so no policy answered.
        .where(OrderRecord.brand_key == brand, Return.requested_at >= since, Return.method.in_(list(Method)))
        .options(selectinload(Return.lines))
        .order_by(Return.id)
    )
    for return_ in session.scalars(statement):
        # A withdrawal is the law's: no policy answers it.
        if all(line.group != ReasonGroup.WITHDRAWAL for line in return_.lines):
            yield _replay_one(session, return_, policy)


def _replay_one(session: Session, return_: Return, policy: Policy) -> Replayed:
    order = whole_order(session, return_.order_id)
    quote = make_quote(
        read_basis(session, order, now=return_.requested_at, policy=policy, before=return_.id), _request(order, return_)
    )
    evaluation = quote.evaluation
    codes = [fault.code for fault in evaluation.faults] + [doubt.code for doubt in evaluation.doubts]
    return Replayed(
        return_.ref,
        RuleAnswer(return_.verdict["answer"]),
        evaluation.answer,
        int(return_.quote["total"]),
        quote.total if evaluation.answer is not RuleAnswer.NO else 0,
        tuple(dict.fromkeys(codes)),
    )


def _request(order: OrderRecord, return_: Return) -> ReturnRequest:
    names = {line.id: line.line_id for line in order.all_lines}
    lines = tuple(
        LineRequest(names.get(line.order_line_id, ""), line.quantity, line.reason, line.comment or "")
        for line in return_.lines
    )
    pickup = date.fromisoformat(return_.pickup["on"]) if return_.pickup else None
    return ReturnRequest(lines, Method(return_.method), point_id=return_.point_id, pickup_on=pickup)


policy = AppGroup("policy", help="The returns policy of a brand.")
DRAFT = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
BRAND = click.option("--brand", default="demo", show_default=True, help="Key of the brand.")


@policy.command("show")
@BRAND
def show_command(brand: str) -> None:
    """Print the policy in force, with the defaults filled in."""
    with database().sessions() as session:
        click.echo(read_policy(named_brand(session, brand).policy).model_dump_json(indent=2))


@policy.command("set")
@DRAFT
@BRAND
def set_command(file: Path, brand: str) -> None:
    """Put the policy in FILE (JSON) in force. What it leaves out is as the default says."""
    draft = _read(file)
    with database().sessions() as session, transaction(session):
        # Two who put a policy in force at once do so one after the other, and the trail says what each changed.
        changed = set_policy(session, brand, draft.model_dump(mode="json", exclude_unset=True))
        audit.record(
            session,
            actor=audit.operator(),
            action="brand.policy_set",
            subject=brand,
            detail={"changed": changed},
            now=utcnow(),
        )
    click.echo(f"The policy of {brand} is in force.")


@policy.command("replay")
@DRAFT
@BRAND
@click.option("--days", default=365, show_default=True, help="How far back.")
def replay_command(file: Path, brand: str, days: int) -> None:
    """Judge past returns by the draft policy in FILE (JSON) and print what would change."""
    draft = _read(file)
    with database().sessions() as session:
        answers = list(replay(session, draft, brand=brand, since=utcnow() - timedelta(days=days)))
    for answer in answers:
        if answer.changed:
            click.echo(_line(answer))
    changed = [answer for answer in answers if answer.changed]
    money = sum(answer.total_after - answer.total_before for answer in changed)
    click.echo(f"{len(answers)} returns, {len(changed)} would change; refunds {money:+d} in minor units.")


def _line(answer: Replayed) -> str:
    why = f" ({', '.join(answer.codes)})" if answer.codes else ""
    return f"{answer.ref}: {answer.before} -> {answer.after}{why}, {answer.total_before} -> {answer.total_after}"


def _read(file: Path) -> Policy:
    """The draft. Every fault is named with its place."""
    try:
        return Policy.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except json.JSONDecodeError as error:
        raise click.ClickException(f"{file}: not JSON: {error}") from error
    except ValidationError as error:
        faults = [f"  {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise click.ClickException("\n".join([f"{file}: not a policy:", *faults])) from error
