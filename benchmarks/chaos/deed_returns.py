"""Stories of returns: asked for by the customer, received at the warehouse, their money; the same by a system."""

from typing import Any

from benchmarks.chaos.deed_acts import Act, Refused
from benchmarks.chaos.deed_story import Story
from benchmarks.chaos.deed_world import ADMIN, LUCIA, MINE, SUPPORT, WAREHOUSE, ref_of

OF_MINE = 'join "order" o on o.id = order_id where o.number = :number'


def _line(act: Act, line: str) -> int:
    statement = f"select l.id from order_line l {OF_MINE} and line_id = :line"
    return int(act.one(statement, number=MINE, line=line))


def _newest(act: Act) -> str:
    """The reference of the newest return, as the page shows it."""
    return str(act.one(f"select r.ref from return r {OF_MINE} order by r.id desc limit 1", number=MINE))


def _refund(act: Act) -> str:
    parameters = {"ref": _newest(act)}
    refund = act.one(
        "select f.id from refund f join return r on r.id = f.return_id where r.ref = :ref order by f.id desc limit 1",
        **parameters,
    )
    if refund is None:
        raise Refused("there is no refund")
    return f"/staff/returns/{_newest(act)}/refunds/{refund}"


def chooses_items(act: Act) -> None:
    """What goes back and why."""
    base, line = f"/o/{ref_of(act, MINE)}/returns/new", _line(act, "1")
    act.press(LUCIA, base, **{f"pick-{line}": "1", f"quantity-{line}": "1", f"reason-{line}": "too_small"})


def says_how(act: Act) -> None:
    """The way back; then she sees the whole once more."""
    base = f"/o/{ref_of(act, MINE)}/returns/new"
    act.press(LUCIA, f"{base}/method", way="dropoff")
    act.facts["seen"] = act.hidden(act.see(LUCIA, f"{base}/check"), "seen")


def asks_for_it(act: Act) -> None:
    """The return is made."""
    act.press(LUCIA, f"/o/{ref_of(act, MINE)}/returns", seen=act.facts["seen"])


def takes_it_back(act: Act) -> None:
    """The customer cancels."""
    act.press(LUCIA, f"/returns/{_newest(act)}/cancellation")


def system_makes_one(act: Act) -> None:
    """The shop's own system asks for a return of two lines."""
    lines = [{"line": line, "quantity": 1, "reason": "too_small"} for line in ("1", "2")]
    act.api("POST", "/returns", {"order": MINE, "lines": lines, "method": "dropoff"})


def warehouse_opens_it(act: Act) -> None:
    """The parcel's page, with its form."""
    page = act.see(WAREHOUSE, f"/staff/warehouse/returns/{_newest(act)}")
    act.facts["form"] = {name: act.hidden(page, name) for name in ("seen", "key")}


def warehouse_grades(act: Act) -> None:
    """One piece is looked at; the draft of it is kept."""
    ref, form = _newest(act), act.facts["form"]
    act.press(WAREHOUSE, f"/staff/warehouse/returns/{ref}", **form, at="0", grade="as_new")


def warehouse_books(act: Act) -> None:
    """All of it is booked."""
    ref, form = _newest(act), act.facts["form"]
    units = ["0.as_new.restock", "1.opened.restock"]
    act.press(WAREHOUSE, f"/staff/warehouse/returns/{ref}", **form, u=units, book="1", note="")


def warehouse_opens_correction(act: Act) -> None:
    """The form as it was booked."""
    ref = _newest(act)
    key = act.one(
        "select idempotency_key from receipt c join return r on r.id = c.return_id "
        "where r.ref = :ref and voided_at is null",
        ref=ref,
    )
    path = f"/staff/warehouse/returns/{ref}/corrections/{key}"
    page = act.see(WAREHOUSE, path)
    act.facts.update({"correction": path, "form": {name: act.hidden(page, name) for name in ("seen", "key")}})


def warehouse_corrects(act: Act) -> None:
    """One piece was worn after all."""
    units = ["0.as_new.restock", "1.worn.repair"]
    act.press(WAREHOUSE, act.facts["correction"], **act.facts["form"], u=units, book="1", note="")


