"""A shop's own text put into a message: its words take the place of the portal's, and nothing else does.

Facts, trail, items, slip, links and foot of a mail, the shop's name, link and way to stop of a text stay the portal's.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.notify.kinds import Channel
from app.notify.render.gsm7 import segments
from app.notify.render.mails.facts import Facts
from app.notify.render.mails.mail import MailContent
from app.notify.render.mails.texts import whole_text
from app.notify.render.words import Tongue
from app.notify.texts.language import BadText, fill, one_line
from app.notify.texts.usual import STANDARD, standard_values
from app.notify.texts.variables import values_of, variables_of

# What is longer is cut by mail programs, and by our own headers.
LONGEST_LINE = {"subject": 150, "preheader": 150, "headline": 120, "button": 40}


def _l(text: str) -> str:
    """Mark a text for translation."""
    return text


def names_of(kind: str, channel: str) -> dict[str, bool]:
    """The names that a text of this kind may use, and whether each can be said or only asked for."""
    names = {name: not variable.is_flag for name, variable in variables_of(kind, channel).items()}
    return names | dict.fromkeys(STANDARD, True) if channel == Channel.EMAIL else names


def own_content(content: MailContent, kind: str, document: Mapping[str, Any], facts: Facts, t: Tongue) -> MailContent:
    """The mail with the shop's words in it. Raises BadText where they cannot be used for these facts."""
    names = names_of(kind, Channel.EMAIL)
    values = values_of(kind, Channel.EMAIL, facts, t) | standard_values(content)

    def line(field: str) -> str:
        return one_line(fill(document.get(field, ""), values, names), LONGEST_LINE[field])

    def lines(field: str) -> tuple[str, ...]:
        parts = fill(document.get(field, ""), values, names).splitlines()
        return tuple(filter(None, (one_line(part, 1_000) for part in parts)))

    subject, headline, lead = line("subject"), line("headline"), lines("lead")
    # Some news is said by its headline alone, by the portal too.
    if not (subject and headline and (lead or not any(content.lead))):
        raise BadText(_l("Subject, headline or text are empty with these facts."))
    button = content.button and (line("button") or content.button[0], content.button[1])
    return replace(
        content,
        subject=subject,
        preheader=line("preheader"),
        headline=headline,
        lead=lead,
        after=lines("after"),
        button=button,
    )


def own_body(kind: str, document: Mapping[str, Any], facts: Facts, t: Tongue, hint: str) -> str:
    """The whole text for a phone, with the shop's words in it. Raises BadText where it would be too long or empty."""
    body = fill(document.get("body", ""), values_of(kind, Channel.SMS, facts, t), names_of(kind, Channel.SMS))
    body = one_line(body, 1_000)
    if not body:
        raise BadText(_l("The text is empty with these facts."))
    whole = whole_text(body, facts, hint)
    if segments(whole) > allowed_segments(document):
        raise BadText(_l("With these facts it would take %(count)s texts."), count=segments(whole))
    return whole


def allowed_segments(document: Mapping[str, Any]) -> int:
    """How many texts the network may bill for one message: one, or two where the shop says so."""
    return 2 if document.get("segments") == 2 else 1
