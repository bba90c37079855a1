"""Putting mapped documents, and what must hold of each: taken, read back equal, still when it is put again."""

from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient

from app.orders.document.document import OrderDocument
from app.orders.intake.paid import paid_in_all
from tests.oms.mapping.outcome import Hint, Mapped, NoOrder, Outcome

Order = dict[str, Any]


def put(portal: FlaskClient, document: Order) -> Order:
    """Put a document that must be taken; gives the verdict."""
    answer = portal.put(f"/api/v1/orders/{quote(document['number'], safe='')}", json=document)
    assert answer.status_code in (200, 201), answer.json
    verdict: Order = answer.json
    assert verdict["applied"]
    return verdict


def read(portal: FlaskClient, document: Order) -> Order:
    """The order as the interface tells it."""
    number = quote(document["number"], safe="")
    answer = portal.get(f"/api/v1/orders/{number}", query_string={"source": document["source"]["system"]})
    assert answer.status_code == 200, answer.json
    order: Order = answer.json
    return order


def changes_nothing(portal: FlaskClient, document: Order) -> None:
    """The same document once more is applied and leaves all as it is, the time of the last change too."""
    before = read(portal, document)
    put(portal, document)
    assert read(portal, document) == before


def accepted(mapped: Mapped) -> OrderDocument:
    """The document as the portal reads it; what is shown may be mended, its money stands as it was mapped."""
    document = OrderDocument.model_validate(mapped.document)
    sent = mapped.document
    assert document.totals.items == sent["totals"]["items"]
    assert document.totals.paid == sent["totals"]["paid"]
    assert [line.id for line in document.lines] == [line["id"] for line in sent["lines"]]
    # No reckoning over the mapper's head: what it says was paid is what was paid.
    assert paid_in_all(document)[0] == sent["totals"]["paid"]
    return document


def ends_well(outcome: Outcome) -> str:
    """What comes of a body is a document that is accepted, a hint, or a reason in a sentence; gives which."""
    if isinstance(outcome, Mapped):
        accepted(outcome)
        return "document"
    if isinstance(outcome, Hint):
        assert outcome.id.strip()
        assert outcome.why.endswith(".")
        return "hint"
    assert isinstance(outcome, NoOrder)
    assert len(outcome.reason.split()) >= 4
    return "reason"
