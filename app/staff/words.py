"""Actions of staff and events of orders in words: a line, and a detail beneath."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.audit.records import AuditRecord
from app.core.i18n.words import money
from app.events.records import DomainEventRecord
from app.staff.figures.words import channel_words, count, country_words, figures_words, stretch_words
from app.staff.messages.words import kind_words
from app.staff.worklists.worklists import WORKLISTS
from app.tracking.carrier_pages import carrier_title

ACTION_WORDS = {
    "access.ended": _l("Closed all access to the order page"),
    "access.link_mailed": _l("Had a link to the order mailed"),
    "api_key.created": _l("Made an API key"),
    "api_key.revoked": _l("Ended an API key"),
    "api_key.rotated": _l("Rotated an API key"),
    "audit.exported": _l("Took the audit trail out as a file"),
    "setup.noted": _l("Noted a step of the checklist as done"),
    "setup.note_ended": _l("Noted a step of the checklist as not done"),
    "setup.hidden": _l("Hid the checklist"),
    "setup.shown": _l("Brought the checklist back"),
    "demo.removed": _l("Removed demo data"),
    "training.begun": _l("Began a training exercise"),
    "metrics.exported": _l("Took figures out as a file"),
    "brand.made_default": _l("Made a brand the default one"),
    "brand.renamed": _l("Gave a brand another key"),
    "brand.retired": _l("Retired a brand"),
    "brand.revived": _l("Took a retired brand up again"),
    "brand.messages_set": _l("Set what a brand sends"),
    "brand.policy_set": _l("Put a returns policy in force"),
    "brand.look_up_set": _l("Set what looking an order up does"),
    "carrier.asked": _l("Asked a carrier for a test"),
    "carrier_word.explained": _l("Explained a carrier's code"),
    "carrier_word.unexplained": _l("Took the meaning of a carrier's code back"),
    "connection.set": _l("Set a connection"),
    "connection.removed": _l("Disconnected something"),
    "connection.rotated": _l("Changed the secrets of a connection"),
    "connection.resealed": _l("Sealed all connections again"),
    "connection.tried": _l("Tested a connection"),
    "customer.handed_over": _l("Came in from the shop's account pages"),
    "customer.signed_in": _l("Signed in with the shop's provider"),
    "handover.made": _l("Made a link for a customer who is signed in with the shop"),
    "customer_page.seen": _l("Looked at the customer's page"),
    "case.answered": _l("Answered a case"),
    "case.assigned": _l("Took a case"),
    "case.closed": _l("Closed a case"),
    "case.reopened": _l("Opened a case again"),
    "return.pickup_booked": _l("Booked a collection"),
    "return.pickup_refused": _l("Said that a collection is not possible"),
    "return.pickup_cancelled": _l("Cancelled a booked collection"),
    "event.revived": _l("Had an event heard again"),
    "job.given_up": _l("Gave a failed job up"),
    "job.retried": _l("Had a failed job tried again"),
    "job.revived": _l("Had work tried again that was given up"),
    "inbox.replayed": _l("Reprocessed an incoming message"),
    "orders.imported": _l("Imported orders from a file"),
    "point.saved": _l("Saved a drop-off point"),
    "point.removed": _l("Removed a drop-off point"),
    "point.restored": _l("Brought a drop-off point back"),
    "points.refused_taken": _l("Took refused lines of drop-off points out as a file"),
    "points.sent": _l("Sent a file of drop-off points"),
    "points.wanted": _l("Had a file of drop-off points brought in"),
    "postcodes.wanted": _l("Had postcodes brought in"),
    "points.imported": _l("Imported drop-off points from a file"),
    "postcodes.imported": _l("Imported postcodes from a file"),
    "message.resent": _l("Sent a message again"),
    "text.tested": _l("Sent a test of a message text"),
    "note.added": _l("Wrote a note"),
    "backup.restored": _l("Put a backup back"),
    "erasure.asked": _l("Asked to delete a customer"),
    "erasure.cancelled": _l("Took back a request to delete"),
    "person.erased": _l("Deleted a customer"),
    "person.erased_again": _l("Deleted customers again after a backup"),
    "person.exported": _l("Took a copy of a customer's data"),
    "retention.expired": _l("Deleted what was kept long enough"),
    "personal.revealed": _l("Showed personal data"),
    "receipt.booked": _l("Booked what arrived"),
    "receipt.corrected": _l("Corrected a receipt"),
    "receipt.seen": _l("Reviewed an odd receipt"),
    "refund.approved": _l("Approved a refund (1 of 2)"),
    "refund.changed": _l("Set another amount"),
    "refund.paid": _l("Booked a refund as paid"),
    "refund.voided": _l("Made a refund void"),
    "refund.said_another": _l("Said that a refund of the shop's system is none of ours"),
    "refund.said_same": _l("Said that a refund of the shop's system is one of ours"),
    "return.approved": _l("Approved a return"),
    "return.lines_added": _l("Added lines to a return"),
    "return.made": _l("Made a return for a customer"),
    "return.cancelled": _l("Cancelled a return"),
    "return.rejected": _l("Rejected a return"),
    "return.sent_back": _l("Sent rejected goods back"),
    "shipment.carrier_set": _l("Set a parcel's carrier"),
    "shipment.released": _l("Confirmed the scans of this parcel"),
    # The number is `tries.BLOCKED_AT`.
    "staff.asker_blocked": _l("Locked after a hundred wrong passwords from one place"),
    "sign_in.connected": _l("Connected an account with the provider's"),
    "sign_in.provider_removed": _l("Removed the provider to sign in with"),
    "sign_in.provider_set": _l("Set the provider to sign in with"),
    "sign_in.role_mapped": _l("Gave a group of the provider a role"),
    "sign_in.role_unmapped": _l("Took the role of a group of the provider"),
    "staff.created": _l("Added a member of staff"),
    "staff.invitation_ended": _l("Took an invitation back"),
    "staff.invited": _l("Sent an invitation"),
    "staff.joined": _l("Accepted an invitation"),
    "staff.passkey_added": _l("Added a passkey"),
    "staff.passkey_removed": _l("Removed a passkey"),
    "staff.password_forgotten": _l("Asked for a link for a new password"),
    "staff.password_mailed": _l("Mailed a link for a new password"),
    "staff.recovery_code_used": _l("Used a recovery code"),
    "staff.recovery_codes_made": _l("Made recovery codes"),
    "staff.role_edited": _l("Changed what a role may do"),
    "staff.role_made": _l("Made a role"),
    "staff.role_removed": _l("Removed a role"),
    "staff.session_ended": _l("Ended a session of a member"),
    "staff.deactivated": _l("Deactivated a user"),
    "staff.password_changed": _l("Set a password"),
    "staff.reactivated": _l("Reactivated a user"),
    "staff.role_changed": _l("Changed a role"),
    "staff.second_factor_added": _l("Added a second factor"),
    "staff.second_factor_removed": _l("Removed a second factor"),
    "staff.sign_in_failed": _l("Failed to sign in"),
    "staff.signed_in": _l("Signed in"),
    "staff.signed_out_everywhere": _l("Ended all sessions of a member"),
    "text.read": _l("Read an answer to a text"),
    "tracking.rebuilt": _l("Folded all parcels again"),
    "units.corrected": _l("Set how many units were returned with the shop"),
    "webhook.activated": _l("Switched a webhook on again"),
    "webhook.changed": _l("Changed a webhook"),
    "webhook.ended": _l("Ended a webhook"),
    "webhook.replayed": _l("Sent webhooks again"),
    "webhook.rotated": _l("Gave a webhook a new secret"),
    "webhook.stopped": _l("Stopped a webhook"),
    "webhook.subscribed": _l("Made a webhook"),
    "webhook.tested": _l("Sent a test to a webhook"),
    "work.assigned": _l("Assigned a row of a worklist"),
    "work.set_aside": _l("Set a row of a worklist aside"),
    "work.snoozed": _l("Had a row of a worklist rest"),
    "work.undone": _l("Undid what was done to a row of a worklist"),
    "withdrawal.settled": _l("Settled a withdrawal"),
    "setting.saved": _l("Changed a setting"),
    "setting.restored": _l("Brought an earlier setting back"),
    "setting.proposed": _l("Proposed a setting"),
    "setting.approved": _l("Approved a setting"),
    "setting.withdrawn": _l("Withdrew a proposed setting"),
}


# By the name of their kind, as their pages are called.
SETTINGS = {
    "brand": _l("Brand"),
    "policy": _l("Returns policy"),
    "reasons": _l("Reasons"),
    "reply": _l("Saved replies"),
    "retention": _l("Privacy"),
    "stages": _l("Message texts"),
    "text": _l("Message texts"),
}
OF_A_ROW = frozenset({"note.added", "work.assigned", "work.set_aside", "work.snoozed", "work.undone"})


def action_words(action: str) -> str:
    """What was done."""
    return str(ACTION_WORDS.get(action, action))


def audit_words(row: AuditRecord) -> tuple[str, str]:
    """An action and its circumstances: the subject, the reason, the amount, what was taken out."""
    detail = row.detail
    # Rows from before reasons were kept outside of the trail hold the words themselves.
    reason = detail.get("reason") or (_("with a reason, kept beside it") if detail.get("reason_sha256") else None)
    figures = (*_exported(detail), _imported(detail))
    parts = [_subject(row), _change(detail), reason, _amount(detail), detail.get("reference"), *figures]
    return action_words(row.action), " · ".join(part for part in parts if part)


def event_words(event: DomainEventRecord) -> tuple[str, str]:
    """An event and its circumstances."""
    parts = [event.payload.get("ref"), _amount(event.payload), _until(event.payload)]
    return kind_words(event.kind), " · ".join(part for part in parts if part)


def _subject(row: AuditRecord) -> str | None:
    """What was acted upon; a message by what it tells instead of its number, a setting by its page's name."""
    listed, sign, rest = (row.subject or "").partition("/")
    if row.action in OF_A_ROW and sign and listed in WORKLISTS:
        return str(WORKLISTS[listed].title)
    if row.action.startswith("setting.") and sign:
        kind, _slash, name = rest.partition("/")
        return " · ".join(part for part in (str(SETTINGS.get(kind, kind)), listed, name) if part)
    # The subject is the kind and a random id, which says nothing to a reader.
    if row.action == "message.resent" and row.subject:
        return kind_words(row.subject.partition("/")[0])
    return figures_words(row.subject) if row.action == "metrics.exported" and row.subject else row.subject


