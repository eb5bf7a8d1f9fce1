"""The alert rules that the product brings, each line with its source (domain.md 6.2, issue 7)."""

from __future__ import annotations

from collections.abc import Mapping

from core.access.permissions import Level
from core.rules import N_
from organizations.rules import Measure
from supervision.alerts.definitions import AlertRule
from supervision.alerts.rules import Nearness, Threshold
from supervision.indicators.definitions import Definition, Term
from supervision.indicators.rules import Better, Shape, Unit

_M = Measure
_PACE = "domain.md 6.2: yellow at 80-100 % of deadline or target pace, red when past"
_MUST = "domain.md I22: must be 100 %"
_ALL = (Level.UNIT, Level.TOWNSHIP, Level.COUNTY, Level.CITY)
_ABOVE = (Level.COUNTY, Level.CITY)


def _at(levels: tuple[Level, ...], threshold: Threshold) -> Mapping[Level, Threshold]:
    return dict.fromkeys(levels, threshold)


def _late(code: str, name: str, measure: Measure, formula: str, unit: Unit) -> Definition:
    return Definition(
        code, name, unit, Shape.STOCK, (Term(measure),), _PACE, formula, better=Better.LESS
    )


def _share(
    code: str,
    name: str,
    terms: tuple[Measure, ...],
    formula: str,
    *,
    better: Better,
    is_flow: bool = False,
) -> Definition:
    """Return a share: the first number out of the others together."""
    top, *bottoms = terms
    return Definition(
        code,
        name,
        Unit.SHARE,
        Shape.SHARE,
        (Term(top),),
        "issue 7",
        formula,
        out_of=tuple(map(Term, bottoms)),
        is_flow=is_flow,
        better=better,
    )


_FIRST = Threshold(None, 1, _PACE)
_MANUAL = Threshold(
    3_000, 5_000, "INFER: a third keyed for others is much, half of it red (LED-05)"
)
_LACKS = Threshold(300, 500, "INFER: 3 in 100 to be looked at, 5 in 100 red (domain.md I21)")
_PAIRS = Threshold(100, 300, "INFER: 1 in 100 possible duplicates, 3 in 100 red (domain.md I21)")

_RULES = (
    AlertRule(
        "A01",
        _late(
            "A01",
            N_("入会审核超期"),
            _M.OVERDUE_APPLICATIONS,
            N_("过了办理期限还没审的入会申请"),
            Unit.ITEMS,
        ),
        _at(_ALL, _FIRST),
        indicator="I20",
        near=Nearness.APPLICATIONS,
    ),
    AlertRule(
        "A02",
        _late("A02", N_("备案超期"), _M.OVERDUE_FILINGS, N_("过了期限还没办的备案"), Unit.ITEMS),
        _at(_ABOVE, _FIRST),
        indicator="I20",
        near=Nearness.FILINGS,
    ),
    AlertRule(
        "A03",
        _late(
            "A03",
            N_("换届超期"),
            _M.OVERDUE_ELECTIONS,
            N_("任期已满还没换届的组织"),
            Unit.ORGANIZATIONS,
        ),
        _at(_ALL, _FIRST),
        indicator="I04",
        near=Nearness.ELECTIONS,
    ),
    AlertRule(
        "A04",
        _late(
            "A04", N_("场所没有活动"), _M.SILENT_VENUES, N_("半年没有活动的服务场所"), Unit.ITEMS
        ),
        _at(_ALL, _FIRST),
        indicator="I17",
        near=Nearness.VENUES,
    ),
    AlertRule(
        "A05",
        _share(
            "A05",
            N_("未成年人缺同意书"),
            (_M.MINORS_CONSENTED, _M.MINORS),
            N_("有有效同意书的未成年人 ÷ 未成年人"),
            better=Better.MORE,
        ),
        _at(_ALL, Threshold(None, 10_000, _MUST)),
        indicator="I22",
    ),
    AlertRule(
        "A06",
        _share(
            "A06",
            N_("学校没有建会"),
            (_M.SCHOOL_BRANCHES, _M.SCHOOLS),
            N_("已建会学校 ÷ 应建会学校"),
            better=Better.MORE,
        ),
        _at(_ABOVE, Threshold(10_000, 8_000, _PACE)),
        indicator="I15",
    ),
    AlertRule(
        "A07",
        _share(
            "A07",
            N_("代录时长过多"),
            (_M.MANUAL_RECORDS, _M.CONFIRMED_RECORDS),
            N_("今年代录的时长记录 ÷ 今年已确认的时长记录"),
            better=Better.LESS,
            is_flow=True,
        ),
        _at(_ALL, _MANUAL),
        at_least=20,
    ),
    AlertRule(
        "A08",
        _share(
            "A08",
            N_("缺证件号"),
            (_M.MISSING_ID, _M.ADULT_MEMBERS, _M.VOLUNTEERS),
            N_("没有证件号的 ÷ 成人会员和志愿者"),
            better=Better.LESS,
        ),
        _at(_ALL, _LACKS),
        indicator="I21",
        at_least=20,
    ),
    AlertRule(
        "A09",
        _share(
            "A09",
            N_("缺手机号"),
            (_M.MISSING_PHONE, _M.ADULT_MEMBERS, _M.VOLUNTEERS),
            N_("没有手机号的 ÷ 成人会员和志愿者"),
            better=Better.LESS,
        ),
        _at(_ALL, _LACKS),
        indicator="I21",
        at_least=20,
    ),
    AlertRule(
        "A10",
        _share(
            "A10",
            N_("可能重复"),
            (_M.DUPLICATES, _M.PEOPLE),
            N_("可能重复的人 ÷ 建档人员"),
            better=Better.LESS,
        ),
        _at(_ABOVE, _PAIRS),
        indicator="I21",
        at_least=20,
    ),
    AlertRule(
        "A11",
        Definition(
            "A11",
            N_("新增会员落后进度"),
            Unit.PERSONS,
            Shape.FLOW,
            (Term(_M.NEW_ADULTS),),
            _PACE,
            N_("今年新增成人会员 ÷ 按今天折算的年度目标"),
            is_flow=True,
            better=Better.MORE,
        ),
        _at(_ABOVE, Threshold(10_000, 8_000, _PACE)),
        indicator="I05-new",
        is_pace=True,
    ),
    AlertRule(
        "A12",
        Definition(
            "A12",
            N_("服务时长落后进度"),
            Unit.MINUTES,
            Shape.FLOW,
            (Term(_M.CONFIRMED_MINUTES),),
            _PACE,
            N_("今年已确认时长 ÷ 按今天折算的年度目标"),
            is_flow=True,
            better=Better.MORE,
        ),
        _at(_ABOVE, Threshold(10_000, 8_000, _PACE)),
        indicator="I12",
        is_pace=True,
    ),
)

RULES: Mapping[str, AlertRule] = {one.code: one for one in _RULES}
