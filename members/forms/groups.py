"""Forms of group members, and of grades."""

from __future__ import annotations

from typing import Any

from wtforms import FileField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from core import clock
from core.forms import AppForm, by_rule
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int
from core.rules import N_, RuleViolation, check_line
from members.labels import LABELS
from members.rules import MAX_NOTE, GradeFacts, MemberGrade
from members.rules.groups import (
    MAX_ADDRESS,
    MAX_FINDINGS,
    MAX_PERSON_NAME,
    MAX_PLAN,
    MAX_STAFF,
    MAX_VISITORS,
    GroupFacts,
    GroupKind,
    Visit,
    check_group_reason,
    check_unit_name,
    check_words,
)
from people.labels import LABELS as PEOPLE_LABELS
from people.rules import check_contact_phone, check_credit_code
from people.rules.reveals import MAX_REASON as MAX_REVEAL
from people.rules.reveals import RevealReason


def _line(field: str, limit: int) -> Any:
    return by_rule(lambda text: check_line(text, field, limit))


def _words(field: str, limit: int) -> Any:
    return by_rule(lambda text: check_words(text, field, limit))


def _past_day(field: str) -> Any:
    return by_rule(lambda text: parse_date(text, field, high=clock.today()))


class GroupForm(AppForm):
    """What a unit tells when it wants to become a group member (MEM-15)."""

    name = StringField(_("单位名称"), validators=[by_rule(check_unit_name)])
    credit_code = StringField(_("统一社会信用代码"), validators=[by_rule(check_credit_code)])
    kind = RadioField(_("单位类型"), validate_choice=False)
    staff = StringField(
        _("职工人数"), validators=[by_rule(lambda text: _whole(text, "staff", MAX_STAFF))]
    )
    representative = StringField(
        _("法定代表人"), validators=[_line("representative", MAX_PERSON_NAME)]
    )
    contact_name = StringField(_("联系人"), validators=[_line("contact_name", MAX_PERSON_NAME)])
    contact_phone = StringField(
        _("联系电话"), validators=[by_rule(lambda text: check_contact_phone(text, "contact_phone"))]
    )
    address = StringField(_("地址"), validators=[_line("address", MAX_ADDRESS)])
    plan = TextAreaField(_("打算参加的红十字工作"), validators=[_words("plan", MAX_PLAN)])

    def offer(self) -> None:
        """Fill the chips."""
        self.kind.choices = [(code, words) for code, words in LABELS[GroupKind].items()]

    def keep_phone(self) -> None:
        """Let the phone be left out: who mends a form for others does not get to read it."""
        self.contact_phone.data = self.contact_phone.data if self.is_submitted() else ""
        self.contact_phone.validators = [by_rule(_phone_or_none)]

    def chosen_kind(self) -> GroupKind:
        """Return the kind of unit. Raises RuleViolation for none."""
        try:
            return GroupKind(self.kind.data or "")
        except ValueError:
            raise RuleViolation("kind", N_("请选一个单位类型")) from None

    def facts(self, credit_code: str = "") -> GroupFacts:
        """Return what was told; ``credit_code`` where the form does not ask for it."""
        told = self.data
        return GroupFacts(
            name=told["name"],
            credit_code=credit_code or told["credit_code"],
            kind=self.chosen_kind(),
            staff=int(told["staff"]),
            representative=told["representative"],
            contact_name=told["contact_name"],
            contact_phone=told["contact_phone"],
            address=told["address"],
            plan=told["plan"],
        )


def _whole(text: str, field: str, high: int) -> str:
    return str(parse_int(text, field, low=1, high=high))


def _phone_or_none(text: str) -> str:
    return check_contact_phone(text, "contact_phone") if text.strip() else ""


class FileForm(AppForm):
    """One file; what it is, its content tells."""

    file = FileField(_("证照文件"))


class VisitForm(AppForm):
    """Who looked into a unit, when, and what was found."""

    visitors = StringField(_("考察人"), validators=[_line("visitors", MAX_VISITORS)])
    visited_on = StringField(_("考察日期"), validators=[_past_day("visited_on")])
    findings = TextAreaField(_("考察情况"), validators=[_words("findings", MAX_FINDINGS)])

    def visit(self) -> Visit:
        """Return what was told."""
        return Visit(self.visitors.data, self.visited_on.data, self.findings.data)


class ReasonForm(AppForm):
    """Why a county acts; the unit reads it."""

    note = TextAreaField(_("原因"), validators=[by_rule(check_group_reason)])


class PartingForm(AppForm):
    """Why a unit leaves; nothing of it has to be told."""

    note = TextAreaField(_("想说的话"), validators=[Length(max=4 * MAX_NOTE)])


class GradeForm(AppForm):
    """Another grade, from when on, and why."""

    grade = RadioField(_("等级"), validate_choice=False)
    valid_from = StringField(_("从哪天起"), validators=[_past_day("valid_from")])
    reason = TextAreaField(_("原因"), validators=[Length(max=4 * MAX_NOTE)])

    def offer(self) -> None:
        """Fill the chips."""
        self.grade.choices = [(code, words) for code, words in LABELS[MemberGrade].items()]

    def chosen_grade(self) -> MemberGrade:
        """Return the grade. Raises RuleViolation for none."""
        try:
            return MemberGrade(self.grade.data or "")
        except ValueError:
            raise RuleViolation("grade", N_("请选一个等级")) from None

    def facts(self) -> GradeFacts:
        """Return what was told."""
        return GradeFacts(self.chosen_grade(), self.valid_from.data, self.reason.data or "")


class LookForm(AppForm):
    """Why somebody looks at what is protected: a unit's phone, a signed paper."""

    reason = RadioField(
        _("为什么要看"),
        choices=[SelectChoice(one.value, PEOPLE_LABELS[RevealReason][one]) for one in RevealReason],
        validators=[InputRequired(_("请选择原因"))],
    )
    note = StringField(_("说明"), validators=[Length(max=MAX_REVEAL, message=_("最多 60 个字"))])
