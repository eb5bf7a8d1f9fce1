"""Words of the screen for what happens at venues."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from activities.queries.finder import Ring
from activities.queries.vitals import Pulse
from activities.rules.appointments import AppointmentAction, AppointmentStatus
from activities.rules.holding import CameAs, UseStatus
from core.i18n import lazy_gettext as _
from core.i18n import lazy_pgettext

HOLDING_LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    CameAs: {
        CameAs.MEMBERS: _("会员"),
        CameAs.YOUTH: _("青少年会员"),
        CameAs.VOLUNTEERS: _("志愿者"),
        CameAs.PUBLIC: _("群众"),
    },
    UseStatus: {
        UseStatus.ASKED: _("等场所同意"),
        UseStatus.AGREED: _("场所已同意"),
        UseStatus.REFUSED: _("场所没有同意"),
        UseStatus.WITHDRAWN: _("已收回"),
    },
    Ring: {
        Ring.VILLAGE: _("本村（社区）"),
        Ring.TOWNSHIP: _("本乡镇（街道）"),
        Ring.COUNTY: _("本县（市、区）"),
        Ring.CITY: _("本市"),
        Ring.PROVINCE: _("其他地方"),
    },
    Pulse: {
        Pulse.ALL: _("全部场所"),
        Pulse.SILENT: _("沉寂"),
        Pulse.ALIVE: _("正常"),
    },
    AppointmentStatus: {
        AppointmentStatus.BOOKED: lazy_pgettext("appointment", "已约"),
        AppointmentStatus.CAME: lazy_pgettext("appointment", "来了"),
        AppointmentStatus.NO_SHOW: lazy_pgettext("appointment", "没来"),
        AppointmentStatus.CANCELLED: lazy_pgettext("appointment", "已取消"),
        AppointmentStatus.CALLED_OFF: lazy_pgettext("appointment", "场所取消"),
    },
    AppointmentAction: {
        AppointmentAction.COME: lazy_pgettext("appointment", "来了"),
        AppointmentAction.MISS: lazy_pgettext("appointment", "没来"),
        AppointmentAction.UNDO: _("撤销"),
        AppointmentAction.CANCEL: _("取消预约"),
        AppointmentAction.CALL_OFF: _("取消预约"),
    },
}
