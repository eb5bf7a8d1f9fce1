"""Applications: those that led to memberships, those that wait, were returned or refused."""

from __future__ import annotations

from itertools import count

from datasets.scale.codes import codes, long_codes
from datasets.scale.plan import Plan
from datasets.scale.rollup import Rollup
from datasets.scale.spots import Spot
from datasets.scale.writing import Days, Loader
from members.operations.decisions import APPROVE, REJECT, RETURN
from members.operations.flows import ANSWERED
from members.rules import (
    ApplicationAction,
    ApplicationKind,
    ApplicationStatus,
    Flag,
    ReturnReason,
)
from organizations.rules import Measure

APPLICATIONS = (
    "id code kind person_id organization_id handler_id status submitted_by_id submitted_at flags"
    " is_doubtful decision_id decided_at decided_by_id return_reason return_note"
)
EVENTS = "id application_id action from_status to_status at by_user_id by_post_id note"
DECISIONS = "id code action organization_id decided_by_id decided_at count left_out minutes"
DOUBTFUL_EVERY = 12
ANSWERED_WITHIN = 7  # days, those of the first and the last included
WAITING_DAYS = 60

_S, _A = ApplicationStatus, ApplicationAction
DECIDED = {
    _S.APPROVED: (APPROVE, _A.APPROVE),
    _S.RETURNED: (RETURN, _A.RETURN),
    _S.REJECTED: (REJECT, _A.REJECT),
}


class Applications:
    """Writes applications with their histories and decisions."""

    def __init__(self, plan: Plan, loader: Loader, days: Days, rollup: Rollup) -> None:
        self.plan, self.loader, self.days, self.rollup = plan, loader, days, rollup
        self.spelling = loader.spelling
        self.codes = long_codes(plan.seed + 5)
        self.decision_codes = codes(6, plan.seed + 6)
        self.event_ids, self.decision_ids = count(1), count(1)
        self.rows = loader.sheet("applications", APPLICATIONS)
        self.events = loader.sheet("application_events", EVENTS)
        self.decisions = loader.sheet("decisions", DECISIONS)
        self.last = 0

    def write(self) -> None:
        """Write all; the ones that led to memberships come first: the n-th has the id n."""
        plan = self.plan
        for number in range(plan.applied):
            ago = (plan.applied - number) * 728 // plan.applied + 1
            self._member_application(plan.first_applied + number, ago)
            if number % 2_000 == 0:
                self.loader.flush()
        self._by_volunteers()
        self._by_members()
        self.loader.flush()

    def _member_application(self, adult: int, ago: int) -> None:
        plan = self.plan
        spot = plan.spots[plan.adult_at[adult]]
        who = (adult + 1, plan.user_of_applicant(adult))
        self._application(ApplicationKind.MEMBER, *who, spot, _S.APPROVED, ago)

    def _by_volunteers(self) -> None:
        """Volunteers want to be members: most of those of the busy unit, and some elsewhere."""
        size = self.plan.size
        states = [_S.SUBMITTED] * (size.busy * 2 // 3)
        for number, state in enumerate(states):
            self._volunteer_application(number, state)
        waiting = size.waiting // 2
        states = [_S.SUBMITTED] * waiting + [_S.RETURNED] * (waiting // 2)
        states += [_S.REJECTED] * (waiting // 6) + [_S.WITHDRAWN] * (waiting // 6)
        for number, state in zip(range(size.busy, size.volunteers), states, strict=False):
            self._volunteer_application(number, state)

    def _volunteer_application(self, number: int, state: ApplicationStatus) -> None:
        plan = self.plan
        spot = plan.spots[plan.volunteer_at[number]]
        who = (plan.person_of_volunteer(number), plan.user_of_volunteer(number))
        self._application(ApplicationKind.MEMBER, *who, spot, state, 1 + number % WAITING_DAYS)

    def _by_members(self) -> None:
        """Members want to be volunteers."""
        plan = self.plan
        for number in range(min(plan.size.waiting // 2, plan.applied)):
            adult = plan.first_applied + number
            spot = plan.spots[plan.adult_at[adult]]
            who = (adult + 1, plan.user_of_applicant(adult))
            ago = 1 + number % WAITING_DAYS
            self._application(ApplicationKind.VOLUNTEER, *who, spot, _S.SUBMITTED, ago)

    def _application(
        self,
        kind: ApplicationKind,
        person: int,
        user: int,
        spot: Spot,
        state: ApplicationStatus,
        ago: int,
    ) -> None:
        self.last += 1
        null, spelling = self.spelling.null, self.spelling
        handler = self.plan.spots[spot.handler]
        waited = 1 + self.last % ANSWERED_WITHIN
        handed_in = self.days.stamps[ago + waited]
        doubtful = state is _S.SUBMITTED and self.last % DOUBTFUL_EVERY == 0
        flags = Flag.OTHER_COUNTY.value if doubtful else ""
        decided = self._decide(state, handler, ago) if state in DECIDED else (null, null, null)
        reason = ReturnReason.NAME_MISMATCH.value if state is _S.RETURNED else null
        note = "资料不符" if state in {_S.RETURNED, _S.REJECTED} else ""
        self.rows.add(
            (
                self.last, next(self.codes), kind.value, person, spot.id, handler.id, state.value,
                user, handed_in, flags, spelling.true if doubtful else spelling.false, *decided,
                reason, note,
            )
        )  # fmt: skip
        self._history(state, user, handler, (handed_in, self.days.stamps[ago]))
        if state in ANSWERED:
            day = self.days.dates[ago]
            self.rollup.add(Measure.ADMISSIONS_HANDLED, handler.index, day, str(waited))
        if state is _S.SUBMITTED:
            self.rollup.of(Measure.APPLICATIONS_WAITING)[handler.index] += 1
            self.rollup.of(Measure.APPLICATIONS_DOUBTFUL)[handler.index] += doubtful

    def _decide(self, state: ApplicationStatus, handler: Spot, ago: int) -> tuple[int, str, int]:
        number, at = next(self.decision_ids), self.days.stamps[ago]
        code, action = next(self.decision_codes), DECIDED[state][0]
        self.decisions.add((number, code, action, handler.id, handler.keeper, at, 1, 0, 0))
        return number, at, handler.keeper

    def _history(
        self, state: ApplicationStatus, user: int, handler: Spot, times: tuple[str, str]
    ) -> None:
        null, first, last = self.spelling.null, _S.SUBMITTED.value, self.last
        handed_in, decided_at = times
        self.events.add((next(self.event_ids), last, null, null, first, handed_in, user, null, ""))
        if state is _S.SUBMITTED:
            return
        withdrawn = state is _S.WITHDRAWN
        action = _A.WITHDRAW if withdrawn else DECIDED[state][1]
        by = (user, null) if withdrawn else (handler.keeper, handler.keeper)
        step = (action.value, first, state.value, decided_at, *by, "")
        self.events.add((next(self.event_ids), last, *step))
