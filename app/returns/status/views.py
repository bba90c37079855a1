"""A return's own pages: where it stands, its label and code, taking it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict
from app.core.i18n import words
from app.core.i18n.words import day
from app.core.web import as_calendar, db_session, origin, see_other
from app.orders.lookup.access import Grant
from app.orders.lookup.guard import require_tier
from app.orders.pictures.views import pictures_of
from app.orders.records import OrderRecord
from app.orders.services import whole_order
from app.orders.words import quantity_words
from app.returns.labels.codes import qr_svg
from app.returns.labels.files import LabelFile, label_file, label_files
from app.returns.policy.quote import read_basis
from app.returns.policy.stored.reason_list import reasons_of
from app.returns.queries import ReturnView, order_ref_of, read_return
from app.returns.records import ReturnRecord
from app.returns.refunds.reckoning import settled, standing_refunds
from app.returns.services import cancel
from app.returns.states import LIVE, Decision, GoodsState, may_cancel
from app.returns.status.calendar_entry import period_entry, return_entry
from app.returns.status.standing import ReturnStanding, Situation, standing_of
from app.returns.status.summary import status_summary, trail
from app.returns.status.ticket import ticket_of
from app.returns.withdrawal.law import law_of, law_words
from app.returns.words import method_words, money_rows, reason_words
from app.tracking.carrier_pages import carrier_title
from app.tracking.page.records import TrackedScan
from app.tracking.page.timeline_words import Day, ScanWords, in_days
from app.tracking.page.words import scan_words
from app.tracking.records import ShipmentRecord
from app.tracking.states import ShipmentState

# For a parcel on its way back both are the end of the road: its arrival at the shop.
BACK = frozenset({ShipmentState.DELIVERED, ShipmentState.RETURNED})


def parcel_days(parcel: ShipmentRecord | None, *, trusted: bool, now: datetime) -> list[Day]:
    """The scans in words; the carrier's own beside ours for those who may read names."""
    if parcel is None:
        return []
    scans = [_scan(entry) for entry in parcel.timeline]
    zones = [scan.zone_in(parcel.zone) for scan in scans]
    return in_days(
        [(scan, zone, _line(scan, zone, trusted=trusted)) for scan, zone in zip(scans, zones, strict=True)], now
    )


def _scan(entry: dict[str, Any]) -> TrackedScan:
    facts = {name: entry[name] for name in ("exact", "zone", "by", "words", "incident", "city", "country")}
    return TrackedScan(at=datetime.fromisoformat(entry["at"]), state=ShipmentState(entry["state"]), **facts)


def _line(scan: TrackedScan, zone: str, *, trusted: bool) -> ScanWords:
    text = scan_words(scan, returning=scan.state in BACK)
    carrier_words = scan.words.strip() if trusted else ""
    return ScanWords(
        time=words.clock_time(scan.at, zone=zone) if scan.exact else "–",
        text=text,
        words=carrier_words if carrier_words.casefold() != text.casefold() else None,
        place=scan.city,
    )


bp = Blueprint("returns", __name__)


@dataclass(frozen=True, slots=True)
class WaysOn:
    """Where the page leads from a return that is over; what is None is not offered."""

    again: str | None
    help: str
    helps: bool
    withdraw: str | None
    withdraw_label: str
    withdraw_until: str | None


@bp.get("/returns/<ref>")
def status(ref: str) -> str:
    """Where the return stands; to be bookmarked."""
    grant, view = _open(ref, tier=1)
    return status_page(grant, view)


@bp.get("/returns/<ref>/open")
def unlock(ref: str) -> BaseResponse:
    """Show who one is (T2), then see the status page with label and code."""
    _open(ref, tier=2)
    return see_other(url_for("returns.status", ref=ref))


@bp.get("/returns/<ref>/cancellation")
def ask_cancel(ref: str) -> str | BaseResponse:
    """Ask once more before cancelling."""
    _grant, view = _open(ref, tier=2)
    if not _cancellable(view):
        return see_other(url_for("returns.status", ref=ref))
    return render_template("returns/cancel.html", view=view, return_=view.return_)


@bp.post("/returns/<ref>/cancellation")
def do_cancel(ref: str) -> BaseResponse | tuple[str, int]:
    """Take the return back."""
    grant, view = _open(ref, tier=2)
    try:
        with transaction(db_session()) as session:
            cancel(session, view.return_.id, by="customer", now=utcnow())
    except Conflict:
        words = _("The parcel is on its way already, so the return can no longer be cancelled.")
        return status_page(grant, read_return(db_session(), view.return_.ref), problem=words), 409
    return see_other(url_for("returns.status", ref=ref))


