"""Weights as dated data, evaluations, and what came of them for each place."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access.permissions import Level
from core.database import Base, UTCDateTime, enum_column
from supervision.evaluations.rules import EvaluationAction, EvaluationStatus, Method, Weight
from supervision.indicators.definitions import CODE_MAX

REPLY_MAX = 500


class EvaluationScheme(Base):
    """The weights of a level from a day on; a later one is another version, none is changed."""

    __tablename__ = "evaluation_schemes"
    __table_args__ = (UniqueConstraint("level", "version", name="uq_evaluation_schemes_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[Level] = enum_column(Level)
    version: Mapped[int]
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    items: Mapped[list[EvaluationItem]] = relationship(order_by="EvaluationItem.indicator")


class EvaluationItem(Base):
    """The weight and target of one indicator in a version."""

    __tablename__ = "evaluation_items"

    scheme_id: Mapped[int] = mapped_column(ForeignKey("evaluation_schemes.id"), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(CODE_MAX), primary_key=True)
    weight: Mapped[int]
    target: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[Method] = enum_column(Method)

    @property
    def plain(self) -> Weight:
        return Weight(self.indicator, self.weight, self.target, self.method)


class Evaluation(Base):
    """The evaluation of the cities, or of the counties, of a year."""

    __tablename__ = "evaluations"
    __table_args__ = (UniqueConstraint("year", "level", name="uq_evaluations_year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    year: Mapped[int]
    level: Mapped[Level] = enum_column(Level)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("evaluation_schemes.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[EvaluationStatus] = enum_column(EvaluationStatus)
    as_of: Mapped[date | None]
    reply_until: Mapped[date | None]
    digest: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    scheme: Mapped[EvaluationScheme] = relationship()


class EvaluationResult(Base):
    """What an evaluation comes to for one place, named as it was; its reply before it is final.

    ``total`` is in hundredths of 100 points. ``points_text`` holds the definition, value, weight,
    target and points of every indicator.
    """

    __tablename__ = "evaluation_results"

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    total: Mapped[int | None]
    points_text: Mapped[str] = mapped_column(Text)
    reply: Mapped[str] = mapped_column(String(REPLY_MAX), default="")
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def points(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.points_text)
        return found


class EvaluationEvent(Base):
    """One step in the history of an evaluation."""

    __tablename__ = "evaluation_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id"), index=True)
    action: Mapped[EvaluationAction | None] = enum_column(EvaluationAction, nullable=True)
    to_status: Mapped[EvaluationStatus] = enum_column(EvaluationStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
