"""Reads the flow's forms into the draft; each reader gives the errors as (field, sentence)."""

from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.orders.records import OrderLineRecord
from app.returns.policy.eligibility import Eligibility
from app.returns.policy.policy import Method
from app.returns.policy.reasons import CUSTOMER_GROUPS, ReasonGroup, find_reason
from app.returns.policy.rules import RuleAnswer
from app.returns.request.draft import DraftLine, RequestDraft
from app.returns.words import finding_words

Errors = list[tuple[str, str]]
# What is longer is cut, not refused: nobody loses a return over the length of a note.
NOTE_LENGTH = 500


def read_items(
    draft: RequestDraft, form: MultiDict[str, str], lines: list[OrderLineRecord], eligibility: Eligibility
) -> Errors:
    """Quantities by line. A line that was chosen before keeps its reason."""
    errors: Errors = []
    chosen: dict[str, DraftLine] = {}
    for line in lines:
        name = f"quantity-{line.id}"
        answer = eligibility.line(line.line_id)
        quantity = whole_number(form.get(name, "0"))
        most = answer.left if answer and answer.allowed else 0
        if quantity is None or not 0 <= quantity <= most:
            errors.append((name, _("Choose between 0 and %(most)s.", most=most)))
        elif quantity:
            before = draft.lines.get(line.line_id)
            chosen[line.line_id] = (
                before.model_copy(update={"quantity": quantity}) if before else DraftLine(quantity=quantity)
            )
    if not chosen and not errors:
        errors.append(("items", _("Choose at least one item.")))
    if not errors:
        draft.lines = chosen
    return errors


def read_reasons(
    draft: RequestDraft, form: MultiDict[str, str], lines: list[OrderLineRecord], eligibility: Eligibility
) -> Errors:
    """Group, reason and note by line; with ``same`` the first line's answer holds for all."""
    errors: Errors = []
    for line in lines:
        source = lines[0] if form.get("same") else line
        errors += _read_reason(draft.lines[line.line_id], form, source.id, line, eligibility)
    # With ``same`` every line would repeat what is wrong with the first.
    return list(dict.fromkeys(errors))


def read_way(
    draft: RequestDraft, form: MultiDict[str, str], pickup_days: tuple[date, ...], methods: tuple[Method, ...]
) -> Errors:
    """How it goes back: ``dropoff``, ``pickup`` with a day, or the id of a point."""
    way = form.get("way", "")
    point_id = whole_number(way)
    method = Method.DROPOFF if point_id else Method(way) if way in list(Method) else None
    if method is None or method not in methods:
        return [("way", _("Choose how you send it back."))]
    # The point or the day of an earlier choice must not go along with this one.
    draft.method, draft.point_id, draft.point, draft.pickup_on = method, point_id or None, None, None
    if method is Method.PICKUP:
        draft.pickup_on = next((day for day in pickup_days if day.isoformat() == form.get("pickup_on")), None)
        if draft.pickup_on is None:
            return [("pickup_on", _("Choose a day for the collection."))]
    return []


def read_place(draft: RequestDraft, form: MultiDict[str, str]) -> Errors:
    """Where to look for points: the browser's position, else what was typed."""
    latitude, longitude = _degrees(form.get("latitude"), 90), _degrees(form.get("longitude"), 180)
    draft.near = _typed(form.get("near", ""), 100) or None
    draft.latitude, draft.longitude = None, None
    if latitude is not None and longitude is not None:
        draft.near, draft.latitude, draft.longitude = None, latitude, longitude
    elif draft.near is None:
        return [("near", _("Enter a postcode, a town or an address."))]
    return []


def whole_number(text: str) -> int | None:
    """A number of plain digits, or None."""
    # ``isdigit`` alone takes ², which ``int`` refuses; fifteen digits always fit the ids' column, twenty would not.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _read_reason(
    draft_line: DraftLine, form: MultiDict[str, str], source: int, line: OrderLineRecord, eligibility: Eligibility
) -> Errors:
    group = form.get(f"group-{source}", "")
    if group not in CUSTOMER_GROUPS:
        draft_line.group = draft_line.reason = None
        return [(f"group-{source}", _("Say what is wrong with %(item)s.", item=line.title))]
    draft_line.group, draft_line.note = ReasonGroup(group), _typed(form.get(f"note-{source}", ""), NOTE_LENGTH)
    reason = find_reason(form.get(f"reason-{source}-{group}", ""))
    draft_line.reason = reason.handle if reason and reason.group == group else None
    answer = eligibility.line(line.line_id)
    if answer and answer.groups[draft_line.group].answer is RuleAnswer.NO:
        draft_line.reason = None
        return [
            (f"group-{source}", " ".join([f"{line.title}:", *finding_words(answer.groups[draft_line.group].obstacles)]))
        ]
    if draft_line.reason is None:
        return [(f"reason-{source}-{group}", _("Choose a reason for %(item)s.", item=line.title))]
    if reason and reason.note_required and not draft_line.note:
        return [(f"note-{source}", _("Tell us in a few words what is wrong."))]
    return []


def _typed(text: str, most: int) -> str:
    """Text as a person typed it, in a form that can be stored."""
    # PostgreSQL takes no NUL in a text.
    return text.replace("\x00", "").strip()[:most]


def _degrees(text: str | None, most: float) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    # The comparison also drops nan, which ``float`` takes.
    return value if -most <= value <= most else None
