"""The map of data: each column of each table with what it is for, printed into docs/data-map.md; ``check`` compares.

python -m tools.data_map          writes it
python -m tools.data_map check    fails when the file says something else than the rooms do
"""

import sys
from collections.abc import Iterator

from app import models
from app.core.settings import ROOT
from app.personal.claims import TableClaim, rooms
from app.personal.terms import TERMS

PAGE = ROOT / "docs" / "data-map.md"
HEAD = """# Map of data

Printed by `python -m tools.data_map` out of what each room says in its `personal.py`; [Privacy](privacy.md) says how
to read it. «Personal» columns tell of a customer: an export shows them, an erasure blanks them. Digests and secrets are
never shown. Days are those with which a shop starts.
"""


def page() -> str:
    """All of it, a table of the page a table of the database."""
    # With every table loaded; rooms alone would bring only their own.
    if not models.__all__:
        raise LookupError("There are no tables.")
    parts = [HEAD]
    for room in sorted(rooms().values(), key=lambda one: one.name):
        parts.append(f"## {room.name}\n")
        parts += [_table(claim) for claim in room.tables]
    return "\n".join(parts)


def _table(claim: TableClaim) -> str:
    term = TERMS[claim.term]
    days = f"{term.days} days" if term.days is not None else term.title.lower()
    ends = "rows are deleted" if claim.deleted else "personal columns are blanked"
    head = f"### {claim.table.name}\n\n{claim.purpose}. Basis: {claim.basis}. Kept: {term.name} ({days}); {ends}.\n"
    return "\n".join((head, "| column | purpose | tier | personal |", "|---|---|---|---|", *_rows(claim), ""))


def _rows(claim: TableClaim) -> Iterator[str]:
    for column in claim.table.columns:
        how = claim.claimed[column.name]
        use = claim.personal.get(column.name)
        tier = (use.tier if use else None) or claim.tier
        words = {"plain": "no", "hidden": "digest or secret", "staff": "the shop's people", "personal": "yes"}[how]
        yield f"| `{column.name}` | {use.purpose if use else claim.purpose} | {tier} | {words} |"


def main(arguments: list[str]) -> int:
    """Write the page, or say that it is old."""
    made = page()
    if arguments == ["check"]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
            return 0
        sys.stderr.write("docs/data-map.md is not what the rooms say: run python -m tools.data_map\n")
        return 1
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
