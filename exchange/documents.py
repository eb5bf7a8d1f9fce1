"""The schema as a file: every item with its meaning, every code with its words (VOL-51)."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from activities.labels import LABELS as ACTIVITY_LABELS
from activities.rules import Ground
from core.i18n import speaking
from exchange.rules import FORMAT, SCHEMA, VERSION, Item
from members.labels import LABELS as MEMBER_LABELS
from members.rules import HonourLevel
from people.labels import LABELS as PEOPLE_LABELS
from people.rules import IdType, Sex
from volunteers.labels import LABELS as VOLUNTEER_LABELS
from volunteers.rules import ServiceField, ServiceMethod, ServiceStatus, VolunteerStatus
from volunteers.rules.certificates import CertificateStatus
from volunteers.rules.teams import TeamStatus

LANGUAGE = "zh_CN"
_WORDS = {**ACTIVITY_LABELS, **MEMBER_LABELS, **PEOPLE_LABELS, **VOLUNTEER_LABELS}

#: Code lists by name: the codes of this product, or those that only the exchange knows.
CODES: dict[str, type[StrEnum] | dict[str, str]] = {
    "sex": Sex,
    "id_type": IdType,
    "field": ServiceField,
    "volunteer_state": VolunteerStatus,
    "group_type": {"rescue": "救援队", "service": "志愿服务队"},
    "group_state": TeamStatus,
    "risk": Ground,
    "project_state": {"published": "已发布", "ended": "已结束", "cancelled": "已取消"},
    "method": ServiceMethod,
    "service_state": ServiceStatus,
    "honour_level": HonourLevel,
    "evaluation_kind": {"objection": "对时长的申诉"},
    "certificate_state": CertificateStatus,
}
OPERATIONS = {
    "put": "新增或更新：同一编号，版本号大的有效；版本号一样的是同一内容，收到几次都算一次",
    "withdraw": "不再报送：本人撤回同意、退出、合并或撤销，请按本人意愿处理已有的内容",
}
SEALED = (
    "算法.密钥.随机数.密文（base64url）；附加数据为“算法.密钥|exchange:对象:编号:项目”，"
    "密钥由双方另行约定"
)


def schema_text() -> str:
    """Return the schema as JSON text."""
    with speaking(LANGUAGE):
        found = {
            "format": FORMAT,
            "version": VERSION,
            "file": "每行一个 JSON 对象：number 编号，version 版本，operation 操作，facts 内容",
            "operations": OPERATIONS,
            "sealed_identity": SEALED,
            "objects": {kind: [_item(one) for one in items] for kind, items in SCHEMA.items()},
            "codes": {name: _codes(codes) for name, codes in CODES.items()},
        }
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _item(item: Item) -> dict[str, Any]:
    told = {"name": item.name, "meaning": item.meaning, "shape": item.shape, "kept": item.is_kept}
    return {**told, "codes": item.codes} if item.codes else told


def _codes(codes: type[StrEnum] | dict[str, str]) -> dict[str, str]:
    if isinstance(codes, dict):
        return codes
    return {one.value: str(_WORDS[codes][one]) for one in codes}
