"""``python -m benchmarks.chaos.check FILE…``: judge a run by its history alone; knows nothing of the portal.

For each message that was due (its order was acknowledged): how often the provider took it, and how it stands in the
end. What the shop has chosen where nobody can be asked, a mail that comes twice or not at all, is counted apart, and
only as far as the portal itself has counted it.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.chaos.history import read

# So long may nothing come of a message: from when it was due, or from the provider's last refusal to take it.
LATE_S = 300.0


@dataclass
class Judgement:
    """What a history shows."""

    name: str
    due: int = 0
    once: int = 0
    refused: int = 0
    never: int = 0
    twice: int = 0
    stuck: int = 0
    chosen_twice: int = 0
    chosen_never: int = 0
    kills: int = 0
    web_kills: int = 0
    hits: int = 0
    cut: int = 0
    cut_taken: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    longest: float = 0.0
    silence: float = 0.0
    rest: float = 0.0
    bad_answers: int = 0
    tracebacks: int = 0
    failed_jobs: int = 0
    seed: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing was lost, doubled or left."""
        return not (self.never or self.twice or self.stuck or self.bad_answers)


@dataclass
class _Seen:
    """All that the history says of one recipient, who is due one message."""

    due_at: float | None = None
    taken: list[tuple[float, str]] = field(default_factory=list)
    answers: list[tuple[float, str]] = field(default_factory=list)
    stands: list[dict[str, Any]] = field(default_factory=list)


def judge(path: Path) -> Judgement:
    """Read one history and count."""
    lines = list(read(path))
    judgement = Judgement(name=path.stem)
    people: dict[tuple[str, str], _Seen] = defaultdict(_Seen)
    about: dict[str, Any] = {}
    for line in lines:
        _note(line, people, judgement, about)
    delays = []
    for (channel, to), seen in people.items():
        if seen.due_at is not None:
            _count(judgement, about, channel, to, seen)
            delays += [max(0.0, seen.taken[0][0] - seen.due_at)] if seen.taken else []
    delays.sort()
    if delays:
        judgement.p50, judgement.p95, judgement.p99 = (
            round(delays[int(len(delays) * part)], 2) for part in (0.5, 0.95, 0.99)
        )
        judgement.longest = round(delays[-1], 1)
    return judgement


def _note(
    line: dict[str, Any], people: dict[tuple[str, str], _Seen], judgement: Judgement, about: dict[str, Any]
) -> None:
    match line["what"]:
        case "began":
            about.update(line)
            judgement.seed = line["seed"]
        case "due":
            people[line["channel"], line["to"]].due_at = line["at"]
        case "took":
            people[line["channel"], line["to"]].taken.append((line["at"], line["reference"]))
        case "answered":
            people[line["channel"], line["to"]].answers.append((line["at"], line["answer"]))
        case "stands":
            people[line["channel"], line["recipient"]].stands.append(line)
        case _:
            _note_run(line, judgement)


def _note_run(line: dict[str, Any], judgement: Judgement) -> None:
    match line["what"]:
        case "killed" if line["why"] != "last":
            judgement.kills += 1
            judgement.web_kills += line["process"] == "web"
            judgement.hits += line["cut"] > 0
            judgement.cut += line["cut"]
            judgement.cut_taken += line["taken"]
        case "bad":
            judgement.bad_answers += 1
        case "ended":
            judgement.rest, judgement.tracebacks = line["rest"], line["tracebacks"]
            judgement.failed_jobs = line["failed_jobs"]


def _count(judgement: Judgement, about: dict[str, Any], channel: str, to: str, seen: _Seen) -> None:
    judgement.due += 1
    standing: dict[str, Any] = seen.stands[-1] if seen.stands else {"state": "none", "reason": "", "repeats": 0}
    unasked = channel == "email" and not about["asked"]
    copies = len(seen.taken)
    if standing["state"] in ("created", "sending", "in_doubt", "none"):
        _wrong(judgement, "stuck", to, standing)
    if copies > 1:
        if unasked and about["in_doubt"] == "send_again" and copies - 1 <= standing["repeats"]:
            judgement.chosen_twice += 1
        else:
            _wrong(judgement, "twice", to, standing)
    elif copies == 1:
        judgement.once += 1
    elif any(answer == "refuse" for _at, answer in seen.answers):
        judgement.refused += 1
    elif unasked and standing["state"] == "failed" and standing["reason"] == "in_doubt":
        judgement.chosen_never += 1
    else:
        _wrong(judgement, "never", to, standing)
    silence = _silence(seen)
    judgement.silence = max(judgement.silence, round(silence, 1))
    if silence > LATE_S:
        _wrong(judgement, "stuck", to, {**standing, "late": round(silence)})


def _silence(seen: _Seen) -> float:
    """Seconds in which nothing came of a message that was taken in the end."""
    if not seen.taken or seen.due_at is None:
        return 0.0
    taken_at = seen.taken[0][0]
    return taken_at - max([seen.due_at, *(at for at, _answer in seen.answers if at < taken_at)])


def _wrong(judgement: Judgement, what: str, to: str, standing: dict[str, Any]) -> None:
    setattr(judgement, what, getattr(judgement, what) + 1)
    judgement.wrong.append(f"{what}: {to} { ({key: standing[key] for key in standing if key != 'recipient'}) }")


def answers_of(path: Path) -> Counter[str]:
    """How the providers treated their calls."""
    return Counter(line["answer"] for line in read(path) if line["what"] == "answered")


def main(paths: Iterable[str]) -> int:
    """Judge each file; 1 when one of them shows anything wrong."""
    bad = 0
    for path in paths:
        judgement = judge(Path(path))
        bad += not judgement.good
        for name, value in asdict(judgement).items():
            print(f"{name:<14} {value}")
        print(dict(answers_of(Path(path))))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
