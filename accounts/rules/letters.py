"""Letters: one sentence to one person, and by which way each kind travels (ux.md 2.9). Pure.

The list under ``/me/messages`` is the record and holds every kind. A short message to the phone
goes out for few of them only; this table is the one place that says for which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.rules import N_


class LetterKind(StrEnum):
    """What somebody is told of."""

    MEMBER_APPROVED = "member_approved"
    VOLUNTEER_APPROVED = "volunteer_approved"
    APPLICATION_RETURNED = "application_returned"
    APPLICATION_REJECTED = "application_rejected"
    APPLICATION_NUDGED = "application_nudged"
    CONSENT_ASKED = "consent_asked"
    CONSENT_GIVEN = "consent_given"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    WARD_APPROVED = "ward_approved"
    WARD_RETURNED = "ward_returned"
    WARD_REJECTED = "ward_rejected"
    FILING_RETURNED = "filing_returned"
    MEMBERSHIP_FILED = "membership_filed"
    TRANSFER_RELEASED = "transfer_released"
    TRANSFER_ACCEPTED = "transfer_accepted"
    TRANSFER_DECLINED = "transfer_declined"
    TRANSFER_ESCALATED = "transfer_escalated"
    WITHDRAWAL_MADE = "withdrawal_made"
    WITHDRAWAL_UNDONE = "withdrawal_undone"
    WITHDRAWAL_NOTED = "withdrawal_noted"
    WITHDRAWAL_FILED = "withdrawal_filed"
    HONOUR_RECORDED = "honour_recorded"
    HONOUR_REVOKED = "honour_revoked"
    HOURS_CONFIRMED = "hours_confirmed"
    HOURS_REFUSED = "hours_refused"
    HOURS_CORRECTED = "hours_corrected"
    OBJECTION_GRANTED = "objection_granted"
    OBJECTION_UPHELD = "objection_upheld"
    POST_GRANTED = "post_granted"
    POST_ENDED = "post_ended"
    CHANGE_MADE = "change_made"
    CHANGE_RETURNED = "change_returned"
    CHANGE_CLOSED = "change_closed"
    DIGEST = "digest"
    DIGEST_OF_MANY = "digest_of_many"


@dataclass(frozen=True, slots=True)
class Form:
    """Words, way and channels of a kind.

    ``sentence`` holds ``%(organization)s`` and may hold what a letter carries besides. ``endpoint``
    is the screen it leads to, with the arguments that ``arguments`` names: ``org`` is the code of
    the organization, others stand in the letter; without an endpoint it says everything itself.
    ``by_sms`` sends the sentence and the way to the phone as well.
    """

    sentence: str
    endpoint: str = ""
    arguments: tuple[str, ...] = ()
    by_sms: bool = False


_CODE, _ORG = ("code",), ("org",)
_K = LetterKind

FORMS: Mapping[LetterKind, Form] = {
    _K.MEMBER_APPROVED: Form(
        N_("您已是%(organization)s的会员，会员证已发。"), "members.card", by_sms=True
    ),
    _K.VOLUNTEER_APPROVED: Form(
        N_("您已是%(organization)s的志愿者，可以记时长了。"), "volunteers.own_hours", by_sms=True
    ),
    _K.APPLICATION_RETURNED: Form(
        N_("您在%(organization)s的申请要改一改再交，请打开看原因。"),
        "members.own_application",
        _CODE,
        by_sms=True,
    ),
    _K.APPLICATION_REJECTED: Form(
        N_("您在%(organization)s的申请没有通过，请打开看理由。"),
        "members.own_application",
        _CODE,
        by_sms=True,
    ),
    _K.APPLICATION_NUDGED: Form(
        N_("有一份申请等%(organization)s审核已超过 %(days)s 天，请打开看一看。"),
        "members.queue",
        _ORG,
    ),
    # The short message holds the one-time link, so whoever asks for consent sends it himself.
    _K.CONSENT_ASKED: Form(
        N_("%(ward)s想在%(organization)s当志愿者，要监护人同意。链接已用短信发到您的手机。")
    ),
    _K.CONSENT_GIVEN: Form(
        N_("监护人已同意，您的申请已交给%(organization)s。"), "members.own_application", _CODE
    ),
    _K.CONSENT_REFUSED: Form(
        N_("监护人没有同意，您在%(organization)s的申请已结束。"), "members.own_application", _CODE
    ),
    _K.CONSENT_WITHDRAWN: Form(
        N_("监护人撤回了同意，您在%(organization)s的申请和志愿服务已停止。"),
        "members.own_applications",
    ),
    _K.WARD_APPROVED: Form(N_("您监护的%(ward)s已是%(organization)s的志愿者。")),
    _K.WARD_RETURNED: Form(N_("您监护的%(ward)s在%(organization)s的申请要改一改再交。")),
    _K.WARD_REJECTED: Form(N_("您监护的%(ward)s在%(organization)s的申请没有通过。")),
    _K.FILING_RETURNED: Form(
        N_("%(organization)s有一份备案被退回，请打开看原因。"), "members.queue", _ORG
    ),
    _K.MEMBERSHIP_FILED: Form(N_("您在%(organization)s的会籍已备案。"), "members.card"),
    _K.TRANSFER_RELEASED: Form(
        N_("%(organization)s已同意您转出，正等新的组织接收。"), "members.own_transfer"
    ),
    _K.TRANSFER_ACCEPTED: Form(N_("您的会籍已转到%(organization)s。"), "members.card"),
    _K.TRANSFER_DECLINED: Form(
        N_("%(organization)s没有接收您的会籍，请打开看原因。"), "members.own_transfer"
    ),
    _K.TRANSFER_ESCALATED: Form(
        N_("您的转会籍等了太久，已交给%(organization)s办理。"), "members.own_transfer"
    ),
    _K.WITHDRAWAL_MADE: Form(
        N_("您已退出%(organization)s，到%(day)s为止可以撤销。"), "members.leave"
    ),
    _K.WITHDRAWAL_UNDONE: Form(N_("您已撤销退会，仍是%(organization)s的会员。"), "members.card"),
    _K.WITHDRAWAL_NOTED: Form(N_("%(organization)s已知晓您退会。"), "members.leave"),
    _K.WITHDRAWAL_FILED: Form(N_("您退出%(organization)s已办结。"), "members.card"),
    _K.HONOUR_RECORDED: Form(N_("%(organization)s为您登记了一项荣誉。"), "members.own_honours"),
    _K.HONOUR_REVOKED: Form(
        N_("%(organization)s撤销了为您登记的一项荣誉。"), "members.own_honours"
    ),
    _K.HOURS_CONFIRMED: Form(
        N_("%(organization)s确认了您的 %(count)s 条时长。"), "volunteers.own_hours"
    ),
    _K.HOURS_REFUSED: Form(
        N_("%(organization)s没有认定您的一条时长，请打开看原因。"), "volunteers.own_record", _CODE
    ),
    _K.HOURS_CORRECTED: Form(
        N_("%(organization)s更正了您的一条时长，请打开看原因。"), "volunteers.own_record", _CODE
    ),
    _K.OBJECTION_GRANTED: Form(
        N_("%(organization)s认定了您申诉的时长。"), "volunteers.own_record", _CODE
    ),
    _K.OBJECTION_UPHELD: Form(
        N_("%(organization)s没有改动您申诉的时长，请打开看理由。"), "volunteers.own_record", _CODE
    ),
    _K.POST_GRANTED: Form(N_("您已是%(organization)s的%(role)s。"), "accounts.switch"),
    _K.POST_ENDED: Form(N_("您在%(organization)s的%(role)s职务到%(day)s为止。"), "accounts.switch"),
    _K.CHANGE_MADE: Form(N_("%(organization)s已更正您的信息。"), "people.change", _CODE),
    _K.CHANGE_RETURNED: Form(
        N_("%(organization)s退回了您的更正申请，请打开看原因。"), "people.change", _CODE
    ),
    _K.CHANGE_CLOSED: Form(
        N_("您已不在%(organization)s，更正申请已结束。"), "people.change", _CODE
    ),
    _K.DIGEST: Form(
        N_("%(organization)s有 %(count)s 项待办，请打开看。"),
        "supervision.home",
        _ORG,
        by_sms=True,
    ),
    _K.DIGEST_OF_MANY: Form(N_("有待办：%(places)s。请打开看。"), "accounts.switch", by_sms=True),
}
