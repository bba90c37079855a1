"""The samples of the documentation are order documents as they stand, and are taken without a note."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.api.keys import create_key
from app.core.clock import utcnow

DOCS = Path(__file__).parents[3] / "docs"
BLOCK = re.compile(r"```json\n(.*?)```", re.DOTALL)


def samples() -> list[tuple[str, dict[str, Any]]]:
    """Every sample of an order document, with the page it stands on."""
    blocks = [
        (page.name, json.loads(block))
        for page in sorted(DOCS.glob("*.md"))
        for block in BLOCK.findall(page.read_text())
    ]
    return [(name, block) for name, block in blocks if isinstance(block, dict) and {"number", "lines"} <= block.keys()]


def test_there_are_samples_of_the_short_form_and_of_the_long_one() -> None:
    assert sum(name == "orders.md" for name, _ in samples()) >= 2


@pytest.mark.parametrize(("page", "sample"), samples())
def test_a_sample_is_taken_as_it_stands(app: Any, session: Session, page: str, sample: dict[str, Any]) -> None:
    _, secret = create_key(session, name="samples", scopes=["orders:write", "orders:read"], now=utcnow())
    session.commit()
    client: FlaskClient = app.test_client()
    headers = {"Authorization": f"Bearer {secret}"}
    answer = client.put(f"/api/v1/orders/{sample['number']}", json=sample, headers=headers)
    assert (answer.status_code, answer.json["notes"]) == (201, []), (page, answer.json)
