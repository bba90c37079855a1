"""Everything that changes something leaves a row in the audit trail, by console, interface and command line alike."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.api.http import openapi
from app.api.http.operations import described
from app.api.v1 import examples
from app.audit import trail
from app.audit.models import AuditRow
from app.brands import house as brand_house
from app.brands import versions
from app.brands.document.document import HouseDocument
from app.brands.files.pictures import keep, redraw
from app.brands.models import Brand
from app.connections import store
from app.connections.store import Changing, StoredValues
from app.core.clock import utcnow
from app.core.db import do_last_acts
from app.core.tokens import seal
from app.events.models import ListenerRow, Stumble
from app.notify.models import Message
from app.notify.texts import documents
from app.notify.texts.shelf import TextKey
from app.notify.texts.stages import change_stages
from app.orders.models import Order, OrderContact
from app.privacy import terms
from app.returns.elsewhere.models import RefundElsewhere
from app.returns.models import Return, Withdrawal
from app.returns.policy.stored.kind import place_of, put_policy
from app.returns.policy.stored.reason_list import put_reasons, usual_document
from app.staff.auth import passwords
from app.staff.models import StaffLink, StaffUser, WorkDeed, WorkMark
from app.staff.settings.brands.form import fields_of
from app.staff.words import ACTION_WORDS
from app.support.replies.replies import place, save_reply
from app.tracking.models import Shipment
from tests.brands.test_pictures import drawn
from tests.conftest import SECRET
from tests.connections.build import SENDGRID
from tests.house.routes.addresses import FIXED, Address, addresses
from tests.house.routes.visits import open_as
from tests.house.routes.world import MINE, POINT
from tests.notify.build import a_mail_config
from tests.oms.test_spreadsheet import HEAD, ROW
from tests.returns.points.test_reading import GOOD, HEADER
from tests.staff.browsers import PASSWORD

# Why no row is written. Whoever adds a line says why nobody will ever ask who did that.
EXEMPT = {
    "api.put_order": "the shop's own system tells its orders; each change is an event with its time",
    "api.post_orders": "as above, many at once",
    "api.post_events": "scans are kept as they came, with the key that told them",
    "api.post_eligibility": "asks and changes nothing",
    "api.put_connection": "the store of connections writes the row, for page, command and interface alike",
    "api.delete_connection": "as above",
    "api.post_connection_rotation": "as above",
    "api.post_connection_rotation_end": "as above",
    "api.post_connection_trial": "as above",
    "api.put_reply": "its version writes the row, whoever makes one: tests/api/v1/test_replies.py",
    "behalf.items": "fills in a step; the return that is made of it leaves a row",
    "behalf.method": "as above",
    "behalf.check": "needs the steps before it: tests/staff/returns/test_behalf.py looks at its row",
    "cases.reply": "puts a saved text into what is typed; nothing is sent by it",
    "api.post_erasure": "its service writes the row, for page, command and system alike: tests/privacy/test_erasure.py",
    "api.cancel_erasure": "as above",
    "api.put_retention": "the versions of settings write the row, whoever saves: tests/privacy/test_expiry.py",
    "privacy.person": "says how much is held, and shows nothing of it",
    "brand_previews.drafted": "shows a draft and keeps nothing",
    "console.search": "a look-up of the shop's own; personal data stay masked until they are revealed",
    "point_lists.send": "a file is sent by another form: tests/staff/settings/test_points_page.py looks at its row",
    "policy_settings.drafted": "works on a draft that nobody keeps",
    "texts.check": "looks at a text and changes nothing",
    "texts.look": "shows how a text would look and changes nothing",
    "training.answer": "an answer to a question of the training; beginning an exercise leaves a row",
    "training.begin": "only where a demo shop is: tests/sandbox/test_training.py looks at its row",
    "demo_data.remove": "only where a demo was: tests/sandbox/test_removal.py looks at its rows",
    "staff.switch_keys": "a preference of one session",
    "passkeys.begin": "asks a browser to sign; who gets in by that leaves a row",
    "staff_links.ask": "the same for everybody; the job that finds a member leaves the row",
    "staff_links.use": "opens a form; the password that is chosen leaves a row",
}
EXEMPT_COMMANDS = {
    "api-key list": "shows",
    "carriers ask": "asks the world; its row is looked at in tests/carriers/test_health.py",
    "brand history": "shows",
    "brand list": "shows",
    "brand show": "shows",
    "carriers list": "shows",
    "connect list": "shows",
    "connect remove": "leaves its row, where there is something to take out: tests/connections/test_commands.py",
    "connect test": "leaves its row, and ends with 1 where nothing is connected: tests/connections/test_commands.py",
    "connect sample": "shows",
    "consents": "shows digests, wordings and times",
    "retention show": "shows",
    "carriers parse": "shows",
    "carriers state": "shows",
    "carriers words": "shows",
    "clock list": "shows",
    "demo remove": "leaves a row a batch, where there is something to remove: tests/sandbox/test_removal.py",
    "setup": "shows; what it notes leaves its row: tests/staff/setup/test_checklist.py",
    "doctor": "shows",
    "messages text check": "shows",
    "messages text history": "shows",
    "messages text list": "shows",
    "messages text preview": "shows",
    "messages text show": "shows",
    "messages why": "shows",
    "migrate": "changes the schema, in which the migration is written down",
    "points near": "shows",
    "points networks": "shows",
    "policy replay": "reckons and changes nothing",
    "policy show": "shows",
    "replies list": "shows",
    "policy history": "shows",
    "reasons list": "shows",
    "staff audit-role": "prints",
    "staff sign-in set": "leaves a row once a provider has answered: tests/staff/sso/test_settings.py",
    "staff sign-in show": "shows",
    "staff verify-audit": "checks",
    "web": "serves",
    "worker": "serves",
}
Prepare = Callable[[SimpleNamespace], None]


@pytest.fixture(autouse=True)
def _askable(flask_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody can be asked about the carrier of addresses."""
    monkeypatch.setitem(flask_app.extensions, "askable_carriers", lambda: frozenset({FIXED["carrier"]}))


