"""Dues of members: one's own, one member's, who has not paid, cash, receipts, refunds."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock
from core.access.marks import requires, signed_in
from core.access.permissions import Permission
from core.parsing import parse_yuan
from core.rules import N_, RuleViolation
from core.web import asked, invalid, principal, scope, see_other
from members import operations
from members.dues_forms import CollectForm, PayForm
from members.forms import NoteForm, SelectionForm
from members.queries import dues as queries
from members.queries.dues_due import outstanding_of
from members.queries.roster import member_at
from members.routes.blueprint import MAX_CODE, MAX_SELECTED, after, bp, keeper
from members.rules import LIVE_STATES, MembershipKind, check_payment, yuan
from organizations.queries import organization_of_id
from people.routes.words import named

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.queries import Membership
    from members.queries.dues import Unpaid

FIRST_YEAR = 2001
BOOK_YEARS = 5


def asked_year() -> int:
    """Return the year that the address names, this one where it names none that can be."""
    text, this_year = asked("year", 4), clock.today().year
    year = int(text) if text.isascii() and text.isdigit() else this_year
    return year if FIRST_YEAR <= year <= this_year else this_year


def years() -> list[int]:
    """Return the years that pages offer, newest first."""
    this_year = clock.today().year
    return list(range(this_year, this_year - BOOK_YEARS, -1))


@bp.get("/me/dues")
@signed_in
def own_dues() -> str:
    """Show one's own dues: what is due, what was paid, receipts."""
    person_id = principal().person_id
    membership = queries.newest_membership(person_id) if person_id else None
    return render_template("members/dues/own.html", **_dues_of(membership))


@bp.get("/me/dues/receipts/<code>")
@signed_in
def own_dues_receipt(code: str) -> str:
    """Show a receipt of one's own, without the others behind it."""
    owner = queries.Owner(principal().person_id, principal().user_id)
    receipt = queries.own_receipt(owner, code[:MAX_CODE])
    if receipt is None:
        abort(404)
    rows = queries.payments_behind(receipt.id, owner)
    return _receipt(receipt, rows, back="own")


@bp.get("/o/<org>/members/<code>/dues")
@requires(Permission.MEMBERS_VIEW)
def member_dues(org: str, code: str) -> str:
    """Show the dues of one member."""
    membership = member_at(scope(), code[:MAX_CODE])
    if membership is None:
        abort(404)
    page = _dues_of(membership)
    is_here = membership.organization_id == scope().place.id
    return render_template(
        "members/dues/member.html",
        org=org,
        may_record=is_here
        and scope().may(Permission.DUES_RECORD)
        and membership.status in LIVE_STATES,
        done=asked("done", MAX_CODE),
        **page,
    )


