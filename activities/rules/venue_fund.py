"""The mutual-aid fund of a fraternity home: fen, never below zero (domain.md 5). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_line

WORDS_MAX = 100
#: A hundred million yuan: more is a slip of the pen.
FEN_MAX = 10_000_000_000


class FundWay(StrEnum):
    """Whether money came or went."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class FundFacts:
    """What came or went, on which day, what for."""

    way: FundWay
    fen: int
    happened_on: date
    words: str

    @property
    def change(self) -> int:
        return self.fen if self.way is FundWay.IN else -self.fen


def check_fund_entry(facts: FundFacts, balance: int, today: date) -> FundFacts:
    """Return an entry in canonical form. Raises RuleViolation for what cannot be."""
    if not 0 < facts.fen <= FEN_MAX:
        raise RuleViolation("amount", N_("金额要大于 0"))
    if facts.happened_on > today:
        raise RuleViolation("happened_on", N_("日期不能晚于今天"))
    check_balance(balance + facts.change)
    words = check_line(facts.words, "words", WORDS_MAX, N_("请写明用途或来源"))
    return FundFacts(facts.way, facts.fen, facts.happened_on, words)


def check_balance(balance: int) -> None:
    """Raise RuleViolation for a balance below zero."""
    if balance < 0:
        raise RuleViolation("amount", N_("余额不够，互助金不能是负数"))