def rows(session: Session) -> list[AuditRow]:
    session.expire_all()
    return list(session.scalars(select(AuditRow).order_by(AuditRow.id)))


def mine(house: SimpleNamespace) -> Return:
    return house.session.scalars(select(Return).where(Return.ref == house.mine["return"])).one()  # type: ignore[no-any-return]


NORTE = HouseDocument(name="Casa Norte").model_dump(mode="json")


def renamed(house: SimpleNamespace) -> None:
    """The brand has another name, and an earlier version."""
    brand_house.change(house.session, "demo", {"name": "Casa Norte"}, by="cli:amparo", now=utcnow())


def second(house: SimpleNamespace) -> None:
    """There is a second brand, and it is meant."""
    brand_house.add(house.session, "norte", NORTE, by="cli:amparo", now=utcnow())
    house.mine |= {"key": "norte"}


def retired(house: SimpleNamespace) -> None:
    second(house)
    brand_house.set_retired(house.session, "norte", True, by="cli:amparo", now=utcnow())


def pictured(house: SimpleNamespace) -> None:
    """The brand has a logo."""
    name = keep(house.session, "demo", redraw(drawn(), "logo"), by="cli:amparo", now=utcnow())
    brand_house.change(house.session, "demo", {"look": {"logo": name}}, by="cli:amparo", now=utcnow())


def undecided(house: SimpleNamespace) -> None:
    mine(house).decision = "needs_review"


def failed(house: SimpleNamespace) -> None:
    message = house.session.scalars(select(Message).where(Message.public_id == house.mine["message"])).one()
    message.state, message.kind = "failed", "order.received"


def arrived(house: SimpleNamespace) -> None:
    mine(house).goods = "inspected"


def rejected_goods(house: SimpleNamespace) -> None:
    arrived(house)
    mine(house).decision = "rejected"


def in_doubt(house: SimpleNamespace) -> None:
    """The shop's system tells of a refund that may be the one of ours that is due."""
    arrived(house)
    for row in house.session.scalars(select(RefundElsewhere)):
        row.amount, row.verdict = 1990, "unsure"


def to_review(house: SimpleNamespace) -> None:
    for withdrawal in house.session.scalars(select(Withdrawal)):
        withdrawal.review = True


def unheard(house: SimpleNamespace) -> None:
    waiting = house.session.scalars(select(ListenerRow).limit(1)).one()
    waiting.dead_at = waiting.next_try_at
    house.mine |= {"event_id": str(waiting.event_id), "listener": waiting.listener}


def not_understood(house: SimpleNamespace) -> None:
    house.mine |= {"name": "inbox", "item": house.mine["row_id"]}


def given_up(house: SimpleNamespace) -> None:
    stumble = Stumble(task="fold_shipments", item_id=1, attempts=5, next_try_at=utcnow(), dead_at=utcnow(), error="x")
    house.session.add(stumble)


def without_carrier(house: SimpleNamespace) -> None:
    house.session.execute(update(Shipment).values(carrier=None))


def to_collect(house: SimpleNamespace) -> None:
    """It is to be collected tomorrow."""
    mine(house).method = "pickup"
    mine(house).pickup = {"on": (utcnow() + timedelta(days=1)).date().isoformat()}


