"""A walk past the console's pages; ``look`` is called on each with the page's name."""

from collections.abc import Callable

from playwright.sync_api import Page
from sqlalchemy import select

from app.notify.models import Message
from app.returns.models import Receipt, Return
from app.staff.worklists.worklists import WORKLISTS
from tests.browser.portal import Portal

Look = Callable[[str], None]
PLAIN = (
    "orders",
    "orders?status=shipped",
    "returns",
    "warehouse",
    "warehouse?code=A-10440",
    "warehouse?code=NOPE",
    "orders?q=nothing",
    "metrics",
    "metrics/messages",
    "metrics/returns",
    "settings",
    "people",
    "audit",
    "account",
    "sign-out",
)


def staff_tour(portal: Portal, page: Page, look: Look) -> None:
    """Walk past all pages as an admin, who may open every one."""
    for path in (*PLAIN, *_work(), *_with_rows(portal)):
        answer = page.goto(f"/staff/{path}")
        assert answer is not None and answer.ok, path
        look("staff-" + path.partition("?")[0].replace("/", "-") + ("-found" if "?" in path else ""))


def _work() -> list[str]:
    return [f"work/{name}" for name in WORKLISTS]


def _with_rows(portal: Portal) -> list[str]:
    """Pages about one order, one return, one message."""
    with portal.sessions() as session:
        travelling = session.scalars(select(Return).where(Return.goods == "in_transit").limit(1)).one()
        paid = session.scalars(select(Return).where(Return.goods == "inspected").limit(1)).one()
        receipt = session.scalars(select(Receipt).where(Receipt.return_id == paid.id).limit(1)).one()
        message = session.scalars(select(Message).where(Message.channel == "email").limit(1)).one()
    return [
        f"orders/{portal.order_ref('A-10462')}",
        f"orders/{portal.order_ref('A-10431')}",
        f"returns/{travelling.ref}",
        f"returns/{paid.ref}",
        f"orders/{portal.order_ref('A-10462')}/reveal",
        f"orders/{portal.order_ref('A-10429')}",
        f"orders/{portal.order_ref('A-10455')}",
        f"orders/{portal.order_ref('A-10462')}/revocation",
        f"warehouse/returns/{paid.ref}/voiding/{receipt.idempotency_key}",
        f"messages/{message.public_id}",
        f"messages/{message.public_id}/resend",
        f"returns/{travelling.ref}/amount",
        f"returns/{travelling.ref}/lines",
        f"warehouse/returns/{travelling.ref}",
        f"warehouse/returns/{paid.ref}/receipts/{receipt.idempotency_key}",
        f"warehouse/returns/{paid.ref}/corrections/{receipt.idempotency_key}",
    ]