@bp.get("/returns/<ref>/label.pdf")
def label_pdf(ref: str) -> Response | BaseResponse:
    """The label as PDF, 4×6 in or A4 with the packing slip."""
    _grant, view = _open(ref, tier=2)
    if not _has_label(view):
        return see_other(url_for("returns.status", ref=ref))
    size = LabelFile.SHEET if request.args.get("size") == "a4" else LabelFile.LABEL
    return _download(ref, label_file(db_session(), view, size), "application/pdf", f"{view.return_.ref}-{size}.pdf")


@bp.get("/returns/<ref>/label.zpl")
def label_zpl(ref: str) -> Response | BaseResponse:
    """The label for thermal printers."""
    _grant, view = _open(ref, tier=2)
    if not _has_label(view):
        return see_other(url_for("returns.status", ref=ref))
    content = label_file(db_session(), view, LabelFile.ZPL)
    return _download(ref, content, "application/zpl", f"{view.return_.ref}.zpl")


@bp.get("/returns/<ref>/code.svg")
def code(ref: str) -> Response | BaseResponse:
    """The code to show at the counter: the label number."""
    _grant, view = _open(ref, tier=2)
    if not _has_label(view):
        return see_other(url_for("returns.status", ref=ref))
    number = view.return_.label_number or view.return_.ref
    return Response(str(qr_svg(number)), mimetype="image/svg+xml")


@bp.get("/returns/<ref>/calendar.ics")
def calendar(ref: str) -> BaseResponse:
    """The last day to hand the parcel over, as a file for calendars; back to the page when there is none."""
    _grant, view = _open(ref, tier=1)
    now = utcnow()
    entry = return_entry(view, standing_of(view, now=now), origin=origin())
    return as_calendar(entry, now=now) if entry else see_other(url_for("returns.status", ref=ref))


@bp.get("/o/<ref>/returns/calendar.ics")
def period(ref: str) -> BaseResponse:
    """The last day to ask for a return, as a file for calendars; back to the choice of items when there is none."""
    grant, now = require_tier(ref, 2), utcnow()
    order = whole_order(db_session(), grant.order_id)
    g.locale, g.brand = order.locale, order.brand
    entry = period_entry(order, read_basis(db_session(), order, now=now), origin=origin(), now=now)
    return as_calendar(entry, now=now) if entry else see_other(url_for("return_flow.items", ref=ref))


def _open(ref: str, *, tier: int) -> tuple[Grant, ReturnView]:
    """An unknown return is answered like one that belongs to somebody else: no order has an empty reference."""
    session = db_session()
    grant = require_tier(order_ref_of(session, ref) or "", tier)
    view = read_return(session, ref)
    _speak_for(view.order)
    return grant, view


def _speak_for(order: OrderRecord) -> None:
    g.locale, g.brand = order.locale, order.brand
    g.withdraws_from = order


def status_page(grant: Grant, view: ReturnView, *, problem: str | None = None) -> str:
    """The return's page as whoever holds this grant of its order reads it."""
    now, trusted = utcnow(), grant.tier >= 2
    _speak_for(view.order)
    standing = standing_of(view, now=now)
    return render_template(
        "returns/status.html",
        view=view,
        return_=view.return_,
        order=view.order,
        pictures=pictures_of(view.lines.values()),
        standing=standing,
        summary=status_summary(view, standing),
        stops=trail(view, standing),
        days=parcel_days(view.parcel, trusted=trusted, now=now),
        trusted=trusted,
        ready=(ready := _has_label(view)),
        making=_awaits_label(view),
        ticket=ticket_of(view, standing) if ready and trusted else None,
        label_files=label_files(db_session(), view) if ready else frozenset(),
        cancellable=_cancellable(view),
        in_calendar=return_entry(view, standing, origin=origin()) is not None,
        ways_on=_ways_on(view, standing, now=now),
        facts=_facts(view, trusted=trusted, on_ticket=trusted and ready),
        reasons={line.id: reason_words(line.reason, reasons_of(view.order.brand)) for line in view.return_.lines},
        quantities=_quantities(view),
        problem=problem,
        **_money(view),
    )


