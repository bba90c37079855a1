"""A link to pass on shows stage, day, carrier and trail, and of no life anything of whose parcel it is."""

import html
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.orders.lookup.links import end_access
from app.orders.models import Order
from app.orders.sharing import SHARED_FOR, share
from app.tracking.models import Shipment
from tests.conftest import SECRET
from tests.tracking.documents import document, parcel
from tests.tracking.pages import STAGES, THURSDAY, at, browser, given, scans, text_of, title_of
from tests.tracking.stories import GROUPS, an_order, lives_on, packed, stories
from tests.tracking.told import CLOCKS, Story

HERS = {
    "customer": {"name": "Filomena Quiñonero", "email": "filomena@canary-one.example", "phone": "+34611090201"},
    "ship_to": {
        "name": "Filomena Quiñonero", "company": "Grullas Unidas",
        "line1": "Calle Avutarda 12", "line2": "Portal Grulla",
        "city": "Villavencejo", "postcode": "28931", "country": "ES",
    },
    "totals": {"items": 71713, "paid": 71713},
    "purchase_order": "PO-JILGUERO",
    "note": "Comentario vencejo",
    "gift": True,
}  # fmt: skip
POINT = {"name": "Papelería Zorzal", "line1": "Calle Mochuelo 3", "city": "Villavencejo", "country": "ES"}
PERSONAL = (
    "Filomena", "Quiñonero", "canary-one", "611090201", "Grullas", "Avutarda", "Grulla", "Villavencejo", "28931",
    "717,13", "717.13", "JILGUERO", "vencejo", "Zorzal", "Mochuelo", "Aceite de oliva", "Ambrosía",
)  # fmt: skip
NUMBER = "1ZCIGÜEÑA77"


def opened(app: Flask, session: Session, order: Order, now: datetime, language: str = "es") -> str:
    """What a stranger sees who was given the link."""
    link = share(session, order.id, key=SECRET, now=now)
    session.commit()
    stranger = app.test_client()
    stranger.set_cookie("language", language)
    with patch("app.tracking.sharing.views.utcnow", lambda: now), at(now):
        answer = stranger.get(f"/s/{link.token}")
    assert answer.status_code == 200
    return answer.text


def told(page: str, order: Order) -> list[str]:
    """Which of her words the page says, or where it leads to the order."""
    words = (*PERSONAL, NUMBER, order.number, order.ref, "/help?about", "/returns", f"/o/{order.ref}")
    # The shop's policy is for everybody, and leads to no order.
    whole = html.unescape(page).replace('href="/returns-policy"', "")
    return [word for word in words if word in whole]


@pytest.mark.parametrize("group", GROUPS)
def test_no_life_of_a_parcel_tells_anything_of_its_customer(app: Flask, session: Session, group: str) -> None:
    sightings = []
    for life in GROUPS[group]():
        goods = {"tracking_number": NUMBER, "pickup_point": POINT if "point" in life.name else None}
        order = an_order(session, **HERS, status="shipped", shipments=[packed(**goods)])
        lives_on(session, order, life)
        session.query(Shipment).filter_by(order_id=order.id).update({"signed_by": "Filomena"})
        session.commit()
        now = max([one.seen_at for one in life.events], default=datetime(2026, 11, 2, tzinfo=UTC)) + timedelta(hours=1)
        sightings += [f"{life.name}: {word}" for word in told(opened(app, session, order, now), order)]
        session.query(Shipment).filter_by(order_id=order.id).delete()
    assert sightings == []


@pytest.mark.parametrize("group", [*GROUPS, "orders"])
def test_every_life_is_told_with_the_stage_and_the_trail_of_its_own_page(
    app: Flask, session: Session, group: str
) -> None:
    for story in stories(session, group):
        page = opened(app, session, story.order, story.now, "en")
        own = own_page(app, story)
        assert [badge for badge in badges(own) if badge not in badges(page)] == [], story.name
        assert stops(page)[: len(stops(own))] == stops(own) or not stops(own), story.name


