"""The blueprint of /api/v1 and how everything that goes wrong under /api becomes a problem."""

from flask import Response, request
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from app.api.http.problems import MEDIA_TYPE, Problem
from app.core.db import passes
from app.core.errors import Conflict, Invalid, NotFound, ProviderError, ProviderUnavailable
from app.core.web import SystemBlueprint

api = SystemBlueprint("api", __name__, url_prefix="/api/v1")


@api.errorhandler(Problem)
def _problem(problem: Problem) -> Response:
    return problem.response()


@api.errorhandler(Invalid)
def _invalid(error: Invalid) -> Response:
    return Problem(422, faults=error.faults).response()


@api.errorhandler(NotFound)
def _not_found(error: NotFound) -> Response:
    return Problem(404, str(error) or None).response()


@api.errorhandler(Conflict)
def _conflict(error: Conflict) -> Response:
    return Problem(409, str(error) or None).response()


@api.errorhandler(DataError)
def _not_storable(_error: DataError) -> Response:
    # It passed our checks and not PostgreSQL's: still the sender's to mend, and no fault of ours.
    return Problem(422, "A value in the request cannot be stored.").response()


@api.errorhandler(OperationalError)
@api.errorhandler(PoolTimeoutError)
def _no_database(error: OperationalError | PoolTimeoutError) -> Response:
    # A deadlock or a lock that took too long: nothing was done, and the next try may succeed.
    if isinstance(error, OperationalError) and passes(error):
        return Problem(503, "Others hold this just now; try again.", headers={"Retry-After": "1"}).response()
    return Problem(503, "The database doesn't answer; try again soon.", headers={"Retry-After": "10"}).response()


@api.errorhandler(ProviderError)
def _provider(error: ProviderError) -> Response:
    # 503 invites to come again; what a provider refused it would refuse again.
    return Problem(503 if isinstance(error, ProviderUnavailable) else 502, str(error)).response()


@api.errorhandler(HTTPException)
def _http(error: HTTPException) -> Response:
    response = Problem(error.code or 500).response()
    # Allow and Retry-After must survive; type and length were those of another body.
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


# On the whole application: before a route is found nothing belongs to this blueprint.
@api.after_app_request
def _only_problems(response: Response) -> Response:
    """What was refused before a view was found (404, 405, 413) speaks as a problem too."""
    path = request.path
    if response.status_code < 400 or response.mimetype == MEDIA_TYPE:
        return response
    if path.startswith("/api/") and path != "/api/docs":
        response.data, response.mimetype = Problem(response.status_code).response().data, MEDIA_TYPE
        response.headers["Cache-Control"] = "no-store"
    return response
