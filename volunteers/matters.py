"""Which objects of volunteers are cases: grades, stars, certificates, teams, objections."""

from __future__ import annotations

from core.access.permissions import Permission
from people import matters
from people.matters import Facts, Subject, Way
from people.rules.matters import MatterKind, MatterState
from volunteers.models import (
    Qualification,
    Registration,
    ServiceCertificate,
    ServiceRecord,
    StarGrant,
    Team,
)
from volunteers.rules import ServiceStatus
from volunteers.rules.registering import RegistrationStatus
from volunteers.rules.skills import QualificationStatus
from volunteers.rules.stars import STAR_OPEN, StarStatus
from volunteers.rules.teams import TeamStatus

_K, _M = MatterKind, MatterState

REGISTRATIONS = {
    RegistrationStatus.SUBMITTED: _M.OPEN,
    RegistrationStatus.RETURNED: _M.WAITING,
    RegistrationStatus.APPROVED: _M.DONE,
    RegistrationStatus.WITHDRAWN: _M.WITHDRAWN,
}
QUALIFICATIONS = {
    QualificationStatus.SUBMITTED: _M.OPEN,
    QualificationStatus.CHECKED: _M.DONE,
    QualificationStatus.RETURNED: _M.REFUSED,
    QualificationStatus.REMOVED: _M.WITHDRAWN,
}
#: Every other state of a team lies behind its founding.
TEAMS = {
    TeamStatus.SUBMITTED: _M.OPEN,
    TeamStatus.RETURNED: _M.WAITING,
    TeamStatus.WITHDRAWN: _M.WITHDRAWN,
}
OBJECTIONS = {
    ServiceStatus.OBJECTED: _M.OPEN,
    ServiceStatus.CONFIRMED: _M.DONE,
    ServiceStatus.UPHELD: _M.REFUSED,
    ServiceStatus.WITHDRAWN: _M.WITHDRAWN,
}


def tell_registration(row: Registration) -> Facts:
    """Return the case of a volunteer who asks for the registered grade."""
    volunteer = row.volunteer
    return Facts(
        _K.REGISTRATION,
        volunteer.person_id,
        volunteer.organization_id,
        row.handler_id,
        REGISTRATIONS[row.status],
        row.submitted_at,
        ended_at=row.decided_at,
        answer=row.note,
    )


def tell_qualification(row: Qualification) -> Facts:
    """Return the case of a certificate that is to be compared with its original."""
    volunteer = row.volunteer
    state = QUALIFICATIONS[row.status]
    if state is _M.WITHDRAWN and row.checked_at is not None:
        state = _M.DONE
    return Facts(
        _K.QUALIFICATION,
        volunteer.person_id,
        volunteer.organization_id,
        row.handler_id,
        state,
        row.submitted_at,
        ended_at=row.checked_at,
    )


def tell_certificate(row: ServiceCertificate) -> Facts:
    """Return the case of a certificate of service: given in the moment in which it is asked for."""
    return Facts(
        _K.CERTIFICATE,
        row.volunteer.person_id,
        row.issuer_id,
        row.issuer_id,
        _M.DONE,
        row.issued_at,
        ended_at=row.issued_at,
    )


def tell_star(row: StarGrant) -> Facts:
    """Return the case of an application for a star."""
    state = _M.OPEN if row.status in STAR_OPEN else _M.DONE
    if row.status is StarStatus.REFUSED:
        state = _M.REFUSED
    return Facts(
        _K.STAR,
        row.volunteer.person_id,
        row.granter_id,
        row.granter_id,
        state,
        row.applied_at,
        answer=row.reason_note,
    )


def tell_team(row: Team) -> Facts:
    """Return the case of a team that is to be founded."""
    state = TEAMS.get(row.status, _M.DONE)
    return Facts(
        _K.TEAM,
        row.founder.person_id,
        row.organization_id,
        row.handler_id,
        state,
        row.submitted_at,
        answer=row.note if state is _M.WAITING else "",
    )


def tell_objection(row: ServiceRecord) -> Facts | None:
    """Return the case of hours whose refusal was objected to."""
    if row.objected_at is None:
        return None
    return Facts(
        _K.OBJECTION,
        row.person_id,
        row.organization_id,
        row.handler_id,
        OBJECTIONS.get(row.status, _M.LAPSED),
        row.objected_at,
        ended_at=row.decided_at,
    )


_HANDLED = frozenset({"status", "handler", "handler_id", "submitted_at"})

matters.register(
    Subject(
        Registration,
        tell_registration,
        _HANDLED | {"note"},
        {
            _K.REGISTRATION: Way(
                "volunteers.own_registration",
                "volunteers.show_registration",
                Permission.VOLUNTEERS_REGISTER,
                own_by_code=False,
            )
        },
    )
)
matters.register(
    Subject(
        Qualification,
        tell_qualification,
        _HANDLED,
        {
            _K.QUALIFICATION: Way(
                "volunteers.own_qualifications",
                "volunteers.show_qualification",
                Permission.QUALIFICATIONS_CHECK,
                own_by_code=False,
            )
        },
    )
)
matters.register(
    Subject(
        ServiceCertificate,
        tell_certificate,
        frozenset({"volunteer_id"}),
        {
            _K.CERTIFICATE: Way(
                "volunteers.own_certificate",
                "volunteers.show_certificate",
                Permission.CERTIFICATES_VIEW,
            )
        },
    )
)
matters.register(
    Subject(
        StarGrant,
        tell_star,
        frozenset({"status", "granter", "granter_id", "reason_note"}),
        {
            _K.STAR: Way(
                "volunteers.own_stars",
                "volunteers.show_star",
                Permission.STARS_VIEW,
                own_by_code=False,
            )
        },
    )
)
matters.register(
    Subject(
        Team,
        tell_team,
        _HANDLED | {"organization", "organization_id", "note"},
        {_K.TEAM: Way("volunteers.own_team", "volunteers.show_team", Permission.TEAMS_VIEW)},
    )
)
matters.register(
    Subject(
        ServiceRecord,
        tell_objection,
        frozenset({"status", "handler", "handler_id", "objected_at"}),
        {
            _K.OBJECTION: Way(
                "volunteers.own_record",
                "volunteers.show_objection",
                Permission.OBJECTIONS_DECIDE,
            )
        },
        only=(ServiceRecord.objected_at.is_not(None),),
    )
)
