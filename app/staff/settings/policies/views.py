"""The policy's pages: the editor, one rule, save, approve, and the versions."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.brands import versions
from app.brands.queries import all_brands, find_brand
from app.brands.records import BrandRecord, SettingVersionRecord
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Fault, Invalid, NotFound
from app.core.i18n.catalogues import languages
from app.core.web import db_session, see_other
from app.returns.policy.policy import read_policy
from app.returns.policy.reasons import CUSTOMER_GROUPS
from app.returns.policy.stored.kind import bring_back, place_of, put_policy
from app.returns.policy.stored.reason_list import reasons_of
from app.returns.policy.words.names import reason_words
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.settings.history import history_rows
from app.staff.settings.policies.draft import PolicyDraft, act_on, begun, posted
from app.staff.settings.policies.example import example_of
from app.staff.settings.policies.fields_form import LABELS
from app.staff.settings.policies.past import past_page
from app.staff.settings.policies.questions import EFFECTS, QUESTIONS
from app.staff.settings.policies.rule_form import (
    MOST_CONDITIONS,
    RuleForm,
    empty_row,
    form_of,
    is_flat,
    posted_form,
    read_rule,
)
from app.staff.settings.policies.words import place_words, rule_rows, usual_rows

bp = Blueprint("policy_settings", __name__, url_prefix="/staff/settings/policy")
guarded = permission_required(Permission.SETTINGS)


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """The policy of the only brand, or which one."""
    brands = all_brands(db_session())
    if len(brands) == 1:
        return see_other(url_for("policy_settings.page", brand=brands[0].key))
    rows = [(brand.name, url_for("policy_settings.page", brand=brand.key)) for brand in brands]
    return render_template("staff/settings/which_brand.html", title=_("Returns policy"), rows=rows)


@bp.get("/<brand>")
@guarded
def page(brand: str) -> ResponseReturnValue:
    """The policy in force, to be read and changed."""
    row = _brand(brand)
    return _page(row, begun(row.policy, _number(brand)))


@bp.post("/<brand>/draft")
@guarded
def drafted(brand: str) -> ResponseReturnValue:
    """Work on the draft that the page carries; nothing is kept."""
    row = _brand(brand)
    draft = posted(request.form, row.policy)
    act, _colon, where = request.form.get("act", "").partition(":")
    at = int(where) if where.isascii() and where.isdigit() and len(where) < 4 else -1
    if act in ("edit", "add", "condition", "drop", "rule"):
        return _rule_act(row, draft, act, at)
    act_on(draft, act, at)
    return _page(row, draft, act=act), 422 if draft.faults else 200


@bp.post("/<brand>")
@guarded
def save(brand: str) -> ResponseReturnValue:
    """Put the draft in force, or propose it where two are wanted."""
    row = _brand(brand)
    draft = posted(request.form, row.policy)
    if draft.faults:
        return _page(row, draft), 422
    note = request.form.get("note", "").replace("\x00", "").strip()[:200]
    try:
        with transaction(db_session()) as rows:
            version = put_policy(
                rows, brand, draft.document, by=member().actor, expected=draft.expected, note=note, now=utcnow()
            )
            waits = version.state == versions.PROPOSED
    except Conflict:
        draft.faults.append(
            Fault("", _("Somebody else has changed it meanwhile. Look at what is in force, and save again."))
        )
        return _page(row, draft), 409
    announce(_("It's proposed, and waits for a second person.") if waits else _("The policy is in force."))
    return see_other(url_for("policy_settings.page", brand=brand))


@bp.post("/<brand>/versions/<int:number>/approval")
@guarded
def approve(brand: str, number: int) -> ResponseReturnValue:
    """Put what somebody else proposed in force."""
    return _decided(
        brand, lambda rows: versions.approve(rows, place_of(brand), number, by=member().actor, now=utcnow())
    )


@bp.post("/<brand>/versions/<int:number>/withdrawal")
@guarded
def withdraw(brand: str, number: int) -> ResponseReturnValue:
    """Take a proposal back, or refuse it."""
    return _decided(
        brand, lambda rows: versions.withdraw(rows, place_of(brand), number, by=member().actor, now=utcnow())
    )


@bp.post("/<brand>/versions/<int:number>/restoration")
@guarded
def restore(brand: str, number: int) -> ResponseReturnValue:
    """Bring an earlier version back."""
    return _decided(brand, lambda rows: bring_back(rows, brand, number, by=member().actor, now=utcnow()))


def _rule_act(row: BrandRecord, draft: PolicyDraft, act: str, at: int) -> ResponseReturnValue:
    """Show one rule, change its conditions, or put it into the draft."""
    reasons, rules = reasons_of(row), draft.rules
    # A rule is written against the fields: these come first.
    if draft.faults:
        return _page(row, draft), 422
    if act == "add":
        return _rule_page(row, draft, RuleForm(_free_name(rules), "all", [], "review"), len(rules), [])
    if act == "edit":
        if not (0 <= at < len(rules) and is_flat(rules[at])):
            return _page(row, draft)
        return _rule_page(row, draft, form_of(rules[at], reasons, draft.policy.currency), at, [])
    number = request.form.get("editing", "")
    editing = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else len(rules)
    form = posted_form(request.form, reasons)
    if act == "rule":
        return _put_rule(row, draft, form, min(editing, len(rules)))
    if act == "condition" and request.form.get("about") in QUESTIONS and len(form.rows) < MOST_CONDITIONS:
        form.rows.append(empty_row(request.form["about"], len(form.rows), reasons))
    if act == "drop":
        left = [one for one in form.rows if one.number != at]
        # Numbered anew, so that the next press means what it says.
        form.rows = [replace(one, number=number) for number, one in enumerate(left)]
    return _rule_page(row, draft, form, min(editing, len(rules)), [])


def _free_name(rules: list[dict[str, Any]]) -> str:
    names = {rule["name"] for rule in rules}
    return next(f"rule-{count}" for count in range(1, 200) if f"rule-{count}" not in names)


def _put_rule(row: BrandRecord, draft: PolicyDraft, form: RuleForm, at: int) -> ResponseReturnValue:
    rule, faults = read_rule(form, draft.policy.currency)
    changed = [*draft.rules[:at], rule, *draft.rules[at + 1 :]]
    if any(one["name"] == rule["name"] for one in (*changed[:at], *changed[at + 1 :])):
        faults.append(Fault("name", _("Another rule has this name.")))
    if not faults:
        try:
            read_policy(draft.document | {"rules": changed})
        except ValueError:
            faults.append(Fault("name", _("Choose another name, and ways back that the policy offers.")))
    if faults:
        head = _("Rule %(number)s", number=at + 1)
        return _rule_page(row, draft, form, at, [(one.pointer, f"{head}: {one.detail}") for one in faults]), 422
    draft.document["rules"] = changed
    return _page(row, draft)


def _rule_page(row: BrandRecord, draft: PolicyDraft, form: RuleForm, at: int, errors: list[tuple[str, str]]) -> str:
    return render_template(
        "staff/settings/policy/rule.html",
        brand=row, draft=draft, form=form, editing=at, errors=errors, faults=dict(errors), questions=QUESTIONS,
        effects=EFFECTS, tongues=sorted(languages()), back=url_for("policy_settings.page", brand=row.key),
    )  # fmt: skip


def _page(row: BrandRecord, draft: PolicyDraft, *, act: str = "") -> str:
    session, now, reasons = db_session(), utcnow(), reasons_of(row)
    place, in_force = place_of(row.key), read_policy(row.policy)
    errors = [(fault.pointer, fault.detail) for fault in draft.faults]
    policy = draft.policy
    past = None
    if act in ("past", "past-more"):
        past = past_page(session, request.form, brand=row.key, draft=policy, anew=act == "past", now=now)
    number = _number(row.key)
    return render_template(
        "staff/settings/policy/page.html",
        brand=row,
        draft=draft,
        rules=rule_rows(policy, draft.document, reasons),
        usual=usual_rows(policy, reasons),
        labels=LABELS,
        errors=errors,
        faults=dict(errors),
        changed=draft.document != begun(row.policy, 0).document,
        example=example_of(session, request.form, brand=row.key, draft=policy, in_force=in_force, now=now),
        reasons=[
            (one.handle, reason_words(one.handle, reasons))
            for one in reasons.reasons
            if one.group in CUSTOMER_GROUPS and not one.retired
        ],
        past=past,
        proposal=versions.proposed(session, place),
        mine=member().actor,
        history=history_rows(session, place, label=place_words),
        restore=lambda version: url_for("policy_settings.restore", brand=row.key, number=version),
        version=number,
    )


def _decided(brand: str, decide: Callable[[Session], SettingVersionRecord | None]) -> ResponseReturnValue:
    """Do what decides on a version, and say what came of it."""
    row = _brand(brand)
    try:
        with transaction(db_session()) as rows:
            version = decide(rows)
            waits = version is not None and version.state == versions.PROPOSED
    except NotFound:
        abort(404)
    except (Conflict, Invalid):
        draft = begun(row.policy, _number(brand))
        sentence = _("It can't be done now: you proposed it yourself, or something was saved since. Look at it again.")
        draft.faults.append(Fault("", sentence))
        return _page(row, draft), 409
    announce(_("It's proposed, and waits for a second person.") if waits else _("Done."))
    return see_other(url_for("policy_settings.page", brand=brand))


def _brand(key: str) -> BrandRecord:
    brand = find_brand(db_session(), key) if "\0" not in key else None
    if brand is None:
        abort(404)
    return brand


def _number(brand: str) -> int:
    current = versions.live(db_session(), place_of(brand))
    return current.number if current else 0
