"""What a guardian's answer does to an application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.audit.operations import SYSTEM
from core.database import db
from core.rules import N_, RuleViolation
from members.admission import admission_of
from members.models import Application
from members.operations.applications import change
from members.rules import ApplicationAction, ApplicationKind, ApplicationStatus
from people.models import ConsentRequest
from people.operations import consents


def answer_consent(request: ConsentRequest, *, given: bool, now: datetime) -> None:
    """Keep the guardian's answer; the application goes to its handler or ends.

    Only the application for which this guardian was asked: another one has its own request.
    """
    consents.answer(request, given=given, now=now)
    action = ApplicationAction.CONSENT if given else ApplicationAction.REFUSE_CONSENT
    for application in _applications(request, ApplicationStatus.CONSENT_PENDING):
        application.submitted_at = now if given else application.submitted_at
        change(application, action, by=SYSTEM, now=now)
    db.session.flush()


def withdraw_consent(request: ConsentRequest, *, now: datetime) -> None:
    """Take the consent back: what waits ends, what was admitted stops at once (PRV-09)."""
    consents.withdraw(request, now=now)
    waiting = (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED)
    for application in _applications(request, *waiting):
        change(application, ApplicationAction.WITHDRAW, by=SYSTEM, now=now)
    if _applications(request, ApplicationStatus.APPROVED):
        admission_of(ApplicationKind.VOLUNTEER).end(request.person_id, by=SYSTEM, now=now)
    db.session.flush()


def ask_again(request: ConsentRequest, *, now: datetime) -> None:
    """Send a new link for a request that ran out, while its application still waits."""
    found = _applications(request, ApplicationStatus.CONSENT_PENDING)
    if not found:
        raise RuleViolation("", N_("这份申请已经结束，不用再回答"))
    consents.ask_again(request, found[0].person, found[0].organization, now)


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
