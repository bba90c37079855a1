"""Commands for keys: made and printed once, listed without their secret, ended at once."""

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app.api.keys import find_key


def _run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["portal", "api-key", *words])


def test_a_key_is_printed_once(app: Flask, session: Session) -> None:
    made = _run(app, "create", "erp", "--scope", "orders:write", "--scope", "orders:read,tracking:write")
    assert made.exit_code == 0, made.output
    key = find_key(session, made.output.strip())
    assert key is not None
    assert key.scopes == ["orders:read", "orders:write", "tracking:write"]
    listed = _run(app, "list").output
    assert "erp" in listed
    assert made.output.strip() not in listed


@pytest.mark.parametrize("words", [("create", "erp"), ("create", "erp", "--scope", "orders:fly"), ("revoke", "nobody")])
def test_what_cannot_be_is_said(app: Flask, words: tuple[str, ...]) -> None:
    refused = _run(app, *words)
    assert refused.exit_code != 0
    assert refused.output


def test_a_revoked_key_opens_nothing(app: Flask, session: Session) -> None:
    secret = _run(app, "create", "erp", "--scope", "orders:read").output.strip()
    assert _run(app, "revoke", "erp").exit_code == 0
    session.expire_all()
    assert find_key(session, secret) is None
    assert "revoked" in _run(app, "list").output
