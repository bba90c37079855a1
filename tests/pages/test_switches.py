"""Language and theme: kept in cookies of their own, and never a way out of the site."""

import pytest
from flask.testing import FlaskClient

from app.pages.views import safe_path


def test_a_chosen_language_is_spoken_from_then_on(client: FlaskClient) -> None:
    answer = client.post("/language/en", data={"next": "/help"}, headers={"Accept-Language": "es"})
    assert (answer.status_code, answer.location) == (303, "/help")
    page = client.get("/help", headers={"Accept-Language": "es"}).text
    assert '<html lang="en-GB"' in page
    assert "Where is my order number?" in page


def test_the_page_offers_the_other_language_by_its_own_name(client: FlaskClient) -> None:
    assert '<button class="tool" lang="en">English</button>' in client.get("/help").text


def test_a_chosen_theme_marks_the_page_until_it_is_forgotten(client: FlaskClient) -> None:
    client.post("/theme/dark", data={"next": "/help"})
    assert 'data-theme="dark"' in client.get("/help").text
    client.post("/theme/device", data={"next": "/help"})
    assert "data-theme" not in client.get("/help").text


def test_the_cookies_cannot_be_read_by_scripts_or_sent_from_elsewhere(client: FlaskClient) -> None:
    cookie = client.post("/theme/dark").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("path", ["/language/xx", "/theme/pink"])
def test_what_is_not_offered_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.post(path).status_code == 404


def test_a_get_changes_nothing(client: FlaskClient) -> None:
    assert client.get("/language/en").status_code == 405


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example/", "/\t/evil.example", "javascript:alert(1)", "", None,
     "evil", "/\\/evil.example", "\\\\evil.example", "/a\r\nSet-Cookie: x=1"],
)  # fmt: skip
def test_the_way_back_never_leads_to_another_host(target: str | None) -> None:
    assert safe_path(target) == "/"


@pytest.mark.parametrize("target", ["/", "/o/7KD2?page=2", "/help#late"])
def test_the_way_back_leads_to_pages_of_this_site(target: str) -> None:
    assert safe_path(target) == target
