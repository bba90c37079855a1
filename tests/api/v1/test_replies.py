"""Saved replies over HTTP: put in force and told again, with every fault by its place and a row in the trail."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.api.conftest import pointers
from tests.staff.browsers import audited

ADDRESS = "/api/v1/brands/demo/replies"
WHERE = {"title": "Where is it?", "texts": {"es": "Hola, {first_name}: {link}"}}


def test_a_reply_is_put_in_force_and_told_with_its_version(api: FlaskClient, session: Session) -> None:
    for _ in range(2):
        answer = api.put(f"{ADDRESS}/where", json=WHERE)
        assert (answer.status_code, answer.json["version"]) == (200, 1), "the same again changes nothing"
    api.put(f"{ADDRESS}/where", json=WHERE | {"retired": True})
    listed = api.get(ADDRESS).json
    assert [(one["name"], one["retired"]) for one in listed["replies"]] == [("where", True)]
    assert "first_name" in listed["variables"]
    one = api.get(f"{ADDRESS}/where")
    assert one.json == WHERE | {"name": "where", "retired": True, "version": 2}
    assert api.get(f"{ADDRESS}/where", headers={"If-None-Match": one.headers["ETag"]}).status_code == 304
    assert [row[1:] for row in audited(session)] == [("setting.saved", "demo/reply/where")] * 2


@pytest.mark.parametrize(
    ("document", "pointer"),
    [(WHERE | {"texts": {"es": "{nombre}"}}, "/texts/es"), (WHERE | {"title": ""}, "/title"),
     (WHERE | {"texts": {"xx": "Hola"}}, "/texts/xx"), (WHERE | {"colour": 1}, "/colour")],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_place(api: FlaskClient, document: dict[str, object], pointer: str) -> None:
    answer = api.put(f"{ADDRESS}/where", json=document)
    assert (answer.status_code, pointers(answer)) == (422, [f"#{pointer}"])


@pytest.mark.parametrize("path", ["/nope", "/UPPER", "/a%20b"])
def test_what_is_not_there_is_not_found(api: FlaskClient, path: str) -> None:
    assert api.get(f"{ADDRESS}{path}").status_code == 404
    assert api.get("/api/v1/brands/nobody/replies").status_code == 404