def to_cancel(house: SimpleNamespace) -> None:
    """Its collection tomorrow was booked, and is not needed any more."""
    to_collect(house)
    on = (mine(house).pickup or {})["on"]
    mine(house).pickup = {"on": on, "note": "", "booked_at": "x", "called_off_at": "x"}


def changing(house: SimpleNamespace) -> Changing:
    return Changing(house.app.extensions["connections"].base, "staff:before", utcnow())


def connected(house: SimpleNamespace) -> None:
    store.set_values(house.session, "sendgrid", SENDGRID, changing(house))


def signing(house: SimpleNamespace) -> None:
    """The shop's account pages sign links; what is in force ends with the test."""
    live = house.app.extensions["connections"]
    live.take(StoredValues(None, {"CUSTOMERS_SECRET": "s" * 40}))
    house.app.config["SETTINGS"] = live.settings


def rotated(house: SimpleNamespace) -> None:
    for _ in range(2):
        store.rotate(house.session, "oms-generic", "OMS_WEBHOOK_SECRET", changing(house))


def late(house: SimpleNamespace) -> None:
    """A parcel is late, and its row on the list is the one that is pressed."""
    parcel = house.session.scalars(select(Shipment).where(Shipment.direction == "outbound").limit(1)).one()
    parcel.late_since, parcel.finished_at, parcel.promise_until = utcnow(), None, utcnow().date()
    OF_THE_CONSOLE["work_deeds.act"][1]["item"] = f"{parcel.id}-{parcel.promise_until}"


def snoozed(house: SimpleNamespace) -> None:
    """The admin has snoozed a late parcel, and takes that back."""
    values = {"worklist": "late", "item": "1-x", "by": "admin@shop.example", "at": utcnow()}
    house.session.add(WorkDeed(press="pressed", deed="snooze", before={}, **values))
    house.session.add(WorkMark(worklist="late", item="1-x", changed_by="admin@shop.example", changed_at=utcnow()))
    house.mine |= {"press": "pressed"}


REPLY = {"title": "Where?", "text-en": "Filomena called"}


def a_reply(house: SimpleNamespace) -> None:
    """The brand has a saved reply."""
    document = {"title": "Late", "texts": {"en": "It is late."}}
    save_reply(house.session, place("demo", "late"), document, by="cli:test", now=utcnow())
    house.mine |= {"brand": "demo", "reply": "late"}


def two_replies(house: SimpleNamespace) -> None:
    """It was changed since."""
    a_reply(house)
    document = {"title": "Later", "texts": {"en": "It is late."}}
    save_reply(house.session, place("demo", "late"), document, by="cli:test", now=utcnow())


def invited(house: SimpleNamespace) -> None:
    """The member of the address has yet to choose a password."""
    facts = {"purpose": "invitation", "token_hash": b"x", "issued_by": "a", "issued_at": utcnow()}
    member_id = int(house.mine["user_id"])
    house.session.add(StaffLink(staff_id=member_id, expires_at=utcnow() + timedelta(days=1), **facts))


def nobody(house: SimpleNamespace) -> None:
    """Nobody has the role of the address."""
    house.session.execute(update(StaffUser).where(StaffUser.role == "house-desk").values(role="support"))


def own_text(house: SimpleNamespace) -> None:
    """The brand has a text of its own."""
    words = {"subject": "{{ number }}", "headline": "Hola", "lead": "Hola"}
    key = TextKey(*(FIXED[name] for name in TextKey._fields))
    documents.save(house.session, "demo", key, words, by="x", config=a_mail_config(), now=utcnow())
    do_last_acts(house.session)


def own_stages(house: SimpleNamespace) -> None:
    """The brand tells one stage less."""
    change_stages(house.session, "demo", {"mails_off": ["order.preparing"]}, by="x", now=utcnow())
    do_last_acts(house.session)


def to_somebody(house: SimpleNamespace) -> None:
    """The first person of the order has an address."""
    of_order = select(OrderContact.id).join(Order).where(Order.ref == house.mine["order"])
    OF_THE_CONSOLE["order_link.mail"][1]["contact"] = str(house.session.scalars(of_order.limit(1)).one())


def awaited(house: SimpleNamespace) -> None:
    """Its label can be used."""
    mine(house).decision, mine(house).goods = "approved", "awaiting"
    mine(house).label_number = mine(house).label_number or "DEV1"


def nothing(house: SimpleNamespace) -> None:
    """All is there."""


def proposed_policy(house: SimpleNamespace) -> None:
    """Somebody else has proposed another window."""
    versions.propose(house.session, place_of("demo"), {"window_days": 60}, by="ada@shop.example", now=utcnow())
    house.mine |= {"number": "1", "version": "1"}


