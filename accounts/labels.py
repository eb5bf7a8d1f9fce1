"""Words of the screen for roles and sessions (ux.md 2.2, 2.8)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from accounts.rules import Browser, System
from core.access.permissions import Role

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    # The level is the organization's and stands in its name: 上城区 · 工作人员.
    Role: {
        Role.SECRETARY: _("秘书"),
        Role.COORDINATOR: _("辅导员"),
        Role.OFFICER: _("工作人员"),
        Role.TEAM_LEADER: _("队长"),
        Role.SUPERVISOR: _("监事"),
        Role.OPERATOR: _("系统管理员"),
    },
    Browser: {
        Browser.WECHAT: _("微信"),
        Browser.ALIPAY: _("支付宝"),
        Browser.EDGE: "Edge",
        Browser.FIREFOX: "Firefox",
        Browser.CHROME: "Chrome",
        Browser.SAFARI: "Safari",
        Browser.OTHER: _("浏览器"),
    },
    System: {
        System.HARMONY: "HarmonyOS",
        System.ANDROID: "Android",
        System.IPHONE: "iPhone",
        System.IPAD: "iPad",
        System.WINDOWS: "Windows",
        System.MAC: "macOS",
        System.LINUX: "Linux",
        System.OTHER: _("其他设备"),
    },
}