def _money(view: ReturnView) -> dict[str, Any]:
    """The return's money part by part, as the page shows it."""
    titles = {line.line_id: line.title for line in view.lines.values()}
    measures = {line.line_id: (line.ordered, line.quantity_text) for line in view.lines.values()}
    currency, owed = view.return_.currency, standing_refunds(view.return_.refunds)
    label = _("Refunded in all") if view.journey.refunded_at else None

    def rows(parts: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
        return money_rows(parts, titles, currency, measures=measures)

    return {
        "quoted": rows(view.return_.quote["parts"]),
        "refunds": [(refund, rows(refund.breakdown["parts"])) for refund in owed],
        "owed": bool(owed) or _promises(view.return_),
        "sum_label": label if _as_asked(view.return_) else _("As you asked for it"),
    }


def _quantities(view: ReturnView) -> dict[int, tuple[int | None, str | None]]:
    """By line, the units, or what it measures in words: a measure is no number of pieces."""
    measures = {line.id: view.lines[line.order_line_id].measure_of(line.quantity) for line in view.return_.lines}
    return {
        line.id: (None if measures[line.id] else line.quantity, quantity_words(measures[line.id]))
        for line in view.return_.lines
    }


def _ways_on(view: ReturnView, standing: ReturnStanding, *, now: datetime) -> WaysOn:
    """What can be done from a return that goes nowhere: start another, write to us, withdraw while the law allows."""
    ended = standing.situation in (Situation.CANCELLED, Situation.EXPIRED)
    refused = standing.situation in (Situation.REJECTED, Situation.SENT_BACK, Situation.NOTHING)
    law, until = law_of(view.order), None
    if standing.situation is Situation.REJECTED and law and view.return_.initiated_by != "withdrawal":
        until = _lawful_until(view, now=now)
    return WaysOn(
        again=url_for("return_flow.items", ref=view.order.ref) if ended else None,
        help=f"/o/{view.order.ref}/help?about=return&return={view.return_.ref}",
        helps=refused or standing.nobody_came,
        withdraw=url_for("withdrawal.start", order=view.order.ref) if until else None,
        withdraw_label=_(law_words(law).link),
        withdraw_until=_(law_words(law).until) % {"day": day(until)} if until else None,
    )


def _lawful_until(view: ReturnView, *, now: datetime) -> date | None:
    """The law's last day for what was to come back; None once it is over."""
    basis = read_basis(db_session(), view.order, now=now)
    answers = [basis.eligibility.line(view.lines[line.order_line_id].line_id) for line in view.return_.lines]
    days = [answer.legal_until for answer in answers if answer and answer.legal_until]
    last = max(days, default=None)
    return last if last and last >= basis.facts.day(now) else None


def _promises(return_: ReturnRecord) -> bool:
    """Whether the page may speak of money before any is due: not while a person looks at what came."""
    in_doubt = return_.decision != Decision.APPROVED and return_.goods != GoodsState.AWAITING
    return return_.decision in LIVE and (not in_doubt or bool(return_.adjustments))


def _as_asked(return_: ReturnRecord) -> bool:
    """Whether the quote is what the customer gets, as far as is known."""
    return not return_.adjustments and return_.cap is None and settled(return_) in (0, return_.quote["total"])


def _facts(view: ReturnView, *, trusted: bool, on_ticket: bool) -> list[tuple[str, str]]:
    """The list of facts; the label number only for those who may use it, and none of it where the ticket says it."""
    return_ = view.return_
    requested = day(return_.requested_at, zone=view.order.brand.time_zone)
    way = (return_.point or {}).get("name") or method_words(return_.method)
    parcel = [(_("Carrier"), carrier_title(return_.carrier) or "")] if return_.carrier and not on_ticket else []
    # The link alone says where a return stands; it does not hand out the label.
    if trusted and not on_ticket and return_.label_number and return_.decision == Decision.APPROVED:
        parcel.append((_("Label number"), return_.label_number))
    came = [] if return_.method == "unannounced" else [(_("Requested on"), requested)]
    return [*came, (_("How you send it back"), way), *parcel]


def _has_label(view: ReturnView) -> bool:
    return _is_awaited(view) and view.return_.label_number is not None


def _awaits_label(view: ReturnView) -> bool:
    """Somebody else is making it: its parcel is there, and has no number yet."""
    return _is_awaited(view) and view.return_.shipment_id is not None and view.return_.label_number is None


def _is_awaited(view: ReturnView) -> bool:
    return view.return_.decision == Decision.APPROVED and view.return_.goods == GoodsState.AWAITING


def _cancellable(view: ReturnView) -> bool:
    return may_cancel(Decision(view.return_.decision), GoodsState(view.return_.goods))


def _download(ref: str, content: bytes | None, mimetype: str, name: str) -> Response | BaseResponse:
    """The file; where its maker has not given one in this form, back to the page that says what there is."""
    if content is None:
        return see_other(url_for("returns.status", ref=ref))
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
