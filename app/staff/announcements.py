"""What a deed of staff came to, said once on the page that follows: in a notice with the focus, and in its title.

A deed answers with a redirect: without a word of it the page that follows would look as before, and whoever hears
the page instead of seeing it would not know that anything was done. Only the first page that is made says it; one that
is loaded again, or gone back to, does not.
"""

from flask import g, session

KEY, UNDO = "announcement", "announcement_undo"


def announce(text: str, *, undo: str = "") -> None:
    """Say this on the next page of this browser, with a button that posts to ``undo``.

    The last one counts, where several deeds are done before a page is shown.
    """
    # In the session: a deed answers with a redirect, and the sentence must not become part of an address.
    session[KEY] = text
    if undo or UNDO in session:
        session[UNDO] = undo


def announcement() -> str:
    """What is to be said on this page; the same for all who ask while it is made, empty where nothing was done.

    Templates ask for it by this name.
    """
    # The title and the notice both ask, and the first must not take it away from the second.
    if "announcement" not in g:
        g.announcement_undo = session.pop(UNDO, "") if UNDO in session else ""
        g.announcement = session.pop(KEY, "") if KEY in session else ""
    return str(g.announcement)


def announced_undo() -> str:
    """Where what was announced on this page is undone; empty where it cannot be. Templates ask for it by this name."""
    announcement()
    return str(g.announcement_undo)
