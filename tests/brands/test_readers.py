"""What reads a brand takes what it says: messages, labels, returns, each by the channel and country of the order."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.brands import house
from app.brands.queries import named_brand
from app.notify.plan.triggers import ContactPoints, EventFacts, Wishes, plan
from app.notify.send.outgoing import shop_of
from app.oms.intake import receive_order
from app.orders.queries import by_id
from app.returns.labels.papers import recipient_of
from app.returns.policy.quote import read_basis
from tests.notify.build import a_mail_config
from tests.orders.build import document

AMPARO = "cli:amparo"


def changed(session: Session, now: datetime, **changes: Any) -> None:
    house.change(session, "demo", changes, by=AMPARO, now=now)


def test_messages_come_by_the_names_and_from_the_host_that_the_brand_says(session: Session, now: datetime) -> None:
    changed(
        session,
        now,
        name="Casa Norte",
        host="pedidos.norte.example",
        languages=["en"],
        senders={"mail_name": "Norte, pedidos", "reply_to": "hola@norte.example", "sms_name": "Norte"},
        legal={"registered_name": "Casa Norte, S. L.", "imprint": {"en": "We are\nCasa Norte"}},
        look={"accent": "#7a2e8e"},
    )
    brand = named_brand(session, "demo")
    config = a_mail_config().of(brand)
    shop = shop_of(brand, config, "en")
    assert (shop.mail_name, shop.answered_at, shop.sms_name) == ("Norte, pedidos", "hola@norte.example", "Norte")
    assert shop.origin.endswith("//pedidos.norte.example")
    assert shop.imprint == f"{shop.origin}/notices/imprint"
    assert shop.legal_lines == ("Casa Norte, S. L.",)
    assert (shop.look.accent, config.languages) == ("#7a2e8e", ("en",))
    assert config.console == a_mail_config().public_url


def test_a_parcel_comes_back_to_the_address_for_its_country(session: Session, now: datetime) -> None:
    here = {"line1": "Calle Mayor 1", "city": "Bilbao", "country": "ES"}
    there = {"line1": "Calle Orizaba 101", "city": "Ciudad de México", "country": "MX"}
    changed(session, now, returns_to={"usual": here, "by_country": {"MX": there}})
    brand = named_brand(session, "demo")
    assert "Calle Orizaba 101" in recipient_of(brand, "MX")
    assert "Calle Mayor 1" in recipient_of(brand, "FR")
    assert "Calle Mayor 1" in recipient_of(brand, None)


def news(kind: str, **wishes: bool) -> list[str]:
    """Which channels a piece of news takes."""
    moment = datetime.fromisoformat("2026-11-22T09:00:00+00:00")
    contact = ContactPoints("ana@example.com", "+34612345678", sms_consent=True)
    event = EventFacts(kind=kind, occurred_at=moment, event_id=1, order_id=1)
    decided = plan(event, contact, Wishes(**wishes), now=moment)
    return [str(intended.channel) for intended in decided.intended]


def test_a_marketplace_s_buyer_is_not_written_to(session: Session, now: datetime) -> None:
    assert news("order.cancelled", order_mailed=False, order_texted=False) == []
    assert news("order.cancelled") == ["email"]


def test_what_the_law_asks_for_and_what_was_asked_for_goes_out_all_the_same() -> None:
    assert "email" in news("withdrawal.received", order_mailed=False, order_texted=False)
    assert "email" in news("access.link_requested", order_mailed=False, order_texted=False)


@pytest.mark.parametrize(("channel", "returns"), [("amazon", False), ("web", True)])
def test_an_order_is_returned_here_or_where_it_was_bought(
    session: Session, now: datetime, channel: str, returns: bool
) -> None:
    changed(session, now, channels={"by_channel": {"amazon": {"returns": False}}})
    taken = receive_order(session, document(channel=channel), now=now)
    basis = read_basis(session, by_id(session, taken.order.id), now=now)
    codes = {finding.code for line in basis.eligibility.lines for finding in line.obstacles}
    assert ("channel_elsewhere" not in codes) == returns
