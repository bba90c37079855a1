"""What a return refuses, and what is done about it: nothing is lost, and nobody is left without a word."""

import dataclasses
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.errors import NotFound
from app.events.models import DomainEvent
from app.orders.models import Order, OrderLine
from app.returns.models import Withdrawal
from app.returns.receiving.record import correct_receipt
from app.returns.refunds.pay import pay_refund
from app.returns.request.draft import RequestDraft, read_draft
from app.returns.withdrawal import matching
from app.returns.withdrawal.matching import receive
from app.returns.withdrawal.statement import WithdrawalStatement, state_withdrawal
from tests.conftest import SECRET
from tests.returns.labels.conftest import LABEL
from tests.returns.request.test_flow import customer, order, submit, to_check

__all__ = ["customer", "order"]


@pytest.mark.parametrize("words", [("show",), ("set", "FILE")])
def test_a_policy_of_no_brand_is_refused_by_its_key(
    app: Flask, session: Session, tmp_path: Path, words: tuple[str, ...]
) -> None:
    draft = tmp_path / "policy.json"
    draft.write_text("{}")
    arguments = [str(draft) if word == "FILE" else word for word in words]
    result = app.test_cli_runner().invoke(args=["portal", "policy", *arguments, "--brand", "nobody"])
    assert (result.exit_code, result.output.strip()) == (2, "✗ There is no brand nobody.")


def test_a_draft_of_an_older_release_starts_anew() -> None:
    assert read_draft({"lines": "once a text"}) == RequestDraft()


def test_what_the_shop_has_taken_out_since_is_refused_on_the_last_page_in_words(
    customer: FlaskClient, order: Order, session: Session
) -> None:
    page = to_check(customer, order)
    session.execute(update(OrderLine).where(OrderLine.order_id == order.id).values(final_sale=True))
    session.commit()
    session.expire_all()
    answer = submit(customer, order, page)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert session.scalars(select(DomainEvent.kind).where(DomainEvent.kind.startswith("return."))).all() == []


def test_a_code_that_no_scanner_reads_makes_no_label() -> None:
    with pytest.raises(ValueError, match="slip's code"):
        dataclasses.replace(LABEL, code="ñ" * 5)


def test_who_names_no_receipt_or_refund_of_ours_is_told_so(session: Session) -> None:
    with pytest.raises(NotFound, match="receipt 404"):
        correct_receipt(session, 404, None, by="x", idempotency_key="k", now=utcnow())
    with pytest.raises(NotFound, match="refund 404"):
        pay_refund(session, 404, reference="r", by="x", now=utcnow())


def test_a_statement_that_cannot_be_matched_is_acknowledged_and_put_before_a_person(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise LookupError("no order is like this")

    monkeypatch.setattr(matching, "_match", broken)
    state_withdrawal(session, WithdrawalStatement("Ana", "1001", "ana@example.com", "es", form_key="f"), now=utcnow())
    assert receive(session, limit=9, key=SECRET, now=utcnow()) == 1
    withdrawal = session.scalars(select(Withdrawal)).one()
    assert (withdrawal.review, withdrawal.matched_at is not None) == (True, True)
    (event,) = session.scalars(select(DomainEvent).where(DomainEvent.kind == "withdrawal.received"))
    assert event.payload["needs_person"]
