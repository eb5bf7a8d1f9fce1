"""What activities forget of somebody who closed the account; who had a seat stays counted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from activities.models import Activity, Attendance, SignedAgreement, Signup, SignupEvent
from core.database import changed_rows
from people.rules.erasures import Matter


def waiting_of(person_id: int) -> Sequence[Matter]:
    """Return nothing: seats go when somebody leaves as a volunteer."""
    del person_id
    return ()


def erase_signups(person_id: int) -> int:
    """Return how many rows lost what names a person, or the phone by which he checked in."""
    mine = select(Signup.id).where(Signup.person_id == person_id)
    return sum(
        changed_rows(statement)
        for statement in (
            update(Signup).where(Signup.person_id == person_id).values(reason=""),
            update(SignupEvent).where(SignupEvent.signup_id.in_(mine)).values(note=""),
            update(Attendance)
            .where(Attendance.signup_id.in_(mine))
            .values(in_device=None, out_device=None),
            update(Activity).where(Activity.leader_id == person_id).values(leader_id=None),
            delete(SignedAgreement).where(SignedAgreement.signup_id.in_(mine)),
        )
    )
