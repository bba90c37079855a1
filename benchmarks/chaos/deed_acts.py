"""What people and systems do in a story: look at a page, press a button, call the API, run a command, read mail."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.db import do_last_acts
from app.core.queue import defer
from app.jobs import engine
from benchmarks.chaos.deed_trial import DeedTrial, Journal

FIELD = re.compile(r'<input[^>]*?name="(?P<name>[^"]+)"[^>]*?value="(?P<value>[^"]*)"')


class Refused(AssertionError):
    """A step did not lead where it should."""


class Act:
    """The hands of everybody in a story; ``again`` while a step is done that may have been done already."""

    def __init__(self, app: Flask, trial: DeedTrial, wait: Callable[[timedelta], None]) -> None:
        self.app, self.trial, self.again, self._wait = app, trial, False, wait
        self.journal = Journal.read(Path(trial.journal))
        self._browsers: dict[str, FlaskClient] = {}

    @property
    def facts(self) -> dict[str, Any]:
        """What is known so far."""
        return self.journal.facts

    def keep(self) -> None:
        """Another step is done."""
        self.journal.done += 1
        self.keep_facts()

    def keep_facts(self) -> None:
        """What is known now stands in the browser's window, or in the system's own books, whatever happens next."""
        for name, client in self._browsers.items():
            cookies = client._cookies or {}
            self.journal.cookies[name] = [[one.key, one.value, one.domain, one.path] for one in cookies.values()]
        self.journal.keep()

    def see(self, who: str, path: str) -> str:
        """Look at a page."""
        answer = self._browser(who).get(path, follow_redirects=True)
        self._check(answer, path, 200)
        return answer.text

    def press(self, who: str, path: str, **fields: Any) -> str:
        """Press the button of a form; gives where it led."""
        answer = self._browser(who).post(path, data=fields)
        self._check(answer, path, 303, 302, 200)
        return answer.location or ""

    def api(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """Call the API; a POST with a key of its own, which is the same when it is sent again."""
        headers = {"Authorization": f"Bearer {self.facts['api_key']}"}
        if method == "POST":
            headers["Idempotency-Key"] = key or f"{self.trial.story}-{self.journal.done}"
        answer = self.app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)
        self._check(answer, path, 200, 201, 202, 204)
        return answer.get_json() if answer.data else None

    def knock(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        """A delivery of another system at a door of ours."""
        answer = self.app.test_client().post(path, data=body, headers=headers)
        self._check(answer, path, 202, 200)

    def command(self, *words: str) -> str:
        """Run a command of the portal."""
        done = self.app.test_cli_runner().invoke(args=["portal", *words])
        if done.exit_code != 0 and not (self.again and isinstance(done.exception, SystemExit)):
            raise Refused(f"{words}: {done.output} {done.exception!r}")
        return done.output

    def one(self, statement: str, **parameters: Any) -> Any:
        """One value of the database, where a page would show it to them."""
        with engine.database().sessions() as session:
            return session.scalar(text(statement), parameters)

    def mail(self, to: str, word: str) -> str | None:
        """What the newest mail or text to them says that holds a word."""
        news: str | None = self.one(
            "select text from sandbox_message where recipient = :to and text like :word order by id desc limit 1",
            to=to,
            word=f"%{word}%",
        )
        return news

    def wait(self, time: timedelta) -> None:
        """Time goes by; it has gone by for the next process as well."""
        self.journal.waited += time.total_seconds()
        self._wait(time)

    def told(self, statement: str, **facts: Any) -> None:
        """Something is so in the shop, however it came about; told twice, it is so once."""
        with engine.database().sessions.begin() as session:
            session.execute(text(statement), facts)

    def wake(self, task: str) -> None:
        """Have a job done, as the clock would."""
        with engine.database().sessions() as session:
            defer(session, task, queueing_lock=task)
            do_last_acts(session)
            session.commit()

    def code(self, to: str) -> str | None:
        """The newest code that came to them."""
        code = self.one(
            r"select substring(coalesce(subject, text) from '^\d{6}') from sandbox_message where recipient = :to "
            r"and coalesce(subject, text) ~ '^\d{6} ' order by id desc limit 1",
            to=to,
        )
        return str(code) if code else None

    def hidden(self, page: str, name: str) -> str:
        """A field that a page's form carries along."""
        value = next((one["value"] for one in FIELD.finditer(page) if one["name"] == name), None)
        if value is None:
            raise Refused(f"the page has no {name}")
        return unescape(value)

    def _browser(self, who: str) -> FlaskClient:
        if who not in self._browsers:
            client = self.app.test_client()
            client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
            for key, value, domain, path in self.journal.cookies.get(who, []):
                client.set_cookie(key, value, domain=domain, path=path)
            self._browsers[who] = client
        return self._browsers[who]

    def _check(self, answer: TestResponse, path: str, *expected: int) -> None:
        """What is repeated may be answered «it is done already», but never with an error of ours."""
        done_already = self.again and answer.status_code in (409, 410, 422)
        if answer.status_code not in expected and not done_already:
            words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))[-600:]
            raise Refused(f"{path}: {answer.status_code} {words} {json.dumps(self.facts)[:200]}")
