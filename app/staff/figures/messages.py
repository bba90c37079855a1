"""The page of messages: what became of them, by way and by kind, and how soon the provider had them."""

from collections.abc import Callable, Iterable, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.metrics import charts
from app.metrics.messages import MessageRow, messages
from app.metrics.period import FiguresQuestion, GroupBy, steps
from app.staff.figures.page import Chart, Figure, FiguresPage, Rows, better, figure, table
from app.staff.figures.words import count, more, points, share, step_name, step_title, whole_share
from app.staff.messages.words import channel_words, kind_words

Link = Callable[[GroupBy], str]
SUMMED = ("written", "accepted", "delivered", "failed", "in_doubt", "skipped", "waiting", "prompt")


def messages_page(session: Session, question: FiguresQuestion, by: GroupBy, link: Link, *, zone: str) -> FiguresPage:
    """The figures of a question, its steps ``by`` day, week or month."""
    ways = messages(session, question.cut(GroupBy.NONE), zone=zone)
    if not ways:
        return FiguresPage((), ())
    kinds = messages(session, question.cut(GroupBy.KIND), zone=zone)
    over = messages(session, question.cut(by), zone=zone)
    then = messages(session, question.before().cut(GroupBy.NONE), zone=zone)
    sentence, by_way = _whole_sentence(_sum(ways)), link(GroupBy.NONE)
    sorts = _by_key(kinds)
    drawn = (
        _outcomes("ways", _("What became of them"), sentence, ways, lambda row: channel_words(row.medium), by_way),
        _promptness(ways, over, question, by, link),
        _outcomes(
            "kinds",
            _("By what they tell"),
            _kinds_sentence(sorts),
            sorts,
            lambda row: kind_words(row.group),
            link(GroupBy.KIND),
        ),
    )
    return FiguresPage(tuple(_figures(_sum(ways), _sum(then) if then else None)), drawn)


def _sum(rows: Iterable[MessageRow], group: str = "") -> MessageRow:
    summed = list(rows)
    return MessageRow(group, "", *(sum(getattr(row, name) for row in summed) for name in SUMMED))


def _by_key(rows: Sequence[MessageRow]) -> list[MessageRow]:
    groups: dict[str, list[MessageRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return sorted(
        (_sum(members, group) for group, members in groups.items()), key=lambda row: (-row.written, row.group)
    )


def _figures(now: MessageRow, then: MessageRow | None) -> list[Figure]:
    taken, taken_then = _of_tried(now, now.sent), _of_tried(then, then.sent) if then else None
    failed, failed_then = _of_tried(now, now.failed), _of_tried(then, then.failed) if then else None
    prompt_then = then.prompt_share if then else None
    return [
        figure(_("Messages written"), count(now.written), more(now.written, then.written) if then else None),
        figure(_("Taken by the provider"), share(taken), points(taken, taken_then), better=better(taken, taken_then)),
        figure(_("Within ten seconds"), share(now.prompt_share), points(now.prompt_share, prompt_then),
               better=better(now.prompt_share, prompt_then)),
        figure(_("Not sent"), share(failed), points(failed, failed_then), better=better(failed_then, failed)),
        figure(_("In doubt"), count(now.in_doubt)),
    ]  # fmt: skip


def _of_tried(row: MessageRow, part: int) -> float | None:
    # What was left out or still waits was not tried, and says nothing about providers.
    tried = row.sent + row.failed + row.in_doubt
    return part / tried if tried else None


def _whole_sentence(total: MessageRow) -> str:
    sentence = ngettext(
        "Of %(count)s message, %(sent)s was taken by a provider.",
        "Of %(count)s messages, %(sent)s were taken by a provider.",
        total.written,
        count=count(total.written),
        sent=count(total.sent),
    )
    return f"{sentence} " + _(
        "Left out with a reason: %(skipped)s. Could not be sent: %(failed)s.",
        skipped=count(total.skipped),
        failed=count(total.failed),
    )


def _kinds_sentence(kinds: Sequence[MessageRow]) -> str:
    sentence = _(
        "Written most often: %(kind)s, %(count)s.", kind=kind_words(kinds[0].group), count=count(kinds[0].written)
    )
    # By number and not by share: one failed of two would beat a hundred of ten thousand.
    worst = max(kinds, key=lambda row: row.failed)
    if worst.failed:
        sentence += " " + _(
            "Most that could not be sent: %(kind)s, %(count)s.", kind=kind_words(worst.group), count=count(worst.failed)
        )
    return sentence


def _outcomes(
    name: str, title: str, sentence: str, rows: Sequence[MessageRow], say: Callable[[MessageRow], str], csv: str
) -> Chart:
    drawn = [(say(row), count(row.written), _parts(row)) for row in rows]
    names = (_("Confirmed"), _("Taken"), _("In doubt or waiting"), _("Not sent"), _("Left out"))
    texts = [
        " · ".join(f"{name}: {count(part)}" for name, part in zip(names, _parts(row), strict=True) if part)
        for row in rows
    ]
    return Chart(
        name,
        title,
        sentence,
        charts.bars(drawn, values=texts),
        _(
            "Confirmed: the receiving side said that it arrived. Taken: the provider has it and nothing more is known. "
            "In doubt: the provider's answer was lost, and the message was not sent again. Left out: it was no longer "
            "true, not wanted, or not allowed. A message counts on the day on which it was written."
        ),
        _table(rows, say),
        csv,
        tuple(enumerate(names, start=1)),
    )


def _parts(row: MessageRow) -> list[float]:
    return [row.delivered, row.accepted, row.in_doubt + row.waiting, row.failed, row.skipped]


def _promptness(
    ways: Sequence[MessageRow], over: Sequence[MessageRow], question: FiguresQuestion, by: GroupBy, link: Link
) -> Chart:
    at, rows_by_step = steps(question, by), {row.group: row for row in _by_key(over)}
    total = _sum(ways)
    return Chart(
        "promptness",
        _("How soon the provider has them"),
        _("%(share)s of the messages that a provider took were with it within ten seconds.",
          share=share(total.prompt_share)),
        charts.shares(
            [step_name(day, by) for day in at.values()],
            [rows_by_step[key].prompt_share if key in rows_by_step else None for key in at],
            say=whole_share,
        ),
        _("From the moment at which a message was written, together with its event, to the provider's yes."),
        _table([rows_by_step[key] for key in at if key in rows_by_step], lambda row: step_title(at[row.group], by)),
        link(by),
    )  # fmt: skip


def _table(rows: Sequence[MessageRow], say: Callable[[MessageRow], str]) -> Rows:
    columns = (_("Group"), _("Written"), _("Confirmed"), _("Taken"), _("In doubt"), _("Waiting"), _("Not sent"),
               _("Left out"), _("Within ten seconds"))  # fmt: skip
    return table(
        columns,
        (
            (say(row), count(row.written), count(row.delivered), count(row.accepted), count(row.in_doubt),
             count(row.waiting), count(row.failed), count(row.skipped), share(row.prompt_share))
            for row in rows
        ),
    )  # fmt: skip
