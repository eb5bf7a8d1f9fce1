"""Rows of pupils and of approvals for the access matrix, each made at an organization."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from core import clock, crypto
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from organizations.models import Organization
from people.models import MinorApproval
from people.rules.minors import ApprovalStatus
from people.rules.reveals import RevealReason
from schools.operations.audits import make_pack
from tests import factories as make
from tests import school_factories as schools


def _pupil(organization: Organization) -> str:
    if organization.county_id is not None:  # an office is no school, and has no such page
        schools.make_school(organization)
    return schools.make_pupil(schools.make_class(organization)).code


def make_approval(
    organization: Organization, status: ApprovalStatus = ApprovalStatus.ASKED
) -> MinorApproval:
    """Return a request of a coordinator for all of an organization, decided there."""
    user = make.make_user(make.make_person())
    post = make.make_post(user, Role.COORDINATOR, organization)
    db.session.flush()
    found = MinorApproval(
        code=crypto.opaque_code(8),
        organization_id=organization.id,
        handler_id=organization.id,
        asker_id=user.id,
        post_id=post.id,
        purpose=RevealReason.CONTACT,
        status=status,
        asked_at=clock.now(),
        expires_at=clock.now() + timedelta(days=2),
    )
    db.session.add(found)
    db.session.flush()
    return found


def _approval(status: ApprovalStatus) -> Callable[[Organization], str]:
    return lambda organization: make_approval(organization, status).code


def _pack(organization: Organization) -> str:
    by = Actor(make.make_user().id)
    return make_pack(organization.place, 2025, "试用", by=by, now=clock.now()).code


PROTECTION_BUILDERS: dict[str, Callable[[Organization], str]] = {
    "protected-pupil": _pupil,
    "audit-pack": _pack,
    "minor-approval": _approval(ApprovalStatus.ASKED),
    "minor-approval-given": _approval(ApprovalStatus.APPROVED),
}
