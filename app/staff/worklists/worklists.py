"""The worklists by name: what waits in each, how much of it (capped, by partial indexes), and its rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.staff.worklists import jobs, messages, orders, parcels, returns, support
from app.staff.worklists import messages as work_providers
from app.staff.worklists.rows import Row

# Counting stops there, so that a list that has grown by a million costs no page more (J-14).
CAP = 100


@dataclass(frozen=True, slots=True)
class Worklist:
    """One list: its title, what it is for, the ids that wait (None: not counted), and how its rows are read.

    ``of_kind`` reads those of one kind among its ``kinds``, where it has some.
    """

    title: LazyString
    text: LazyString
    rows: Callable[[Session, datetime], Sequence[Row]]
    waiting: Callable[[], Select[Any]] | None = None
    kinds: Callable[[], Sequence[tuple[str, str]]] | None = None
    of_kind: Callable[[Session, datetime, str], Sequence[Row]] | None = None

    def kind_in(self, words: str) -> str:
        """The kind of that name; empty, for all of them, where it has none such."""
        return words if self.kinds and words in dict(self.kinds()) else ""

    def read(self, session: Session, now: datetime, kind: str = "") -> Sequence[Row]:
        """Its rows, of one kind where that is named."""
        return self.of_kind(session, now, kind) if self.of_kind and kind else self.rows(session, now)


WORKLISTS: dict[str, Worklist] = {
    "cases": Worklist(
        _l("Cases"),
        _l("What customers wrote and nobody has answered yet, the longest waiting first."),
        support.case_rows,
        support.waiting_cases,
    ),
    "collections": Worklist(
        _l("Collections to book"),
        _l("Returns whose customers asked to have them collected. Book each with your carrier, and say so here."),
        support.unbooked_rows,
        support.unbooked,
    ),
    "late": Worklist(
        _l("Late parcels"),
        _l("Past their promise and still on their way. The customer was told once."),
        parcels.late_rows,
        parcels.late,
    ),
    "failed-attempts": Worklist(
        _l("Failed attempts"),
        _l("The carrier stood at the door in vain."),
        parcels.failed_rows,
        parcels.failed,
    ),
    "returning": Worklist(
        _l("Going back"),
        _l("Undelivered parcels on their way back to us. The customer was told where to write to."),
        parcels.returning_rows,
        parcels.returning,
    ),
    "trouble": Worklist(
        _l("Lost, damaged, back"),
        _l("The customer was told what the carrier says, and may write: send it again or give the money back."),
        parcels.troubled_rows,
        parcels.troubled,
    ),
    "doubtful": Worklist(
        _l("Doubtful scans"),
        _l("The scans look like another parcel's, so no customer hears of them until someone has looked."),
        parcels.doubtful_rows,
        parcels.doubtful,
    ),
    "carrier-unknown": Worklist(
        _l("Carrier unknown"),
        _l("The shop names no carrier and the number fits none or several. Nobody is asked until one is set."),
        parcels.carrierless_rows,
        parcels.carrierless,
    ),
    "carriers": Worklist(
        _l("Carriers that do not answer"),
        _l("Asked three times or more about a parcel in vain. We go on asking; nobody else waits for them."),
        parcels.unanswered_rows,
        parcels.unanswered,
    ),
    "noted": Worklist(
        _l("Orders with notes"),
        _l("Something in their documents cannot be used, or may mean two things. Mended there, they leave the list."),
        orders.noted_rows,
        orders.noted,
        orders.note_choices,
        orders.noted_rows,
    ),
    "undecided": Worklist(
        _l("Returns to decide"),
        _l("The policy leaves these to a person."),
        returns.undecided_rows,
        returns.undecided,
    ),
    "rejected": Worklist(
        _l("Goods to send back"),
        _l("Rejected, and here: they go back to the customer, or are approved after all."),
        returns.rejected_rows,
        returns.rejected,
    ),
    "refunds": Worklist(
        _l("Refunds due"),
        _l("Goods are back; the money is owed by the day shown."),
        returns.due_rows,
        returns.due,
    ),
    "compared": Worklist(
        _l("Refunds to compare"),
        _l("The shop's system tells of a refund that may be one of ours. Ours is not paid until someone has said."),
        returns.compared_rows,
        returns.compared,
    ),
    "receipts": Worklist(
        _l("Odd receipts"),
        _l("What the warehouse found is not what was announced."),
        returns.odd_rows,
        returns.odd,
    ),
    "withdrawals": Worklist(
        _l("Withdrawals to match"),
        _l("Statements of withdrawal that no single order answers to. The law's days run from the statement."),
        returns.withdrawal_rows,
        returns.withdrawals,
    ),
    "providers": Worklist(
        _l("Providers that take no messages"),
        _l(
            "None since the hour shown. What no other provider takes waits, and leaves once this one takes it. It is "
            "tried every few seconds, or when it says itself."
        ),
        work_providers.resting_rows,
        work_providers.resting,
    ),
    "messages": Worklist(
        _l("Messages not sent"),
        _l("Refused, in doubt or failed for good in the last two weeks, with the reason; not sent again."),
        messages.failed_rows,
        messages.failed,
    ),
    "texts": Worklist(
        _l("Answers to texts"),
        _l("What customers wrote back and no rule understood."),
        messages.text_rows,
        messages.texts,
    ),
    "words": Worklist(
        _l("Unknown carrier words"),
        _l("Codes of the last thirty days that nobody has explained to us. Nothing is lost meanwhile."),
        messages.word_rows,
    ),
    "events": Worklist(
        _l("Events not heard"),
        _l("What happened and could not be told to customers, returns or other systems after five tries."),
        messages.unheard_rows,
        messages.unheard,
    ),
    "jobs": Worklist(
        _l("Work given up"),
        _l("Parcels, returns and statements that a job could not do in five tries. The others went on."),
        jobs.stumbled_rows,
        jobs.stumbled,
    ),
    "inbox": Worklist(
        _l("Deliveries not understood"),
        _l(
            "What came in from carriers, the shop's system or message providers and could not be read, with the reason."
        ),
        messages.dead_rows,
        messages.dead,
    ),
}


def counts(session: Session) -> dict[str, int]:
    """How much waits in each list, at most ``CAP``; one statement over partial indexes (requirement J-14)."""
    # One statement: each page of the console shows all counts.
    capped = [
        select(func.count()).select_from(worklist.waiting().limit(CAP).subquery()).scalar_subquery().label(name)
        for name, worklist in WORKLISTS.items()
        if worklist.waiting
    ]
    return dict(session.execute(select(*capped)).mappings().one())
