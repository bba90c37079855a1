"""Every address of the console that answers with a page, found by machine: each name in it stands for something."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain

from playwright.sync_api import Page
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.api.models import ApiKey
from app.carriers.models import CarrierTrial
from app.core.clock import utcnow
from app.core.tokens import digest
from app.events.models import InboxRow
from app.notify.models import Message
from app.orders.models import Order
from app.returns.elsewhere.models import RefundElsewhere
from app.returns.models import Receipt, Refund, Return
from app.returns.points.models import DropOffPoint, PointImport
from app.staff.models import StaffLink, StaffRole, StaffUser
from app.staff.worklists.worklists import WORKLISTS
from app.support.models import SupportCase
from app.support.replies.replies import place, save_reply
from app.tracking.models import Shipment
from tests.browser.portal import Portal
from tests.house.routes.addresses import MEANT, Address, addresses
from tests.house.routes.world import MINE, failed_arrivals, furnish, operations

CONSOLE = "/staff"
ASIDE = re.compile(r'href="(/staff/work/[^"?]+/aside)')
DECISIONS = [{"name": name} for name in ("approval", "rejection", "cancellation")]
# What a page wants to hear before it asks.
ASKED = {"people.role": "?role=support", "carrier_words.explain": "?carrier=gls&code=ZZ9"}


def console_addresses(portal: Portal) -> list[Address]:
    """What a browser of the shop's people can open."""
    return [one for one in addresses(portal.app) if one.method == "GET" and one.rule.rule.startswith(CONSOLE)]


def every_address(portal: Portal, page: Page) -> Iterator[tuple[str, str]]:
    """(name, path) of a page for each address, as far as there is something that it can be about."""
    meanings = [*furnished(portal)]
    for address in console_addresses(portal):
        paths = candidates(address, meanings, page)
        if address.endpoint == "work.listed":
            yield from (("staff-work", path) for path in paths)
        elif path := next((one for one in paths if opens(page, one)), None):
            yield f"staff {address.endpoint}", path


def candidates(address: Address, meanings: Sequence[Mapping[str, str]], page: Page) -> list[str]:
    """Paths of an address, each with other things in the place of its names."""
    lists = ["/".join((CONSOLE, "work", name)) for name in WORKLISTS]
    if address.endpoint == "work.listed":
        return lists
    if address.endpoint == "work.aside":
        return [path for one in lists for path in ASIDE.findall(page.request.get(one).text())]
    suited = [meant for meant in meanings if names(address) <= meant.keys()]
    odd: Sequence[dict[str, str]] = DECISIONS if address.endpoint == "decisions.decide" else [{}]
    paths = [address.path(meant, **names) for meant in suited for names in odd]
    return [f"{path}{ASKED.get(address.endpoint, '')}" for path in dict.fromkeys(paths)]


def names(address: Address) -> set[str]:
    """What must be known to fill the address in."""
    keys = ((f"{address.endpoint}.{name}", f"{address.blueprint}.{name}", name) for name in address.rule.arguments)
    meant = (next((MEANT[key] for key in row if key in MEANT), None) for row in keys)
    return {one for one in meant if one is not None}


def opens(page: Page, path: str) -> bool:
    """Whether there is a page at ``path`` itself."""
    answer = page.request.get(path, max_redirects=0)
    return answer.status == 200 and answer.headers["content-type"].startswith("text/html")


def furnished(portal: Portal) -> list[Mapping[str, str]]:
    """What the names in addresses can stand for, the likeliest first."""
    with portal.sessions() as session:
        if session.scalars(select(Order.id).where(Order.number == MINE.number)).first() is None:
            in_every_state(session)
            session.add_all(failed_arrivals(utcnow()))
            operations(session)
            session.commit()
        return list(chain(_returns(session), _orders(session)))


