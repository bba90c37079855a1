"""The API does what its description says, and nothing that a client can send makes it fail."""

import json
import os

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.settings import ROOT
from tests.api.description import Walk, walk
from tests.api.v1.test_returns import WISH, delivered

# A short walk here; ``make chaos`` asks for a hundred requests an operation and keeps the report.
EXAMPLES = int(os.environ.get("PARADERO_EXAMPLES", "6"))
__all__ = ["delivered"]
REPORT = ROOT / "docs" / "reports" / "description"


@pytest.fixture
def places(delivered: FlaskClient) -> dict[str, dict[str, str]]:
    """Parts of addresses by the beginning of their operations: an order that was delivered, a return of it, a hook."""
    url = {"url": "https://shop.example.com/hooks/paradero"}
    return {
        "/orders": {"number": "1001"},
        "/shipments": {"carrier": "correos_express", "number": "CX0000012345ES"},
        "/returns": {"ref": delivered.post("/api/v1/returns", json=WISH).json["ref"]},
        "/webhooks": {"public_id": delivered.post("/api/v1/webhooks", json=url).json["id"]},
    }


def test_every_operation_answers_as_its_description_says(
    app: Flask, secret: str, places: dict[str, dict[str, str]]
) -> None:
    walked = walk(app, secret, places=places, examples=EXAMPLES)
    if "PARADERO_EXAMPLES" in os.environ:
        _keep(walked)
    assert walked.disagreements == []
    assert not [status for status in walked.answers if status >= 500]
    assert walked.operations > 25
    assert walked.requests >= walked.operations * EXAMPLES


def _keep(walked: Walk) -> None:
    figures = {
        "operations": walked.operations,
        "requests": walked.requests,
        "answers": {str(status): count for status, count in sorted(walked.answers.items())},
        "server_errors": sum(count for status, count in walked.answers.items() if status >= 500),
        "disagreements": walked.disagreements,
    }
    REPORT.with_suffix(".json").write_text(json.dumps(figures, indent=2) + "\n")
    rows = "\n".join(f"| {name.replace('_', ' ')} | {value} |" for name, value in figures.items() if name != "answers")
    answers = "\n".join(f"| answered {status} | {count} |" for status, count in sorted(walked.answers.items()))
    REPORT.with_suffix(".md").write_text(
        "# The API against its description\n\nMade by `make chaos` with schemathesis: requests that the description "
        f"allows and that it forbids.\n\n| what | figure |\n| --- | --- |\n{rows}\n{answers}\n"
    )