def own_page(app: Flask, story: Story) -> str:
    with patch(CLOCKS[0], lambda: story.now), patch(CLOCKS[1], lambda: story.now):
        return browser(app, story.order, language="en").get(f"/o/{story.order.ref}").text


def badges(page: str) -> list[str]:
    cards = page.split('<section class="card')[1:]
    return [card.split('<span class="badge')[1].split(">")[1].split("<")[0] for card in cards if "badge is-" in card]


def stops(page: str) -> list[str]:
    return [part.split("<")[0] for part in page.split('<span class="stop">')[1:]]


def test_the_page_says_when_it_comes_and_with_whom_and_is_for_no_search_engine(app: Flask, session: Session) -> None:
    order = given(session, document(locale="en-GB"), scans(*STAGES[:2]), now=THURSDAY)
    page = opened(app, session, order, THURSDAY, "en")
    assert title_of(page) == "Arrives today, Thursday 26 November"
    assert "Carrier Correos Express" in text_of(page)
    assert '<meta name="robots" content="noindex">' in page


def test_a_customer_makes_one_link_and_can_end_it(app: Flask, session: Session) -> None:
    order = given(session, document(locale="en-GB"), scans(*STAGES[:2]), now=THURSDAY)
    client = browser(app, order, language="en")
    assert f'href="/o/{order.ref}/sharing"' in client.get(f"/o/{order.ref}").text
    assert "/s/" not in client.get(f"/o/{order.ref}/sharing").text
    for _again in range(2):
        assert client.post(f"/o/{order.ref}/sharing").status_code == 303
    page = client.get(f"/o/{order.ref}/sharing").text
    token = page.split("/s/")[1].split('"')[0].split("<")[0]
    assert page.count(f"/s/{token}") == page.count("/s/")
    assert app.test_client().get(f"/s/{token}").status_code == 200
    assert client.post(f"/o/{order.ref}/sharing/end").status_code == 303
    assert "/s/" not in client.get(f"/o/{order.ref}/sharing").text
    ended = app.test_client().get(f"/s/{token}")
    assert ended.status_code == 410
    assert 'href="/"' in ended.text
    # A new one does not wake the old one.
    client.post(f"/o/{order.ref}/sharing")
    assert app.test_client().get(f"/s/{token}").status_code == 410


def test_a_link_ends_by_itself_and_with_all_other_access(app: Flask, session: Session) -> None:
    order, now = given(session), datetime.now(UTC)
    old = share(session, order.id, key=SECRET, now=now - SHARED_FOR)
    new = share(session, order.id, key=SECRET, now=now)
    session.commit()
    stranger = app.test_client()
    assert [stranger.get(f"/s/{link.token}").status_code for link in (old, new)] == [410, 200]
    end_access(session, order.id, now=now)
    session.commit()
    assert stranger.get(f"/s/{new.token}").status_code == 410


def test_an_order_that_the_shop_has_removed_is_shown_no_more(app: Flask, session: Session) -> None:
    order = given(session)
    link = share(session, order.id, key=SECRET, now=datetime.now(UTC))
    order.removed = True
    session.commit()
    assert app.test_client().get(f"/s/{link.token}").status_code == 410


def test_a_link_that_was_cut_off_leads_on(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("language", "en")
    page = client.get("/s/abc")
    assert page.status_code == 410
    assert "This link doesn't work" in html.unescape(page.text)
    assert "Find my order" in page.text


def test_the_link_opens_nothing_of_the_order(app: Flask, session: Session) -> None:
    """It is no mailed link, and whoever opened it may still not see the order."""
    order = given(session, document(shipments=[parcel()]))
    link = share(session, order.id, key=SECRET, now=datetime.now(UTC))
    session.commit()
    stranger = app.test_client()
    stranger.get(f"/s/{link.token}")
    assert stranger.get(f"/o/{order.ref}").status_code == 303
    assert stranger.get(f"/l/{link.token}").status_code == 410
    assert stranger.post(f"/l/{link.token}").status_code == 410
