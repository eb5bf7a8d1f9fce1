"""Signed papers of guardians of a class as one scan, and the links of pupils of their own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import keyring
from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from people.rules import mask_phone
from people.rules.consents import ConsentStatus
from schools.models.pupils import Pupil


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


class OwnConsent(Base):
    """The one-time link to a pupil's own phone, where he answers for the own data (D5).

    The token is kept as a digest only. What was answered stands in ``consents``, beside and apart
    from what the guardian answers.
    """

    __tablename__ = "own_consents"
    __table_args__ = (Index("ix_own_consents_pupil", "pupil_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupils.id"))
    phone: Mapped[str] = mapped_column(Text)
    phone_index: Mapped[bytes] = mapped_column(Digest)
    status: Mapped[ConsentStatus] = enum_column(ConsentStatus)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    pupil: Mapped[Pupil] = relationship()

    def set_phone(self, phone: str) -> None:
        """Keep a checked phone number."""
        self.phone = keyring.seal(phone, f"own_consents.phone:{self.code}")
        self.phone_index = keyring.index_of(phone, "phone")

    @property
    def plain_phone(self) -> str:
        return keyring.unseal(self.phone, f"own_consents.phone:{self.code}")

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.plain_phone)
