"""A brand's own host decides who speaks, where links lead, and in which languages; other hosts are as before."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.brands import house
from app.core.web import origin
from tests.orders.build import document
from tests.orders.put import put_order

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


@pytest.mark.usefixtures("norte")
def test_what_an_order_s_page_leads_to_speaks_for_the_order_s_brand(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    order = put_order(session, document(number="N-1", brand="norte"), now=now).order
    session.commit()
    client.post("/", data={"number": "N-1", "contact": "marisol@example.com"})
    client.get("/found")
    page = client.get(f"/o/{order.ref}").text
    links = re.findall(r"<footer.*?</footer>", page, re.S)[0]
    paths = [path for path in re.findall(r'href="([^"]+)"', links) if path.endswith("?brand=norte")]
    assert {path.partition("?")[0] for path in paths} == {
        "/help", "/returns-policy", "/privacy", "/accessibility", "/notices/terms"
    }  # fmt: skip
    for path in paths:
        page = client.get(path).text
        assert "Casa Norte" in page and "Almazara" not in page, path
        assert "?brand=norte" in page
    # At its own host nothing has to be taken along.
    assert "?brand=" not in client.get("/help", headers={"Host": HOST}).text


@pytest.mark.usefixtures("norte")
def test_a_host_has_its_own_brand_s_policy_and_a_brand_that_nobody_has_decides_nothing(client: FlaskClient) -> None:
    assert "Casa Norte" in client.get("/returns-policy", headers={"Host": f"{HOST}:8443"}).text
    assert "Casa Norte" not in client.get("/returns-policy").text
    page = client.get("/help?brand=nobody")
    assert page.status_code == 200 and 'href="/privacy"' in page.text
