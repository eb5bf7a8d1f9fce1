"""Tables of alerts: the lines that the province drew, and what crossed them, now and earlier."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access.permissions import Level
from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from supervision.alerts.rules import Colour

_OPEN = text("ended_on IS NULL")
_ENDED = text("ended_on IS NOT NULL")


class AlertThreshold(Base):
    """Where a rule is yellow and red at a level, from a day on; earlier ones stay to be read."""

    __tablename__ = "alert_thresholds"
    __table_args__ = (
        Index("uq_alert_thresholds_from", "rule", "level", "valid_from", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(8))
    level: Mapped[Level] = enum_column(Level)
    valid_from: Mapped[date]
    yellow: Mapped[int | None]
    red: Mapped[int | None]
    is_on: Mapped[bool]
    source: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Alert(Base):
    """A figure of an organization that crossed a line: since when, how it stood last.

    ``figure`` is in units of the rule, ``top`` and ``bottom`` are what it came from. It ends by
    itself when the figure recovers, and stays as history.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index(
            "uq_alerts_open",
            "organization_id",
            "rule",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_alerts_level",
            "level",
            "organization_id",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_alerts_organization", "organization_id", "rule", "since"),
        Index("ix_alerts_ended", "ended_on", "id", sqlite_where=_ENDED, postgresql_where=_ENDED),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    level: Mapped[Level] = enum_column(Level)
    rule: Mapped[str] = mapped_column(String(8))
    colour: Mapped[Colour] = enum_column(Colour)
    figure: Mapped[int] = mapped_column(BigInteger)
    top: Mapped[int] = mapped_column(BigInteger)
    bottom: Mapped[int | None] = mapped_column(BigInteger)
    near: Mapped[int]
    threshold: Mapped[int | None] = mapped_column(BigInteger)
    since: Mapped[date]
    red_since: Mapped[date | None]
    as_of: Mapped[date]
    ended_on: Mapped[date | None]

    organization: Mapped[Organization] = relationship()

    @property
    def only_near(self) -> int:
        """Return how many come near their deadline where no line was crossed, else 0."""
        return self.near if self.threshold is None else 0