@bp.route("/o/<org>/members/<code>/dues/pay", methods=["GET", "POST"])
@requires(Permission.DUES_RECORD)
def pay_dues(org: str, code: str) -> ResponseReturnValue:
    """Record what one member paid for a year."""
    place = scope().place
    membership = queries.member_here(place.id, code[:MAX_CODE])
    if membership is None:
        abort(404)
    year, form = asked_year(), PayForm()
    outstanding = outstanding_of(membership, year)
    if request.method == "GET":
        form.amount.data, form.paid_on.data = yuan(outstanding), clock.today().isoformat()
    elif form.accepts() and form.reads_well(form.paper, partial(booked_day, form), form.fen):
        try:
            check_payment(form.fen(), outstanding, membership.person.name)
            receipt = operations.collect_from(
                membership.code,
                year,
                form.fen(),
                form.paper(),
                form.day(),
                organization=organization_of_id(place.id),
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.dues_receipt", org=org, code=receipt.code, done="paid")
    return _form(
        "members/dues/pay.html",
        org=org,
        form=form,
        membership=membership,
        year=year,
        outstanding=outstanding,
    )


@bp.get("/o/<org>/dues/unpaid")
@requires(Permission.DUES_RECORD)
def unpaid_dues(org: str) -> str:
    """Show by name who has not paid for a year, to collect from many at once."""
    return _unpaid(org, SelectionForm(formdata=None))


@bp.post("/o/<org>/dues/collect")
@requires(Permission.DUES_RECORD)
def collect_dues(org: str) -> ResponseReturnValue:
    """Record cash of the ticked ones with one receipt; the page that asks for it comes first."""
    form, place = CollectForm(), scope().place
    codes = [code[:MAX_CODE] for code in form.ids.data or []]
    rows = queries.unpaid_of(place.id, codes) if 0 < len(codes) <= MAX_SELECTED else []
    if not rows:
        empty = SelectionForm()
        empty.accepts()
        return _unpaid(org, empty), 422
    typed = dict(zip(codes, form.amounts.data or [], strict=False))
    if "number" not in request.form:
        form = CollectForm(formdata=None)
        form.paid_on.data = clock.today().isoformat()
        return _ask(org, form, rows, {}), 422
    checks = [partial(_check_row, row, typed.get(row.code, "")) for row in rows]
    if form.accepts() and form.reads_well(form.paper, partial(booked_day, form), *checks):
        try:
            receipt = operations.collect(
                organization_of_id(place.id),
                {row.code: _amount(row, typed[row.code]) for row in rows},
                form.paper(),
                form.day(),
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.dues_receipt", org=org, code=receipt.code, done="paid")
    return _ask(org, form, rows, typed), 422


@bp.get("/o/<org>/dues/receipts/<code>")
@requires(Permission.MEMBERS_VIEW)
def dues_receipt(org: str, code: str) -> str:
    """Show a receipt with the names behind it; for paper, too."""
    receipt = queries.receipt_at(scope().place.id, code[:MAX_CODE])
    if receipt is None:
        abort(404)
    rows = [
        replace(row, name=named(row.name, row.born_on, receipt.organization_id))
        for row in queries.payments_behind(receipt.id)
    ]
    return _receipt(receipt, rows, back="branch", org=org)


@bp.route("/o/<org>/dues/payments/<code>/refund", methods=["GET", "POST"])
@requires(Permission.DUES_RECORD)
def refund_dues(org: str, code: str) -> ResponseReturnValue:
    """Reverse a payment that was recorded by mistake, with the reason."""
    place_id = scope().place.id
    payment = queries.payment_at(place_id, code[:MAX_CODE])
    if payment is None:
        abort(404)
    form = NoteForm()
    if form.accepts():
        try:
            operations.refund(
                payment.code,
                form.note.data or "",
                organization_id=place_id,
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            receipt = payment.receipt.code
            return see_other("members.dues_receipt", org=org, code=receipt, done="refunded")
    return _form("members/dues/refund.html", org=org, form=form, payment=payment)


def _dues_of(membership: Membership | None) -> dict[str, Any]:
    """Return what a page about somebody's dues shows."""
    if membership is None:
        return {"membership": None, "charges": [], "payments": [], "arrears": 0, "next_due": 0}
    charges = queries.charges_of(membership)
    year = clock.today().year
    is_charged = any(charge.year == year for charge in charges)
    is_adult = membership.kind is MembershipKind.ADULT
    return {
        "membership": membership,
        "is_adult": is_adult,
        "charges": charges,
        "payments": queries.payments_of(membership),
        "arrears": sum(charge.outstanding for charge in charges if charge.year < year),
        "year": year,
        "next_due": 0 if is_charged or not is_adult else outstanding_of(membership, year),
    }


def _unpaid(org: str, form: SelectionForm) -> str:
    year = asked_year()
    return render_template(
        "members/dues/unpaid.html",
        org=org,
        form=form,
        year=year,
        years=years(),
        page=queries.unpaid_page(scope().place.id, year, after()),
        all_chosen=asked("select") == "all",
        chosen=set(form.ids.data or []),
    )


def _ask(org: str, form: CollectForm, rows: list[Unpaid], typed: dict[str, str]) -> str:
    return render_template(
        "members/dues/collect.html",
        org=org,
        form=form,
        rows=rows,
        amounts={row.code: typed.get(row.code, yuan(row.outstanding)) for row in rows},
        total=sum(row.outstanding for row in rows),
    )


def _amount(row: Unpaid, text: str) -> int:
    try:
        return parse_yuan(text, "")
    except RuleViolation as violation:
        raise RuleViolation(
            "", N_("%(who)s：金额请填数字，例如 10 或 4.20"), who=row.name
        ) from violation


def _check_row(row: Unpaid, text: str) -> None:
    check_payment(_amount(row, text), row.outstanding, row.name)


def booked_day(form: CollectForm | PayForm) -> None:
    """Check the day of a payment. Raises RuleViolation."""
    operations.check_paid_day(form.day(), clock.now())


def _receipt(receipt: Any, rows: list[Any], **page: Any) -> str:
    is_paper = asked("style") == "print"
    template = "members/dues/receipt_print.html" if is_paper else "members/dues/receipt.html"
    return render_template(
        template,
        receipt=receipt,
        rows=rows,
        total=sum(row.amount for row in rows if not row.is_refunded),
        may_refund=page["back"] == "branch" and scope().may(Permission.DUES_RECORD),
        done=asked("done", MAX_CODE),
        **page,
    )


def _form(template: str, **page: Any) -> ResponseReturnValue:
    if request.method == "POST":
        return invalid(template, **page)
    return render_template(template, **page)