def changed_settings(house: SimpleNamespace) -> None:
    """Policy and reasons have two versions each."""
    retired = usual_document()
    retired["reasons"][0] |= {"retired": True}
    for days, reasons in ((60, usual_document()), (61, retired)):
        put_policy(house.session, "demo", {"window_days": days}, by="ada@shop.example", now=utcnow())
        put_reasons(house.session, "demo", reasons, by="ada@shop.example", now=utcnow())
    house.mine |= {"number": "1", "version": "1"}


OF_THE_INTERFACE: dict[str, tuple[Prepare, Any]] = {
    "post_approval": (undecided, {"reason": "Filomena called"}),
    "post_rejection": (undecided, {"reason": "Filomena called"}),
    "post_cancellation": (nothing, {}),
    "post_receipt": (nothing, {"id": "w-1", "lines": [{"line": "1", "quantity": 1, "grade": "opened"}]}),
    "post_refund": (arrived, {"reference": "Filomena 1"}),
    "post_amount": (nothing, {"amount": 100, "reason": "Filomena called"}),
    "post_lines": (nothing, {"lines": [{"line": "2", "quantity": 1}], "reason": "Filomena called"}),
    "post_return": (nothing, {"order": MINE.number, "lines": [{"line": "2", "quantity": 1, "reason": "colour"}],
                              "method": "dropoff", "override": "Filomena called"}),
    "post_sending_back": (rejected_goods, {}),
    "put_brand": (nothing, NORTE),
    "put_brand_picture": (nothing, drawn()),
    "delete_brand_picture": (pictured, {}),
    "post_brand_restoration": (renamed, {}),
    "post_brand_default": (second, {}),
    "post_brand_renaming": (second, {"key": "sur"}),
    "post_brand_retirement": (second, {}),
    "post_brand_revival": (retired, {}),
    "post_case_answer": (nothing, {"words": "Filomena called"}),
    "post_resend": (failed, {"to": "another@shop.example"}),
    "post_invitation": (nothing, {"email": "new@shop.example", "role": "support", "name": "Filomena"}),
    "put_role": (nothing, {"role": "support"}),
    "post_member_deactivation": (nothing, {}),
    "post_member_reactivation": (nothing, {}),
    "post_webhook": (nothing, examples.SUBSCRIPTION),
    "post_handover": (signing, {"email": MINE.email}),
    "post_rotation": (nothing, {}),
    "post_activation": (nothing, {}),
    "post_replay": (nothing, {}),
    "post_delivery_replay": (nothing, {}),
    "delete_webhook": (nothing, None),
    "put_webhook": (nothing, examples.SUBSCRIPTION),
    "post_deactivation": (nothing, {}),
    "post_ping": (nothing, {}),
    "post_key": (nothing, {"name": "erp", "scopes": ["orders:read"]}),
    "post_key_rotation": (nothing, {}),
    "delete_key": (nothing, None),
    "put_word": (nothing, {"carrier": "gls", "code": "ZZ8", "state": "lost"}),
    "delete_word": (nothing, None),
    "post_trial": (nothing, {"number": "1Z"}),
    "put_point": (nothing, {name: text for name, text in POINT.items() if name != "network"} | {"accepts": ["label"]}),
    "delete_point": (nothing, None),
    "post_job_retry": (nothing, {}),
    "delete_job": (nothing, None),
    "put_brand_policy": (nothing, {"window_days": 45}),
    "post_policy_approval": (proposed_policy, {}),
    "post_policy_restoration": (changed_settings, {}),
    "put_brand_reasons": (nothing, usual_document()),
    "post_reasons_restoration": (changed_settings, {}),
    "put_text": (nothing, {"subject": "{{ number }}", "headline": "Filomena called", "lead": "Filomena"}),
    "delete_text": (own_text, None),
    "put_stages": (nothing, {"notes": {"es": "Filomena called"}}),
}  # fmt: skip


def test_every_operation_that_changes_something_is_audited_or_says_why_not(flask_app: Flask) -> None:
    unsafe = [one for one in openapi.routes(flask_app) if one.method != "GET"]
    silent = {f"api.{one.name}" for one in unsafe if one.operation.audit is None}
    assert silent == {name for name in EXEMPT if name.startswith("api.")}
    assert {one.name for one in unsafe if one.operation.audit} == set(OF_THE_INTERFACE)


