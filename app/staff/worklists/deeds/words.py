"""What a press on rows of a worklist came to, in words."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.staff.worklists.deeds.deeds import APPROVE, ASSIGN, NOTE, SNOOZE, Press, PressOutcome


def result_words(press: Press, outcome: PressOutcome, *, me: str) -> str:
    """How many were done, and each that was not with why."""
    many = len(outcome.done)
    sentences = [_done_words(press, many, me)] if many else []
    # Five are read; fifty in one sentence are not.
    for title, why in outcome.left[:5]:
        sentences.append(_("Not done: %(row)s, %(why)s.", row=title or _("one row"), why=why))
    if (more := len(outcome.left) - 5) > 0:
        sentences.append(ngettext("And %(num)s more was not done.", "And %(num)s more were not done.", more))
    return " ".join(sentences)


def _done_words(press: Press, many: int, me: str) -> str:
    if press.deed == ASSIGN:
        return _assigned_words(press, many, me)
    if press.deed == SNOOZE and press.until is None:
        return ngettext("%(num)s row is back.", "%(num)s rows are back.", many)
    if press.deed == SNOOZE:
        return ngettext("%(num)s row is snoozed.", "%(num)s rows are snoozed.", many)
    if press.deed == NOTE:
        return ngettext("The note is added to %(num)s row.", "The note is added to %(num)s rows.", many)
    if press.deed == APPROVE:
        return ngettext("%(num)s return is approved.", "%(num)s returns are approved.", many)
    return ngettext("%(num)s row is done.", "%(num)s rows are done.", many)


def _assigned_words(press: Press, many: int, me: str) -> str:
    if press.to is None:
        return ngettext("%(num)s row is nobody's.", "%(num)s rows are nobody's.", many)
    if press.to == me:
        return ngettext("%(num)s row is yours.", "%(num)s rows are yours.", many)
    return ngettext("%(num)s row is assigned.", "%(num)s rows are assigned.", many)
