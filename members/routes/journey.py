"""What one person has answered on the way into one organization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import abort

from core import clock, settings
from core.web import principal
from members.operations import Answers, save_draft
from members.queries.own import draft_of, is_established, open_application
from members.queries.places import place_to_join
from members.queries.withdrawals import is_member
from members.routes.blueprint import kind_of
from members.rules import ApplicationKind, JoinWay, believed_birth, volunteer_way
from organizations.rules import OPEN_STATES
from people.queries import get_person
from people.rules import IdType, age_on, check_resident_id, mask_id

if TYPE_CHECKING:
    from datetime import date


def way_of(born_on: date | None) -> JoinWay:
    """Return who has to agree for a volunteer born on a day. Raises RuleViolation if too young."""
    today = clock.today()
    return volunteer_way(
        age_on(born_on, today) if born_on else None,
        min_age=settings.value("volunteers.min_age", on=today),
        min_age_alone=settings.value("volunteers.min_age_alone", on=today),
    )


@dataclass(slots=True)
class Journey:
    """One person's way into one organization, with what was answered so far."""

    organization: Any
    kind: ApplicationKind
    person: Any
    draft: Any

    @property
    def name(self) -> str:
        known = self.person.name if self.person else ""
        return (self.draft.name if self.draft and not self.name_is_fixed else "") or known

    @property
    def name_is_fixed(self) -> bool:
        """Whether the person was approved once: a new name is a request of its own."""
        return self.person is not None and is_established(self.person.id)

    @property
    def knows_identity(self) -> bool:
        return bool(
            (self.person and self.person.id_number) or (self.draft and self.draft.id_number)
        )

    @property
    def masked_identity(self) -> str:
        if self.draft and self.draft.id_number:
            return mask_id(self.draft.plain("id_number"))
        return str(self.person.masked_id_number) if self.person else ""

    @property
    def born_on(self) -> date | None:
        """The birth day, where it is known or was told."""
        if self.draft and self.draft.id_number and self.draft.id_type is IdType.RESIDENT_ID:
            return check_resident_id(self.draft.plain("id_number"), clock.today()).born_on
        told: date | None = self.draft.born_on if self.draft else None
        known: date | None = self.person.born_on if self.person else None
        if self.person and self.person.id_number:
            return known
        return believed_birth(known, told, age_on(known, clock.today()) if known else None)

    @property
    def guardian(self) -> tuple[str, str]:
        if not self.draft or not self.draft.guardian_phone:
            return "", ""
        return self.draft.guardian_name, self.draft.plain("guardian_phone")

    def answers(self) -> Answers:
        """Return what is handed in."""
        has_number = bool(self.draft and self.draft.id_number)
        name, phone = self.guardian
        return Answers(
            name=self.name,
            id_type=self.draft.id_type if has_number else None,
            id_number=self.draft.plain("id_number") if has_number else "",
            born_on=self.draft.born_on if self.draft else None,
            guardian_name=name,
            guardian_phone=phone,
        )

    @property
    def missing(self) -> str | None:
        """Return the first step without an answer."""
        if not self.name:
            return "members.apply_name"
        is_member = self.kind is ApplicationKind.MEMBER
        if is_member and not self.knows_identity:
            return "members.apply_identity"
        if not is_member and way_of(self.born_on) is not JoinWay.OWN and not self.guardian[1]:
            return "members.apply_identity"
        return None

    @property
    def waiting(self) -> str | None:
        """Return the code of the application that is open at this place already."""
        found = open_application(self.person.id, self.kind) if self.person else None
        same = found is not None and found.organization_id == self.organization.id
        return str(found.code) if found is not None and same else None

    @property
    def is_member_already(self) -> bool:
        """Whether the way leads to a transfer: nobody is a member twice (MEM-19)."""
        wants_in = self.kind is ApplicationKind.MEMBER and self.person is not None
        return wants_in and is_member(self.person.id)

    @property
    def total(self) -> int:
        """Return how many pages the way has."""
        return 3 if self.kind is ApplicationKind.MEMBER else 2

    def keep(self, answers: dict[str, Any]) -> None:
        """Keep answers for seven days."""
        who, now = principal(), clock.now()
        save_draft(who.user_id, self.organization.id, self.kind, answers, now=now)
        self.draft = draft_of(who.user_id, self.organization.id, self.kind, now)

    def values(self) -> dict[str, str]:
        """Return what every address of the way needs."""
        return {"org": self.organization.code, "kind": self.kind.value}


def begin(org: str, kind: str) -> Journey:
    """Return the way of the signed-in person, or answer 404."""
    organization = place_to_join(org)
    if organization is None or organization.status not in OPEN_STATES:
        abort(404)
    who = principal()
    person = get_person(who.person_id) if who.person_id else None
    chosen = kind_of(kind)
    return Journey(
        organization,
        chosen,
        person,
        draft_of(who.user_id, organization.id, chosen, clock.now()),
    )