def _amount(detail: dict[str, Any]) -> str:
    return money(detail["amount"], detail["currency"]) if detail.get("amount") and detail.get("currency") else ""


def _change(detail: dict[str, Any]) -> str:
    """What became something else, or where something went instead."""
    return f"{detail['from']} → {detail['to']}" if "from" in detail and "to" in detail else detail.get("to", "")


def _exported(detail: dict[str, Any]) -> Iterator[str]:
    """Which days, which part of them, and how many rows."""
    if "form" in detail and detail.keys() & {"from", "until"}:
        yield stretch_words(
            *(date.fromisoformat(detail[end]) if detail.get(end) else None for end in ("from", "until"))
        )
    narrowed = {"carrier": carrier_title, "channel": channel_words, "country": country_words}
    yield from (say(detail[name]) or detail[name] for name, say in narrowed.items() if name in detail)
    if "rows" in detail:
        yield ngettext("%(rows)s row", "%(rows)s rows", detail["rows"], rows=count(detail["rows"]))


def _imported(detail: dict[str, Any]) -> str:
    """What came of the orders of a file; those that were as they stood need no word."""
    figures = {name: count(detail[name]) for name in ("created", "updated", "refused") if name in detail}
    return _("new: %(created)s, changed: %(updated)s, refused: %(refused)s", **figures) if len(figures) == 3 else ""