@pytest.mark.parametrize("name", OF_THE_INTERFACE)
def test_an_operation_leaves_its_row_with_the_key_that_did_it(house: SimpleNamespace, name: str) -> None:
    address = next(one for one in addresses(house.app) if one.endpoint == f"api.{name}")
    operation = described(house.app.view_functions[address.endpoint])
    prepare, body = OF_THE_INTERFACE[name]
    prepare(house)
    house.session.commit()
    before = len(rows(house.session))
    sent = {"data": body} if isinstance(body, bytes) else {"json": body}
    answer = open_as(house.app, house.visitors["system"], address.path(house.mine), address.method, **sent)
    assert answer.status_code < 300, answer.text
    written = rows(house.session)[before:]
    assert operation is not None
    assert [(row.actor, row.action) for row in written] == [("api:house", operation.audit)]
    assert written[0].subject
    assert "Filomena" not in json.dumps(written[0].detail)


def test_a_refused_operation_leaves_none(house: SimpleNamespace) -> None:
    before = len(rows(house.session))
    address = next(one for one in addresses(house.app) if one.endpoint == "api.post_refund")
    body = {"reference": "before anything arrived"}
    answer = open_as(house.app, house.visitors["system"], address.path(house.mine), "POST", json=body)
    assert answer.status_code == 409
    assert len(rows(house.session)) == before


def not_arrived(house: SimpleNamespace) -> None:
    for receipt in mine(house).receipts:
        house.session.delete(receipt)


def two_needed(house: SimpleNamespace) -> None:
    arrived(house)
    house.session.execute(update(Brand).values(policy={"second_person_above": 1}))


def kept_for(**days: int) -> dict[str, str]:
    """The form of how long things are kept."""
    return {name: str(number) for name, number in (terms.usual_days() | days).items()}


def shorter(house: SimpleNamespace) -> None:
    """Two changes of how long messages are kept."""
    for number in (7, 8):
        terms.set_days(house.session, {"messages": number}, by="cli:x", now=utcnow())


