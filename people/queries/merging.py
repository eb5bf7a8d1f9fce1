"""What a merge would do, before it does: who stays, what is chosen, what stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import or_, select

from accounts.models import Post, User
from core import clock
from core.audit.operations import Actor
from core.database import db
from core.filters import full_day
from core.i18n import gettext
from core.rules import N_, RuleViolation, violations
from people.labels import LABELS
from people.merging import Choice, Line, Plan, hands, sightings_of
from people.models import ChangeRequest, Death, Person
from people.queries.deciding import deciders
from people.queries.persons import guardian_accounts
from people.rules import Sex, mask_name
from people.rules.changes import ChangeStatus
from people.rules.duplicates import (
    Facts,
    KeptField,
    Side,
    check_decider,
    check_pair,
    is_survivor_open,
    survivor_of,
)

COLUMNS = {
    KeptField.NAME: "name",
    KeptField.BORN_ON: "born_on",
    KeptField.SEX: "sex",
    KeptField.PHONE: "phone_index",
}


def facts_of(person: Person, today: date) -> Facts:
    """Return what decides about a record; a post that begins later counts like one in force."""
    user_id = db.session.scalar(select(User.id).where(User.person_id == person.id))
    held = select(Post.id).where(
        Post.user_id == user_id, or_(Post.ends_on.is_(None), Post.ends_on >= today)
    )
    return Facts(
        person_id=person.id,
        born_on=person.born_on,
        has_number=person.id_index is not None,
        has_account=user_id is not None,
        has_posts=user_id is not None and db.session.scalar(held.limit(1)) is not None,
        is_merged=person.merged_into_id is not None,
    )


def plan_for(first: Person, second: Person, kept: Mapping[str, Side], today: date) -> Plan:
    """Return who stays and what is kept, by what was chosen and by what must be."""
    known = facts_of(first, today), facts_of(second, today)
    stays = survivor_of(*known, kept.get(KeptField.RECORD))
    return Plan(first, second, stays, today, dict(kept))


def questions(plan: Plan, *, masked: bool = False) -> list[Choice]:
    """Return what the officer chooses: the record that stays, and where both tell otherwise."""
    first, second = plan.first, plan.second
    asked = []
    if is_survivor_open(facts_of(first, plan.today), facts_of(second, plan.today)):
        asked.append(
            Choice(
                KeptField.RECORD,
                gettext("留下哪一份（另一份的账号停用）"),
                gettext("先登记的这份"),
                gettext("后登记的这份"),
                plan.survivor_side,
            )
        )
    for field, column in COLUMNS.items():
        values = getattr(first, column), getattr(second, column)
        if all(values) and values[0] != values[1]:
            texts = [shown_value(one, field, masked=masked) for one in (first, second)]
            if masked:
                texts = [str(LABELS[Side][side]) for side in Side]
            question, default = str(LABELS[KeptField][field]), plan.survivor_side
            asked.append(Choice(field, question, texts[0], texts[1], default))
    for hand in hands():
        asked += hand.choices(*plan.ids)
    return asked


def shown_value(person: Person, field: KeptField, *, masked: bool = False) -> str:
    """Return a value of a record as the comparison shows it: phones masked (decisions.md D2).

    Above the county, and of pupils, names are masked and the rest is told as there or not (D10).
    """
    if masked and field is not KeptField.NAME:
        return gettext("已登记") if getattr(person, COLUMNS[field]) else ""
    if field is KeptField.PHONE:
        return person.masked_phone
    if field is KeptField.BORN_ON:
        return full_day(person.born_on) if person.born_on else ""
    if field is KeptField.SEX:
        return str(LABELS[Sex][person.sex]) if person.sex else ""
    return mask_name(person.name) if masked else person.name


def lines_of(person: Person, *, masked: bool = False) -> list[Line]:
    """Return everything that a record has, for the comparison side by side."""
    known = [
        Line(
            str(LABELS[KeptField][field]),
            shown_value(person, field, masked=masked) or gettext("未填"),
        )
        for field in COLUMNS
    ]
    has_account = db.session.scalar(select(User.id).where(User.person_id == person.id))
    known.append(Line(gettext("账号"), gettext("有") if has_account else gettext("无")))
    known.append(Line(gettext("登记时间"), full_day(clock.local(person.created_at).date())))
    if masked:
        return known
    number = person.masked_id_number or gettext("未填")
    known.append(Line(gettext("证件号"), number))
    for hand in hands():
        known += hand.tell(person.id)
    return known


def is_alike(plan: Plan, label: str) -> bool | None:
    """Return whether both records tell the same under a label; None where one tells nothing."""
    for field, column in COLUMNS.items():
        if str(LABELS[KeptField][field]) == label:
            values = getattr(plan.first, column), getattr(plan.second, column)
            return values[0] == values[1] if all(values) else None
    return None


def may_decide(plan: Plan, place_id: int) -> bool:
    """Return whether a Red Cross is the one that merges the two: see ``deciders``."""
    sightings = sightings_of(plan.ids)
    return place_id in deciders(sightings[plan.first.id], sightings[plan.second.id])


def kept_side(plan: Plan, field: KeptField) -> Side:
    """Return whose value of a field holds: the only one there is, else the chosen one."""
    values = [getattr(one, COLUMNS[field]) for one in (plan.first, plan.second)]
    if bool(values[0]) != bool(values[1]):
        return Side.FIRST if values[0] else Side.SECOND
    return plan.kept.get(field, plan.survivor_side)


def obstacles(plan: Plan, county_id: int, by: Actor) -> list[RuleViolation]:
    """Return everything that stands against a merge, each in its own words.

    Whoever does not decide about the pair learns that alone: what the other record says is not his.
    """
    try:
        _check_reach(plan, county_id)
    except RuleViolation as violation:
        return [violation]
    first, second = (facts_of(one, plan.today) for one in (plan.first, plan.second))
    found = violations(
        lambda: check_decider(set(plan.ids), by.person_id),
        lambda: check_pair(first, second, plan.today),
        lambda: _check_wards(plan, by),
        lambda: _check_settled(plan),
    )
    for hand in hands():
        found += hand.obstacles(plan)
    return found


def _check_settled(plan: Plan) -> None:
    """Raise RuleViolation where one of the two died or asks to have something put right."""
    deaths = select(Death.id).where(Death.person_id.in_(plan.ids), Death.undone_at.is_(None))
    if db.session.scalar(deaths.limit(1)) is not None:
        raise RuleViolation("", N_("其中一人已登记去世，不能合并"))
    changes = select(ChangeRequest.id).where(
        ChangeRequest.person_id.in_(plan.ids), ChangeRequest.status == ChangeStatus.SUBMITTED
    )
    if db.session.scalar(changes.limit(1)) is not None:
        raise RuleViolation("", N_("有更正申请还没有办完，请先办理"))


def foretold(plan: Plan) -> list[str]:
    """Return in words what a merge will do."""
    stays = gettext("先登记的") if plan.survivor_side is Side.FIRST else gettext("后登记的")
    words = [gettext("留下%(which)s那份记录，另一份并入。", which=stays)]
    if plan.merged.id_index is not None:
        words.append(gettext("证件号从另一份记录转过来。"))
    if facts_of(plan.merged, plan.today).has_account:
        words.append(gettext("并入的那份记录的账号停用，职务和权限都不会转过来。"))
    for hand in hands():
        words += hand.foretell(plan)
    return words


def _check_reach(plan: Plan, county_id: int) -> None:
    if not may_decide(plan, county_id):
        raise RuleViolation(
            "",
            N_(
                "有一份记录不在本县（市、区），这里不能合并。"
                "请和对方核对，由两地共同的上级红十字会合并"
            ),
        )


def _check_wards(plan: Plan, by: Actor) -> None:
    guardians = guardian_accounts(plan.first.id) | guardian_accounts(plan.second.id)
    if by.user_id in guardians:
        raise RuleViolation("", N_("不能合并自己监护的人的记录，请由其他人办理"))