def in_every_state(session: Session) -> None:
    """Returns that wait for a decision, for a carrier to be booked, and to go back; a parcel with doubtful scans."""
    states = (
        {},
        {"decision": "needs_review"},
        {"method": "pickup", "pickup": {"on": "2026-12-01"}},
        {"decision": "rejected", "goods": "received"},
    )
    for at, changed in enumerate(states):
        number = MINE.number if not at else f"EVERY-88{at}"
        meant = furnish(session, replace(MINE, number=number, parcel=f"{MINE.parcel[:-1]}{at}"))
        session.execute(update(Return).where(Return.ref == meant["return"]).values(changed or {"goods": "awaiting"}))
    furnish_ways_in(session)
    session.execute(
        update(RefundElsewhere).where(RefundElsewhere.external_id == "re_1").values(verdict="unsure", amount=1990)
    )
    document = {"title": "Where is it?", "texts": {"en": "Hello {first_name}: {link}"}}
    save_reply(session, place("demo", "late"), document, by="cli:test", now=utcnow())
    session.commit()


def _common(session: Session) -> dict[str, str]:
    first = {
        "message": select(Message.public_id).where(Message.channel == "email"),
        "row_id": select(InboxRow.id).where(InboxRow.state == "dead"),
        "key_id": select(ApiKey.id).where(ApiKey.name == "wms"),
        "trial_id": select(CarrierTrial.id),
        "point_id": select(DropOffPoint.id).where(DropOffPoint.made_by.is_not(None)),
        "import_id": select(PointImport.id),
        "user_id": select(StaffUser.id).where(StaffUser.role == "warehouse"),
    }
    values = {name: session.scalars(statement.limit(1)).one() for name, statement in first.items()}
    failed = text("select max(id) from procrastinate_jobs where status = 'failed'")
    values |= {"subscription": "sub_house", "delivery": "del_house", "job_id": session.scalar(failed)}
    return {name: str(value) for name, value in values.items()} | {"reply": "late"} | WAYS_IN


# A role of the shop's own and a link to a member, which the walk makes.
WAYS_IN = {"role_key": "walked", "staff_token": "walked-link", "passkey_id": "1"}


def furnish_ways_in(session: Session) -> None:
    """What the pages of people and of mailed links are about."""
    now = utcnow()
    if session.get(StaffRole, WAYS_IN["role_key"]):
        return
    session.add(StaffRole(key=WAYS_IN["role_key"], name="Mostrador", permissions=["orders", "cases"], created_at=now))
    member_id = session.scalars(select(StaffUser.id).where(StaffUser.role == "marketing").limit(1)).one()
    link = {"purpose": "password", "token_hash": digest(WAYS_IN["staff_token"]), "issued_by": "a", "issued_at": now}
    session.add(StaffLink(staff_id=member_id, expires_at=now + timedelta(days=1), **link))


def _returns(session: Session) -> Iterator[dict[str, str]]:
    """Every return with each of its refunds and receipts."""
    common = _common(session)
    for one in session.scalars(select(Return).order_by(Return.id)).all():
        refunds = session.scalars(select(Refund.id).where(Refund.return_id == one.id)).all()
        receipts = session.scalars(select(Receipt.idempotency_key).where(Receipt.return_id == one.id)).all()
        for refund in refunds or [0]:
            for receipt in receipts or ["none"]:
                yield common | {"return": one.ref, "refund_id": str(refund), "receipt": receipt}


def _orders(session: Session) -> Iterator[dict[str, str]]:
    """Every order with a parcel and a line of it, and what the shop's own system says of it."""
    common = _common(session)
    outside = dict(session.execute(select(RefundElsewhere.order_id, RefundElsewhere.id)).all())
    ours = dict(session.execute(select(Refund.order_id, Refund.id)).all())
    cases = dict(session.execute(select(SupportCase.order_id, SupportCase.ref)).all())
    for order in session.scalars(select(Order).order_by(Order.id.desc())).all():
        parcel = session.scalars(select(Shipment.id).where(Shipment.order_id == order.id)).first()
        yield common | {
            "order": order.ref, "shipment_id": str(parcel or 0), "line_id": str(order.lines[0].id),
            "elsewhere_id": str(outside.get(order.id, 0)), "refund_id": str(ours.get(order.id, 0)),
            "case": cases.get(order.id, "none"),
        }  # fmt: skip
