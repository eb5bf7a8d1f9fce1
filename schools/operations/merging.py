"""Pupils and guardians of two records that become one person (people.merging)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import select

from core import clock
from core.database import db
from core.i18n import gettext
from core.rules import N_, RuleViolation
from organizations.models import Organization
from people.merging import Hand, Line, Plan
from people.models import Guardian
from people.operations.moves import CHANGED, Act, Undoing
from people.rules.duplicates import Sighting
from schools.labels import LABELS
from schools.models import Pupil
from schools.rules.pupils import ON_ROSTER, PupilStatus

BOTH = N_("两份记录都在学校名册上，请学校先移出一份再合并")


class PupilsHand(Hand):
    """A child stands on one roster; who answers for one record answers for the other."""

    def sightings(self, person_ids: Collection[int]) -> Iterable[Sighting]:
        """Return at which schools children are or were."""
        statement = (
            select(Pupil.person_id, Pupil.organization_id, Organization.county_id)
            .join(Pupil.organization)
            .where(Pupil.person_id.in_(person_ids))
        )
        for person_id, organization_id, county_id in db.session.execute(statement):
            yield Sighting(person_id, organization_id, county_id, is_youth=True)

    def tell(self, person_id: int) -> Iterable[Line]:
        """Return where a child stands on a roster; the class stays with the school."""
        for one in _pupils([person_id]):
            state = LABELS[PupilStatus][one.status]
            yield Line(gettext("学校名册"), f"{one.organization.short_name} · {state}")

    def lock(self, person_ids: Collection[int]) -> None:
        """Lock pupils, then guardians, in the order of their keys."""
        for model in (Pupil, Guardian):
            db.session.scalars(
                select(model)
                .where(model.person_id.in_(person_ids))
                .order_by(model.id)
                .with_for_update(of=model)
                .execution_options(populate_existing=True)
            ).all()

    def obstacles(self, plan: Plan) -> Iterator[RuleViolation]:
        """Yield that both records stand on a roster: nobody knows which one is the child's."""
        if len(_standing(plan.ids)) > 1:
            yield RuleViolation("", BOTH)

    def foretell(self, plan: Plan) -> Iterable[str]:
        """Say that roster and guardians go along."""
        merged = [plan.merged.id]
        if _pupils(merged) or _guardians(merged):
            yield gettext("学校名册和监护人一起转到留下的那份记录。")

    def move(self, act: Act) -> None:
        """Give pupils and guardians to the record that stays; one phone answers once."""
        merged, survivor = act.plan.merged.id, act.plan.survivor.id
        today = clock.local(act.now).date()
        there = {one.phone_index for one in _guardians([survivor]) if one.ended_on is None}
        for pupil in _pupils([merged]):
            act.change(pupil, person_id=survivor)
        for guardian in _guardians([merged]):
            is_double = guardian.ended_on is None and guardian.phone_index in there
            ended = today if is_double else guardian.ended_on
            act.change(guardian, person_id=survivor, ended_on=ended)
        db.session.flush()

    def restore(self, undoing: Undoing) -> None:
        """Give pupils and guardians back. Raises RuleViolation where they changed since."""
        for pupil, saved in undoing.rows(Pupil):
            saved.put_back(pupil)
            if pupil.status in ON_ROSTER and any(
                one.id != pupil.id for one in _standing([pupil.person_id])
            ):
                raise RuleViolation("", CHANGED)
        for guardian, saved in undoing.rows(Guardian):
            saved.put_back(guardian)
        db.session.flush()


def _pupils(person_ids: Collection[int]) -> Sequence[Pupil]:
    return db.session.scalars(
        select(Pupil).where(Pupil.person_id.in_(person_ids)).order_by(Pupil.id)
    ).all()


def _standing(person_ids: Collection[int]) -> list[Pupil]:
    return [one for one in _pupils(person_ids) if one.status in ON_ROSTER]


def _guardians(person_ids: Collection[int]) -> Sequence[Guardian]:
    return db.session.scalars(
        select(Guardian).where(Guardian.person_id.in_(person_ids)).order_by(Guardian.id)
    ).all()
