"""The desk on the spot: the code on a screen, the roster to tick, what to print (S32)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from accounts.devices import read_packet
from accounts.step_up import require_fresh_factor
from activities import codes, operations, queries
from activities.operations.papers import look_at_names
from activities.routes.blueprint import MAX_CODE, bp, found_activity, found_shift
from activities.routes.desk import acting
from activities.routes.roll import ALL_AT_ONCE, Ways, act_at, back_to, desk_page, shown_codes
from activities.routes.words import span
from activities.rules.marks import MarkAct
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, config_value, scope
from members.forms import ActForm
from members.qr import qr_path
from people.queries.minors import looks_at
from people.rules.minors import ApprovalStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SHEET_ROWS = 20


@bp.get("/o/<org>/events/<code>/desk")
@requires(Permission.ACTIVITIES_KEEP)
def desk(org: str, code: str) -> str:
    """Show the code big, how many came, and everybody to tick."""
    activity = found_activity(code)
    shifts = queries.shifts_of(activity)
    return render_template("activities/desk.html", **desk_page(Ways(org), _chosen(shifts), shifts))


def _chosen(shifts: Sequence[queries.Shift]) -> queries.Shift:
    """Return the shift asked for, else the one that runs or comes next, else the last."""
    now, typed = clock.now(), asked("shift", MAX_CODE)
    named = next((one for one in shifts if one.code == typed), None)
    coming = next((one for one in shifts if one.ends_at > now), None)
    found = named or coming or (shifts[-1] if shifts else None)
    if found is None:
        abort(404)
    return found


@bp.get("/o/<org>/shifts/<code>/code")
@requires(Permission.ACTIVITIES_KEEP)
def code_screen(org: str, code: str) -> str:
    """Show the code alone, for a screen or a second phone; it is asked for again by itself."""
    shift = found_shift(code)
    return render_template(
        "activities/code_screen.html",
        shift=shift,
        activity=shift.activity,
        counts=queries.counted(shift),
        ways=Ways(org),
        span=span,
        **shown_codes(shift),
    )


@bp.post("/o/<org>/shifts/<code>/arrivals")
@requires(Permission.ACTIVITIES_KEEP)
def tick_all(org: str, code: str) -> ResponseReturnValue:
    """Call out everybody who has a seat as present; who is absent is taken out afterwards."""
    shift, packet = found_shift(code), read_packet(clock.now())
    if packet is not None:
        since = packet.happened_at or clock.now()
        seated = queries.seated_codes(shift, since, ALL_AT_ONCE)
        if not seated:
            return back_to(Ways(org), shift)
        come = MarkAct.COME
        return act_at(Ways(org), shift, lambda: operations.replay(seated, come, packet, **acting()))
    absent = queries.absent_codes(shift, ALL_AT_ONCE)
    if absent:
        return act_at(Ways(org), shift, lambda: operations.tick(absent, **acting()), done="all")
    return back_to(Ways(org), shift)


@bp.post("/o/<org>/signups/<code>/arrival")
@requires(Permission.ACTIVITIES_KEEP)
def tick_one(org: str, code: str) -> ResponseReturnValue:
    """Call out one as present."""
    return _of_row(org, code, lambda: operations.tick([code], **acting()), MarkAct.COME)


@bp.post("/o/<org>/signups/<code>/arrival/undo")
@requires(Permission.ACTIVITIES_KEEP)
def untick_one(org: str, code: str) -> ResponseReturnValue:
    """Take back that somebody was there."""
    return _of_row(org, code, lambda: operations.untick(code, **acting()), MarkAct.UNDO)


@bp.post("/o/<org>/signups/<code>/departure")
@requires(Permission.ACTIVITIES_KEEP)
def let_go(org: str, code: str) -> ResponseReturnValue:
    """Note that somebody goes now."""
    return _of_row(org, code, lambda: operations.let_go(code, **acting()), MarkAct.GO)


@bp.post("/o/<org>/signups/<code>/vouch")
@requires(Permission.ACTIVITIES_KEEP)
def vouch(org: str, code: str) -> ResponseReturnValue:
    """Say that the person of a doubtful check-in is really here."""
    return _of_row(org, code, lambda: operations.vouch(code, **acting()))


def _of_row(
    org: str, code: str, act: Callable[[], object], mark: MarkAct | None = None
) -> ResponseReturnValue:
    """Do an act over a row, as it was kept by a phone without network where it comes from one."""
    signup = queries.signup_in(scope(), code[:MAX_CODE])
    if signup is None:
        abort(404)
    packet = read_packet(clock.now()) if mark else None
    if packet is not None and mark is not None:
        found, told = packet, mark
        return act_at(
            Ways(org),
            signup.shift,
            lambda: operations.replay([signup.code], told, found, **acting()),
            only=signup.code,
        )
    return act_at(Ways(org), signup.shift, act, only=signup.code)


@bp.route("/o/<org>/shifts/<code>/sign-in", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def sign_in_sheet(org: str, code: str) -> ResponseReturnValue:
    """Show the sheet that people without phones sign, with the printed code on top.

    Names of minors are masked; to send the form puts them on the sheet, by approval (PRV-10).
    """
    shift, form = found_shift(code), ActForm()
    seated = queries.roster_of(shift).seated
    names = dict(queries.names_of(shift.activity, seated))
    minors = queries.minors_named(shift.activity, seated)
    in_full = not minors
    if minors and form.is_submitted():
        way = require_fresh_factor(back=url_for("activities.sign_in_sheet", org=org, code=code))
        if way is not None:
            return way
        in_full = _looked(form, minors)
    if not in_full:
        names |= minors
    rows = [*names.values(), *[""] * max(SHEET_ROWS - len(names) % SHEET_ROWS, 5)]
    page = render_template(
        "activities/sheet.html",
        sheets=[rows[at : at + SHEET_ROWS] for at in range(0, len(rows), SHEET_ROWS)],
        per_sheet=SHEET_ROWS,
        form=form,
        masked=0 if in_full else len(minors),
        unapproved=[] if in_full else _unapproved(org, seated, minors),
        **_paper(org, shift),
    )
    return page, 422 if form.is_submitted() and not in_full else 200


def _unapproved(
    org: str, seated: Sequence[queries.Signup], minors: Mapping[int, str]
) -> list[dict[str, str]]:
    """Return the minors that nobody agreed to yet, each with where to ask; none where asked.

    Only an organization that keeps them names minors at all, and whoever keeps its activities may
    ask there.
    """
    known = looks_at(scope(), minors.keys(), clock.now())
    return [
        {
            "name": minors[one.person_id],
            "url": ""
            if one.person_id in known
            else url_for("people.ask_minor", org=org, code=one.person.code),
        }
        for one in seated
        if one.person_id in minors and known.get(one.person_id) is not ApprovalStatus.APPROVED
    ]


def _looked(form: ActForm, minors: Mapping[int, str]) -> bool:
    """Return whether the names of minors may stand on paper now, each look written down."""
    if not form.accepts():
        return False
    try:
        look_at_names(minors, by=Actor.of_scope(scope()), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return False
    return True


@bp.get("/o/<org>/shifts/<code>/code-poster")
@requires(Permission.ACTIVITIES_KEEP)
def code_poster(org: str, code: str) -> str:
    """Show the printed code for the wall."""
    return render_template("activities/code_poster.html", **_paper(org, found_shift(code)))


def _paper(org: str, shift: queries.Shift) -> dict[str, Any]:
    address = f"{config_value('origin')}/q/{codes.fixed_code(shift)}"
    activity = shift.activity.code
    return {
        "shift": shift,
        "activity": shift.activity,
        "plan": queries.plan_of(shift),
        "span": span,
        "qr": qr_path(address),
        "address": address,
        "printed_at": clock.now(),
        "back": {"org": org, "code": activity, "shift": shift.code},
    }
