"""What the desk of a keeper and that of a leader share: the page, and acts over a row (S32)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import redirect, url_for
from werkzeug import Response

from activities import codes, queries
from activities.routes.blueprint import MAX_CODE, after
from activities.routes.words import TONES, shift_phase, span
from activities.rules import ActivityStatus, AttendanceStatus
from core import clock
from core.i18n import say
from core.rules import IllegalTransition, RuleViolation
from core.web import asked, config_value, invalid, wants_fragment
from members.qr import qr_path
from people.rules import is_minor_on

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ALL_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a desk leads: under its organization; without one it is that of an activity's leader.

    ``leader`` is the person who leads: his own row he does not touch.
    """

    org: str = ""
    leader: int | None = None

    def desk(self, shift: queries.Shift, **more: Any) -> str:
        if not self.org:
            return url_for("activities.own_desk", code=shift.code, **more)
        page = {"code": shift.activity.code, "shift": shift.code, **more}
        return url_for("activities.desk", org=self.org, **page)

    def code(self, shift: queries.Shift) -> str:
        return self._of("code_screen", shift.code)

    def everybody(self, shift: queries.Shift) -> str:
        return self._of("tick_all", shift.code)

    def mark(self, act: str, code: str) -> str:
        """Return where a button in a row leads: tick_one, untick_one, let_go or vouch."""
        return self._of(act, code)

    def _of(self, name: str, code: str) -> str:
        if self.org:
            return url_for(f"activities.{name}", org=self.org, code=code)
        return url_for(f"activities.own_{name}", code=code)


def desk_page(ways: Ways, shift: queries.Shift, shifts: Sequence[queries.Shift]) -> dict[str, Any]:
    """Return what the desk shows; after a tick only the row that it changed."""
    now, only = clock.now(), asked("only", MAX_CODE)
    row = queries.desk_row(shift, only) if only and wants_fragment() else None
    page = queries.desk_rows(shift, after()) if row is None else None
    on = clock.local(shift.starts_at).date()
    rows = [row] if row else (page.rows if page else [])
    return {
        "org": ways.org,
        "ways": ways,
        "shift": shift,
        "shifts": shifts,
        "activity": shift.activity,
        "rows": rows,
        "names": queries.names_of(
            shift.activity, [one.signup for one in rows], has_post=bool(ways.org)
        ),
        "next_after": page.next_after if page else None,
        "counts": queries.counted(shift),
        "is_settled": queries.is_settled(shift),
        "phase": shift_phase(shift, shift.activity, now),
        "takes": shift.activity.status is ActivityStatus.PUBLISHED,
        "has_begun": now >= shift.starts_at,
        "tones": TONES,
        "span": span,
        "done": asked("done"),
        "is_minor": lambda one: (
            bool(one.signup.person.born_on) and is_minor_on(one.signup.person.born_on, on)
        ),
        "is_in": AttendanceStatus.IN,
        **shown_codes(shift),
    }


def shown_codes(shift: queries.Shift) -> dict[str, Any]:
    """Return the code of a shift as it is now, and the printed one."""
    origin = config_value("origin")
    return {
        "qr": qr_path(f"{origin}/q/{codes.rotating_code(shift, clock.now())}"),
        "fixed_qr": qr_path(f"{origin}/q/{codes.fixed_code(shift)}"),
        "every": codes.STEP,
    }


def act_at(
    ways: Ways,
    shift: queries.Shift,
    act: Callable[[], object],
    only: str = "",
    done: str = "",
) -> ResponseReturnValue:
    """Do what a button says and come back to the row; a refusal stands above the roster."""
    try:
        act()
    except IllegalTransition:
        raise
    except RuleViolation as violation:
        shifts = queries.shifts_of(shift.activity) if ways.org else [shift]
        page = desk_page(ways, shift, shifts)
        return invalid("activities/desk.html", problem=say(violation), **page)
    return back_to(ways, shift, only=only, done=done)


def back_to(ways: Ways, shift: queries.Shift, only: str = "", done: str = "") -> Response:
    """Return the way back to a desk, and there to the row that was changed."""
    more = {name: value for name, value in (("only", only), ("done", done)) if value}
    anchor = {"_anchor": f"signup-{only}"} if only else {}
    return redirect(ways.desk(shift, **more, **anchor), 303)
