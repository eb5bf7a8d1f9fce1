"""Signed papers on which guardians of a class agreed, kept as one scan."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, BigKey, UTCDateTime


class ConsentPaper(Base):
    """A bundle of signed papers of one class: how many, of which day, and the scan of them."""

    __tablename__ = "consent_papers"
    __table_args__ = (Index("ix_consent_papers_class", "class_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("school_classes.id"))
    signed_on: Mapped[date]
    count: Mapped[int]
    file_code: Mapped[str | None] = mapped_column(String(12))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class SignedConsent(Base):
    """Which paper a guardian's answer stands on."""

    __tablename__ = "signed_consents"
    __table_args__ = (Index("ix_signed_consents_paper", "paper_id"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("consent_requests.id"), primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("consent_papers.id"))
