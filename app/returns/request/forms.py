"""Reads the flow's forms into the draft; each reader gives the errors as (field, sentence)."""

from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.orders.records import OrderLineRecord
from app.returns.policy.eligibility import Eligibility, LineEligibility
from app.returns.policy.policy import Method, Resolution
from app.returns.policy.reasons import ReasonList
from app.returns.policy.rules import RuleAnswer
from app.returns.policy.words.names import question_words
from app.returns.request.draft import DraftLine, RequestDraft
from app.returns.words import finding_words, in_words

Errors = list[tuple[str, str]]
# What is longer is cut, not refused: nobody loses a return over the length of a note.
NOTE_LENGTH = 500


def read_items(
    draft: RequestDraft,
    form: MultiDict[str, str],
    lines: list[OrderLineRecord],
    eligibility: Eligibility,
    *,
    overrides: bool = False,
) -> Errors:
    """What goes back, how many of it and why; with ``same`` the reason of the first holds for all.

    With ``overrides`` what the policy refuses may be chosen, too, as long as there are units left.
    """
    picked = [line for line in lines if form.get(f"pick-{line.id}")]
    if not picked:
        return [(first_pick(lines, eligibility, overrides=overrides), in_words("nothing_chosen"))]
    errors: Errors = []
    chosen: dict[str, DraftLine] = {}
    for line in picked:
        answer = eligibility.line(line.line_id)
        if answer is None or not _may_come(answer, overrides=overrides):
            errors.append(("", _("%(item)s can't be returned any more.", item=line.title)))
            continue
        quantity, faults = _read_quantity(form, line, answer)
        source = picked[0] if form.get("same") else line
        draft_line, reason_faults = _read_reason(
            form, line, answer, source=source.id, reasons=eligibility.reasons, overrides=overrides
        )
        errors += faults + reason_faults
        chosen[line.line_id] = draft_line.model_copy(update={"quantity": quantity})
    # With ``same`` every line would repeat what is wrong with the first.
    errors = list(dict.fromkeys(errors))
    if not errors:
        draft.lines = chosen
    return errors


def first_pick(lines: list[OrderLineRecord], eligibility: Eligibility, *, overrides: bool = False) -> str:
    """The control that chooses the first item which can come back; nothing where none can."""
    answers = ((line, eligibility.line(line.line_id)) for line in lines)
    can = (line for line, answer in answers if answer and _may_come(answer, overrides=overrides))
    return next((f"pick-{line.id}" for line in can), "")


def _may_come(answer: LineEligibility, *, overrides: bool) -> bool:
    return answer.left > 0 if overrides else answer.allowed


def read_outcome(draft: RequestDraft, form: MultiDict[str, str], eligibility: Eligibility) -> Errors:
    """How it ends."""
    chosen = form.get("resolution", "")
    if chosen not in eligibility.resolutions:
        return [("resolution", _("Choose what you'd like."))]
    draft.resolution = Resolution(chosen)
    return []


def read_way(
    draft: RequestDraft, form: MultiDict[str, str], pickup_days: tuple[date, ...], methods: tuple[Method, ...]
) -> Errors:
    """How it goes back: ``dropoff``, ``pickup`` with a day, or the id of a point."""
    way = form.get("way", "")
    point_id = whole_number(way)
    method = Method.DROPOFF if point_id else Method(way) if way in list(Method) else None
    if method is None or method not in methods:
        return [("way", _("Choose how you'll send it back."))]
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


def _read_quantity(form: MultiDict[str, str], line: OrderLineRecord, answer: LineEligibility) -> tuple[int, Errors]:
    name, most = f"quantity-{line.id}", answer.left
    # Of the only one left nobody is asked how many.
    quantity = whole_number(form.get(name, "")) if most > 1 else 1
    if quantity is None or not 1 <= quantity <= most:
        return 1, [(name, _("%(item)s: choose between 1 and %(most)s.", item=line.title, most=most))]
    return quantity, []


def _read_reason(
    form: MultiDict[str, str],
    line: OrderLineRecord,
    answer: LineEligibility,
    *,
    source: int,
    reasons: ReasonList,
    overrides: bool,
) -> tuple[DraftLine, Errors]:
    """Why one line comes back, as it is said at the line of id ``source``."""
    note = _typed(form.get(f"note-{source}", ""), NOTE_LENGTH)
    handle = form.get(f"reason-{source}", "")
    reason = next((reason for reason in reasons.offered(answer.category) if reason.handle == handle), None)
    if reason is None:
        return DraftLine(quantity=1), [
            (f"reason-{source}", _("Tell us why you're returning %(item)s.", item=line.title))
        ]
    draft_line = DraftLine(quantity=1, group=reason.group, reason=reason.handle, note=note)
    verdict = answer.answer_to(reason.handle, reason.group) or answer.groups[reason.group]
    if verdict.answer is RuleAnswer.NO and not overrides:
        # Where the first one's reason holds for all, the others' own stands hidden: what is wrong is said at the item.
        name = f"reason-{line.id}" if source == line.id else f"pick-{line.id}"
        return draft_line, [(name, " ".join([f"{line.title}:", *finding_words(verdict.obstacles)]))]
    if reason.note_required and not note:
        return draft_line, [(f"note-{source}", question_words(reason) or in_words("note_missing"))]
    return draft_line, []


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
