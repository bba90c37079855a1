"""Forms that came after their session had ended: what was typed is kept, to be sent once the reader is back."""

import json
import re
from dataclasses import dataclass

from flask import Flask, Response, g, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from app.core.clock import utcnow
from app.core.web import client_address, db_session, see_other
from app.orders.lookup.sessions import CSRF, UNSENT, session_id, session_left
from app.pages.errors import error_page
from app.pages.unsent import store
from app.pages.unsent.answers import readable, secret_key, writing

# A password or code typed into an ended session is typed again: it is worth more than the trouble.
SECRETS = frozenset({"password", "old", "new", "code"})
MOST_SHOWN = 2000
# Fields in which a single word is typed: shown as it was, like whatever has more words.
TYPED = frozenset({"number", "contact", "name", "order", "email", "near", "subject"})
# Forms in which people choose more than they write: kept without a word in them.
CHOOSING = frozenset({
    "orders.look_up", "return_flow.items", "return_flow.start_over", "return_flow.outcome", "return_flow.method",
    "return_flow.place", "preferences.change", "preferences.change_of_order", "withdrawal.check", "withdrawal.confirm",
})  # fmt: skip
# These need nothing that an ended session knew: their form can be sent on the spot.
OPEN_TO_ALL = frozenset({"orders.look_up", "withdrawal.check", "withdrawal.confirm", "preferences.change"})
# Where a view sends somebody who may not (or no longer) do this: the front page, the code, the console's sign-in.
DOORS = re.compile(r"^/(\?|$)|^/o/\w+/code$|/sign-in(\?|$)")


@dataclass(frozen=True, slots=True)
class UnsentForm:
    """Where it was going, and its fields as (name, value)."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def is_staff(self) -> bool:
        """Whether it belongs to the console."""
        return self.path.startswith("/staff")

    @property
    def action(self) -> str:
        """Where it is sent once more."""
        return f"{self.path}{'&' if '?' in self.path else '?'}{UNSENT}=1"

    @property
    def texts(self) -> list[str]:
        """What a person wrote: values of more than a word, and of fields that have no more than one."""
        return [value[:MOST_SHOWN] for name, value in self.fields if len(value.split()) > (0 if name in TYPED else 1)]


def install(app: Flask) -> None:
    """Answer forms of ended sessions, and forget a form once a view has taken it."""
    app.register_error_handler(CSRFError, not_sent)
    app.after_request(watch)
    app.jinja_env.globals["has_unsent"] = has_unsent
    app.jinja_env.globals["session_left"] = session_left


def not_sent(_error: CSRFError) -> ResponseReturnValue:
    """The token is of no living session: keep what was typed, and say how it can still be sent."""
    if _keep():
        return unsent_page(_sent_form(), ended=True, at_once=request.endpoint in OPEN_TO_ALL), 400
    g.here = readable(request.path)
    if _is_ours() and session_id() is None:
        # Nothing is lost: the page that it came from asks to find the order or to sign in, and says why.
        return see_other(g.here)
    return error_page(400)


def watch(response: Response) -> Response:
    """A form that came again is done with; one that was turned away to a door is kept."""
    if request.method != "POST" or (response.status_code >= 400 and response.status_code not in (409, 422, 429)):
        return response
    turned_away = response.status_code == 303 and bool(DOORS.search(response.location or ""))
    if turned_away:
        if UNSENT not in request.args:
            _keep()
    elif UNSENT in request.args:
        let_go()
    return response


def _sent_form() -> UnsentForm:
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != CSRF]
    return UnsentForm(request.full_path.rstrip("?"), fields)


def _keep() -> bool:
    """Keep the request's form, where a page of ours sent it, a person wrote in it, and it holds no secret."""
    form = _sent_form()
    is_somebodys = bool(form.texts) or request.endpoint in CHOOSING
    if not _is_ours() or not is_somebodys or SECRETS & {name for name, _value in form.fields}:
        return False
    with writing() as rows:
        text, owner = json.dumps([form.path, form.fields]), store.Owner(UNSENT, client_address())
        secret = store.keep(rows, text, owner, key=secret_key(), now=utcnow())
    if secret is not None:
        session[UNSENT] = secret
    return secret is not None


def _is_ours() -> bool:
    """Whether the browser says that a page of ours sends it."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def unsent_page(form: UnsentForm, *, ended: bool, at_once: bool = True) -> str:
    """What was typed, and what can be done with it: ``at_once``, or after coming in again.

    ``ended``: it was just now that the session was found to be over.
    """
    return render_template("pages/unsent.html", form=form, ended=ended, at_once=at_once, staff=form.is_staff)


def unsent_form() -> UnsentForm | None:
    """The form that this browser has yet to send."""
    secret = session.get(UNSENT)
    if not secret:
        return None
    entry = store.read(db_session(), secret, browser=UNSENT, key=secret_key(), now=utcnow())
    if entry is None:
        return None
    path, fields = json.loads(entry.text)
    return UnsentForm(path, [(name, value) for name, value in fields])


def has_unsent() -> bool:
    """Whether pages remind of an unsent form."""
    return bool(session.get(UNSENT))


def let_go() -> None:
    """Keep the unsent form no longer."""
    secret = session.pop(UNSENT, None)
    if secret:
        with writing() as rows:
            store.drop(rows, secret)
