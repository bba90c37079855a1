"""Can be returned what has arrived, and nothing else; and never more money comes back than Medusa has left of it."""

from collections import Counter

from requests import Response

from benchmarks.medusa.checks import Check
from benchmarks.medusa.compare import claimed_back
from benchmarks.medusa.peer import Truth
from tools.medusa_orders import Order, Portal

REASON = "no_longer_wanted"
OVERRIDE = "The trial returns all that can be returned"


def returnable(portal: Portal, truth: dict[str, Truth], answers: dict[str, Order]) -> Check:
    """Of each order exactly those pieces may come back that have arrived, are goods and are not spoken for."""
    check, counted = Check("delivered goods are returnable, and no others", len(truth)), Counter[str]()
    for id_, row in truth.items():
        eligible = {line["line"]: line for line in _eligibility(portal, answers[id_])["lines"]}
        for line, expected in left(row, answers[id_]).items():
            one = eligible.get(line)
            reasons = one["reasons"] if one else ()
            allowed = one["left"] if one and any(may["allowed"] for may in reasons if may["reason"] == REASON) else 0
            counted.update(expected=expected, allowed=min(allowed, expected))
            if allowed > expected or (expected and not allowed):
                why = ", ".join(finding["code"] for finding in one["findings"]) if one else "no such line"
                counts = f"{expected} arrived and left, {allowed} allowed"
                check.faults.append(f"order {row['number']}, {line}: {counts} ({why or 'no reason'})")
    check.figures = f"{counted['allowed']} of {counted['expected']} pieces"
    return check


def left(row: Truth, answer: Order) -> dict[str, int]:
    """Pieces by line that have arrived and are neither back, nor on their way back, nor settled by a claim."""
    awaited, backwards = Counter[str](), claimed_back(row)
    for one in row["returns"]:
        if one["status"] in ("requested", "partially_received"):
            for line in one["lines"]:
                awaited[line["line"]] += line["quantity"] - line["received"]
    goods = {line["id"] for line in answer["lines"] if line["kind"] == "goods"} if not row["cancelled"] else set()
    result = {}
    for line in row["lines"]:
        settled = max(0, line["written_off"] - line["returned_damaged"] - backwards[line["id"]])
        there = line["delivered"] - line["returned"] - awaited[line["id"]] - settled
        result[line["id"]] = max(0, there) if line["id"] in goods else 0
    return result


def never_twice(portal: Portal, truth: dict[str, Truth], answers: dict[str, Order]) -> Check:
    """A return of all that is left is never worth more than what was paid less what Medusa gave back."""
    check, quoted, refunded = Check("what Medusa refunded is not refundable again"), 0, 0
    for id_, row in truth.items():
        lines = {line: count for line, count in left(row, answers[id_]).items() if count}
        if not lines:
            continue
        check.looked_at += 1
        captured, given_back = _sum(row, "captured"), _sum(row, "refunded")
        answer = _return(portal, answers[id_], lines)
        if not answer.ok:
            check.faults.append(f"order {row['number']}: {answer.status_code} {answer.text[:300]}")
            continue
        total = answer.json()["quote"]["total"]
        quoted, refunded = quoted + total, refunded + given_back
        worth, most = _worth(answers[id_], lines, row), captured - given_back
        if total > most or total not in {min(one, most) for one in worth}:
            text = f"{total} quoted for what is worth {worth[0]}, {captured} paid, {given_back} refunded by Medusa"
            check.faults.append(f"order {row['number']}: {text}")
    check.figures = f"{quoted} minor units quoted, {refunded} given back before by Medusa"
    return check


def _worth(order: Order, chosen: dict[str, int], row: Truth) -> tuple[int, int]:
    """What these pieces were charged, to the cent, without and with the delivery; earlier ones have gone back."""
    totals, on_top, goods = order["totals"], order["prices_include_tax"] is False, 0
    for line in order["lines"]:
        whole = line["total"] + (line["tax"] if on_top else 0)
        count = chosen.get(line["id"], 0)
        before = delivered_before(row, line["id"], count)
        goods += whole * (before + count) // line["quantity"] - whole * before // line["quantity"]
    return goods, goods + totals["shipping"] - (totals["shipping_discount"] or 0)


def delivered_before(row: Truth, line: str, count: int) -> int:
    """Pieces of a line that are accounted for already."""
    return next(int(one["delivered"]) - count for one in row["lines"] if one["id"] == line) if count else 0


def not_returnable_again(portal: Portal, truth: dict[str, Truth], answers: dict[str, Order]) -> Check:
    """A piece that Medusa has back, or awaits, is refused when it is to come back here too."""
    check = Check("pieces that Medusa has back or awaits cannot come back again")
    for id_, row in truth.items():
        delivered = {line["id"]: line["delivered"] for line in row["lines"]}
        for line, count in left(row, answers[id_]).items():
            if count or not delivered[line] or row["cancelled"]:
                continue
            check.looked_at += 1
            answer = _return(portal, answers[id_], {line: 1})
            if answer.status_code not in (409, 422):
                check.faults.append(f"order {row['number']}, {line}: {answer.status_code} instead of a refusal")
    return check


def named(portal: Portal, answers: dict[str, Order], *, system: str) -> Check:
    """Where two shops have a number, the interface of returns can be told which of the two is meant."""
    check, answer_by_number = Check("returns name an order by its shop"), next(iter(answers.values()))
    check.looked_at = 1
    body = {"order": answer_by_number["number"], "source": system}
    answer = portal.call("POST", "/returns/eligibility", json=body)
    if not answer.ok:
        check.faults.append(f"with the source: {answer.status_code} {answer.text[:300]}")
    return check


def _sum(row: Truth, name: str) -> int:
    return sum(int(payment[name]) for payment in row["payments"])


def _return(portal: Portal, order: Order, lines: dict[str, int]) -> Response:
    request = {
        "order": order["number"],
        "lines": [{"line": line, "quantity": count, "reason": REASON} for line, count in lines.items()],
        "method": "dropoff",
        "override": OVERRIDE,
    }
    return portal.call("POST", "/returns", json=request)


def _eligibility(portal: Portal, order: Order) -> Order:
    answer = portal.call("POST", "/returns/eligibility", json={"order": order["number"]})
    answer.raise_for_status()
    body: Order = answer.json()
    return body
