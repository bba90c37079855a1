"""``python -m tools.conformance`` writes the report; ``check`` says what is wrong or behind, and writes nothing."""

import json
import sys
from pathlib import Path

from paradero import __version__
from tools.conformance.book import BOOK, CHAPTERS, ROOT, Assessment, Criterion, Result, faults, read

REPORT = ROOT / "docs" / "reports" / "conformance.md"
SHOWN = ROOT / "app" / "pages" / "conformance.json"
STANDARD = "EN 301 549 V3.2.1"
HEAD = f"""# Conformance report: {STANDARD}

Written by `python -m tools.conformance` from `tools/conformance/criteria.toml`; last gone through on {{day}}. It is
the makers' own assessment of this release, not an auditor's. **Supports** and **in part** each name tests, which
`make test` runs; no test proves a criterion in full. Nobody who uses a screen reader each day has gone through it.

Clauses 6, 7, 8, 11 and 13 do not apply: there is no two-way voice, no film, no hardware, nothing to install on a
reader's device, and no relay service.

{{counts}}
"""


def main(arguments: list[str]) -> int:
    """0 when all is shown and written; else a line a fault."""
    assessment = read(BOOK.read_text(encoding="utf-8"))
    wrong = list(faults(assessment))
    texts = {REPORT: report(assessment), SHOWN: shown(assessment)}
    if arguments == ["check"]:
        wrong += [
            f"{path.relative_to(ROOT)} is behind: python -m tools.conformance"
            for path in texts
            if _is_behind(path, texts[path])
        ]
    elif not wrong:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
    sys.stderr.writelines(f"{fault}\n" for fault in wrong)
    return 1 if wrong else 0


def report(assessment: Assessment) -> str:
    """The report for whoever reads the documents."""
    counts = " · ".join(f"{result}: {count}" for result, count in assessment.counts().items())
    parts = [HEAD.format(day=assessment.assessed_on, counts=counts)]
    for chapter, title in CHAPTERS.items():
        rows = [_row(one) for one in assessment.criteria if one.chapter == chapter]
        number = f"Clause {chapter}: " if chapter.isdigit() else ""
        parts.append(
            "\n".join(
                [
                    f"## {number}{title}\n",
                    "| clause | criterion | result | remark | evidence |",
                    "|---|---|---|---|---|",
                    *rows,
                ]
            )
        )
    tests = dict.fromkeys(test for one in assessment.criteria for test in one.tests)
    marks = [f"{at}. `{test}`" for at, test in enumerate(tests, 1)]
    numbers = {test: str(at) for at, test in enumerate(tests, 1)}
    body = "\n\n".join(parts).replace("\n\n\n", "\n\n")
    for test, number in numbers.items():
        body = body.replace(f"<{test}>", number)
    return f"{body}\n\n## The tests\n\n" + "\n".join(marks) + "\n"


def shown(assessment: Assessment) -> str:
    """What the statement of the portal reads."""
    criteria = [
        {"clause": one.clause, "title": one.title, "result": one.result, "remark": one.remark}
        for one in assessment.criteria
    ]
    document = {
        "standard": STANDARD,
        "version": __version__,
        "assessed_on": assessment.assessed_on,
        "criteria": criteria,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _row(one: Criterion) -> str:
    result = f"**{one.result}**" if one.result is not Result.SUPPORTS else str(one.result)
    return f"| {one.clause} | {one.title} | {result} | {one.remark} | {', '.join(f'<{test}>' for test in one.tests)} |"


def _is_behind(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