BOOKED = {"book": "1", "u": "0.as_new.restock", "key": "booked-once", "note": "Filomena called"}
ENOUGH = {"reason": "Filomena called", "reference": "Filomena 1", "note": "Filomena called"}
OF_THE_CONSOLE: dict[str, tuple[Prepare, dict[str, Any]]] = {
    "texts.stages": (nothing, {"note-es": "Filomena called"}),
    "texts.stages_back": (own_stages, {}),
    "texts.save": (nothing, {"subject": "{{ number }}", "headline": "Filomena called", "lead": "Filomena"}),
    "texts.test": (nothing, {"subject": "{{ number }}", "headline": "Filomena called", "lead": "Filomena"}),
    "texts.back": (own_text, {}),
    "audit.export": (nothing, {"form": "csv"}),
    "metrics.delivery_csv": (nothing, {}),
    "metrics.messages_csv": (nothing, {}),
    "metrics.products_csv": (nothing, {}),
    "metrics.returns_csv": (nothing, {}),
    "decisions.decide": (undecided, {}),
    "decisions.second": (two_needed, {}),
    "decisions.pay": (arrived, {}),
    "return_money.amount": (arrived, {"amount": "12"}),
    "return_money.refund_amount": (arrived, {"amount": "12"}),
    "return_money.void": (arrived, {}),
    "return_money.add_lines": (arrived, {"units-2": "1"}),
    "return_money.sending_back": (rejected_goods, {}),
    "elsewhere.same": (in_doubt, {}),
    "elsewhere.another": (in_doubt, {}),
    "elsewhere.units": (nothing, {"units": "1"}),
    "order_link.mail": (to_somebody, {}),
    "customer_view.ask": (nothing, {"as": "link"}),
    "return_label.give": (awaited, {"size": "a4"}),
    "order_actions.note": (nothing, {}),
    "order_actions.reveal": (nothing, {}),
    "order_actions.revoke": (nothing, {}),
    "order_actions.free": (nothing, {}),
    "order_actions.carrier": (without_carrier, {"carrier": "seur"}),
    "cases.answer": (nothing, {"words": "Filomena called"}),
    "cases.assign": (nothing, {}),
    "cases.close": (nothing, {}),
    "cases.reopen": (nothing, {}),
    "replies.new": (nothing, REPLY),
    "replies.page": (a_reply, REPLY | {"expected": "1"}),
    "replies.retire": (a_reply, {}),
    "replies.restore": (two_replies, {}),
    "collections.book": (to_collect, {"on": (utcnow() + timedelta(days=1)).date().isoformat()}),
    "collections.refuse": (to_collect, {}),
    "collections.cancelled": (to_cancel, {}),
    "connections.save": (nothing, SENDGRID),
    "connections.trial": (nothing, {}),
    "connections.message": (nothing, {}),
    "connections.secret": (nothing, {"variable": "OMS_WEBHOOK_SECRET"}),
    "connections.secret_end": (rotated, {"variable": "OMS_WEBHOOK_SECRET"}),
    "connections.removal": (connected, {}),
    "handover_try.go": (signing, {}),
    "messages.again": (failed, {}),
    "passkeys.codes": (nothing, {}),
    "passkeys.remove": (nothing, {}),
    "second_factor.end_session": (nothing, {}),
    "setup.note": (nothing, {"noted": "1"}),
    "setup.show_card": (nothing, {"hidden": "1"}),
    "sign_in_settings.map_role": (nothing, {"value": "g2", "role": "support"}),
    "sign_in_settings.remove": (nothing, {}),
    "sign_in_settings.unmap_role": (nothing, {"value": "g"}),
    "roles.make": (nothing, {"name": "Returns desk", "permissions": ["orders", "returns"]}),
    "roles.edit": (nothing, {"name": "House desk", "permissions": ["orders", "returns"]}),
    "roles.remove": (nobody, {}),
    "people.invite_again": (invited, {}),
    "people.take_back": (invited, {}),
    "people.end_session": (nothing, {}),
    "privacy.erase": (nothing, {"email": MINE.email}),
    "privacy.copy": (nothing, {"email": MINE.email}),
    "privacy.cancel": (nothing, {}),
    "privacy.retention": (nothing, kept_for(messages=7)),
    "privacy.restore": (shorter, {"expected": "2"}),
    "brands.add": (nothing, {"key": "norte", "name": "Norte"}),
    "brands.save": (nothing, {**fields_of(NORTE)}),
    "brands.restore": (renamed, {}),
    "brand_deeds.default": (second, {}),
    "brand_deeds.rename": (second, {"new_key": "sur"}),
    "brand_deeds.retire": (second, {}),
    "brand_deeds.revive": (retired, {}),
    "people.add": (nothing, {"email": "new@shop.example", "role": "support"}),
    "people.activity": (nothing, {"active": "no"}),
    "people.password": (nothing, {}),
    "people.role": (nothing, {"role": "support"}),
    "people.lost_device": (nothing, {}),
    "people.sign_out": (nothing, {}),
    "api_keys.make": (nothing, {"name": "erp", "scopes": "orders:read"}),
    "api_keys.rotate": (nothing, {}),
    "api_keys.end": (nothing, {}),
    "carrier_health.test": (nothing, {"number": "1Z"}),
    "carrier_words.explain": (nothing, {"carrier": "gls", "code": "ZZ8", "state": "lost"}),
    "carrier_words.undo": (nothing, {}),
    "point_lists.bring_in": (nothing, {}),
    "point_lists.refused": (nothing, {}),
    "point_lists.postcodes": (nothing, {"country": "NL"}),
    "own_points.add": (nothing, POINT),
    "own_points.edit": (nothing, POINT),
    "own_points.remove": (nothing, {}),
    "own_points.restore": (nothing, {}),
    "clock.retry": (nothing, {}),
    "clock.drop": (nothing, {}),
    "webhooks_out.make": (nothing, {"url": "https://shop.example.com/in"}),
    "webhooks_out.edit": (nothing, {"url": "https://shop.example.com/in"}),
    "webhook_deeds.stop": (nothing, {}),
    "webhook_deeds.resume": (nothing, {}),
    "webhook_deeds.test": (nothing, {}),
    "webhook_deeds.replay": (nothing, {}),
    "webhook_deeds.rotate": (nothing, {}),
    "webhook_deeds.end": (nothing, {}),
    "warehouse.book_unannounced": (nothing, BOOKED),
    "warehouse.book": (not_arrived, BOOKED),
    "warehouse.correct": (nothing, BOOKED),
    "notes.of_return": (nothing, {}),
    "notes.of_case": (nothing, {}),
    "work_deeds.act": (late, {"do": "tomorrow"}),
    "work_deeds.take_back": (snoozed, {}),
    "work.replay": (nothing, {}),
    "work.try_again": (given_up, {}),
    "work.saw_receipt": (nothing, {}),
    "work.aside": (not_understood, {}),
    "work.hear_again": (unheard, {}),
    "policy_settings.approve": (proposed_policy, {}),
    "policy_settings.restore": (changed_settings, {}),
    "policy_settings.save": (nothing, {"draft": '{"window_days": 45}', "expected": "0"}),
    "policy_settings.withdraw": (proposed_policy, {}),
    "reason_settings.arrange": (nothing, {"act": "retire:quality"}),
    "reason_settings.put_one": (nothing, {"handle": "quality", "group": "not_as_expected", "photo": "1"}),
    "reason_settings.restore": (changed_settings, {}),
    "work.read_text": (nothing, {}),
    "work.settled_withdrawal": (to_review, {}),
}
# These need a password, a code, a device or a provider: tests below, in tests/staff/auth and tests/staff/sso.
BY_ONESELF = {
    "passkeys.add",
    "passkeys.enter",
    "passkeys.prove",
    "sign_in_settings.page",
    "sso.connect",
    "staff_links.choose",
    "staff.enter",
    "staff.leave",
    "second_factor.check",
    "second_factor.enrol",
    "second_factor.change_password",
}


