"""What an audit pack says, row by row, and the packs and incidents of a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select

from accounts.labels import LABELS as ACCOUNT_LABELS
from core import retention, settings
from core.access.permissions import Role
from core.access.scope import Place
from core.database import db
from core.i18n import fill, lazy_gettext
from core.i18n import gettext as _
from members.labels import LABELS as MEMBER_LABELS
from members.rules.exports import ExportPurpose, ExportStatus, ExportSubject
from organizations.models import Organization
from people.labels import LABELS as PEOPLE_LABELS
from people.rules import AgeBand
from people.rules.consents import ConsentPurpose, ConsentStatus
from people.rules.duplicates import LookField
from people.rules.minors import ApprovalStatus, MinorField
from people.rules.reveals import RevealField, RevealReason
from schools.labels import LABELS
from schools.models import AuditPack, MinorIncident
from schools.queries import audit_counts as counts
from schools.queries.audit_counts import Period
from schools.rules.audits import AuditPart, DeletionOutcome, shown_count
from schools.rules.processing import PERIODS, PROCESSING

Line = tuple[AuditPart, str, str, str]
MOST = 50
#: Which settings the protection of minors rests on.
SETTINGS = (
    "minors.",
    "exports.",
    "consents.",
    "reveals.",
    "guardians.",
    "privacy.",
    "volunteers.min_age",
    "figures.small",
)
STANDINGS = {
    "member": lazy_gettext("会员"),
    "volunteer": lazy_gettext("志愿者"),
    "draft": lazy_gettext("名册草稿（还没加入）"),
}
_FIELDS = {
    str(one.value): label
    for kind in (RevealField, LookField, MinorField)
    for one, label in PEOPLE_LABELS[kind].items()
}


def packs_of(place_id: int) -> Sequence[AuditPack]:
    """Return the packs that were made at an organization, newest first."""
    made = select(AuditPack).where(AuditPack.organization_id == place_id)
    return db.session.scalars(made.order_by(AuditPack.id.desc()).limit(MOST)).all()


def incidents_of(place_id: int) -> Sequence[MinorIncident]:
    """Return the register of an organization, newest first."""
    own = select(MinorIncident).where(MinorIncident.organization_id == place_id)
    newest = own.order_by(MinorIncident.happened_on.desc(), MinorIncident.id.desc())
    return db.session.scalars(newest.limit(MOST)).all()


def pack_at(place_id: int, code: str, now: datetime, *, lock: bool = False) -> AuditPack | None:
    """Return a pack of an organization whose file is still kept."""
    statement = select(AuditPack).where(
        AuditPack.code == code, AuditPack.organization_id == place_id, AuditPack.expires_at > now
    )
    return db.session.scalars(statement.with_for_update() if lock else statement).one_or_none()


def lines_of(place: Place, year: int, today: date) -> Iterator[Line]:
    """Yield the rows of a pack: part, item, detail, number. No name of anybody is in it."""
    period = Period(place, year, today)
    floor = settings.value("figures.small_group", on=today)
    yield from _minors(period, floor)
    yield from _consents(period)
    for outcome, count in sorted(counts.deletions(period).items()):
        label = str(LABELS[DeletionOutcome][outcome])
        yield AuditPart.DELETIONS, label, "", str(count)
    yield from _looks(period)
    for subject, purpose, status, files, people, downloads in counts.exports(period):
        kind = MEMBER_LABELS[ExportSubject][subject]
        told = f"{MEMBER_LABELS[ExportPurpose][purpose]} · {MEMBER_LABELS[ExportStatus][status]}"
        numbers = _(
            "%(files)s 份，%(people)s 名，下载 %(downloads)s 次",
            files=files,
            people=people,
            downloads=downloads,
        )
        yield AuditPart.EXPORTS, str(kind), told, numbers
    for one in counts.incidents(period):
        told = f"{one.told} {one.told_on or ''}".strip() or _("没有告知")
        yield AuditPart.INCIDENTS, f"{one.happened_on} {one.what}", told, str(one.people)
    yield from _rules(period.day)


def _minors(period: Period, floor: int) -> Iterator[Line]:
    for standing, name, band, count in counts.minors(period):
        told = f"{STANDINGS[standing]} · {PEOPLE_LABELS[AgeBand][band]}"
        yield AuditPart.MINORS, name, told, shown_count(count, floor)


def _consents(period: Period) -> Iterator[Line]:
    for purpose, channel, version, status, count in counts.consents(period):
        words = PEOPLE_LABELS[ConsentStatus][ConsentStatus(status)]
        told = " · ".join(filter(None, (channel, version, str(words))))
        label = PEOPLE_LABELS[ConsentPurpose][ConsentPurpose(purpose)]
        yield AuditPart.CONSENTS, str(label), told, str(count)


def _looks(period: Period) -> Iterator[Line]:
    reasons = PEOPLE_LABELS[RevealReason]
    roles = ACCOUNT_LABELS[Role]
    for role, purpose, standing, status, count in counts.approvals(period):
        kind = _("长期") if standing else _("单次")
        told = f"{kind} · {reasons[purpose]} · {PEOPLE_LABELS[ApprovalStatus][status]}"
        yield AuditPart.APPROVALS, str(roles[role]), told, str(count)
    for (role, field, reason), count in sorted(counts.looks(period).items()):
        told = f"{_FIELDS.get(field, field)} · {reasons[RevealReason(reason)]}"
        yield AuditPart.LOOKS, str(roles[Role(role)]), told, str(count)


def _rules(day: date) -> Iterator[Line]:
    periods = {name: retention.period(setting, day) for name, setting in PERIODS.items()}
    for what, why, basis, kept in PROCESSING:
        yield AuditPart.PROCESSING, _(what), f"{_(why)} · {_(basis)}", fill(kept, periods)
    for name, default in settings.DEFAULTS.items():
        if name.startswith(SETTINGS):
            value = settings.value(name, on=day)
            source = default.source if value == default.value else _("本单位另行规定")
            yield AuditPart.SETTINGS, name, source, str(value)


def province() -> Place | None:
    """Return the province, which answers for everything below it."""
    top = select(Organization).where(Organization.parent_id.is_(None)).order_by(Organization.id)
    found = db.session.scalars(top.limit(1)).one_or_none()
    return found.place if found is not None else None
