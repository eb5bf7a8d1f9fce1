"""Rows of volunteers and activities for the access matrix, each made at an organization."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from activities.rules import ActivityStatus
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from exchange.models import Batch
from exchange.rules import ON_THE_WAY, BatchStatus
from organizations.models import Organization
from tests import activity_factories as acting
from tests import desk_factories as desk
from tests import factories as make
from tests.exchange_factories import make_batch
from tests.keying import make_second, make_sheet
from tests.units import png
from tests.volunteering import make_qualification, make_registration, make_team, make_training
from volunteers.models import CertificateEnd, ServicePicture
from volunteers.operations.pictures import keep_picture
from volunteers.rules import ServiceStatus
from volunteers.rules.certificates import CertificateReason, CertificateStatus
from volunteers.rules.holds import HoldStatus
from volunteers.rules.sheets import SheetStatus
from volunteers.rules.stars import StarStatus
from volunteers.rules.teams import TeamStatus


def _volunteer(organization: Organization) -> str:
    return make.make_volunteer(make.make_person(), organization).code


def _record(organization: Organization) -> str:
    return make.make_record(
        make.make_volunteer(make.make_person(), organization), organization
    ).code


def _picture(organization: Organization) -> str:
    volunteer = make.make_volunteer(make.make_person(), organization)
    record = make.make_record(volunteer, organization)
    keep_picture(record, png(), by=SYSTEM, now=clock.now())
    kept = select(ServicePicture.file_code).where(ServicePicture.record_id == record.id)
    return db.session.scalars(kept).one()


def _objection(organization: Organization) -> str:
    volunteer = make.make_volunteer(make.make_person(), organization)
    record = make.make_record(volunteer, organization)
    record.status, record.objected_at = ServiceStatus.OBJECTED, clock.now()
    return record.code


def _hold(status: HoldStatus) -> Callable[[Organization], str]:
    """Return what makes a hold that the organization looks into, or is asked about."""

    def build(organization: Organization) -> str:
        volunteer = make.make_volunteer(make.make_person(), organization)
        return desk.make_hold(make.make_record(volunteer, organization), organization, status).code

    return build


def _registration(organization: Organization) -> str:
    volunteer = make.make_volunteer(make.make_person(), organization)
    return make_registration(volunteer, organization).code


def _qualification(organization: Organization) -> str:
    volunteer = make.make_volunteer(make.make_person(), organization)
    return make_qualification(volunteer, organization).code


def _certificate(organization: Organization) -> str:
    volunteer = make.make_volunteer(make.make_person(), organization)
    return desk.make_certificate(volunteer, organization).code


def _held(organization: Organization) -> str:
    """Return a certificate that was revoked for false hours."""
    volunteer = make.make_volunteer(make.make_person(), organization)
    certificate = desk.make_certificate(volunteer, organization)
    certificate.end = CertificateEnd(
        status=CertificateStatus.REVOKED,
        reason=CertificateReason.FALSE_HOURS,
        ended_at=clock.now(),
    )
    db.session.flush()
    return certificate.code


def _star(status: StarStatus) -> Callable[[Organization], str]:
    """Return what makes a star that the organization itself grants."""

    def build(organization: Organization) -> str:
        volunteer = make.make_volunteer(make.make_person(), organization)
        return desk.make_star(volunteer, organization, status).code

    return build


def _activity(status: ActivityStatus) -> Callable[[Organization], str]:
    return lambda organization: acting.make_activity(organization, status).code


def _batch(status: BatchStatus) -> Callable[[Organization], str]:
    def build(organization: Organization) -> str:
        found = select(Batch).where(
            Batch.organization_id == organization.id, Batch.status.in_(ON_THE_WAY)
        )
        for one in db.session.scalars(found):  # one at a time is on its way
            one.status = BatchStatus.CLOSED
        return make_batch(organization, status).code

    return build


def _shift(organization: Organization) -> str:
    return acting.shift_of(acting.make_activity(organization)).code


def _signup(organization: Organization) -> str:
    shift = acting.shift_of(acting.make_activity(organization))
    return acting.make_signup(shift, make.make_person()).code


def _ending(organization: Organization) -> str:
    shift = acting.shift_of(acting.make_activity(organization))
    return acting.make_ending(shift).code


def _begun_shift(organization: Organization) -> str:
    start = clock.now() - timedelta(days=1)
    return acting.shift_of(acting.make_activity(organization, starts_at=start)).code


def _sheet(status: SheetStatus) -> Callable[[Organization], str]:
    """Return what makes a sheet of the organization's own line, sent ones with a photo."""
    return lambda organization: make_sheet(organization, status).code


def _second(organization: Organization) -> str:
    return make_second(organization).code


SERVICE_BUILDERS: dict[str, Callable[[Organization], str]] = {
    "batch": _batch(BatchStatus.DRAFT),
    "batch-ready": _batch(BatchStatus.READY),
    "batch-receipted": _batch(BatchStatus.RECEIPTED),
    "batch-sent": _batch(BatchStatus.SENT),
    "activity": _activity(ActivityStatus.PUBLISHED),
    "activity-draft": _activity(ActivityStatus.DRAFT),
    "activity-asked": lambda place: acting.make_review(place, place).code,
    "activity-review": lambda place: acting.make_review(place, place).code,
    "shift": _shift,
    "shift-begun": _begun_shift,
    "sheet": _sheet(SheetStatus.DRAFT),
    "sheet-sent": _sheet(SheetStatus.SENT),
    "second": _second,
    "signup": _signup,
    "ending": _ending,
    "volunteer": _volunteer,
    "certificate": _certificate,
    "certificate-held": _held,
    "star": _star(StarStatus.APPLIED),
    "star-checked": _star(StarStatus.CHECKED),
    "star-objected": _star(StarStatus.OBJECTED),
    "star-granted": _star(StarStatus.GRANTED),
    "record": _record,
    "record-picture": _picture,
    "objection": _objection,
    "hold": _hold(HoldStatus.OPEN),
    "hold-asked": _hold(HoldStatus.ASKED),
    "registration": _registration,
    "team": lambda organization: make_team(organization, TeamStatus.ACTIVE).code,
    "team-submitted": lambda organization: make_team(organization, TeamStatus.SUBMITTED).code,
    "qualification": _qualification,
    "training": lambda organization: make_training(organization, make.make_user()).code,
}
