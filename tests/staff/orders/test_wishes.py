"""What the people of an order do not want to hear of stands beside their addresses."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from app.notify.kinds import Channel
from app.notify.preferences.suppression import NEWS, recipient_key, stage_purpose, suppress
from tests.conftest import SECRET
from tests.notify.build import an_order
from tests.staff.browsers import browser, member


def test_what_a_customer_does_not_want_stands_beside_the_address(app: Flask, session: Session, now: datetime) -> None:
    order = an_order(session, now=now)
    client = browser(app, member(session, now, "support"))
    assert "Doesn&#39;t want" not in client.get(f"/staff/orders/{order.ref}").text
    for channel, address, purpose in (
        (Channel.EMAIL, "ana@example.com", stage_purpose("problems")),
        (Channel.EMAIL, "ana@example.com", stage_purpose("returns")),
        (Channel.SMS, "+34612345678", NEWS),
    ):
        key = recipient_key(SECRET, channel, address)
        suppress(session, channel=channel, recipient_hash=key, purpose=purpose, source="preferences", now=now)
    session.commit()
    assert "E-mail: Problems, Returns · Text: everything" in client.get(f"/staff/orders/{order.ref}").text
