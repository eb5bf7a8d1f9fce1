"""Books of dues: the year at each level, its lines, money sent up and money that came."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from members import operations
from members.dues_forms import RemitForm
from members.forms import NoteForm
from members.labels import debt_text
from members.queries import dues_books as queries
from members.queries.dues_figures import lower_lines, own_line
from members.routes.blueprint import MAX_CODE, after, bp, keeper
from members.routes.dues import asked_year, years
from members.rules import remit_day, yuan
from organizations.queries import organization_of_id

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.queries.dues_books import Debt


@bp.get("/o/<org>/dues")
@requires(Permission.DUES_VIEW)
def dues(org: str) -> str:
    """Show the dues of a year: the own book, and each organization directly below."""
    found, year = scope(), asked_year()
    own = own_line(found, year)
    lines = lower_lines(found, year, after())
    return render_template(
        "members/dues/overview.html",
        org=org,
        place=found.place,
        year=year,
        years=years(),
        own=own,
        page=lines,
        remit_by=_remit_by(year),
        today=clock.today(),
        may_record=found.may(Permission.DUES_RECORD),
        may_set=found.may(Permission.DUES_SET),
        done=asked("done", MAX_CODE),
    )


@bp.get("/o/<org>/dues/ledger")
@requires(Permission.DUES_VIEW)
def dues_ledger(org: str) -> str:
    """Show the lines of a book: papers and amounts, no names."""
    year, place, text = asked_year(), scope().place, after()
    anchor = int(text) if text.isascii() and text.isdigit() else 0
    return render_template(
        "members/dues/ledger.html",
        org=org,
        place=place,
        year=year,
        years=years(),
        page=queries.lines_of(place.id, year, anchor),
        book=queries.books_of([place.id], year).get(place.id, queries.Book()),
    )


@bp.get("/o/<org>/dues/reconciliation")
@requires(Permission.DUES_VIEW)
def dues_reconciliation(org: str) -> str:
    """Show what is owed, sent, confirmed and missing, upward and from below."""
    return _reconciliation(org)


@bp.route("/o/<org>/dues/remit", methods=["GET", "POST"])
@requires(Permission.DUES_RECORD)
def remit_dues(org: str) -> ResponseReturnValue:
    """Record what was sent up."""
    place_id, form = scope().place.id, RemitForm()
    debts = {_key(debt): debt for debt in queries.debts_of(place_id)}
    form.debt.choices = [(key, debt_text(debt)) for key, debt in debts.items()]
    if request.method == "GET" and debts:
        key, first = next(iter(debts.items()))
        form.debt.data, form.amount.data = key, yuan(first.to_send)
        form.remitted_on.data = clock.today().isoformat()
    if form.accepts() and form.reads_well(
        partial(form.chosen, debts), form.fen, form.day, form.paper
    ):
        debt = debts[form.chosen(debts)]
        try:
            operations.remit(
                organization_of_id(place_id),
                debt.upper_id or None,
                debt.year,
                form.fen(),
                form.paper(),
                form.day(),
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other(
                "members.dues_reconciliation", org=org, year=debt.year, done="remitted"
            )
    page = {"org": org, "form": form, "debts": debts, "cash": queries.cash_in_hand(place_id)}
    if request.method == "POST":
        return invalid("members/dues/remit.html", **page)
    return render_template("members/dues/remit.html", **page)


@bp.post("/o/<org>/dues/remittances/<code>/confirm")
@requires(Permission.DUES_RECORD)
def confirm_remittance(org: str, code: str) -> ResponseReturnValue:
    """Say that money sent from below has come."""
    upper = organization_of_id(scope().place.id)
    try:
        operations.confirm_remittance(code[:MAX_CODE], upper=upper, by=keeper(), now=clock.now())
    except RuleViolation as violation:
        form = NoteForm(formdata=None)
        form.add_violation(violation)
        return _reconciliation(org, form), 422
    return see_other("members.dues_reconciliation", org=org, done="confirmed")


@bp.route("/o/<org>/dues/remittances/<code>/return", methods=["GET", "POST"])
@requires(Permission.DUES_RECORD)
def return_remittance(org: str, code: str) -> ResponseReturnValue:
    """Say that money sent from below has not come, with the reason."""
    place_id = scope().place.id
    remittance = queries.arriving_at(place_id, code[:MAX_CODE])
    if remittance is None:
        abort(404)
    form = NoteForm()
    if form.accepts():
        try:
            operations.deny_remittance(
                remittance.code,
                form.note.data or "",
                upper=organization_of_id(place_id),
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.dues_reconciliation", org=org, done="returned")
    page = {"org": org, "form": form, "remittance": remittance}
    if request.method == "POST":
        return invalid("members/dues/remittance_return.html", **page)
    return render_template("members/dues/remittance_return.html", **page)


def _reconciliation(org: str, form: NoteForm | None = None) -> str:
    found, year = scope(), asked_year()
    place = found.place
    page: dict[str, Any] = {
        "book": queries.books_of([place.id], year).get(place.id, queries.Book()),
        "debtors": queries.debtors_of(place.id, year, after()),
        "sent": queries.own_remittances(place.id, year),
        "arriving": queries.arriving_remittances(place.id),
    }
    return render_template(
        "members/dues/reconciliation.html",
        org=org,
        form=form or NoteForm(formdata=None),
        place=place,
        year=year,
        years=years(),
        remit_by=_remit_by(year),
        today=clock.today(),
        may_record=found.may(Permission.DUES_RECORD),
        own_user_id=found.principal.user_id,
        done=asked("done", MAX_CODE),
        **page,
    )


def _remit_by(year: int) -> Any:
    return remit_day(year, settings.value("dues.remit_by", on=clock.today()))


def _key(debt: Debt) -> str:
    return f"{debt.year}-{debt.upper_code}"
