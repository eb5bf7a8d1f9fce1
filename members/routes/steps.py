"""Applying step by step, one thing per page (ux.md S03, S04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from accounts.queries import current_account
from core import clock
from core.access.marks import signed_in
from core.rules import RuleViolation
from core.web import asked, see_other
from members import operations
from members.forms import MinorForm, NameForm, OtherDocumentForm, ResidentIdForm, SubmitForm
from members.routes.blueprint import bp, myself
from members.routes.journey import Journey, begin, way_of
from members.rules import ApplicationKind, JoinWay
from organizations.queries import place_texts
from people.queries import phone_of_account
from people.rules import IdType, mask_phone
from people.rules.consents import check_guardian

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

    from core.forms import AppForm


@bp.route("/j/<org>/apply/<kind>/name", methods=["GET", "POST"])
@signed_in
def apply_name(org: str, kind: str) -> ResponseReturnValue:
    """Ask for the name."""
    journey = begin(org, kind)
    if journey.waiting:
        return see_other("members.own_application", code=journey.waiting)
    if journey.is_member_already:
        return see_other("members.transfer", org=org)
    if journey.name_is_fixed:
        return _go_on(journey)
    form = NameForm(data={"name": journey.name})
    if form.accepts():
        journey.keep({"name": form.name.data})
        return _go_on(journey)
    page = render_template("members/apply_name.html", form=form, journey=journey)
    return page, 422 if form.errors else 200


@bp.route("/j/<org>/apply/<kind>/identity", methods=["GET", "POST"])
@signed_in
def apply_identity(org: str, kind: str) -> ResponseReturnValue:
    """Ask a member for the document, a minor for birth day and guardian."""
    journey = begin(org, kind)
    if journey.kind is ApplicationKind.VOLUNTEER:
        return _ask_minor(journey)
    if journey.person is not None and journey.person.id_number:
        return _go_on(journey)
    return _ask_document(journey)


def _ask_document(journey: Journey) -> ResponseReturnValue:
    is_other = asked("document") == "other"
    form: AppForm = OtherDocumentForm() if is_other else ResidentIdForm()
    if form.accepts():
        try:
            journey.keep(_document(form))
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return _go_on(journey)
    page = render_template(
        "members/apply_identity.html", form=form, journey=journey, is_other=is_other
    )
    return page, 422 if form.errors else 200


def _document(form: AppForm) -> dict[str, Any]:
    """Return the checked answers of either form; a member must be of age."""
    chosen = form.data.get("id_type")
    return operations.check_document_answers(
        IdType(chosen) if chosen else IdType.RESIDENT_ID,
        form.data["id_number"],
        form.data.get("born_on"),
        today=clock.today(),
    )


def _ask_minor(journey: Journey) -> ResponseReturnValue:
    name, phone = journey.guardian
    form = MinorForm(
        data={"born_on": journey.born_on, "guardian_name": name, "guardian_phone": phone}
    )
    if form.accepts():
        try:
            way_of(form.born_on.data)
            check_guardian(form.guardian_phone.data, _own_phone())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            answers = {
                field: form.data[field] for field in ("born_on", "guardian_name", "guardian_phone")
            }
            journey.keep(answers)
            return _go_on(journey)
    page = render_template("members/apply_minor.html", form=form, journey=journey)
    return page, 422 if form.errors else 200


@bp.get("/j/<org>/apply/<kind>/check")
@signed_in
def apply_check(org: str, kind: str) -> ResponseReturnValue:
    """Show what is handed in, who will see it, and the button."""
    journey = begin(org, kind)
    if journey.missing:
        return _go_on(journey)
    return _check_page(journey, SubmitForm())


@bp.post("/j/<org>/apply/<kind>/submit")
@signed_in
def apply_submit(org: str, kind: str) -> ResponseReturnValue:
    """Hand the application in; a second time shows the same one."""
    journey = begin(org, kind)
    form = SubmitForm()
    if journey.waiting:
        return see_other("members.own_application", code=journey.waiting)
    if journey.missing:
        return _go_on(journey)
    account = current_account()
    if account is None:
        abort(401)
    try:
        application = operations.submit_application(
            account,
            journey.organization,
            journey.kind,
            journey.answers(),
            by=myself(),
            now=clock.now(),
        )
    except RuleViolation as violation:
        form.add_violation(violation)
        return _check_page(journey, form), 422
    return see_other("members.own_application", code=application.code, new=1)


def _go_on(journey: Journey) -> Response:
    """Return the way to the next step without an answer, or to the check page."""
    return see_other(journey.missing or "members.apply_check", **journey.values())


def _check_page(journey: Journey, form: SubmitForm) -> str:
    is_volunteer = journey.kind is ApplicationKind.VOLUNTEER
    way = way_of(journey.born_on) if is_volunteer else JoinWay.OWN
    return render_template(
        "members/apply_check.html",
        form=form,
        journey=journey,
        place=place_texts([journey.organization])[journey.organization.id],
        way=way,
        ways=JoinWay,
        phone=mask_phone(_own_phone()),
        guardian_phone=mask_phone(journey.guardian[1]) if journey.guardian[1] else "",
    )


def _own_phone() -> str:
    account = current_account()
    return phone_of_account(account) if account else ""
