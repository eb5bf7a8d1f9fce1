"""Words of the screen for states, fields and grounds (ux.md 5.2)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from activities.holding_labels import HOLDING_LABELS
from activities.queries import Near, Show
from activities.rules import (
    ActivityAction,
    ActivityField,
    ActivityWork,
    AttendanceFlag,
    AttendanceOutcome,
    AttendanceStatus,
    AttendanceWay,
    Ground,
    HoursRule,
    Phase,
    SignupAction,
    SignupStatus,
)
from activities.venue_labels import VENUE_LABELS
from core.i18n import lazy_gettext as _
from core.i18n import lazy_pgettext

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    **HOLDING_LABELS,
    **VENUE_LABELS,
    ActivityField: {
        ActivityField.RESCUE: _("应急救援"),
        ActivityField.HEALTH: _("卫生健康"),
        ActivityField.AID: _("人道救助"),
        ActivityField.STEM_CELLS: _("造血干细胞捐献"),
        ActivityField.BODY_DONATION: _("遗体器官捐献"),
        ActivityField.BLOOD: _("无偿献血宣传"),
        ActivityField.HIV: _("艾滋病预防"),
        ActivityField.VALUES: _("红十字文化传播"),
        ActivityField.FUNDRAISING: _("筹资"),
        ActivityField.OVERSEAS: _("国际合作"),
        ActivityField.FIRST_AID: _("应急救护培训"),
        ActivityField.LIFE_EDUCATION: _("生命教育"),
        ActivityField.DROWNING: _("防溺水"),
        ActivityField.YOUTH: _("青少年工作"),
        ActivityField.RELIEF_GOODS: _("救灾物资"),
        ActivityField.OTHER: _("其他服务"),
    },
    ActivityWork: {
        ActivityWork.SERVICE: _("志愿服务"),
        ActivityWork.MEETING: _("会议"),
        ActivityWork.TRAINING: _("培训"),
        ActivityWork.DUTY: _("值班"),
    },
    Ground: {
        Ground.DANGER: _("可能有人身危险"),
        Ground.FOREIGN: _("有境外的人或组织参加"),
        Ground.LONG: _("前后超过一个月"),
        Ground.LARGE: _("大型活动"),
        Ground.OUTSIDE: _("在省外"),
        Ground.ASKED: _("有一方要求签协议"),
    },
    Phase: {
        Phase.DRAFT: _("草稿"),
        Phase.REVIEW: _("等上级同意"),
        Phase.OPEN: _("报名中"),
        Phase.FULL: _("已满"),
        Phase.RUNNING: _("进行中"),
        Phase.TO_END: _("待结束"),
        Phase.ENDED: _("已结束"),
        Phase.CANCELLED: _("已取消"),
    },
    ActivityAction: {
        ActivityAction.CHANGE: _("改了内容"),
        ActivityAction.ASK: _("请上级同意发布"),
        ActivityAction.TAKE_BACK: lazy_pgettext("history", "收回，再改"),
        ActivityAction.APPROVE: _("上级同意，已发布"),
        ActivityAction.RETURN: _("上级没有同意"),
        ActivityAction.PUBLISH: _("已发布"),
        ActivityAction.CANCEL: _("已取消"),
        ActivityAction.END: _("已结束"),
        ActivityAction.REOPEN: _("撤销结束"),
    },
    SignupStatus: {
        SignupStatus.SIGNED_UP: _("已报名，待核对证书"),
        SignupStatus.ACCEPTED: _("已报名"),
        SignupStatus.WAITLISTED: _("候补"),
        SignupStatus.REFUSED: _("没有接受"),
        SignupStatus.CANCELLED: _("本人已取消"),
        SignupStatus.CALLED_OFF: _("组织已取消"),
        SignupStatus.NO_SHOW: _("没有来"),
    },
    SignupAction: {
        SignupAction.ACCEPT: lazy_pgettext("history", "证书已核对，接受"),
        SignupAction.REFUSE: _("没有接受"),
        SignupAction.PROMOTE: _("有名额了，从候补转为报名"),
        SignupAction.PROMOTE_UNSEEN: _("有名额了，待核对证书"),
        SignupAction.CANCEL: _("本人已取消"),
        SignupAction.CALL_OFF: _("组织已取消"),
        SignupAction.JOIN: _("现场加入"),
        SignupAction.UNDO_CHECK_IN: _("撤销签到"),
        SignupAction.VOUCH: _("负责人确认本人到场"),
        SignupAction.MISS: _("没有来"),
        SignupAction.UNDO_MISS: _("撤销“没有来”"),
        SignupAction.UNDO_MISS_UNSEEN: _("撤销“没有来”，待核对证书"),
    },
    AttendanceWay: {
        AttendanceWay.CODE: _("扫码"),
        AttendanceWay.FIXED: _("固定码"),
        AttendanceWay.TICK: _("点名"),
        AttendanceWay.PAPER: _("纸质签到表"),
        AttendanceWay.END: _("负责人统一结束"),
        AttendanceWay.AUTO: _("没有签退，按计划结束"),
    },
    AttendanceStatus: {
        AttendanceStatus.IN: _("已签到"),
        AttendanceStatus.OUT: _("已签退"),
        AttendanceStatus.UNDONE: _("已撤销"),
    },
    AttendanceFlag: {
        AttendanceFlag.ON_SPOT: _("现场加入"),
        AttendanceFlag.SHARED: _("多人用同一部手机"),
        AttendanceFlag.SWITCHED: _("换了手机"),
        AttendanceFlag.CLAIMED: _("时间由手机提供"),
        AttendanceFlag.VOUCHED: _("负责人已看过"),
    },
    AttendanceOutcome: {
        AttendanceOutcome.CONFIRMED: _("已确认"),
        AttendanceOutcome.PROPOSED: _("待确认"),
        AttendanceOutcome.HELD: _("等加入通过再记"),
        AttendanceOutcome.OVERLAP: _("和别的时长重叠，没有记"),
        AttendanceOutcome.LIMIT: _("超过一天的上限，没有记"),
        AttendanceOutcome.NOT_SERVING: _("不是志愿者，没有记"),
        AttendanceOutcome.NOTHING: _("不记时长"),
    },
    HoursRule: {
        HoursRule.ATTENDED: _("按签到计"),
        HoursRule.FIXED: _("固定时长"),
    },
    Near: {
        Near.OWN: _("本组织"),
        Near.COUNTY: _("本县区"),
        Near.CITY: _("本市"),
        Near.ALL: _("全省"),
    },
    Show: {
        Show.COMING: _("要举行的"),
        Show.DRAFTS: _("草稿"),
        Show.PAST: _("过去的"),
    },
}
