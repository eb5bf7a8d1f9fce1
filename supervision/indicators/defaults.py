"""The indicators that the product brings (domain.md 6.2); a later version is entered with a day."""

from __future__ import annotations

from collections.abc import Mapping

from core.rules import N_
from organizations.rules import Measure
from supervision.indicators.definitions import Definition, Term
from supervision.indicators.rules import Better, Shape, Unit

_M = Measure

_INDICATORS = (
    Definition(
        "I01",
        N_("基层组织"),
        Unit.ORGANIZATIONS,
        Shape.STOCK,
        (Term(_M.ORGANIZATIONS),),
        "domain.md I01, ORG-02",
        N_("正常和整顿中的基层组织，会员小组另计"),
        split=_M.ORGANIZATIONS,
        better=Better.MORE,
    ),
    Definition(
        "I05",
        N_("成人会员"),
        Unit.PERSONS,
        Shape.STOCK,
        (Term(_M.ADULT_MEMBERS),),
        "domain.md I05",
        N_("在会的成人会员"),
        better=Better.MORE,
    ),
    Definition(
        "I12",
        N_("已确认时长"),
        Unit.MINUTES,
        Shape.FLOW,
        (Term(_M.CONFIRMED_MINUTES),),
        "domain.md I12",
        N_("期内服务、已经确认的分钟数"),
        is_flow=True,
        better=Better.MORE,
    ),
    Definition(
        "I15",
        N_("学校建会率"),
        Unit.SHARE,
        Shape.SHARE,
        (Term(_M.SCHOOL_BRANCHES),),
        "domain.md I15, SCH-10",
        N_("已建会学校 ÷ 应建会学校"),
        out_of=(Term(_M.SCHOOLS),),
        better=Better.MORE,
    ),
)

INDICATORS: Mapping[str, Definition] = {one.code: one for one in _INDICATORS}
