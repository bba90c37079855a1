"""The worklists by name: what waits in each, how much of it (capped, by partial indexes), and its rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Label, Select, func, select
from sqlalchemy.orm import Session

from app.staff.models import WorkMark
from app.staff.worklists import jobs, messages, orders, parcels, returns, support
from app.staff.worklists import messages as work_providers
from app.staff.worklists.choice import RowChoice, RowSource, is_of, is_snoozed
from app.staff.worklists.rows import Row

# Counting stops there, so that a list that has grown by a million costs no page more (J-14).
CAP = 100


@dataclass(frozen=True, slots=True)
class Worklist:
    """One list: its title, what it is for, the ids that wait (None: not counted), and how its rows are read.

    ``source`` are the columns by which it is counted and, unless its rows are ``put_together`` here, narrowed.
    ``todo`` says what to do with a row and how it leaves the list; ``columns`` are the heads of what a row is, what it
    is about, and its day. ``kinds`` are those that may be asked for, where it has some.
    """

    title: LazyString
    text: LazyString
    rows: Callable[[Session, datetime, RowChoice], Sequence[Row]]
    source: RowSource | None
    waiting: Callable[[], Select[Any]] | None = None
    kinds: Callable[[], Sequence[tuple[str, str]]] | None = None
    todo: LazyString | str = ""
    put_together: bool = False
    columns: tuple[LazyString, LazyString, LazyString] = field(kw_only=True)


WORKLISTS: dict[str, Worklist] = {
    "cases": Worklist(
        _l("Cases"),
        _l("What customers wrote and nobody has answered yet, the longest waiting first."),
        support.case_rows,
        support.CASE_ROWS,
        support.waiting_cases,
        columns=(_l("About"), _l("Order"), _l("Since")),
    ),
    "collections": Worklist(
        _l("Collections to book"),
        _l("Returns whose customers asked to have them collected. Book each with your carrier, and say so here."),
        support.unbooked_rows,
        support.COLLECTION_ROWS,
        support.unbooked,
        columns=(_l("Return"), _l("Order"), _l("Day")),
    ),
    "collections-to-cancel": Worklist(
        _l("Collections to cancel"),
        _l("Booked with a carrier and not needed any more. Cancel each with your carrier, and say so here."),
        support.called_off_rows,
        support.COLLECTION_ROWS,
        support.called_off,
        columns=(_l("Return"), _l("Order"), _l("Day")),
    ),
    "late": Worklist(
        _l("Late parcels"),
        _l("Past their promise and still on their way. The customer was told once."),
        parcels.late_rows,
        parcels.LATE_ROWS,
        parcels.late,
        todo=_l(
            "Ask the carrier, and write to the customer where it takes much longer. Dealt with, "
            "delivered or lost, a parcel leaves the list."
        ),
        columns=(_l("Order"), _l("Parcel"), _l("Promised for")),
    ),
    "failed-attempts": Worklist(
        _l("Failed attempts"),
        _l("The carrier could not deliver."),
        parcels.failed_rows,
        parcels.FAILED_ROWS,
        parcels.failed,
        todo=_l(
            "Check the address with the customer. With the next scan, or once it is dealt with, a "
            "parcel leaves the list."
        ),
        columns=(_l("Order"), _l("Parcel"), _l("Since")),
    ),
    "returning": Worklist(
        _l("Going back"),
        _l("Undelivered parcels on their way back to us. The customer was told where to write to."),
        parcels.returning_rows,
        parcels.STATE_ROWS,
        parcels.returning,
        todo=_l(
            "Ask the customer what they want: the same again, another address, or their money. Dealt "
            "with or back, a parcel leaves the list."
        ),
        columns=(_l("Order"), _l("Parcel"), _l("Since")),
    ),
    "trouble": Worklist(
        _l("Lost, damaged, back"),
        _l("The customer was told what the carrier says, and may write."),
        parcels.troubled_rows,
        parcels.STATE_ROWS,
        parcels.troubled,
        todo=_l("Send it again or refund it, and claim it from the carrier. Then set it as dealt with."),
        columns=(_l("Order"), _l("Parcel"), _l("Since")),
    ),
    "doubtful": Worklist(
        _l("Doubtful scans"),
        _l("The scans look like another parcel's, so no customer hears of them."),
        parcels.doubtful_rows,
        parcels.NEW_ROWS,
        parcels.doubtful,
        todo=_l(
            "Compare number, places and days. Confirm the scans if they are right; else correct the "
            "number in the shop's system."
        ),
        columns=(_l("Order"), _l("Parcel"), _l("Since")),
    ),
    "carrier-unknown": Worklist(
        _l("Carrier unknown"),
        _l("The shop names no carrier, and the number fits none or several. Nobody is asked until one is set."),
        parcels.carrierless_rows,
        parcels.NEW_ROWS,
        parcels.carrierless,
        todo=_l("Set the carrier. The parcel then leaves the list."),
        columns=(_l("Order"), _l("Number"), _l("Since")),
    ),
    "carriers": Worklist(
        _l("Carriers that do not answer"),
        _l(
            "Asked three times or more about a parcel without an answer. We keep asking; no other "
            "carrier waits for them."
        ),
        parcels.unanswered_rows,
        parcels.CARRIER_ROWS,
        parcels.unanswered,
        todo=_l(
            "Look at the reason, and tell an engineer if it names the account. Once it answers, the "
            "carrier leaves the list."
        ),
        columns=(_l("Carrier"), _l("Parcels"), _l("Since")),
    ),
    "noted": Worklist(
        _l("Orders with notes"),
        _l("Something in their documents cannot be used, or may mean two things."),
        orders.noted_rows,
        orders.NOTED_ROWS,
        orders.noted,
        orders.note_choices,
        todo=_l(
            "Have it corrected in the shop's system. Corrected there, or dealt with here, an order leaves the list."
        ),
        columns=(_l("Order"), _l("Where in the document"), _l("Changed")),
    ),
    "undecided": Worklist(
        _l("Returns to decide"),
        _l("The policy leaves these to a person."),
        returns.undecided_rows,
        returns.DECISION_ROWS,
        returns.undecided,
        todo=_l("Approve or reject. A withdrawal from the contract must be approved: it can't be rejected."),
        columns=(_l("Return"), _l("Order"), _l("Requested")),
    ),
    "rejected": Worklist(
        _l("Goods to send back"),
        _l("Rejected, and received: they go back to the customer, or are approved after all."),
        returns.rejected_rows,
        returns.REJECTED_ROWS,
        returns.rejected,
        todo=_l("Send the items back and say so here, or approve the return. Then it leaves the list."),
        columns=(_l("Return"), _l("Order"), _l("Received")),
    ),
    "refunds": Worklist(
        _l("Refunds due"),
        _l("The items are back; the refund is due by the day shown."),
        returns.due_rows,
        returns.REFUND_ROWS,
        returns.due,
        todo=_l("Pay it, then book it as paid with the payment's reference. Paid or void, a refund leaves the list."),
        columns=(_l("Refund"), _l("Order"), _l("Due by")),
    ),
    "compared": Worklist(
        _l("Refunds to compare"),
        _l("The shop's system tells of a refund that may be one of ours. Ours is not paid until somebody decides."),
        returns.compared_rows,
        returns.ELSEWHERE_ROWS,
        returns.compared,
        todo=_l("Say whether it is one of ours. Then it leaves the list."),
        columns=(_l("Refund"), _l("Order"), _l("Since")),
    ),
    "receipts": Worklist(
        _l("Odd receipts"),
        _l("What the warehouse found is not what was announced."),
        returns.odd_rows,
        returns.RECEIPT_ROWS,
        returns.odd,
        todo=_l("Open the return, settle the refund, and mark the receipt as reviewed."),
        columns=(_l("Return"), _l("Order"), _l("Received")),
    ),
    "withdrawals": Worklist(
        _l("Withdrawals to match"),
        _l("Of an order that is unclear or hasn't all arrived. The legal period runs from the statement."),
        returns.withdrawal_rows,
        returns.WITHDRAWAL_ROWS,
        returns.withdrawals,
        todo=_l(
            "Stop what hasn't left yet in the shop's system. Find the order and make the return, or "
            "answer the customer. Then press Done. A withdrawal is never rejected."
        ),
        columns=(_l("Statement"), _l("Order"), _l("Stated on")),
    ),
    "providers": Worklist(
        _l("Providers that take no messages"),
        _l("None since the time shown. What no other provider takes waits, and leaves once this one takes it."),
        work_providers.resting_rows,
        work_providers.PROVIDER_ROWS,
        work_providers.resting,
        todo=_l(
            "Tell an engineer if it names the account. It is tried every few seconds, and leaves the "
            "list once it answers."
        ),
        put_together=True,
        columns=(_l("Provider"), _l("Channels"), _l("Since")),
    ),
    "messages": Worklist(
        _l("Messages not sent"),
        _l("Refused, in doubt or failed for good in the last two weeks, with the reason."),
        messages.failed_rows,
        messages.MESSAGE_ROWS,
        messages.failed,
        todo=_l(
            "Send it again, to another address where the one on file is wrong; or set it aside. Then "
            "it leaves the list."
        ),
        columns=(_l("Message"), _l("Order"), _l("Written")),
    ),
    "texts": Worklist(
        _l("Answers to texts"),
        _l("What customers wrote back and no rule understood."),
        messages.text_rows,
        messages.TEXT_ROWS,
        messages.texts,
        todo=_l("Answer the customer where an answer is needed, then mark it as read."),
        columns=(_l("From"), _l("About"), _l("Received")),
    ),
    "words": Worklist(
        _l("Unknown carrier words"),
        _l("Codes of the last thirty days that we have no meaning for. Nothing is lost meanwhile."),
        messages.word_rows,
        None,
        todo=_l("An admin says what the code means: open it, or Settings, Carriers. Explained, it leaves the list."),
        columns=(_l("Code"), _l("Carrier"), _l("Last seen")),
    ),
    "events": Worklist(
        _l("Events not heard"),
        _l("What happened and could not be passed on to customers, returns or other systems after five tries."),
        messages.unheard_rows,
        messages.EVENT_ROWS,
        messages.unheard,
        todo=_l("Tell an engineer the reason, then try again. Passed on or set aside, an event leaves the list."),
        columns=(_l("Event"), _l("Order"), _l("Given up")),
    ),
    "jobs": Worklist(
        _l("Work given up"),
        _l("Parcels, returns and statements that a job could not do in five tries. The others went on."),
        jobs.stumbled_rows,
        jobs.JOB_ROWS,
        jobs.stumbled,
        todo=_l("Tell an engineer the reason, then try again. Done or set aside, it leaves the list."),
        columns=(_l("Task"), _l("Order"), _l("Given up")),
    ),
    "inbox": Worklist(
        _l("Incoming data not read"),
        _l("What came in from carriers, the shop's system or message providers and could not be read."),
        messages.dead_rows,
        messages.INBOX_ROWS,
        messages.dead,
        todo=_l("Tell an engineer the reason, then try again. Read or set aside, it leaves the list."),
        columns=(_l("From"), _l("About"), _l("Received")),
    ),
}


def open_ids(name: str) -> Select[Any] | None:
    """What waits in a list and does not rest; None for a list that is not counted."""
    worklist = WORKLISTS[name]
    if worklist.waiting is None or worklist.source is None:
        return None
    return worklist.waiting().where(~is_snoozed(name, worklist.source.item))


def counts(session: Session) -> dict[str, int]:
    """How much waits in each list, at most ``CAP``; one statement over partial indexes (requirement J-14)."""
    # One statement: each page of the console shows all counts.
    lists = {name: ids for name in WORKLISTS if (ids := open_ids(name)) is not None}
    return dict(session.execute(select(*[_capped(ids, name) for name, ids in lists.items()])).mappings().one())


def mine(session: Session, actor: str) -> dict[str, int]:
    """How much of what waits is this member's, by list; lists without any are left out."""
    # Most lists hold nothing of anybody's, and are not counted a second time for that.
    marked = select(WorkMark.worklist).where(WorkMark.assigned_to == actor).distinct()
    named = {name for name in session.scalars(marked) if name in WORKLISTS} | {"cases"}
    columns = [
        _capped(ids.where(is_of(name, source, actor)), name)
        for name in sorted(named)
        if (ids := open_ids(name)) is not None and (source := WORKLISTS[name].source) is not None
    ]
    return {name: count for name, count in session.execute(select(*columns)).mappings().one().items() if count}


def _capped(ids: Select[Any], name: str) -> Label[int]:
    return select(func.count()).select_from(ids.limit(CAP).subquery()).scalar_subquery().label(name)
