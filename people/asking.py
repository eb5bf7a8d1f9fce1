"""Which objects of people are cases: corrections, closed accounts, rights, complaints."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select

from core.access.permissions import Permission
from core.database import db
from core.i18n import gettext
from organizations.queries import top_id
from people import erasing, matters, merging, presence
from people.matter_labels import MATTER_LABELS
from people.matters import HANDLED, Facts, Subject, Way
from people.merging import Hand
from people.models import ChangeRequest, Erasure, Matter, RightsRequest
from people.operations.matters import forget_person
from people.operations.moves import Act, Undoing
from people.operations.rights import erase_requests, open_requests
from people.rules.changes import ChangeStatus
from people.rules.erasures import ErasureStatus
from people.rules.matters import MatterKind, MatterState
from people.rules.rights import RightsKind, RightsStatus, matter_of

_M = MatterState
#: Lines on the page of one's own data; all of them stand among the own cases.
MOST = 20

CHANGES = {
    ChangeStatus.SUBMITTED: _M.OPEN,
    ChangeStatus.APPROVED: _M.DONE,
    ChangeStatus.RETURNED: _M.REFUSED,
    ChangeStatus.WITHDRAWN: _M.WITHDRAWN,
    ChangeStatus.CLOSED: _M.LAPSED,
}
CLOSINGS = {
    ErasureStatus.ASKED: _M.OPEN,
    ErasureStatus.UNDONE: _M.WITHDRAWN,
    ErasureStatus.DONE: _M.DONE,
}
REQUESTS = {
    RightsStatus.RECEIVED: _M.OPEN,
    RightsStatus.VERIFIED: _M.OPEN,
    RightsStatus.DONE: _M.DONE,
    RightsStatus.REFUSED: _M.REFUSED,
    RightsStatus.WITHDRAWN: _M.WITHDRAWN,
}


def tell_change(row: ChangeRequest) -> Facts:
    """Return the case of a correction."""
    return Facts(
        MatterKind.CORRECTION,
        row.person_id,
        row.organization_id,
        row.handler_id,
        CHANGES[row.status],
        row.requested_at,
        row.due_on,
        row.decided_at,
        row.answer,
    )


def tell_closing(row: Erasure) -> Facts | None:
    """Return the case of a closed account; the installation carries it out, for the province."""
    if row.person_id is None:
        return None
    top = top_id()
    return Facts(
        MatterKind.CLOSE_ACCOUNT,
        row.person_id,
        top,
        top,
        CLOSINGS[row.status],
        row.asked_at,
        row.due_on,
        row.ended_at,
    )


def tell_request(row: RightsRequest) -> Facts:
    """Return the case of a request that has no other object."""
    return Facts(
        matter_of(row.kind),
        row.person_id,
        row.organization_id,
        row.handler_id,
        REQUESTS[row.status],
        row.requested_at,
        row.due_on,
        row.decided_at,
        row.answer,
    )


class MattersHand(Hand):
    """Cases, and requests of their own, go along with the record that stays."""

    def move(self, act: Act) -> None:
        """Give what the merged-away record asked for to the one that stays."""
        merged, survivor = act.plan.merged.id, act.plan.survivor.id
        for model in (RightsRequest, Matter):
            rows = select(model).where(model.person_id == merged).order_by(model.id)
            for row in db.session.scalars(rows.with_for_update()).all():
                act.change(row, person_id=survivor)

    def restore(self, undoing: Undoing) -> None:
        """Give it back."""
        for model in (RightsRequest, Matter):
            for row, saved in undoing.rows(model):
                row.person_id = saved.before["person_id"]


def tell_requests(person_id: int) -> list[presence.Section]:
    """Return what is kept of what a person asked in words, for the page with all of it (PRV-15)."""
    mine = select(RightsRequest).where(RightsRequest.person_id == person_id)
    lines = [
        presence.Standing(
            str(MATTER_LABELS[RightsKind][one.kind]),
            one.words,
            url_for("people.own_request", code=one.code),
        )
        for one in db.session.scalars(mine.order_by(RightsRequest.id.desc()).limit(MOST))
    ]
    section = presence.Section(gettext("个人请求"), lines, url_for("people.own_matters"))
    return [section] if lines else []


def _erase(person_id: int) -> int:
    return forget_person(person_id) + erase_requests(person_id)


_ASKED = Way("people.own_request", "people.rights_request", Permission.RIGHTS_ANSWER)

matters.register(
    Subject(
        ChangeRequest,
        tell_change,
        HANDLED | {"due_on", "answer"},
        {
            MatterKind.CORRECTION: Way(
                "people.change", "people.decide_change", Permission.CHANGES_DECIDE
            )
        },
    )
)
matters.register(
    Subject(
        Erasure,
        tell_closing,
        frozenset({"status"}),
        {MatterKind.CLOSE_ACCOUNT: Way("people.close_account", own_by_code=False)},
    )
)
matters.register(
    Subject(
        RightsRequest,
        tell_request,
        HANDLED | {"answer"},
        dict.fromkeys((MatterKind.RIGHTS, MatterKind.COMPLAINT, MatterKind.QUESTION), _ASKED),
    )
)
presence.register_keeper(tell_requests)
merging.register(MattersHand())
erasing.register(erasing.Part(open_requests, _erase))
