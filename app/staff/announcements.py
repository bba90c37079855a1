"""What a deed of staff came to, said once on the page that follows: in a notice with the focus, and in its title."""

from flask import g, session

KEY = "announcement"


def announce(text: str) -> None:
    """Say this on the next page of this browser."""
    # In the session: a deed answers with a redirect, and the sentence must not become part of an address.
    session[KEY] = text


def announcement() -> str:
    """What is to be said on this page; the same for all who ask while it is made."""
    # The title and the notice both ask, and the first must not take it away from the second.
    if "announcement" not in g:
        g.announcement = session.pop(KEY, "") if KEY in session else ""
    return str(g.announcement)
