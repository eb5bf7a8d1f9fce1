"""What each kind of venue keeps and has to show, as data (domain.md 5, CTR-01). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from activities.rules.venues import VenueKind
from core.rules import N_, NN_, RuleViolation, check_line, typed

TEXT_MAX, DIGITS_MAX = 120, 6


class DetailType(StrEnum):
    """What is written into a detail."""

    TEXT = "text"
    COUNT = "count"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that only venues of some kinds have."""

    name: str
    label: str
    type: DetailType = DetailType.TEXT


@dataclass(frozen=True, slots=True)
class Criterion:
    """What an inspection asks for; ``%(number)d`` is what the dated setting says of the day.

    The setting ``venues.criteria.`` with the name turns it off with 0.
    """

    name: str
    label: str

    @property
    def setting(self) -> str:
        return f"venues.criteria.{self.name}"


@dataclass(frozen=True, slots=True)
class KindRules:
    """Details and criteria of a kind, and what else it has."""

    details: tuple[Detail, ...]
    criteria: tuple[Criterion, ...]
    has_leader: bool = False
    has_fund: bool = False


_T, _C, _Y = DetailType.TEXT, DetailType.COUNT, DetailType.YES_NO
HOST = Detail("host", N_("设在哪里"))
STAFF = Detail("staff", N_("工作人员数"), _C)
AED_CODE = Detail("aed_code", N_("AED 编号"))
ROOM = Criterion("room", N_("有固定场所"))
SIGN = Criterion("sign", N_("有清楚的标牌"))
EQUIPMENT = Criterion("equipment", N_("设备齐全、能用"))
SAFETY = Criterion("safety", N_("安全出口和消防设施合格"))
AT_HOST = Criterion("host", N_("所在单位书面同意"))
SERVICE_LIST = Criterion("service_list", N_("服务清单公开"))
RULES = Criterion("rules", N_("制度上墙"))
TEAM = Criterion("team", N_("有稳定的队伍"))

KINDS: Mapping[VenueKind, KindRules] = {
    VenueKind.MEMBER_SERVICE_CENTRE: KindRules(
        (STAFF, Detail("windows", N_("窗口数"), _C), Detail("approval", N_("批准文号"))),
        (
            ROOM,
            Criterion("staff", N_("至少有 1 名工作人员")),
            Criterion("days", NN_("窗口每周开放至少 %(number)d 天")),
            SERVICE_LIST,
        ),
    ),
    VenueKind.MEMBER_HOME: KindRules(
        (HOST, Detail("board", N_("有宣传栏"), _Y)),
        (SIGN, RULES, Criterion("activities", NN_("每年活动至少 %(number)d 场"))),
    ),
    VenueKind.MEMBER_WORKSHOP: KindRules(
        (Detail("field", N_("服务专长")), Detail("plan", N_("工作计划"))),
        (
            Criterion("leader", N_("领办人是在册会员")),
            Criterion("plan", N_("有年度工作计划")),
            TEAM,
        ),
        has_leader=True,
    ),
    VenueKind.FRATERNITY_HOME: KindRules(
        (
            HOST,
            Detail("built_in", N_("建成年份"), _C),
            Detail("teams", N_("志愿服务队数"), _C),
            Detail("twin", N_("已建数字孪生"), _Y),
        ),
        (
            SIGN,
            Criterion("facilities", N_("设施齐全")),
            Criterion("organized", N_("有组织、有互助金")),
            TEAM,
            Criterion("twin", N_("已建数字孪生")),
        ),
        has_fund=True,
    ),
    VenueKind.SERVICE_WINDOW: KindRules((HOST,), (SIGN, AT_HOST, SERVICE_LIST)),
    VenueKind.SERVICE_STATION: KindRules((HOST,), (SIGN, AT_HOST, SERVICE_LIST)),
    VenueKind.TRAINING_BASE: KindRules(
        (
            Detail("rooms", N_("教室数"), _C),
            Detail("manikins", N_("模拟人数"), _C),
            Detail("trainers", N_("训练用 AED 数"), _C),
        ),
        (ROOM, EQUIPMENT, SAFETY),
    ),
    VenueKind.FIRST_AID_POST: KindRules((HOST, AED_CODE, STAFF), (SIGN, AT_HOST, EQUIPMENT)),
    VenueKind.LIFE_EDUCATION_HALL: KindRules(
        (
            Detail("exhibits", N_("展项数"), _C),
            Detail("booking", N_("预约方式")),
        ),
        (ROOM, SIGN, EQUIPMENT, SAFETY),
    ),
    VenueKind.MEMORIAL_PLACE: KindRules(
        (HOST, Detail("ceremonies", N_("纪念活动"))), (SIGN, AT_HOST)
    ),
    VenueKind.VOLUNTEER_BASE: KindRules(
        (HOST, Detail("agreement", N_("协议编号"))), (AT_HOST, TEAM)
    ),
}


def check_details(kind: VenueKind, told: Mapping[str, str]) -> dict[str, str]:
    """Return the details of a kind in canonical form, empty ones left out. Raises RuleViolation."""
    checked = {}
    for detail in KINDS[kind].details:
        text = told.get(detail.name, "")
        if detail.type is DetailType.TEXT:
            text = check_line(text, detail.name, TEXT_MAX, "")
        elif detail.type is DetailType.COUNT:
            text = _check_count(text, detail.name)
        else:
            text = "1" if text else ""
        if text:
            checked[detail.name] = text
    return checked


def _check_count(text: str, field: str) -> str:
    number = typed(text, field)
    if number and not (number.isascii() and number.isdigit() and len(number) <= DIGITS_MAX):
        raise RuleViolation(field, N_("请填整数"))
    return str(int(number)) if number else ""
