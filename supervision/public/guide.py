"""The matters that are handled here, each as one sheet of the service guide: data only.

Numbers in the words are dated settings by name; ``minutes`` are told as hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import settings
from core.i18n import fill
from core.i18n import lazy_gettext as _
from core.rules import N_, NN_


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter: who may, what it takes, where, how long, what comes of it, and where it begins.

    ``numbers`` is the name in the words -> the dated setting that it stands for.
    """

    slug: str
    title: str
    who: str
    needs: tuple[str, ...]
    where: str
    how_long: str
    result: str
    endpoint: str
    values: Mapping[str, Any]
    numbers: Mapping[str, str]


ONLINE_OR_BRANCH = _("网上，或者到村（社区）、单位、学校的红十字组织，当面也能办")
SIGNED_IN = _("登录后网上办；不会上网可以请所在组织代办")
PHONE_NAME_ID = (_("手机号"), _("姓名"), _("身份证件号"))
ACCOUNT = (_("登录用的手机号"),)


def _matter(  # noqa: PLR0913 - a sheet has so many lines
    slug: str,
    title: str,
    *,
    who: str,
    needs: tuple[str, ...],
    where: str,
    how_long: str,
    result: str,
    endpoint: str,
    values: Mapping[str, Any] | None = None,
    numbers: Mapping[str, str] | None = None,
) -> Matter:
    return Matter(
        slug, title, who, needs, where, how_long, result, endpoint, values or {}, numbers or {}
    )


MATTERS = (
    _matter(
        "join-member",
        _("当会员"),
        who=N_("满 %(age)d 岁，拥护红十字会章程，自愿加入"),
        needs=PHONE_NAME_ID,
        where=ONLINE_OR_BRANCH,
        how_long=NN_(
            "所在组织审核；通过后县红十字会 %(days)d 个工作日内备案。"
            "满 %(nudge)d 天没有答复可以催办"
        ),
        result=_("会员号和会员证，扫码能验真"),
        endpoint="organizations.find",
        numbers={
            "age": "members.min_age",
            "days": "filings.working_days",
            "nudge": "applications.nudge_days",
        },
    ),
    _matter(
        "join-volunteer",
        _("当志愿者"),
        who=N_("满 %(alone)d 岁自己申请；%(least)d 岁到未满 %(alone)d 岁由监护人同意"),
        needs=(_("手机号"), _("姓名")),
        where=ONLINE_OR_BRANCH,
        how_long=NN_("所在组织审核，满 %(nudge)d 天没有答复可以催办"),
        result=_("志愿者身份，可以报名活动、记时长"),
        endpoint="organizations.find",
        numbers={
            "alone": "volunteers.min_age_alone",
            "least": "volunteers.min_age",
            "nudge": "applications.nudge_days",
        },
    ),
    _matter(
        "join-group",
        _("单位加入"),
        who=N_("机关、企业、事业单位、社会团体"),
        needs=(_("单位名称和统一社会信用代码"), _("负责人和联系人"), _("证照")),
        where=_("网上，或者到县（市、区）红十字会"),
        how_long=NN_("县红十字会考察后决定；通过后 %(days)d 个工作日内交第一次会费"),
        result=_("团体会员证书和牌匾"),
        endpoint="organizations.find",
        numbers={"days": "groups.dues_working_days"},
    ),
    _matter(
        "certificate",
        _("开志愿服务证明"),
        who=N_("有已确认时长的志愿者；未成年人由本人或监护人开"),
        needs=ACCOUNT,
        where=SIGNED_IN,
        how_long=NN_("马上开出；别人代录的时长满 %(hours)d 小时才算"),
        result=_("带二维码的证明，任何人扫码都能验真"),
        endpoint="volunteers.own_certificates",
        numbers={"hours": "certificates.held_hours"},
    ),
    _matter(
        "transfer",
        _("转会籍"),
        who=N_("搬家、换单位的会员"),
        needs=ACCOUNT,
        where=_("网上找到新的组织，点“加入”，再点“转到这里”"),
        how_long=NN_("%(days)d 个工作日内答复，逾期由县红十字会办"),
        result=_("会员号不变，会籍在新的组织"),
        endpoint="organizations.find",
        numbers={"days": "transfers.working_days"},
    ),
    _matter(
        "leave",
        _("退会"),
        who=N_("会员本人"),
        needs=ACCOUNT,
        where=SIGNED_IN,
        how_long=NN_("马上生效，%(days)d 个工作日内可以撤回"),
        result=_("会籍终止，以后可以再申请"),
        endpoint="members.leave",
        numbers={"days": "withdrawals.undo_working_days"},
    ),
    _matter(
        "correction",
        _("更正资料"),
        who=N_("资料有错的本人；未成年人由监护人"),
        needs=(_("登录用的手机号"), _("写明哪一项错、为什么")),
        where=SIGNED_IN,
        how_long=NN_("%(days)d 个工作日内答复"),
        result=_("更正后的资料，或者不更正的理由"),
        endpoint="people.changes",
        numbers={"days": "changes.working_days"},
    ),
    _matter(
        "appeal",
        _("时长申诉"),
        who=N_("时长没有被认定的志愿者"),
        needs=(_("登录用的手机号"), _("写明理由")),
        where=SIGNED_IN,
        how_long=NN_(
            "%(raise)d 天内提出，%(days)d 个工作日内答复；不服可以在 %(appeal)d 天内向上级申诉"
        ),
        result=_("认定的时长，或者书面理由"),
        endpoint="volunteers.own_hours",
        numbers={
            "raise": "hours.objection_days",
            "days": "hours.answer_working_days",
            "appeal": "hours.appeal_days",
        },
    ),
    _matter(
        "rights",
        _("查看、复制、删除个人信息"),
        who=N_("本人；未成年人由监护人"),
        needs=ACCOUNT,
        where=SIGNED_IN,
        how_long=NN_("查看马上有；其他请求 %(days)d 个工作日内答复，注销 %(closing)d 天内可以反悔"),
        result=_("自己资料的副本，谁看过的记录，或者删除"),
        endpoint="people.my_data",
        numbers={"days": "changes.working_days", "closing": "accounts.closing_days"},
    ),
    _matter(
        "first-aid",
        _("学应急救护"),
        who=N_("任何人"),
        needs=(_("不用准备，按培训基地的要求报名"),),
        where=_("应急救护培训基地，或者打电话问县（市、区）红十字会"),
        how_long=N_("按开班时间。培训和发证在培训系统里办，这里只指路"),
        result=_("培训基地的地址、电话和开放时间"),
        endpoint="public.venues",
        values={"kind": "training_base"},
    ),
)


def matter_of(slug: str) -> Matter | None:
    """Return the matter with a name in the address."""
    return next((one for one in MATTERS if one.slug == slug), None)


def filled(matter: Matter, text: str, day: date) -> str:
    """Return words of a matter with the numbers that hold on a day."""
    numbers = {name: settings.value(one, on=day) for name, one in matter.numbers.items()}
    return fill(text, numbers)