def of_the_console(app: Flask) -> list[Address]:
    return [one for one in addresses(app) if one.rule.rule.startswith("/staff") and one.method != "GET"]


def test_every_press_in_the_console_is_audited_or_says_why_not(flask_app: Flask) -> None:
    pressed = {one.endpoint for one in of_the_console(flask_app)}
    exempt = {name for name in EXEMPT if not name.startswith("api.")}
    assert pressed == set(OF_THE_CONSOLE) | BY_ONESELF | exempt


def alert(page: str) -> str:
    """What a page says is wrong."""
    return " ".join(re.findall(r'role="alert".*?</div>', page, re.S))[:800]


@pytest.mark.parametrize("endpoint", OF_THE_CONSOLE)
def test_a_press_leaves_its_row_with_the_member_who_did_it(house: SimpleNamespace, endpoint: str) -> None:
    address = next(one for one in of_the_console(house.app) if one.endpoint == endpoint)
    prepare, fields = OF_THE_CONSOLE[endpoint]
    prepare(house)
    house.session.commit()
    before = len(rows(house.session))
    path = address.path(house.mine)
    shown = (
        open_as(house.app, house.visitors["admin"], path).text
        if endpoint.startswith(("warehouse", "return_money."))
        else ""
    )
    seen = dict(re.findall(r'name="(seen)" value="([^"]*)"', shown))
    answer = open_as(house.app, house.visitors["admin"], path, "POST", data={**ENOUGH, **fields, **seen})
    assert answer.status_code < 400, alert(answer.text)
    written = rows(house.session)[before:]
    assert [row.actor for row in written] == ["staff:admin@shop.example"]
    assert str(written[0].action) in ACTION_WORDS, "an action has words on the page"
    contents = json.dumps([[row.subject, row.detail] for row in written])
    assert [word for word in ("Filomena", *MINE.personal, MINE.email) if word in contents] == []


def test_a_file_is_given_out_to_a_press_alone_so_that_it_leaves_a_row(house: SimpleNamespace) -> None:
    looks = [one for one in addresses(house.app) if one.rule.rule.startswith("/staff") and one.method == "GET"]
    files = set()
    for address in looks:
        answer = open_as(house.app, house.visitors["admin"], address.path(house.mine))
        assert answer.status_code < 500, address
        if answer.mimetype != "text/html" or "Content-Disposition" in answer.headers:
            files.add(address.endpoint)
    assert len(looks) > 30
    assert files == set()


def test_signing_in_and_out_and_ones_own_account_leave_rows(house: SimpleNamespace) -> None:
    session, secret = house.session, pyotp.random_base32()
    user = session.scalars(select(StaffUser).where(StaffUser.email == "support@shop.example")).one()
    user.password_hash = passwords.hashed(PASSWORD)
    session.commit()
    client = house.app.test_client()
    client.post("/staff/sign-in", data={"email": user.email, "password": "nothing-like-it"})
    client.post("/staff/sign-in", data={"email": user.email, "password": PASSWORD})
    with client.session_transaction() as web_session:
        web_session["new_factor"] = seal(SECRET, secret)
    assert client.post("/staff/account/second-factor", data={"code": pyotp.TOTP(secret).now()}).status_code == 303
    data = {"old": PASSWORD, "new": "tres-tristes-tigres"}
    assert client.post("/staff/account/password", data=data).status_code == 303
    session.execute(update(StaffUser).values(totp_step=0))
    session.commit()
    client.post("/staff/sign-in", data={"email": user.email, "password": "tres-tristes-tigres"})
    assert client.post("/staff/sign-in/code", data={"code": pyotp.TOTP(secret).now()}).status_code == 303
    client.post("/staff/sign-out", data={"everywhere": "1"})
    done = [row.action for row in rows(session) if row.actor == f"staff:{user.email}"]
    assert done == [
        "staff.sign_in_failed", "staff.signed_in", "staff.second_factor_added", "staff.recovery_codes_made",
        "staff.password_changed",
        "staff.signed_in", "staff.signed_out_everywhere",
    ]  # fmt: skip


def commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield " ".join((*before, name))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "orders.csv").write_text(f"{HEAD}\n{ROW.format('CSV-1', 1)}\n")
    (tmp_path / "policy.json").write_text('{"review_above": 100}')
    (tmp_path / "reply.json").write_text('{"title": "Where?", "texts": {"en": "Here."}}')
    (tmp_path / "reasons.json").write_text(json.dumps(usual_document()))
    (tmp_path / "points.csv").write_text(HEADER + GOOD)
    (tmp_path / "sendgrid.env").write_text("".join(f"{name}={value}\n" for name, value in SENDGRID.items()))
    (tmp_path / "ES.txt").write_text(PLACES)
    (tmp_path / "logo.png").write_bytes(drawn())
    return tmp_path


PLACES = "ES\t28013\tMadrid\tMadrid\tMD\tMadrid\tM\tMadrid\t28079\t40.4165\t-3.7026\t4\n"
OF_A_TEXT = [FIXED[name] for name in TextKey._fields]
OF_THE_COMMAND_LINE = {
    "api-key create": ("wms", "--scope", "orders:read"),
    "api-key revoke": ("house",),
    "api-key rotate": ("{key_id}",),
    "carriers map": ("gls", "ZZ8", "lost"),
    "carriers unmap": ("gls", "ZZ9"),
    "clock retry": ("{job_id}",),
    "clock drop": ("{job_id}",),
    "connect set": ("sendgrid", "--file", "{files}/sendgrid.env"),
    "connect rotate": ("oms-generic",),
    "connect reseal": (),
    "brand add": ("sur", "--name", "Sur"),
    "brand default": ("norte",),
    "brand file": ("demo", "logo", "{files}/logo.png"),
    "brand rename": ("demo", "mar"),
    "brand restore": ("demo", "1"),
    "brand retire": ("norte",),
    "brand set": ("demo", "--name", "Casa Sur"),
    "look-up": ("demo", "--links-only"),
    "replies set": ("demo", "where", "{files}/reply.json"),
    "replies retire": ("demo", "late"),
    "messages brand": ("demo", "--no-text", "shipment.shipped"),
    "messages text restore": ("demo", *OF_A_TEXT, "0"),
    "messages text set": ("demo", *OF_A_TEXT, "--field", "lead=Hola {{{{ number }}}}"),
    "messages text test": ("demo", *OF_A_TEXT, "--to", "me@shop.example"),
    "orders import": ("{files}/orders.csv",),
    "points remove": ("gls", "goya"),
    "points restore": ("gls", "goya"),
    "points import": ("{files}/points.csv",),
    "policy approve": ("2",),
    "policy propose": ("{files}/policy.json",),
    "policy restore": ("0",),
    "policy set": ("{files}/policy.json",),
    "reasons retire": ("quality",),
    "reasons set": ("{files}/reasons.json",),
    "postcodes import": ("{files}/ES.txt",),
    "erase": (MINE.email, "--yes"),
    "export": (MINE.email, "--out", "{files}/data.zip"),
    "restored": (),
    "retention set": ("messages", "7"),
    "retention undo": ("0",),
    "staff audit": (),
    "staff create": ("nueva@shop.example", "--role", "support"),
    "staff invite": ("nueva@shop.example", "--role", "house-desk"),
    "staff sign-in off": (),
    "staff sign-in role": ("g2", "support"),
    "staff reset": ("support@shop.example",),
    "tracking rebuild": ("--apply",),
}


def test_every_command_is_audited_or_says_why_not(flask_app: Flask) -> None:
    group = flask_app.cli.commands["portal"]
    assert isinstance(group, click.Group)
    assert set(commands(group)) == set(OF_THE_COMMAND_LINE) | set(EXEMPT_COMMANDS)


@pytest.mark.parametrize("command", OF_THE_COMMAND_LINE)
def test_a_command_leaves_its_row_with_the_user_who_ran_it(
    house: SimpleNamespace, files: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(trail.getpass, "getuser", lambda: "amparo")
    a_reply(house)
    renamed(house)
    second(house)
    # What is approved, or brought back from.
    put_policy(house.session, "demo", {"window_days": 60}, by="ada@shop.example", now=utcnow())
    versions.propose(house.session, place_of("demo"), {"window_days": 61}, by="ada@shop.example", now=utcnow())
    own_text(house)
    house.session.commit()
    before = len(rows(house.session))
    words = [word.format(files=files, **house.mine) for word in OF_THE_COMMAND_LINE[command]]
    done = house.app.test_cli_runner().invoke(args=["portal", *command.split(), *words])
    assert done.exit_code == 0, done.output
    written = rows(house.session)[before:]
    assert {row.actor for row in written} == {"cli:amparo"}
    assert {row.action for row in written} <= set(ACTION_WORDS)


def test_a_user_without_a_name_is_told_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def unnamed() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.setattr(trail.getpass, "getuser", unnamed)
    assert re.fullmatch(r"cli:\d+", trail.operator())
