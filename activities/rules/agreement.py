"""The volunteer agreement that is accepted on the phone, by version (domain.md VOL-16). Pure.

A changed sentence needs a new version. What was accepted is kept as its text, its version and the
digest of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

VERSION = "2026-11"

#: Facts stand first, then these clauses; the text is kept in the language of the source.
CLAUSES = (
    "志愿者自愿参加，不收报酬，可以随时退出。",
    "红十字会如实说明服务的内容、时间、地点和可能的风险，提供必要的培训和安全保障。",
    "有人身危险的服务，红十字会在服务前为志愿者办好人身意外伤害保险，费用由红十字会承担。",
    "志愿者听从现场负责人的安排，遵守安全要求，保护服务对象的隐私。",
    "服务时长由红十字会如实记录，志愿者可以查看和要求更正，证明免费。",
    "个人信息只用于这次服务、保险和时长记录。",
)


class Signer(StrEnum):
    """Who accepted an agreement: the volunteer, or the guardian of one under 18."""

    SELF = "self"
    GUARDIAN = "guardian"


def agree_until(now: datetime, starts_at: datetime, hours: int) -> datetime:
    """Return until when an agreement has to be accepted: some hours, and before the shift."""
    return min(now + timedelta(hours=hours), starts_at)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an agreement is about, in words."""

    organization: str
    title: str
    time: str
    place: str
    risks: str
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The lines that are shown, their version, and the digest of all of it."""

    version: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def digest(self) -> str:
        return sha256(f"{self.version}\n{self.text}".encode()).hexdigest()


def agreement_on(facts: Facts) -> Agreement:
    """Return the agreement over a shift."""
    return Agreement(VERSION, (*_facts(facts), *CLAUSES))


def _facts(facts: Facts) -> Sequence[str]:
    lines = [
        f"组织：{facts.organization}",
        f"活动：{facts.title}",
        f"时间：{facts.time}",
        f"地点：{facts.place}",
        f"风险和保障：{facts.risks}",
    ]
    return [*lines, f"保险：{facts.policy}"] if facts.policy else lines
