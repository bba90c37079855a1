"""Keys of other systems, as admins make, rotate and end them on a page."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.keys import SCOPES, find_key
from app.api.models import ApiKey
from tests.staff.browsers import audited

KEYS = "/staff/settings/keys"


@pytest.fixture
def key(admin: FlaskClient, session: Session) -> ApiKey:
    assert admin.post(KEYS, data={"name": "ERP", "scopes": ["orders:read", "support"]}).status_code == 303
    session.expire_all()
    return session.scalars(select(ApiKey)).one()


def _shown(page: str) -> str:
    return re.findall(r'data-copy="(pk_[^"]+)"', page)[0]


def test_every_scope_is_offered_with_what_it_opens(admin: FlaskClient) -> None:
    page = unescape(admin.get(KEYS).text)
    assert [scope for scope, words in SCOPES.items() if scope not in page or str(words) not in page] == []


def test_a_key_is_shown_once_with_a_first_call(admin: FlaskClient, session: Session, key: ApiKey) -> None:
    page = admin.get(KEYS).text
    secret = _shown(page)
    assert find_key(session, secret) is not None
    assert f"Authorization: Bearer {secret}" in page
    assert "/api/v1/orders?limit=1" in page
    assert secret not in admin.get(KEYS).text
    assert ("admin@shop.example", "api_key.created", "ERP") in audited(session)


def test_the_list_says_who_made_it_and_what_it_may(admin: FlaskClient, key: ApiKey) -> None:
    page = admin.get(KEYS).text
    assert "by admin@shop.example" in page
    assert "read orders and look for them, read and answer what customers write" in page
    assert ">never<" in page


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": "", "scopes": ["orders:read"]}, "Write a name"),
        ({"name": "x"}, "Choose what the key may do"),
        ({"name": "x", "scopes": ["orders:fly"]}, "Choose what the key may do"),
    ],
)
def test_what_is_missing_is_said_at_its_place(
    admin: FlaskClient, session: Session, sent: dict[str, str], sentence: str
) -> None:
    refused = admin.post(KEYS, data=sent)
    assert (refused.status_code, sentence in refused.text) == (422, True)
    assert session.scalars(select(ApiKey)).all() == []


def test_rotating_leaves_both_for_a_day(admin: FlaskClient, session: Session, key: ApiKey) -> None:
    old = _shown(admin.get(KEYS).text)
    assert "24 hours" in admin.get(f"{KEYS}/{key.id}/rotation").text
    assert admin.post(f"{KEYS}/{key.id}/rotation").status_code == 303
    page = admin.get(KEYS).text
    assert (find_key(session, old) is None, find_key(session, _shown(page)) is None) == (False, False)
    assert "Ends tomorrow" in page
    assert admin.post(f"{KEYS}/{key.id}/rotation").status_code == 409


def test_ending_asks_first_and_holds_at_once(admin: FlaskClient, session: Session, key: ApiKey) -> None:
    secret = _shown(admin.get(KEYS).text)
    assert "End this key" in admin.get(f"{KEYS}/{key.id}/end").text
    assert find_key(session, secret) is not None
    admin.post(f"{KEYS}/{key.id}/end")
    session.expire_all()
    assert find_key(session, secret) is None
    assert admin.post(f"{KEYS}/{key.id}/end").status_code == 409
    assert admin.get(f"{KEYS}/99999/end").status_code == 404
    assert ("admin@shop.example", "api_key.revoked", "ERP") in audited(session)


def test_only_admins_see_keys(support: FlaskClient) -> None:
    assert support.get(KEYS).status_code == 403