def warehouse_books_unannounced(act: Act) -> None:
    """A parcel that nobody announced."""
    path = f"/staff/warehouse/orders/{ref_of(act, MINE)}"
    if "form" not in act.facts:
        page = act.see(WAREHOUSE, path)
        act.facts["form"] = {name: act.hidden(page, name) for name in ("seen", "key")}
        act.keep_facts()
    act.press(WAREHOUSE, path, **act.facts["form"], u=["0.as_new.restock"], book="1", note="Sin etiqueta")


def support_looks_at_receipt(act: Act) -> None:
    """An odd receipt is looked at."""
    number = act.one("select id from receipt order by id desc limit 1")
    act.press(SUPPORT, f"/staff/work/receipts/{number}/looks")


def support_approves(act: Act) -> None:
    """The return stands, for a reason."""
    act.press(SUPPORT, f"/staff/returns/{_newest(act)}/approval", reason="Buena clienta")


def support_adds_a_piece(act: Act) -> None:
    """One more piece was in it."""
    _with_form(act, f"/staff/returns/{_newest(act)}/lines", {"units-3": "1", "reason": "El jabón venía dentro"})


def support_says_amount(act: Act) -> None:
    """Another amount for the whole return."""
    _with_form(act, f"/staff/returns/{_newest(act)}/amount", {"amount": "20", "reason": "Por las molestias"})


def support_says_refunds_amount(act: Act) -> None:
    """Another amount for the refund that is due."""
    _with_form(act, f"{_refund(act)}/amount", {"amount": "21", "reason": "Y un euro más"})


def support_voids(act: Act) -> None:
    """The refund is owed no more."""
    _with_form(act, f"{_refund(act)}/void", {"reason": "Se lo queda"})


def admin_agrees(act: Act) -> None:
    """A second person agrees to it."""
    act.press(ADMIN, f"{_refund(act)}/approval")


def support_pays(act: Act) -> None:
    """The money has left."""
    act.press(SUPPORT, f"{_refund(act)}/payment", reference="TR-1")


def support_rejects(act: Act) -> None:
    """The goods are not accepted."""
    act.press(SUPPORT, f"/staff/returns/{_newest(act)}/rejection", reason="Está usada")


def support_sends_back(act: Act) -> None:
    """Rejected goods leave again."""
    act.press(SUPPORT, f"/staff/returns/{_newest(act)}/sending-back")


def shop_hands_over(act: Act) -> None:
    """The demo's customer leaves the parcel at a counter."""
    act.press(LUCIA, f"/sandbox/returns/{_newest(act)}/hand-over")


def _with_form(act: Act, path: str, fields: dict[str, Any]) -> None:
    """Open the form once; pressed again, it is the same form."""
    if act.facts.get("asked") != path:
        act.facts.update({"asked": path, "seen": act.hidden(act.see(SUPPORT, path), "seen")})
        act.keep_facts()
    act.press(SUPPORT, path, **fields, seen=act.facts["seen"])


def needs_two(act: Act) -> None:
    """The shop asks for two people above a cent."""
    path = f"{act.trial.journal}.policy"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write('{"second_person_above": 1}')
    act.command("policy", "set", path)


def system_receives(act: Act) -> None:
    """The warehouse's own system books a receipt."""
    lines = [{"line": "1", "quantity": 1, "grade": "as_new"}, {"line": "2", "quantity": 1, "grade": "opened"}]
    act.api("POST", f"/returns/{_newest(act)}/receipts", {"id": "wms-1", "lines": lines})


def system_pays(act: Act) -> None:
    """The shop's system tells of the payment."""
    act.api("POST", f"/returns/{_newest(act)}/refunds", {"reference": "psp-1"})


STORIES = (
    Story("return", (chooses_items, says_how, asks_for_it, takes_it_back)),
    Story(
        "receipt",
        (
            system_makes_one,
            warehouse_opens_it,
            warehouse_grades,
            warehouse_books,
            warehouse_opens_correction,
            warehouse_corrects,
        ),
    ),
    Story(
        "unannounced",
        (warehouse_books_unannounced, support_looks_at_receipt, support_approves, support_adds_a_piece),
    ),
    Story(
        "money",
        (system_makes_one, system_receives, support_says_amount, support_says_refunds_amount, support_voids),
    ),
    Story("two-people", (needs_two, system_makes_one, system_receives, admin_agrees, support_pays)),
    Story("rejected", (warehouse_books_unannounced, support_rejects, support_sends_back)),
    Story("system", (system_makes_one, system_receives, system_pays)),
)
