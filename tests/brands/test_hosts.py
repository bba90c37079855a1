"""A brand's own host decides who speaks, where links lead, and in which languages; other hosts are as before."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.brands import house
from app.core.web import origin

HOST = "pedidos.norte.example"


@pytest.fixture
def norte(session: Session, now: datetime) -> None:
    """A second brand that speaks English alone and has a host."""
    facts = {"name": "Casa Norte", "host": HOST, "languages": ["en"], "legal": {"terms": {"en": "Fair.\n\nAlways."}}}
    house.add(session, "norte", facts, by="cli:amparo", now=now)
    session.commit()


@pytest.mark.usefixtures("norte")
@pytest.mark.parametrize("host", [HOST, HOST.upper(), f"{HOST}:8443"])
def test_a_host_of_its_own_is_its_brand_s_on_every_page_without_an_order(client: FlaskClient, host: str) -> None:
    for path in ("/", "/help", "/privacy", "/nowhere", "/manifest.webmanifest"):
        assert "Casa Norte" in client.get(path, headers={"Host": host}).text, path
    assert f"https://{HOST}" not in client.get("/robots.txt", headers={"Host": host}).text


@pytest.mark.usefixtures("norte")
@pytest.mark.parametrize("host", ["localhost", "other.example", f"{HOST}.evil.example", "[::1]:8000"])
def test_a_host_that_is_nobody_s_decides_nothing(client: FlaskClient, host: str) -> None:
    page = client.get("/help", headers={"Host": host}).text
    assert "Casa Norte" not in page
    assert host not in page


@pytest.mark.usefixtures("norte")
def test_links_lead_to_the_host_and_elsewhere_to_the_installation(app: Flask) -> None:
    installed = app.config["SETTINGS"].public_url
    with app.test_request_context("/", headers={"Host": HOST}):
        assert origin().partition("://")[2].partition(":")[0] == HOST
    with app.test_request_context("/", headers={"Host": "evil.example"}):
        assert origin() == installed


@pytest.mark.usefixtures("norte")
def test_a_brand_s_pages_speak_its_languages(client: FlaskClient) -> None:
    spanish = {"Accept-Language": "es-ES", "Host": HOST}
    assert 'lang="en-GB"' in client.get("/help", headers=spanish).text
    assert 'lang="es-ES"' in client.get("/help", headers={"Accept-Language": "es-ES"}).text


@pytest.mark.usefixtures("norte")
def test_a_notice_is_a_text_of_ours_or_leads_to_where_it_stands(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    at = {"Host": HOST}
    assert '<a href="/notices/terms">' in client.get("/help", headers=at).text
    assert "<p>Always.</p>" in client.get("/notices/terms", headers=at).text
    assert client.get("/notices/terms").status_code == 404
    assert client.get("/notices/name", headers=at).status_code == 404
    house.change(session, "norte", {"legal": {"terms": {"en": "https://norte.example/t"}}}, by="cli:amparo", now=now)
    session.commit()
    assert client.get("/notices/terms", headers=at).location == "https://norte.example/t"
