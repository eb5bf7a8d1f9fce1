"""What volunteers tell a person of himself: service, hours, certificates, skills (PRV-15)."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select

from core.database import db
from core.filters import full_day
from core.i18n import gettext, pgettext
from people.presence import Section, Standing
from volunteers import queries
from volunteers.labels import LABELS
from volunteers.models import Qualification, ServiceRecord, Volunteer
from volunteers.queries.certificates import own_certificates
from volunteers.rules import ServiceStatus, VolunteerStatus
from volunteers.rules.skills import QualificationKind

#: Lines of one part; all of them stand on the page that the part leads to.
MOST = 20


def tell_volunteer(person_id: int) -> list[Section]:
    """Return what is kept of a person's service; nothing where he never served."""
    volunteer = queries.volunteer_of(person_id)
    parts = [(gettext("我的时长"), _records(person_id), url_for("volunteers.own_hours"))]
    if volunteer is not None:
        way, kept = url_for("volunteers.own_volunteer"), _certificates(volunteer.id)
        parts = [
            (pgettext("one", "志愿者"), _service(volunteer), way),
            *parts,
            (gettext("服务证明"), kept, url_for("volunteers.own_certificates")),
            (
                gettext("我的证书"),
                _qualifications(volunteer.id),
                url_for("volunteers.own_qualifications"),
            ),
        ]
    return [Section(title, lines, url) for title, lines, url in parts if lines]


def _service(volunteer: Volunteer) -> list[Standing]:
    state = LABELS[VolunteerStatus][volunteer.status]
    text = f"{volunteer.number} · {state} · {full_day(volunteer.entered_on)}"
    return [Standing(volunteer.organization.name, text, url_for("volunteers.own_volunteer"))]


def _records(person_id: int) -> list[Standing]:
    mine = select(ServiceRecord).where(ServiceRecord.person_id == person_id)
    return [
        Standing(
            one.title,
            f"{full_day(one.served_on)} · {LABELS[ServiceStatus][one.status]}",
            url_for("volunteers.own_record", code=one.code),
        )
        for one in db.session.scalars(mine.order_by(ServiceRecord.id.desc()).limit(MOST))
    ]


def _certificates(volunteer_id: int) -> list[Standing]:
    return [
        Standing(
            one.number,
            f"{full_day(one.first_on)} — {full_day(one.last_on)}",
            url_for("volunteers.own_certificate", code=one.code),
        )
        for one in own_certificates(volunteer_id)
    ]


def _qualifications(volunteer_id: int) -> list[Standing]:
    mine = select(Qualification).where(Qualification.volunteer_id == volunteer_id)
    url = url_for("volunteers.own_qualifications")
    return [
        Standing(
            one.name or str(LABELS[QualificationKind][one.kind]),
            f"{one.issuer} · {full_day(one.issued_on)}",
            url,
        )
        for one in db.session.scalars(mine.order_by(Qualification.id.desc()).limit(MOST))
    ]
