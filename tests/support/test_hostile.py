"""Hostile words in a case: shown as they were typed to customers, to the shop and in mails, and never obeyed."""

from collections import Counter
from datetime import datetime
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.notify.providers.ports import Outgoing
from app.orders.models import Order
from app.support import cases
from app.support.models import SupportCase
from tests.notify.test_support_mails import CUSTOMER, HELP, by_recipient, order, sent
from tests.returns.stage import sign_in
from tests.staff.browsers import browser, member
from tests.support.writing import writes

__all__ = ["order"]

PLAIN = "Where is it?"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea></p><iframe src=//evil.example></iframe>",
    '<a href="javascript:alert(1)">click</a>',
    '<div hx-get="/staff/people" hx-trigger="load">x</div>',
    "{{ 7 * 7 }} {% raw %} ${7*7} %(name)s %s {0}",
    "<!-- --> <![CDATA[ x ]]> &lt;b&gt; &#60;script&#62;",
    "Hello\nBcc: all@shop.example\n\n<b>body</b>",
    "\u202etpircs\u202c \ufeff",
]


class Reader(HTMLParser):
    """A page as a browser builds it: its elements with their attributes' names, and its text."""

    def __init__(self, page: str) -> None:
        """Reads it all."""
        super().__init__()
        self.elements: Counter[tuple[str, ...]] = Counter()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[(tag, *sorted(name for name, _value in attrs))] += 1

    def handle_data(self, data: str) -> None:
        self.text += data


def says_only(page: str, plain: str, text: str) -> bool:
    """Whether the page has the words, and is made of what the same page with plain words is made of."""
    hostile = Reader(page)
    return text.split("\n", maxsplit=1)[0] in hostile.text and hostile.elements == Reader(plain).elements


def a_case(client: FlaskClient, session: Session, order: Order, text: str) -> SupportCase:
    assert writes(client, order, words=text).status_code == 303
    return session.scalars(select(SupportCase).order_by(SupportCase.id.desc()).limit(1)).one()


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_customer_writes_is_text_on_every_page(
    client: FlaskClient, session: Session, order: Order, now: datetime, text: str
) -> None:
    sign_in(client, order)
    usual, case = a_case(client, session, order, PLAIN), a_case(client, session, order, text)
    pages = [client.get(f"/o/{order.ref}/help/{one.ref}").text for one in (case, usual)]
    assert says_only(*pages, text)
    console = browser(client.application, member(session, now, "support"))
    assert says_only(*(console.get(f"/staff/cases/{one.ref}").text for one in (case, usual)), text)
    # The order's page lists the case, and no word of it.
    assert text.split("\n", maxsplit=1)[0] not in Reader(client.get(f"/o/{order.ref}").text).text
    refused = [writes(client, order, words=words, about="nonsense").text for words in (text, PLAIN)]
    assert says_only(*refused, text)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_the_shop_answers_is_text_on_the_customers_page(
    client: FlaskClient, session: Session, order: Order, text: str
) -> None:
    sign_in(client, order)
    pages = []
    for words in (text, PLAIN):
        case = a_case(client, session, order, PLAIN)
        cases.answer(session, case.id, words, by="eva@shop.example", form_key="a" * 20, now=utcnow())
        session.commit()
        pages.append(client.get(f"/o/{order.ref}/help/{case.ref}").text)
    assert says_only(*pages, text)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_anybody_writes_is_text_in_the_mails_of_it(
    client: FlaskClient, session: Session, order: Order, text: str
) -> None:
    sign_in(client, order)

    def mailed(words: str) -> dict[str, Outgoing]:
        a_case(client, session, order, words)
        return by_recipient(sent(session))

    usual, hostile = mailed(PLAIN), mailed(text)
    assert set(hostile) == {HELP, CUSTOMER}
    for recipient, mail in hostile.items():
        # Each line is a paragraph of its own there: of which kinds they are counts, and not how many.
        assert set(Reader(mail.html).elements) == set(Reader(usual[recipient].html).elements)
        assert "\n" not in mail.subject and "Bcc" not in mail.subject and mail.to == recipient
        assert "evil.example" not in mail.text + mail.html


def test_a_sign_that_cannot_be_kept_is_refused_in_words(client: FlaskClient, order: Order) -> None:
    sign_in(client, order)
    assert writes(client, order, words="a\x00b").status_code in (303, 422)
