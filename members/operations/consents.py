"""What a guardian's answer does to an application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.rules.letters import LetterKind
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import N_, RuleViolation
from members import letters
from members.admission import admission_of
from members.models import Application
from members.operations.applications import change
from members.rules import ApplicationAction, ApplicationKind, ApplicationStatus
from organizations.models import Organization
from people import consenting
from people.models import ConsentRequest, Person
from people.operations import consents


def answer_consent(request: ConsentRequest, *, given: bool, now: datetime) -> None:
    """Keep the guardian's answer, and let whoever asked go on or end."""
    consents.answer(request, given=given, now=now)
    consenting.answered(request, given=given, now=now)
    db.session.flush()


def withdraw_consent(request: ConsentRequest, *, now: datetime) -> None:
    """Take the consent back: what waits ends, what was admitted stops at once (PRV-09)."""
    consents.withdraw(request, now=now)
    consenting.withdrawn(request, now=now)
    db.session.flush()


def ask_again(request: ConsentRequest, *, now: datetime) -> None:
    """Send a new link for a request that ran out, while somebody still waits for the answer."""
    found = consenting.awaited(request)
    if found is None:
        raise RuleViolation("", N_("这份申请已经结束，不用再回答"))
    consents.ask_again(request, *found, now)
    consenting.asked_again(request)


class ApplicationsAsk:
    """Applications of minors wait for their guardians."""

    def answered(self, request: ConsentRequest, *, given: bool, now: datetime) -> None:
        """Hand the application to its handler, or end it.

        Only the application for which this guardian was asked: another one has its own request.
        """
        action = ApplicationAction.CONSENT if given else ApplicationAction.REFUSE_CONSENT
        for application in _applications(request, ApplicationStatus.CONSENT_PENDING):
            application.submitted_at = now if given else application.submitted_at
            change(application, action, by=SYSTEM, now=now)
            kind = LetterKind.CONSENT_GIVEN if given else LetterKind.CONSENT_REFUSED
            letters.tell_consent(application, kind, now)

    def withdrawn(self, request: ConsentRequest, *, now: datetime) -> None:
        """End what waits, and the volunteer that was admitted by it."""
        waiting = (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED)
        ended = list(_applications(request, *waiting))
        for application in ended:
            change(application, ApplicationAction.WITHDRAW, by=SYSTEM, now=now)
        admitted = _applications(request, ApplicationStatus.APPROVED)
        if admitted:
            admission = admission_of(ApplicationKind.VOLUNTEER)
            admission.end(request.person_id, by=SYSTEM, now=now)
        for application in [*ended, *admitted][:1]:
            letters.tell_consent(application, LetterKind.CONSENT_WITHDRAWN, now)

    def lapsed(self, request: ConsentRequest, *, now: datetime) -> None:
        """Do nothing: the application waits until the child is forgotten, or asks again."""

    def waits(self, request: ConsentRequest) -> tuple[Person, Organization] | None:
        """Return the applicant and the organization of an application that waits."""
        found = _applications(request, ApplicationStatus.CONSENT_PENDING)
        return (found[0].person, found[0].organization) if found else None

    def asked_again(self, request: ConsentRequest) -> None:
        """Do nothing: the application waits as before."""


def _applications(request: ConsentRequest, *statuses: ApplicationStatus) -> Sequence[Application]:
    statement = (
        select(Application)
        .options(
            joinedload(Application.person, innerjoin=True),
            joinedload(Application.organization, innerjoin=True),
            joinedload(Application.handler, innerjoin=True),
        )
        .where(
            Application.consent_request_id == request.id,
            Application.status.in_(statuses),
        )
        .order_by(Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).all()


consenting.register(ApplicationsAsk())
