"""Notices by phone to people and units, who may have no account: one sentence, and the way."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from core import clock, crypto, messages, settings
from core.rules import N_
from core.web import config_value
from members.models import Application, DuesProposal, Expulsion, GroupMembership, Resettlement
from members.rules import ExpulsionAction, MembershipKind
from members.rules.groups import GroupAction

MOBILE = re.compile(r"1[3-9][0-9]{9}")
ENTERED = N_("您已是%(organization)s的会员，会员证已发。")
CLOSED = N_("%(organization)s已撤销，您的申请退还给您，可以到别的组织申请：%(link)s")
RESETTLED = N_("%(old)s已撤销，您的会籍转到%(new)s，会员号和入会日期不变。")
PENDING = N_("%(old)s已撤销，您的会籍先放在%(new)s。%(day)s前扫新组织的海报就能转过去。")
EXPULSION = {
    None: N_("%(organization)s提出对您除名。%(day)s前您可以说明意见，请打开看：%(link)s"),
    ExpulsionAction.DROP: N_("%(organization)s决定不对您除名，会籍照旧。"),
    ExpulsionAction.CONFIRM: N_("您已被除名。不同意的话，%(day)s前可以申诉：%(link)s"),
    ExpulsionAction.UPHOLD: N_("您的申诉有结果了，请打开看：%(link)s"),
    ExpulsionAction.OVERTURN: N_("您的申诉有结果了，请打开看：%(link)s"),
}
UNPAID = N_(
    "您在%(organization)s的会费连续 %(years)d 年没有交。"
    "请在 %(day)s 前交清，或者告诉我们原因，会籍就保留：%(link)s"
)
GROUP_RETURNED = N_("%(unit)s的团体会员申请要改一改再交，请打开看原因：%(link)s")
GROUP_REJECTED = N_("%(unit)s的团体会员申请没有通过，请打开看原因：%(link)s")
GROUP_APPROVED = N_("%(organization)s已批准%(unit)s成为团体会员，请在 %(day)s 前交会费：%(link)s")
GROUP_ACTIVE = N_("%(unit)s已是%(organization)s的团体会员，请打开看证书：%(link)s")
GROUP_PROPOSED = N_(
    "%(unit)s两年没有交会费，%(organization)s拟注销其会籍，请联系或打开看：%(link)s"
)
GROUP_LAPSED = N_("%(unit)s的团体会员会籍已注销，请打开看原因：%(link)s")
GROUP_ACTS = {
    GroupAction.RETURN: GROUP_RETURNED,
    GroupAction.REJECT: GROUP_REJECTED,
    GroupAction.PROPOSE: GROUP_PROPOSED,
    GroupAction.DEREGISTER: GROUP_LAPSED,
}


def tell_unpaid(proposal: DuesProposal) -> None:
    """Queue the notice for a member whose dues of two years are unpaid (MEM-34)."""
    phone = proposal.membership.person.plain_phone
    if not phone or proposal.keep_until is None:
        return
    text = UNPAID % {
        "organization": proposal.organization.name,
        "years": settings.value("dues.removal_years", on=date(proposal.year, 1, 1)),
        "day": proposal.keep_until.isoformat(),
        "link": f"{config_value('origin')}/me/dues",
    }
    messages.queue(phone, text, f"dues:{proposal.code}:notice")


def tell_contact(group: GroupMembership, sentence: str, **values: object) -> None:
    """Queue one sentence for a unit's contact; a landline gets none, nobody reads there."""
    phone = group.plain_phone
    if not MOBILE.fullmatch(phone):
        return
    path = "/me/groups/" + group.code if group.owner_id else "/"
    told = {"unit": group.name, "organization": group.organization.name, **values}
    text = sentence % {**told, "link": f"{config_value('origin')}{path}"}
    messages.queue(phone, text, f"group:{group.code}:{crypto.opaque_code(8)}")


def tell_closed(application: Application, now: datetime) -> None:
    """Queue the news that an organization was closed and the application is given back."""
    phone = application.person.plain_phone
    if not phone:
        return
    text = CLOSED % {
        "organization": application.organization.name,
        "link": f"{config_value('origin')}/me/applications/{application.code}",
    }
    minutes = settings.value("decisions.undo_minutes", on=clock.local(now).date())
    messages.queue(phone, text, closed_purpose(application, now), timedelta(minutes=minutes))


def closed_purpose(application: Application, now: datetime) -> str:
    """Return what that letter is for: it is called back where the closing was a mistake."""
    return f"application:{application.code}:closed:{now:%Y%m%d%H%M%S}"


def tell_resettled(row: Resettlement) -> None:
    """Queue where the closing of an organization took a member; pupils hear it at school."""
    phone = row.membership.person.plain_phone
    if not phone or row.membership.kind is not MembershipKind.ADULT:
        return
    sentence = PENDING if row.until_on else RESETTLED
    text = sentence % {
        "old": row.from_organization.name,
        "new": row.to_organization.name,
        "day": row.until_on.isoformat() if row.until_on else "",
    }
    messages.queue(phone, text, f"resettlement:{row.id}")


def tell_expulsion(expulsion: Expulsion, action: ExpulsionAction | None) -> None:
    """Queue what the member has to know of his expulsion (domain.md MEM-44)."""
    phone = expulsion.membership.person.plain_phone
    if not phone:
        return
    until = expulsion.appeal_until if action else expulsion.hearing_until
    text = EXPULSION[action] % {
        "organization": expulsion.organization.name,
        "day": until.isoformat() if until else "",
        "link": f"{config_value('origin')}/me/expulsion",
    }
    messages.queue(phone, text, f"expulsion:{expulsion.code}:{action or 'propose'}")
