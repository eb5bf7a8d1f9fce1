"""What members tell a person of himself: memberships, applications, honours, dues (PRV-15).

Ended memberships are among them; of who decided or recorded something nothing is told.
"""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core import clock
from core.database import db
from core.filters import full_day, yuan
from core.i18n import gettext
from members.labels import LABELS
from members.models import Application, DuesCharge, Membership
from members.queries.honours import honours_of_person
from members.rules import ApplicationKind, ApplicationStatus, MembershipStatus
from people.presence import Section, Standing

#: Lines of one part; all of them stand on the page that the part leads to.
MOST = 20


def tell_member(person_id: int) -> list[Section]:
    """Return what is kept of a person's memberships; nothing where he never asked for one."""
    parts = (
        (gettext("会员"), _memberships(person_id), url_for("members.card")),
        (gettext("我的申请"), _applications(person_id), url_for("members.own_applications")),
        (gettext("我的荣誉"), _honours(person_id), url_for("members.own_honours")),
        (gettext("我的会费"), _dues(person_id), url_for("members.own_dues")),
    )
    return [Section(title, lines, url) for title, lines, url in parts if lines]


def _memberships(person_id: int) -> list[Standing]:
    mine = (
        select(Membership)
        .options(joinedload(Membership.organization, innerjoin=True))
        .where(Membership.person_id == person_id)
    )
    url = url_for("members.card")
    return [
        Standing(one.organization.name, _member_words(one), url)
        for one in db.session.scalars(mine.order_by(Membership.id.desc()).limit(MOST))
    ]


def _member_words(one: Membership) -> str:
    state = LABELS[MembershipStatus][one.status]
    until = full_day(one.left_on) if one.left_on else ""
    return f"{one.number} · {state} · {full_day(one.joined_on)} — {until}"


def _applications(person_id: int) -> list[Standing]:
    mine = (
        select(Application)
        .options(joinedload(Application.organization, innerjoin=True))
        .where(Application.person_id == person_id)
    )
    return [
        Standing(
            f"{one.organization.name} · {LABELS[ApplicationKind][one.kind]}",
            f"{LABELS[ApplicationStatus][one.status]} · {_day(one)}",
            url_for("members.own_application", code=one.code),
        )
        for one in db.session.scalars(mine.order_by(Application.id.desc()).limit(MOST))
    ]


def _day(application: Application) -> str:
    return full_day(clock.local(application.submitted_at).date())


def _honours(person_id: int) -> list[Standing]:
    url = url_for("members.own_honours")
    return [
        Standing(one.name, f"{one.granted_by} · {full_day(one.granted_on)}", url)
        for one in honours_of_person(person_id)
    ]


def _dues(person_id: int) -> list[Standing]:
    mine = select(DuesCharge).join(DuesCharge.membership).where(Membership.person_id == person_id)
    url = url_for("members.own_dues")
    return [
        Standing(str(one.year), yuan(one.amount), url)
        for one in db.session.scalars(mine.order_by(DuesCharge.id.desc()).limit(MOST))
    ]
