"""Who may sign up: every condition of a shift, met or not, with its reason (ux.md S16). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from activities.rules.fields import ActivityField, Ground, bars_minors
from core.rules import AGE_OF_MAJORITY, N_, RuleViolation


class Condition(StrEnum):
    """What a sign-up asks of a person."""

    VOLUNTEER = "volunteer"
    ALONE = "alone"
    SAFE = "safe"
    AGE = "age"
    GRADE = "grade"
    CERTIFICATE = "certificate"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an activity asks; ages in years."""

    field: ActivityField
    grounds: frozenset[Ground]
    min_age: int | None = None
    needs_registered: bool = False
    certificate: str = ""
    alone_from: int = 14

    @property
    def needs_agreement(self) -> bool:
        return bool(self.grounds)


@dataclass(frozen=True, slots=True)
class Applicant:
    """What is known of who wants to sign up; ``age`` on the day of the shift, None if unknown.

    ``has_guardian``: a guardian agreed to volunteering and can be asked on the phone.
    """

    age: int | None
    is_volunteer: bool
    is_registered: bool
    has_guardian: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """One condition: whether it is met, and the sentence that says so."""

    condition: Condition
    is_met: bool
    message: str
    params: tuple[tuple[str, object], ...] = ()

    def violation(self) -> RuleViolation:
        """Return the refusal of a condition that is not met."""
        return RuleViolation("", self.message, **dict(self.params))


def judge(terms: Terms, applicant: Applicant) -> list[Verdict]:
    """Return the verdict on every condition of an activity, in the order of the page."""
    return list(_verdicts(terms, applicant))


def _verdicts(terms: Terms, applicant: Applicant) -> Iterator[Verdict]:
    yield _volunteer(applicant)
    if applicant.age is not None and applicant.age < AGE_OF_MAJORITY:
        yield _alone(terms, applicant.age)
    if bars_minors(terms.grounds, terms.field):
        yield _safe(applicant)
    if terms.min_age is not None:
        yield _age(terms.min_age, applicant)
    if terms.needs_registered:
        yield _grade(applicant)
    if terms.certificate:
        name = (("certificate", terms.certificate),)
        text = N_("要有证书：%(certificate)s。报名时说明，由组织核对")
        yield Verdict(Condition.CERTIFICATE, is_met=True, message=text, params=name)
    if terms.needs_agreement:
        yield _agreement(applicant)


def _volunteer(applicant: Applicant) -> Verdict:
    if applicant.is_volunteer:
        return Verdict(Condition.VOLUNTEER, is_met=True, message=N_("您是志愿者"))
    return Verdict(
        Condition.VOLUNTEER, is_met=False, message=N_("要先当志愿者，加入通过后就能报名")
    )


def _alone(terms: Terms, age: int) -> Verdict:
    params = (("age", terms.alone_from),)
    if age >= terms.alone_from:
        text = N_("已满 %(age)d 岁，可以自己报名")
        return Verdict(Condition.ALONE, is_met=True, message=text, params=params)
    text = N_("未满 %(age)d 岁不能自己报名，请和监护人联系组织")
    return Verdict(Condition.ALONE, is_met=False, message=text, params=params)


def _safe(applicant: Applicant) -> Verdict:
    """Return the hard block of minors (domain.md VOL-04, scenario 4); the age must be known."""
    if applicant.age is None:
        text = N_("有人身危险的服务要满 18 岁，系统里没有出生日期，请联系组织补上")
        return Verdict(Condition.SAFE, is_met=False, message=text)
    if applicant.age < AGE_OF_MAJORITY:
        text = N_(
            "未满 18 岁不能参加：《浙江省志愿服务条例》第九条禁止组织未成年人"
            "参加抢险救灾等有人身危险的志愿服务"
        )
        return Verdict(Condition.SAFE, is_met=False, message=text)
    return Verdict(Condition.SAFE, is_met=True, message=N_("有人身危险的服务，您已满 18 岁"))


def _age(min_age: int, applicant: Applicant) -> Verdict:
    params = (("age", min_age),)
    if applicant.age is None:
        text = N_("要满 %(age)d 岁，系统里没有出生日期，请联系组织补上")
        return Verdict(Condition.AGE, is_met=False, message=text, params=params)
    is_met = applicant.age >= min_age
    text = N_("已满 %(age)d 岁") if is_met else N_("要满 %(age)d 岁")
    return Verdict(Condition.AGE, is_met=is_met, message=text, params=params)


def _grade(applicant: Applicant) -> Verdict:
    if applicant.is_registered:
        return Verdict(Condition.GRADE, is_met=True, message=N_("您是注册志愿者"))
    return Verdict(Condition.GRADE, is_met=False, message=N_("要是注册志愿者，现在还是登记志愿者"))


def _agreement(applicant: Applicant) -> Verdict:
    """Return that an agreement is signed with the sign-up; a minor's is the guardian's matter."""
    is_minor = applicant.age is not None and applicant.age < AGE_OF_MAJORITY
    if is_minor and applicant.has_guardian:
        text = N_("要签志愿服务协议，报名后请监护人在手机上看和同意")
        return Verdict(Condition.AGREEMENT, is_met=True, message=text)
    if is_minor:
        text = N_("要签志愿服务协议，未满 18 岁由监护人签，请联系组织")
        return Verdict(Condition.AGREEMENT, is_met=False, message=text)
    text = N_("要签志愿服务协议，报名时在手机上看和同意")
    return Verdict(Condition.AGREEMENT, is_met=True, message=text)


def check_conditions(terms: Terms, applicant: Applicant) -> None:
    """Raise RuleViolation with the first condition that is not met."""
    for verdict in judge(terms, applicant):
        if not verdict.is_met:
            raise verdict.violation()
