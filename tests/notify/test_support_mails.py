"""What is mailed of cases and collections: to whom, whose words, which links, exactly once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.core.clock import utcnow
from app.notify.models import Message
from app.notify.providers.ports import Outgoing
from app.orders.models import Order, OrderContact
from app.returns.models import Return
from app.returns.policy.policy import Method
from app.returns.services import book_pickup, cancel, refuse_pickup, request_return
from app.support import cases
from app.support.cases import NewCase, open_case
from app.support.models import SupportCase
from tests.notify.build import a_mail_config, prepared
from tests.returns.stage import asking, delivered_order
from tests.rounds import heard

CONFIG = a_mail_config()
HELP, CUSTOMER = "ayuda@almazara.example", "marisol@example.com"
WORDS = "Where is it?\nI need it on Friday."


@pytest.fixture
def order(session: Session) -> Order:
    session.execute(update(Brand).values(help_email=HELP, locale="en"))
    made = delivered_order(session, now=utcnow(), locale="en-GB")
    sent(session)
    return made


def a_case(session: Session, order: Order, **facts: object) -> SupportCase:
    new = NewCase(
        **{"order_id": order.id, "about": "late", "words": WORDS, "locale": "en", "form_key": "f" * 20} | facts
    )
    return open_case(session, new, now=utcnow())


def sent(session: Session) -> list[Outgoing]:
    """What leaves now of all that happened."""
    heard(session, limit=200, now=utcnow(), config=CONFIG)
    later = utcnow() + timedelta(minutes=2)
    mails = [one.outgoing for one in prepared(session, now=later, config=CONFIG) if one.outgoing.subject]
    session.commit()
    return mails


def by_recipient(mails: list[Outgoing]) -> dict[str, Outgoing]:
    assert len({mail.to for mail in mails}) == len(mails), "one mail each"
    return {mail.to: mail for mail in mails}


def test_what_is_written_is_confirmed_to_its_writer_and_told_to_the_shop(session: Session, order: Order) -> None:
    case = a_case(session, order)
    mails = by_recipient(sent(session))
    assert set(mails) == {HELP, CUSTOMER}
    receipt, notice = mails[CUSTOMER], mails[HELP]
    assert case.ref in receipt.subject and "> I need it on Friday." in receipt.text
    assert f"?case={case.ref}" in receipt.text and receipt.reply_to == HELP
    assert order.number in notice.subject and "I need it on Friday." in notice.text
    assert f"/staff/cases/{case.ref}" in notice.text and notice.reply_to == CUSTOMER
    assert "/l/" not in notice.text and "/preferences/" not in notice.text
    assert sent(session) == []


def test_what_anybody_may_type_is_no_link_in_a_mail_of_the_shops(session: Session, order: Order) -> None:
    case = a_case(session, order, words="Pay at https://evil.example/now")
    mails = sent(session)
    assert len(mails) == 2
    assert not [mail.to for mail in mails if "https://evil.example" in mail.text or "evil.example" in mail.html]
    cases.answer(session, case.id, "See https://shop.example/faq", by="e", form_key="a" * 20, now=utcnow())
    assert "https://shop.example/faq" in sent(session)[0].text


def test_who_asked_to_be_called_is_not_answered_by_a_reply(session: Session, order: Order) -> None:
    a_case(session, order, answer_by="phone")
    mails = by_recipient(sent(session))
    assert mails[HELP].reply_to == ""
    assert "You asked us to call you." in mails[CUSTOMER].text


def test_an_address_on_no_file_reads_no_words_of_its_giver_and_opens_no_order(session: Session, order: Order) -> None:
    case = a_case(session, order, contact="else@example.org")
    mails = by_recipient(sent(session))
    assert set(mails) == {HELP, CUSTOMER, "else@example.org"}
    elsewhere = mails["else@example.org"]
    assert "Friday" not in elsewhere.text and "/l/" not in elsewhere.text
    assert f"/o/{order.ref}/help/{case.ref}" in elsewhere.text
    assert "Friday" in mails[CUSTOMER].text, "nobody writes behind the back of who is on file"
    cases.answer(session, case.id, "It leaves today.", by="eva@shop.example", form_key="a" * 20, now=utcnow())
    assert [(mail.to, "It leaves today." in mail.text) for mail in sent(session)] == [("else@example.org", True)]


def test_an_answer_reaches_the_customer_in_the_shops_words(session: Session, order: Order) -> None:
    case = a_case(session, order)
    sent(session)
    cases.answer(session, case.id, "It leaves today.\n\nEva", by="eva@shop.example", form_key="a" * 20, now=utcnow())
    (answer,) = sent(session)
    assert (answer.to, answer.subject) == (CUSTOMER, f"Our answer to your case {case.ref}")
    assert "It leaves today.\nEva" in answer.text and "eva@shop.example" not in answer.text
    cases.write_more(session, case.id, "Thank you!", form_key="b" * 20, now=utcnow())
    (again,) = sent(session)
    assert again.to == HELP and "Thank you!" in again.text
    cases.close(session, case.id, now=utcnow())
    assert sent(session) == [], "that it is closed is no news"


def test_a_shop_without_a_help_address_gets_no_mail_and_nothing_fails(session: Session, order: Order) -> None:
    session.execute(update(Brand).values(help_email=None))
    a_case(session, order)
    assert [mail.to for mail in sent(session)] == [CUSTOMER]
    assert not session.scalars(select(Message).where(Message.state == "failed")).all()


def test_a_customer_without_an_address_gets_no_receipt_and_the_shop_hears_all_the_same(
    session: Session, order: Order
) -> None:
    session.execute(update(OrderContact).values(email=None, email_folded=None))
    a_case(session, order, answer_by="phone")
    assert [mail.to for mail in sent(session)] == [HELP]


def collected(session: Session, order: Order) -> Return:
    on = utcnow().date() + timedelta(days=3)
    wish = asking(("1", 1, "too_small"), method=Method.PICKUP, pickup_on=on)
    return request_return(session, order.id, wish, by="customer", now=utcnow())


def test_a_collection_is_told_to_the_shop_with_day_and_address(session: Session, order: Order) -> None:
    return_ = collected(session, order)
    notice = next(mail for mail in sent(session) if mail.to == HELP)
    assert return_.ref in notice.subject and return_.ref in notice.text
    for part in (
        "Marisol Quijano",
        "Calle del Olmo 7, 28013 Madrid, Spain",
        f"/staff/returns/{return_.ref}",
        "Camiseta",
    ):
        assert part in notice.text


def test_a_return_that_is_dropped_off_is_no_collection(session: Session, order: Order) -> None:
    request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=utcnow())
    assert HELP not in {mail.to for mail in sent(session)}


def test_a_booked_collection_is_told_to_the_customer_with_the_day_that_was_booked(
    session: Session, order: Order
) -> None:
    return_ = collected(session, order)
    sent(session)
    on = utcnow().date() + timedelta(days=40)
    book_pickup(session, return_.id, on=on, note="Between 9 and 14 h", by="eva@shop.example", now=utcnow())
    (mail,) = sent(session)
    assert mail.to == CUSTOMER and mail.subject.startswith("Your collection is booked for ")
    assert f"{on.day} {on:%B}" in mail.subject and "Between 9 and 14 h" in mail.text
    assert return_.deadline == on, "the return does not expire before the driver comes"


def test_a_collection_that_cannot_be_is_told_with_the_reason_and_another_way(session: Session, order: Order) -> None:
    return_ = collected(session, order)
    sent(session)
    refuse_pickup(session, return_.id, reason="No driver goes there.", by="eva@shop.example", now=utcnow())
    (mail,) = sent(session)
    assert mail.to == CUSTOMER and "No driver goes there." in mail.text
    assert f"?return={return_.ref}" in mail.text and "cancel this return" in mail.text


def test_a_booked_collection_that_nobody_needs_is_told_to_the_shop_with_what_the_carrier_was_told(
    session: Session, order: Order
) -> None:
    return_ = collected(session, order)
    on = date.fromisoformat((return_.pickup or {})["on"])
    book_pickup(session, return_.id, on=on, note="AB123", by="eva@shop.example", now=utcnow())
    sent(session)
    for _ in range(2):
        cancel(session, return_.id, by="customer", now=utcnow())
    mails = sent(session)
    [notice] = [mail for mail in mails if mail.to == HELP]
    assert notice.subject.startswith("Collection to cancel for ") and return_.ref in notice.subject
    for part in ("AB123", "Calle del Olmo 7, 28013 Madrid, Spain", f"/staff/returns/{return_.ref}", "was cancelled"):
        assert part in notice.text
    assert [mail.to for mail in mails if mail.to != HELP] == ["marisol@example.com"]
