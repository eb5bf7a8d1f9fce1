"""Words of the screen for applications, memberships and flags (ux.md 5.2)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from core.exports.writing import FileFormat
from core.filters import yuan
from core.i18n import gettext, lazy_pgettext
from core.i18n import lazy_gettext as _
from members.models import DuesSplit, DuesTariff
from members.rules import (
    ApplicationAction,
    ApplicationKind,
    ApplicationStatus,
    DuesEntryKind,
    DuesLevel,
    ExpulsionAction,
    ExpulsionStatus,
    Flag,
    HonourLevel,
    MemberGrade,
    MembershipAction,
    MembershipKind,
    MembershipStatus,
    ProposalStatus,
    RemittanceStatus,
    ReturnReason,
    TransferStatus,
    WithdrawalReason,
)
from members.rules.entries import EntryWay
from members.rules.exports import ExportPurpose, ExportStatus, ExportSubject, Ground
from members.rules.groups import GroupAction, GroupKind, GroupStatus
from members.rules.roster import AgeBand, Column, Order

if TYPE_CHECKING:
    from members.queries.dues_books import Debt

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    ApplicationKind: {
        ApplicationKind.MEMBER: _("会员"),
        ApplicationKind.VOLUNTEER: lazy_pgettext("one", "志愿者"),
    },
    ApplicationStatus: {
        ApplicationStatus.CONSENT_PENDING: _("待监护人同意"),
        ApplicationStatus.SUBMITTED: _("待审核"),
        ApplicationStatus.RETURNED: _("退回修改"),
        ApplicationStatus.APPROVED: _("已通过"),
        ApplicationStatus.REJECTED: _("未通过"),
        ApplicationStatus.WITHDRAWN: _("已撤回"),
        ApplicationStatus.CLOSED: _("组织已撤销"),
    },
    ApplicationAction: {
        ApplicationAction.CONSENT: _("监护人同意"),
        ApplicationAction.REFUSE_CONSENT: _("监护人不同意"),
        ApplicationAction.APPROVE: lazy_pgettext("history", "通过"),
        ApplicationAction.RETURN: lazy_pgettext("history", "退回"),
        ApplicationAction.REJECT: lazy_pgettext("history", "不通过"),
        ApplicationAction.RESUBMIT: lazy_pgettext("history", "改好再交"),
        ApplicationAction.WITHDRAW: lazy_pgettext("history", "撤回"),
        ApplicationAction.UNDO_APPROVAL: lazy_pgettext("history", "撤销通过"),
        ApplicationAction.UNDO_RETURN: lazy_pgettext("history", "撤销退回"),
        ApplicationAction.CLOSE: _("组织撤销，申请退还"),
        ApplicationAction.REOPEN: _("组织恢复，申请继续"),
    },
    Flag: {
        Flag.DUPLICATE: _("可能重复"),
        Flag.ID_IN_USE: _("证件号要核对"),
        Flag.MINOR: _("未满18岁"),
        Flag.OTHER_COUNTY: _("跨区"),
        Flag.EXPELLED: _("曾被除名"),
    },
    MembershipKind: {
        MembershipKind.ADULT: _("会员"),
        MembershipKind.YOUTH: lazy_pgettext("one", "青少年会员"),
        MembershipKind.GROUP: lazy_pgettext("one", "团体会员"),
    },
    MembershipStatus: {
        MembershipStatus.APPROVED: _("已通过，待备案"),
        MembershipStatus.FILING_RETURNED: _("备案退回"),
        MembershipStatus.ACTIVE: _("已备案"),
        MembershipStatus.ARREARS: _("会费未交"),
        MembershipStatus.WITHDRAWN: _("已退会"),
        MembershipStatus.TRANSFERRED: _("已转出"),
        MembershipStatus.REVOKED: _("已撤销"),
        MembershipStatus.AUTO_WITHDRAWN: _("未交会费，已退会"),
        MembershipStatus.EXPULSION_PROPOSED: _("除名办理中"),
        MembershipStatus.EXPELLED: _("已除名"),
        MembershipStatus.DECEASED: _("已去世"),
        MembershipStatus.PENDING_TRANSFER: _("等待转会籍"),
        MembershipStatus.LAPSED: _("会籍已终止"),
    },
    MembershipAction: {
        MembershipAction.FILE: lazy_pgettext("history", "备案"),
        MembershipAction.RETURN_FILING: _("备案退回"),
        MembershipAction.REFILE: lazy_pgettext("history", "改好再报"),
        MembershipAction.REVOKE: lazy_pgettext("history", "撤销"),
        MembershipAction.WITHDRAW: lazy_pgettext("history", "退会"),
        MembershipAction.UNDO_WITHDRAWAL: lazy_pgettext("history", "撤销退会"),
        MembershipAction.TRANSFER: _("转会籍"),
        MembershipAction.FALL_BEHIND: _("会费过期未交"),
        MembershipAction.CATCH_UP: _("会费补交"),
        MembershipAction.AUTO_WITHDRAW: _("未交会费退会"),
        MembershipAction.REGRADE: lazy_pgettext("history", "改等级"),
        MembershipAction.PROPOSE_EXPULSION: lazy_pgettext("history", "提出除名"),
        MembershipAction.CLEAR: lazy_pgettext("history", "不除名"),
        MembershipAction.EXPEL: _("除名"),
        MembershipAction.OVERTURN: _("申诉成立，恢复会籍"),
        MembershipAction.DIE: _("去世"),
        MembershipAction.UNDO_DEATH: _("去世登记有误，已撤销"),
        MembershipAction.RESETTLE: _("组织撤销，转到别的组织"),
        MembershipAction.AWAIT_TRANSFER: _("组织撤销，等待转会籍"),
        MembershipAction.UNDO_CLOSING: _("组织恢复"),
        MembershipAction.LAPSE: _("期满没有转会籍，会籍终止"),
        MembershipAction.MERGE: _("重复登记合并，结束"),
        MembershipAction.UNDO_MERGE: _("合并撤销，恢复"),
        MembershipAction.CONVERT: _("满 18 岁，转为成人会员"),
    },
    EntryWay: {EntryWay.TYPED: _("单独代录"), EntryWay.LISTED: _("名单导入")},
    ReturnReason: {
        ReturnReason.NAME_MISMATCH: _("姓名与证件不一致"),
        ReturnReason.ID_WRONG: _("证件号有误"),
        ReturnReason.NOT_OURS: _("不属于本组织"),
        ReturnReason.CONSENT_MISSING: _("缺监护人同意"),
        ReturnReason.OTHER: _("其他"),
    },
    DuesLevel: {
        DuesLevel.GRASSROOTS: _("基层"),
        DuesLevel.COUNTY: _("县级"),
        DuesLevel.CITY: _("市级"),
        DuesLevel.PROVINCE: _("省级"),
    },
    DuesEntryKind: {
        DuesEntryKind.PAYMENT: _("收会费"),
        DuesEntryKind.REFUND: _("退款冲销"),
        DuesEntryKind.REMITTANCE: _("上缴"),
        DuesEntryKind.RETURN: _("上缴未到"),
        DuesEntryKind.RECEIPT: _("收到下级上缴"),
    },
    RemittanceStatus: {
        RemittanceStatus.SENT: _("等上级确认"),
        RemittanceStatus.CONFIRMED: _("上级已收到"),
        RemittanceStatus.RETURNED: _("上级没有收到"),
    },
    ProposalStatus: {
        ProposalStatus.PROPOSED: _("待通知"),
        ProposalStatus.NOTICED: _("已通知"),
        ProposalStatus.KEPT: _("已保留"),
        ProposalStatus.REMOVED: _("已退会"),
        ProposalStatus.LAPSED: _("已失效"),
    },
    ExpulsionStatus: {
        ExpulsionStatus.PROPOSED: _("听取本人意见"),
        ExpulsionStatus.HEARD: _("等组织决定"),
        ExpulsionStatus.DECIDED: _("等县级审核"),
        ExpulsionStatus.RETURNED: _("审核退回"),
        ExpulsionStatus.EFFECTIVE: _("已除名，可以申诉"),
        ExpulsionStatus.APPEALED: _("申诉办理中"),
        ExpulsionStatus.FINAL: _("已除名"),
        ExpulsionStatus.UPHELD: _("申诉未成立，维持除名"),
        ExpulsionStatus.OVERTURNED: _("申诉成立，除名撤销"),
        ExpulsionStatus.DROPPED: _("不除名"),
        ExpulsionStatus.DISCONTINUED: _("会籍已结束，不再办"),
    },
    ExpulsionAction: {
        ExpulsionAction.ANSWER: _("本人说明意见"),
        ExpulsionAction.END_HEARING: _("说明意见的期限到了"),
        ExpulsionAction.DECIDE: _("决定除名"),
        ExpulsionAction.DROP: _("决定不除名"),
        ExpulsionAction.CONFIRM: lazy_pgettext("history", "审核通过，生效"),
        ExpulsionAction.RETURN: _("审核退回"),
        ExpulsionAction.APPEAL: _("本人申诉"),
        ExpulsionAction.UPHOLD: _("维持除名"),
        ExpulsionAction.OVERTURN: lazy_pgettext("history", "撤销除名"),
        ExpulsionAction.FINISH: _("申诉期满"),
        ExpulsionAction.DISCONTINUE: _("会籍结束，停办"),
        ExpulsionAction.RESUME: _("退会撤销，继续办"),
    },
    ExportSubject: {
        ExportSubject.MEMBERS: _("会员名单"),
        ExportSubject.VOLUNTEERS: _("志愿者名单"),
    },
    ExportPurpose: {
        ExportPurpose.MEETING: _("开会或活动"),
        ExportPurpose.FILING: _("报送或存档"),
        ExportPurpose.CHECK: _("核对"),
        ExportPurpose.INSURANCE: _("保险"),
        ExportPurpose.OTHER: _("其他"),
    },
    ExportStatus: {
        ExportStatus.REQUESTED: _("等批准"),
        ExportStatus.APPROVED: _("已批准，可以生成"),
        ExportStatus.REFUSED: _("没有批准"),
        ExportStatus.LAPSED: _("过期了"),
        ExportStatus.RUNNING: _("正在生成"),
        ExportStatus.READY: _("可以下载"),
        ExportStatus.REMOVED: _("已删除"),
    },
    Ground: {
        Ground.QUOTA: _("超过一天的行数"),
        Ground.MINORS: _("有未成年人"),
        Ground.ID_NUMBERS: _("有证件号"),
    },
    FileFormat: {
        FileFormat.XLSX: _("Excel 表格（xlsx）"),
        FileFormat.CSV: _("文本（csv）"),
    },
    Order: {
        Order.NEWEST: _("最新的在前"),
        Order.NAME: _("按姓名"),
        Order.JOINED: _("按入会日期"),
    },
    AgeBand: {
        AgeBand.UNDER_30: _("30岁以下"),
        AgeBand.FROM_30: _("30至44岁"),
        AgeBand.FROM_45: _("45至59岁"),
        AgeBand.FROM_60: _("60岁以上"),
    },
    Column: {
        Column.NAME: _("姓名"),
        Column.NUMBER: _("会员号"),
        Column.JOINED: _("入会"),
        Column.ORGANIZATION: _("组织"),
        Column.STATUS: _("状态"),
        Column.GRADE: _("会员类别"),
        Column.SEX: _("性别"),
        Column.AGE: _("年龄"),
        Column.PHONE: _("手机号"),
        Column.HONOURS: _("荣誉"),
        Column.HOURS: _("已确认（小时）"),
        Column.WITNESSED: _("其中扫码或点名（小时）"),
        Column.STAR: _("星级"),
        Column.ID_NUMBER: _("证件号"),
    },
    HonourLevel: {
        HonourLevel.NATIONAL: _("全国"),
        HonourLevel.PROVINCIAL: _("省级"),
        HonourLevel.CITY: _("市级"),
        HonourLevel.COUNTY: _("县级"),
        HonourLevel.GRASSROOTS: _("基层"),
    },
    TransferStatus: {
        TransferStatus.REQUESTED: _("等原组织放行"),
        TransferStatus.RELEASED: _("等新组织接收"),
        TransferStatus.ACCEPTED: _("已转入"),
        TransferStatus.DECLINED: _("没有接收"),
        TransferStatus.CANCELLED: _("已取消"),
    },
    WithdrawalReason: {
        WithdrawalReason.MOVED: _("搬走了"),
        WithdrawalReason.NO_TIME: _("没有时间"),
        WithdrawalReason.DUES: _("会费"),
        WithdrawalReason.OTHER: _("其他"),
    },
    MemberGrade: {
        MemberGrade.ORDINARY: _("普通会员"),
        MemberGrade.SPECIAL: _("特别会员"),
        MemberGrade.PERMANENT: _("永久会员"),
    },
    GroupKind: {
        GroupKind.AGENCY: _("机关"),
        GroupKind.ENTERPRISE: _("企业"),
        GroupKind.INSTITUTION: _("事业单位"),
        GroupKind.ASSOCIATION: _("社会团体"),
        GroupKind.OTHER: _("其他组织"),
    },
    GroupStatus: {
        GroupStatus.DRAFT: _("未提交"),
        GroupStatus.SUBMITTED: _("待考察"),
        GroupStatus.RETURNED: _("退回修改"),
        GroupStatus.VISITED: _("已考察，待批准"),
        GroupStatus.APPROVED: _("已批准，待通知会费"),
        GroupStatus.DUES_PENDING: _("已批准，待交会费"),
        GroupStatus.ACTIVE: _("团体会员有效"),
        GroupStatus.ARREARS: _("会费未交"),
        GroupStatus.PROPOSED: _("拟注销"),
        GroupStatus.LAPSED: _("已注销"),
        GroupStatus.REJECTED: _("未通过"),
        GroupStatus.CANCELLED: _("已撤回"),
        GroupStatus.WITHDRAWN: _("已退会"),
        GroupStatus.DISSOLVED: _("单位已撤销"),
    },
    GroupAction: {
        GroupAction.SUBMIT: lazy_pgettext("history", "提交申请"),
        GroupAction.RETURN: lazy_pgettext("history", "退回"),
        GroupAction.RESUBMIT: lazy_pgettext("history", "改好再交"),
        GroupAction.VISIT: lazy_pgettext("history", "登记考察"),
        GroupAction.APPROVE: lazy_pgettext("history", "批准入会"),
        GroupAction.UNDO_APPROVAL: lazy_pgettext("history", "撤销批准"),
        GroupAction.REJECT: lazy_pgettext("history", "不通过"),
        GroupAction.CANCEL: lazy_pgettext("history", "撤回申请"),
        GroupAction.ASK_DUES: lazy_pgettext("history", "通知交会费"),
        GroupAction.RECEIVE_DUES: lazy_pgettext("history", "登记收到会费"),
        GroupAction.ADMIT_FREE: _("入会，按标准不用交会费"),
        GroupAction.REVERSE_DUES: _("会费已冲正，等交会费"),
        GroupAction.FALL_BEHIND: lazy_pgettext("history", "登记欠交会费"),
        GroupAction.PROPOSE: lazy_pgettext("history", "列入拟注销"),
        GroupAction.KEEP: lazy_pgettext("history", "保留会籍"),
        GroupAction.DEREGISTER: lazy_pgettext("history", "确认注销"),
        GroupAction.WITHDRAW: lazy_pgettext("history", "退会"),
        GroupAction.UNDO_WITHDRAWAL: lazy_pgettext("history", "撤销退会"),
        GroupAction.DISSOLVE: lazy_pgettext("history", "登记单位撤销"),
        GroupAction.AMEND: lazy_pgettext("history", "修改资料"),
        GroupAction.REGRADE: lazy_pgettext("history", "改等级"),
        GroupAction.REVEAL: lazy_pgettext("history", "查看联系电话"),
    },
}


def debt_text(debt: Debt) -> str:
    """Return what somebody owes whom: 2026 年 · 东县红十字会 · 还要交 2 元."""
    upper = debt.upper_name or gettext("中国红十字会总会")
    facts = {"year": debt.year, "upper": upper, "amount": yuan(debt.to_send)}
    return str(gettext("%(year)d 年 · %(upper)s · 还要交 %(amount)s", **facts))


def line_text(line: DuesTariff | DuesSplit) -> str:
    """Return a line of tariff or split in words."""
    place = line.region.short_name if line.region else gettext("全省")
    kind = LABELS[MembershipKind][line.kind] if line.kind else gettext("所有会员")
    parts = (
        [str(kind), band_text(line), yuan(line.amount)]
        if isinstance(line, DuesTariff)
        else [
            str(LABELS[DuesLevel][line.level]),
            str(kind),
            gettext("上缴 %(percent)s%%", percent=percent_text(line.permille)),
        ]
    )
    return " · ".join([*filter(None, parts), place, line.valid_from.isoformat()])


def band_text(line: DuesTariff) -> str:
    """Return the band of a line of the tariff, nothing for individuals."""
    if line.kind is not MembershipKind.GROUP:
        return ""
    if line.band_to is None:
        return str(gettext("%(low)d 人以上", low=line.band_from))
    return str(gettext("%(low)d 到 %(high)d 人（不含）", low=line.band_from, high=line.band_to))


def percent_text(permille: int) -> str:
    """Return thousandths as a percentage: 200 is 20, 125 is 12.5."""
    whole, rest = divmod(permille, 10)
    return f"{whole}.{rest}" if rest else str(whole)
