"""The clock for admins: what is fired, done and late, what waits, which jobs failed; try one again, give one up."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import db_session, see_other
from app.events import runs
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation
from app.staff.settings.clock.page import clock_page
from app.staff.settings.clock.words import job_words
from app.staff.worklists.rows import fault_words

bp = Blueprint("clock", __name__, url_prefix="/staff/settings/clock")
guarded = permission_required(Permission.SETTINGS)


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """How the clock does."""
    return render_template("staff/settings/clock/clock.html", clock=clock_page(db_session(), now=utcnow()))


@bp.post("/jobs/<int:job_id>/retry")
@guarded
def retry(job_id: int) -> ResponseReturnValue:
    """Put a failed job in line again."""
    with transaction(db_session()) as session:
        job = runs.failed_job(session, job_id) or abort(404)
        # A wake-up whose like waits need not come twice.
        again = runs.retry_job(session, job_id, now=utcnow())
        if again:
            subject = f"{job.task}/{job_id}"
            audit.record(session, actor=member().actor, action="job.retried", subject=subject, now=utcnow())
    announce(_("It will be tried again in a moment.") if again else _("One like it waits already. Give this one up."))
    return see_other(url_for("clock.listed"))


@bp.route("/jobs/<int:job_id>/end", methods=["GET", "POST"])
@guarded
def drop(job_id: int) -> ResponseReturnValue:
    """Give a failed job up for good."""
    job = runs.failed_job(db_session(), job_id) or abort(404)
    if request.method == "GET":
        return Confirmation(
            _("Give this job up"),
            _("It won't be tried again, and leaves this list. What it was for stays undone."),
            _("Give it up"),
            url_for("clock.listed"),
            danger=True,
            facts=[(_("What"), job_words(job.task)), (_("Reason"), fault_words(job.reason))],
        ).page()
    with transaction(db_session()) as session:
        if runs.drop_job(session, job_id):
            subject = f"{job.task}/{job_id}"
            audit.record(session, actor=member().actor, action="job.given_up", subject=subject, now=utcnow())
    announce(_("The job is given up."))
    return see_other(url_for("clock.listed"))