def _until(payload: dict[str, Any]) -> str:
    return _("now until %(day)s", day=payload["until"]) if payload.get("until") else ""


ACTORS = {
    "customer": _l("the customer"),
    "policy": _l("automatic (rule)"),
    "clock": _l("automatic (deadline)"),
    "withdrawal": _l("a withdrawal"),
    "warehouse": _l("the warehouse"),
    "carrier": _l("the carrier"),
    "command": _l("a command"),
}


def who(actor: str | None) -> str:
    """«eva@shop.example», «the customer», «the system “erp”» for a key of the API, «a command» for the command line."""
    # Events name actors that are no persons by one word, the trail by a family and a name.
    family, _colon, name = (actor or "").partition(":")
    if family == "staff":
        return name
    if family == "api":
        return _("the system “%(name)s”", name=name)
    if family == "customer":
        return str(ACTORS["customer"])
    if family in ("cli", "command"):
        return _("a command by %(name)s", name=name) if name else str(ACTORS["command"])
    return str(ACTORS.get(actor or "", actor or "—"))


def key_help() -> list[tuple[str, str]]:
    """Keys with what each does, in the order in which one meets them; a text of several signs is several keys."""
    return [
        ("/", _("search, on every page")),
        ("jk", _("next and previous row of a list")),
        ("xeas", _("worklist: select a row, done, assign to me, snooze until tomorrow")),
        ("z", _("undo what was just done to rows of a worklist")),
        ("nrxc", _("order: note, show data, close access, copy the customer's link")),
        ("fo", _("order: confirm scans, compare refunds")),
        ("ad", _("order and return: approve, reject")),
        ("bw", _("order and return: items went back, receive")),
        ("p", _("order: go to the refund; return: book it as paid")),
        ("xgm", _("return: cancel, first approval, another amount")),
        ("s", _("message: ask to send it again; warehouse: type a number")),
        ("123456", _("warehouse: how an item is; order: what the history shows")),
        ("eb", _("warehouse: something else in the parcel, book")),
    ]
