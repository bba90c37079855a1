"""Refusals as RFC 9457 problems: one shape for every 4xx and 5xx under /api, with a pointer to each fault."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, json
from pydantic import ValidationError

from app.core.errors import Fault
from app.orders.document.faults import faults

MEDIA_TYPE = "application/problem+json"
# Five hundred documents of a wrong version have thousands of faults, and a hundred show what is wrong.
MOST_FAULTS = 100

WORDS = {
    400: ("malformed", "The request cannot be read"),
    401: ("unauthorized", "A valid API key is needed"),
    403: ("forbidden", "The API key may not do this"),
    404: ("not-found", "There is no such thing"),
    405: ("method-not-allowed", "This address does not take this method"),
    406: ("not-acceptable", "The answer cannot be given in that form"),
    408: ("too-slow", "The body did not come within 10 seconds"),
    409: ("conflict", "The present state does not allow this"),
    412: ("changed-meanwhile", "It was changed since you read it"),
    413: ("too-large", "The body is larger than 1 MiB"),
    415: ("unsupported-media-type", "The body must be JSON"),
    422: ("invalid", "The content is not valid"),
    429: ("too-many-requests", "Too many requests"),
    500: ("internal-error", "Something went wrong on our side"),
    502: ("provider-failed", "A provider did not answer as it should"),
    503: ("unavailable", "The service is not available just now"),
}


class Problem(Exception):
    """A refusal on its way out; raised anywhere below an API view."""

    def __init__(
        self,
        status: int,
        detail: str | None = None,
        *,
        faults: Iterable[Fault] = (),
        slug: str | None = None,
        headers: Mapping[str, str] | None = None,
        beside: Mapping[str, Any] | None = None,
    ) -> None:
        """``slug`` names the problem's type where the status alone does not; ``beside`` are further members."""
        super().__init__(detail or str(status))
        self.status = status
        self.detail = detail
        self.faults = list(faults)
        self.slug = slug
        self.headers = dict(headers or {})
        self.beside = dict(beside or {})

    def document(self) -> dict[str, Any]:
        """The problem as RFC 9457 writes it; ``type`` leads to its paragraph in the documentation."""
        slug, title = WORDS.get(self.status) or ("other", HTTPStatus(self.status).phrase)
        members: dict[str, Any] = {
            "type": f"/api/docs#problem-{self.slug or slug}",
            "title": title,
            "status": self.status,
        }
        if self.detail:
            members["detail"] = self.detail
        if self.faults:
            members["errors"] = [fault_entry(fault) for fault in self.faults[:MOST_FAULTS]]
        return {**members, **self.beside}

    def response(self) -> Response:
        """The answer to send."""
        answer = Response(json.dumps(self.document()), status=self.status, mimetype=MEDIA_TYPE)
        answer.headers.extend(self.headers)
        # A refusal may be over at the next try.
        answer.headers["Cache-Control"] = "no-store"
        return answer


def fault_entry(fault: Fault) -> dict[str, str]:
    """A fault as the API tells it: ``#/…`` points into the body, a bare name is a query parameter."""
    if fault.pointer and not fault.pointer.startswith("/"):
        return {"parameter": fault.pointer, "detail": fault.detail}
    return {"pointer": f"#{fault.pointer}", "detail": fault.detail}


def faults_of(error: ValidationError, under: str = "") -> list[Fault]:
    """What pydantic found, as faults below the pointer ``under``; the values themselves are not repeated."""
    return [Fault(under + fault.pointer, fault.detail) for fault in faults(error)[:MOST_FAULTS]]
