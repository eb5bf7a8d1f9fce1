"""One's own applications: where they are, who has them, what can be done (ux.md S05)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import signed_in
from core.filters import day, moment
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.web import has_asked, principal, see_other
from members import operations
from members.forms import ActForm, FixForm
from members.operations import Answers
from members.queries.own import (
    events_of,
    membership_from,
    own_application,
    own_applications,
)
from members.routes.blueprint import bp, myself
from members.rules import (
    APPLICATION_TRANSITIONS,
    ApplicationAction,
    ApplicationKind,
    ApplicationStatus,
    Flag,
    JoinField,
    fields_to_fix,
)
from organizations.queries import organization_of_id
from people.queries import latest_request
from people.rules import IdType, mask_phone

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

DONE, CURRENT, TODO = "done", "current", "todo"


@bp.get("/me/applications", endpoint="own_applications")
@signed_in
def own_applications_page() -> str:
    """Show what the account handed in."""
    return render_template("members/own_applications.html", rows=own_applications(principal()))


@bp.get("/me/applications/<code>", endpoint="own_application")
@signed_in
def own_application_page(code: str) -> str:
    """Show where an application is, who has it and since when."""
    application = own_application(principal(), code)
    if application is None:
        abort(404)
    return _page(application, ActForm())


@bp.post("/me/applications/<code>/withdraw")
@signed_in
def withdraw(code: str) -> ResponseReturnValue:
    """Take an application back."""
    application = _mine(code)
    operations.withdraw(application, by=myself(), now=clock.now())
    return see_other("members.own_application", code=code)


@bp.post("/me/applications/<code>/nudge")
@signed_in
def nudge(code: str) -> ResponseReturnValue:
    """Ask the handler once more."""
    application = _mine(code)
    form = ActForm()
    try:
        operations.nudge(application, by=myself(), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return _page(application, form), 422
    return see_other("members.own_application", code=code)


@bp.post("/me/applications/<code>/ask-again")
@signed_in
def ask_guardian_again(code: str) -> ResponseReturnValue:
    """Send the guardian a new link, where the old one ran out."""
    application = _mine(code)
    request_ = latest_request(application.person_id)
    if request_ is None:
        abort(404)
    operations.ask_again(request_, now=clock.now())
    return see_other("members.own_application", code=code)


@bp.route("/me/applications/<code>/fix", methods=["GET", "POST"])
@signed_in
def fix(code: str) -> ResponseReturnValue:
    """Open the fields that were named when the application was returned."""
    application = own_application(principal(), code, lock=request.method == "POST")
    if application is None:
        abort(404)
    form = _fix_form(application)
    if form is None:
        return see_other("members.own_application", code=code)
    if form.accepts() and _hand_in_again(application, form):
        return see_other("members.own_application", code=code, new=1)
    page = render_template("members/fix.html", form=form, application=application)
    return page, 422 if form.errors else 200


def _fix_form(application: Any) -> FixForm | None:
    """Return the form with the named fields, or nothing where none may be changed now."""
    if application.status is not ApplicationStatus.RETURNED or application.return_reason is None:
        return None
    fields = fields_to_fix(application.return_reason, application.kind)
    if not fields:
        return None
    form = FixForm(data={"name": application.person.name})
    for field in JoinField:
        if field not in fields:
            del form[field.value]
    return form


def _hand_in_again(application: Any, form: FixForm) -> bool:
    answers = Answers(
        name=form.data.get("name", application.person.name),
        id_type=IdType.RESIDENT_ID,
        id_number=form.data.get("id_number", ""),
    )
    try:
        operations.resubmit(application, answers, by=myself(), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return False
    return True


def _mine(code: str) -> Any:
    found = own_application(principal(), code, lock=True)
    if found is None:
        abort(404)
    return found


def _page(application: Any, form: ActForm) -> str:
    now = clock.now()
    membership = membership_from(application.id)
    county_id = (membership or application.organization).county_id
    consent = None
    if application.status is ApplicationStatus.CONSENT_PENDING:
        consent = latest_request(application.person_id)
    days = settings.value("applications.nudge_days", on=clock.today())
    waits = application.status is ApplicationStatus.SUBMITTED
    return render_template(
        "members/own_application.html",
        form=form,
        application=application,
        membership=membership,
        filer=organization_of_id(county_id) if county_id else None,
        steps=_steps(application, membership),
        is_for_county=Flag.EXPELLED in application.flag_list,
        waited_days=(clock.today() - clock.local(application.submitted_at).date()).days,
        can_nudge=waits
        and application.nudged_at is None
        and now >= application.submitted_at + timedelta(days=days),
        can_withdraw=(application.status, ApplicationAction.WITHDRAW) in APPLICATION_TRANSITIONS,
        fields=fields_to_fix(application.return_reason, application.kind)
        if application.return_reason
        else (),
        consent=consent,
        consent_has_run_out=consent is not None and consent.expires_at <= now,
        guardian_phone=mask_phone(consent.plain_guardian_phone) if consent else "",
        events=events_of(application.id),
        is_new=has_asked("new"),
    )


def _steps(application: Any, membership: Any) -> list[dict[str, str]]:
    """Return the progress in words: handed in, guardian, branch, county, done (ux.md S05)."""
    status = application.status
    steps = [_step(_("已提交"), DONE, moment(application.submitted_at))]
    if application.is_doubtful and status is ApplicationStatus.CONSENT_PENDING:
        steps.append(_step(_("监护人同意"), CURRENT))
    approved = status is ApplicationStatus.APPROVED
    decides = _("%(name)s审核", name=application.handler.short_name)
    decided = moment(application.decided_at) if application.decided_at else ""
    waiting = status in {ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED}
    steps.append(_step(decides, DONE if approved else CURRENT if waiting else TODO, decided))
    if application.kind is ApplicationKind.MEMBER:
        steps += _filing_steps(membership, approved=approved)
    else:
        steps.append(_step(_("成为志愿者"), DONE if approved else TODO))
    return steps


def _filing_steps(membership: Any, *, approved: bool) -> list[dict[str, str]]:
    filed = membership is not None and membership.filed_at is not None
    state = DONE if filed else CURRENT if approved else TODO
    when = day(clock.local(membership.filed_at).date()) if filed and membership.filed_at else ""
    return [
        _step(_("县（市、区）红十字会备案"), state, when),
        _step(_("完成"), DONE if filed else TODO),
    ]


def _step(label: str, state: str, date: str = "") -> dict[str, str]:
    return {"label": label, "state": state, "date": date}
