"""Drop-off points for admins: networks and postcodes, files to send, a search to try."""

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import trail as audit
from app.brands.queries import home_of, shop_zone, speaking_brand
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n.words import country_name
from app.core.queue import defer
from app.core.web import db_session, see_other
from app.returns.points import files
from app.returns.points.keeping import networks, own, uploads
from app.returns.points.keeping.trying import TriedSearch, near
from app.returns.points.words import PointCard, cards, place_words
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.settings.points import page

bp = Blueprint("point_lists", __name__, url_prefix="/staff/settings/points")
guarded = permission_required(Permission.SETTINGS)


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """Networks, postcodes, files and the shop's own points."""
    return _page([])


@bp.post("/files")
@guarded
def send() -> ResponseReturnValue:
    """Take a file and have it checked; nothing is changed yet."""
    # One byte more than is taken shows that there is more; the rest is not read.
    sent, whole = request.files.get("file"), bool(request.form.get("whole"))
    name, content = (sent.filename or "", sent.read(uploads.MOST_BYTES + 1)) if sent else ("", b"")
    try:
        with transaction(db_session()) as session:
            file = uploads.send(session, name, content, whole=whole, by=member().actor, now=utcnow())
            _note("points.sent", file.name)
    except Invalid:
        kib = uploads.MOST_BYTES // 1024
        sentence = _("Choose a CSV or GeoJSON file, also packed as .gz, of at most %(kib)s KiB.", kib=kib)
        return _page([("file", sentence)]), 422
    announce(_("The file is being checked. Nothing is changed yet."))
    return see_other(url_for("point_lists.sent", import_id=file.id))


@bp.get("/files/<int:import_id>")
@guarded
def sent(import_id: int) -> ResponseReturnValue:
    """What a file's check or import came to."""
    file = _file(import_id)
    return render_template(
        "staff/settings/points/file.html",
        row=page.upload_row(file, shop_zone(db_session())),
        file=file,
        faults=file.faults[:100],
    )


# A press and no link: what is taken out leaves a row, and looking changes nothing.
@bp.post("/files/<int:import_id>/refused.csv")
@guarded
def refused(import_id: int) -> ResponseReturnValue:
    """What could not be taken, as a file."""
    disposition = {"Content-Disposition": f'attachment; filename="refused_{import_id}.csv"'}
    file = _file(import_id)
    with transaction(db_session()):
        _note("points.refused_taken", file.name)
    return Response(uploads.refused_lines(file), mimetype="text/csv", headers=disposition)


@bp.post("/files/<int:import_id>/import")
@guarded
def bring_in(import_id: int) -> ResponseReturnValue:
    """Have a checked file brought in."""
    _file(import_id)
    try:
        with transaction(db_session()) as session:
            _note("points.wanted", uploads.want(session, import_id, now=utcnow()).name)
    except Conflict:
        announce(_("That is no longer possible: send the file anew."))
        return see_other(url_for("point_lists.sent", import_id=import_id))
    announce(_("The points are being brought in."))
    return see_other(url_for("point_lists.sent", import_id=import_id))


@bp.post("/postcodes")
@guarded
def postcodes() -> ResponseReturnValue:
    """Have a country's postcodes brought in that come with the portal."""
    country = request.form.get("country", "")
    if country not in files.countries():
        return _page([("country", _("Choose a country."))]), 422
    with transaction(db_session()) as session:
        defer(session, "import_postcodes", country=country, by=member().actor)
        _note("postcodes.wanted", country)
    announce(_("The postcodes of %(country)s are being brought in.", country=country_name(country)))
    return see_other(url_for("point_lists.listed"))


def _file(import_id: int) -> uploads.Upload:
    try:
        return uploads.upload(db_session(), import_id)
    except NotFound:
        abort(404)


def _note(action: str, subject: str) -> None:
    audit.record(db_session(), actor=member().actor, action=action, subject=subject, now=utcnow())


def _page(errors: list[tuple[str | None, str]]) -> str:
    session, zone = db_session(), shop_zone(db_session())
    brand = speaking_brand(session)
    home = (home_of(brand) if brand else None) or ""
    rows = networks.networks(session)
    names = list(dict.fromkeys(row.network for row in rows))
    places = networks.postcodes(session)
    near_place = request.args.get("near", "")[:200]
    network, country = request.args.get("network", ""), request.args.get("within", home)[:2]
    # A name that no network has finds nothing, and costs a search.
    tried = near(session, network, near_place, country, now=utcnow()) if near_place and network in names else None
    return render_template(
        "staff/settings/points/list.html",
        networks=page.network_rows(session, rows, zone),
        postcodes=[(country_name(row.country), page.postcode_words(row)) for row in places],
        missing=[(row.country, country_name(row.country)) for row in places if row.bundled and not row.postcodes],
        home=home,
        files=[page.upload_row(file, zone) for file in uploads.uploads(session)],
        own=[page.own_row(point) for point in own.typed_points(session)],
        network_names=[(name, page.network_words(name)) for name in names],
        countries=[(code, country_name(code)) for code in sorted({row.country for row in rows})],
        typed={"near": near_place, "network": network, "within": country},
        tried=tried,
        place=place_words(tried.origin) if tried and tried.origin else "",
        found_points=_cards(tried),
        kib=uploads.MOST_BYTES // 1024,
        errors=errors,
    )


def _cards(tried: TriedSearch | None) -> list[PointCard]:
    return cards(tried.points, exact=False, now=utcnow()) if tried else []
