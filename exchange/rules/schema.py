"""What is exchanged: objects, their items, and code lists by name (domain.md VOL-51). Pure.

Adding or changing an item needs a new version. Items that this system does not keep are part of the
schema and always empty, so that a receiver finds every item of the standard under its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

VERSION = "1.0"
FORMAT = "redcross-volunteer-exchange"


class ObjectKind(StrEnum):
    """Objects, in the order in which a receiver can read them: what is referred to comes first."""

    VOLUNTEER = "volunteer"
    GROUP = "group"
    PROJECT = "project"
    SERVICE = "service"
    TRAINING = "training"
    HONOUR = "honour"
    EVALUATION = "evaluation"
    CERTIFICATE = "certificate"


class Shape(StrEnum):
    """What an item looks like."""

    TEXT = "text"
    CODE = "code"
    CODES = "codes"
    DAY = "day"
    INSTANT = "instant"
    COUNT = "count"
    YES_NO = "yes_no"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an object; ``codes`` names the list of its codes."""

    name: str
    meaning: str
    shape: Shape = Shape.TEXT
    codes: str = ""
    is_kept: bool = True


def _not_kept(name: str, meaning: str) -> Item:
    return Item(name, meaning, is_kept=False)


_S = Shape
_DIVISION = Item("division", "行政区划代码，12 位")
_VOLUNTEER = Item("volunteer", "志愿者编号")

SCHEMA: Mapping[ObjectKind, tuple[Item, ...]] = {
    ObjectKind.VOLUNTEER: (
        Item("local_number", "来源系统里的编号"),
        Item("name", "姓名"),
        Item("sex", "性别", _S.CODE, "sex"),
        Item("born_on", "出生日期", _S.DAY),
        Item("id_type", "证件类型", _S.CODE, "id_type"),
        Item("id_number", "证件号码", _S.IDENTITY),
        _not_kept("country", "国籍"),
        _not_kept("ethnic_group", "民族"),
        _not_kept("political_status", "政治面貌"),
        _not_kept("education", "学历"),
        _not_kept("job", "职业"),
        Item("unit", "所在组织"),
        Item("phone", "手机号", _S.IDENTITY),
        _not_kept("email", "电子邮箱"),
        _DIVISION,
        Item("skills", "特长"),
        Item("fields", "愿意服务的领域", _S.CODES, "field"),
        _not_kept("service_areas", "愿意服务的地区"),
        _not_kept("service_times", "愿意服务的时间"),
        _not_kept("guardian", "监护人（未成年人不报送）"),
        Item("registered_on", "成为注册志愿者的日期", _S.DAY),
        Item("entered_on", "登记日期", _S.DAY),
        Item("source", "来源系统"),
        Item("state", "状态", _S.CODE, "volunteer_state"),
    ),
    ObjectKind.GROUP: (
        Item("name", "名称"),
        _not_kept("short_name", "简称"),
        Item("type", "类型", _S.CODE, "group_type"),
        Item("registration", "统一社会信用代码或登记号"),
        Item("founded_on", "成立日期", _S.DAY),
        _DIVISION,
        _not_kept("address", "地址"),
        Item("head", "负责人的志愿者编号，同意报送的才有"),
        _not_kept("contact", "联系人"),
        Item("phone", "联系电话（所属红十字会的）"),
        Item("parent", "上级团体编号", is_kept=False),
        Item("liaison", "所属红十字会"),
        Item("fields", "服务领域", _S.CODES, "field"),
        Item("members", "队员人数", _S.COUNT),
        Item("state", "状态", _S.CODE, "group_state"),
    ),
    ObjectKind.PROJECT: (
        Item("name", "名称"),
        Item("field", "服务领域", _S.CODE, "field"),
        _not_kept("people_served", "服务对象"),
        Item("description", "内容"),
        _DIVISION,
        Item("address", "地点"),
        _not_kept("longitude", "经度"),
        _not_kept("latitude", "纬度"),
        Item("starts_at", "开始", _S.INSTANT),
        Item("ends_at", "结束", _S.INSTANT),
        Item("recruits_from", "招募开始", _S.INSTANT),
        Item("recruits_to", "招募结束", _S.INSTANT),
        Item("wanted", "招募人数", _S.COUNT),
        Item("conditions", "条件"),
        Item("risk_flags", "要签协议的情形", _S.CODES, "risk"),
        Item("guarantees", "风险和保障"),
        Item("insurance", "保单号"),
        _not_kept("head", "负责人"),
        Item("contact", "联系电话（组织者的）"),
        Item("organizer", "组织者"),
        Item("state", "状态", _S.CODE, "project_state"),
    ),
    ObjectKind.SERVICE: (
        _VOLUNTEER,
        Item("project", "项目编号，不在活动里服务的没有"),
        Item("post", "服务内容"),
        Item("field", "服务领域", _S.CODE, "field"),
        Item("served_on", "日期", _S.DAY),
        Item("starts_at", "开始", _S.INSTANT),
        Item("ends_at", "结束", _S.INSTANT),
        Item("minutes", "计入的分钟数", _S.COUNT),
        Item("method", "记录方式", _S.CODE, "method"),
        Item("organizer", "组织者"),
        Item("recorder", "记录人（代号）"),
        Item("confirmer", "确认人（代号）"),
        Item("confirmed_at", "确认时间", _S.INSTANT),
        _not_kept("rating", "评价"),
        Item("remark", "备注"),
        Item("state", "状态", _S.CODE, "service_state"),
    ),
    ObjectKind.TRAINING: (
        _VOLUNTEER,
        Item("name", "名称"),
        _not_kept("content", "内容"),
        Item("minutes", "分钟数", _S.COUNT),
        Item("organizer", "组织者"),
        Item("held_on", "日期", _S.DAY),
        _not_kept("result", "结果"),
        _not_kept("certificate", "证书编号"),
    ),
    ObjectKind.HONOUR: (
        _VOLUNTEER,
        Item("name", "名称"),
        Item("level", "级别", _S.CODE, "honour_level"),
        Item("star", "星级", _S.COUNT),
        Item("granted_by", "授予单位"),
        Item("granted_on", "日期", _S.DAY),
        Item("document", "文号或证书编号"),
        Item("revoked", "是否撤销", _S.YES_NO),
    ),
    ObjectKind.EVALUATION: (
        Item("object", "服务记录编号"),
        Item("kind", "类别", _S.CODE, "evaluation_kind"),
        Item("by", "提出人的志愿者编号"),
        _not_kept("score", "评分"),
        Item("text", "内容"),
        Item("raised_on", "日期", _S.DAY),
        Item("handling", "处理结果", _S.CODE, "service_state"),
    ),
    ObjectKind.CERTIFICATE: (
        _VOLUNTEER,
        Item("certificate_number", "证明编号"),
        Item("first_on", "开始日期", _S.DAY),
        Item("last_on", "结束日期", _S.DAY),
        Item("minutes", "分钟数", _S.COUNT),
        Item("issuer", "出具单位"),
        Item("issued_on", "出具日期", _S.DAY),
        Item("state", "状态", _S.CODE, "certificate_state"),
    ),
}

#: Objects whose minutes are summed in the manifest; those of service are the ledger's.
WITH_MINUTES = (ObjectKind.SERVICE, ObjectKind.TRAINING, ObjectKind.CERTIFICATE)
