"""Browsers in which members of staff are signed in."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.staff.models import StaffUser


@pytest.fixture
def signed_in(app: Flask, session: Session, now: datetime) -> Callable[..., FlaskClient]:
    """A browser of a member with this role, reading English unless told otherwise."""

    def make(role: str, language: str = "en-GB") -> FlaskClient:
        user = StaffUser(email=f"{role}@shop.example", name=role, role=role, password_hash="", created_at=now)
        session.add(user)
        session.commit()
        client = app.test_client()
        with client.session_transaction() as browser_session:
            browser_session["_user_id"], browser_session["_fresh"] = str(user.id), True
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        return client

    return make


@pytest.fixture
def marketing(signed_in: Callable[..., FlaskClient]) -> FlaskClient:
    return signed_in("marketing")
