"""What a version of an indicator and a target may say. Pure (domain.md 6.1, STA-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from core.rules import N_, RuleViolation, check_line, typed
from supervision.indicators.definitions import Definition, Term
from supervision.indicators.rules import HUNDREDTHS, Better, Shape, Unit
from supervision.indicators.units import like

MAX_NAME, MAX_SOURCE, MAX_FORMULA = 40, 200, 200
MINUTES = 60
MOST = 10**12
#: How many of the smallest unit one typed unit is: hundredths of a per cent, minutes, fen.
_SCALE = {
    Unit.SHARE: HUNDREDTHS,
    Unit.PER_THOUSAND: HUNDREDTHS,
    Unit.FEN: HUNDREDTHS,
    Unit.MINUTES: MINUTES,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed for a new version."""

    name: str
    name_en: str
    formula: str
    source: str
    of: Sequence[str]
    out_of: Sequence[str]


def next_version(known: Definition, draft: Draft, number: int, first: date) -> Definition:
    """Return the next version of an indicator: unit, shape and period stay, the formula may change.

    Raises RuleViolation for numbers that are not known, or unlike those of before: persons are
    never added to person-times, a stock never to a flow (STA-04).
    """
    return replace(
        known,
        name=check_line(draft.name, "name", MAX_NAME),
        name_en=check_line(draft.name_en, "name_en", MAX_NAME, ""),
        formula=check_line(draft.formula, "formula", MAX_FORMULA),
        source=check_line(draft.source, "source", MAX_SOURCE),
        of=_terms(known.of, draft.of, "of"),
        out_of=_terms(known.out_of, draft.out_of, "out_of") if known.out_of else (),
        version=number,
        valid_from=first,
    )


def check_first(first: date, today: date) -> date:
    """Return the first day of a version. Raises RuleViolation for one before tomorrow."""
    if first <= today:
        raise RuleViolation("valid_from", N_("最早从明天起"))
    return first


def may_be_chosen(known: Sequence[Term]) -> list[Term]:
    """Return the terms that a formula may be put together from: those of before, and their like."""
    found = list(known)
    for one in like(known[0].measure):
        if Term(one) not in found:
            found.append(Term(one))
    return found


def _terms(known: Sequence[Term], texts: Sequence[str], field: str) -> tuple[Term, ...]:
    allowed = {str(one): one for one in may_be_chosen(known)}
    if not texts:
        raise RuleViolation(field, N_("请至少选一个数"))
    if any(text not in allowed for text in texts):
        raise RuleViolation(field, N_("这些数不能加在一起：单位不同，或者没有这个数"))
    return tuple(allowed[text] for text in dict.fromkeys(texts))


def may_be_versioned(known: Definition) -> bool:
    """Return whether an indicator has a formula that can be changed."""
    return not known.is_imported and known.shape is not Shape.MEDIAN


def may_have_target(known: Definition) -> bool:
    """Return whether there is a better way for an indicator, and something to compare."""
    return not known.is_imported and known.better is not Better.NEITHER


def target_value(known: Definition, text: str, field: str = "value") -> int | None:
    """Return a typed target in the unit of the readings, None for none.

    A share is typed in per cent, hours in hours, money in yuan; two decimals at most. Raises
    RuleViolation for what is no such number.
    """
    plain = typed(text, field).removesuffix("%").replace(",", "").strip()
    if not plain:
        return None
    scale = _SCALE.get(known.unit, 1)
    try:
        value = Decimal(plain) * scale
    except InvalidOperation:
        raise RuleViolation(field, N_("请填数字")) from None
    if not value.is_finite() or not 0 <= value <= MOST or value != value.to_integral_value():
        raise RuleViolation(field, N_("请填数字"))
    if known.unit is Unit.SHARE and value > HUNDREDTHS * HUNDREDTHS:
        raise RuleViolation(field, N_("不能超过 100%%"))
    return int(value)


def typed_value(known: Definition, value: int) -> str:
    """Return a value as somebody would type it again."""
    return f"{Decimal(value) / _SCALE.get(known.unit, 1):f}"


def check_year(year: int, today: date) -> int:
    """Return the year of a target. Raises RuleViolation for one that is over, or far away."""
    if not today.year <= year <= today.year + 5:
        raise RuleViolation("year", N_("请填今年到五年后的一年"))
    return year
