"""Certificates of service: what was certified never changes, what ended them stands beside."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from core.signatures import Signature, SignatureAlgorithm
from organizations.models import Organization
from volunteers.models.serving import Volunteer
from volunteers.rules.certificates import CertificateReason, CertificateStatus


class ServiceCertificate(Base):
    """What was certified, signed, on a day; triggers refuse every change of the row (VOL-42).

    ``facts`` is the canonical text that the signature covers; ``minutes`` and the period stand
    beside it to be compared with the ledger of now.
    """

    __tablename__ = "service_certificates"
    __table_args__ = (
        CheckConstraint("minutes > 0 AND last_on >= first_on", name="period"),
        Index("ix_service_certificates_own", "volunteer_id", "id"),
        Index("ix_service_certificates_register", "issuer_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    verify_digest: Mapped[bytes] = mapped_column(Digest, unique=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    issuer_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    minutes: Mapped[int]
    facts: Mapped[str] = mapped_column(Text)
    algorithm: Mapped[SignatureAlgorithm] = enum_column(SignatureAlgorithm)
    key_id: Mapped[str] = mapped_column(String(32))
    signature: Mapped[str] = mapped_column(String(256))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    volunteer: Mapped[Volunteer] = relationship()
    issuer: Mapped[Organization] = relationship()
    end: Mapped[CertificateEnd | None] = relationship(
        foreign_keys="CertificateEnd.certificate_id", uselist=False, back_populates="certificate"
    )

    @property
    def status(self) -> CertificateStatus:
        """Return where the certificate stands, whatever the ledger says meanwhile."""
        return self.end.status if self.end else CertificateStatus.VALID

    @property
    def is_held(self) -> bool:
        """Return whether its days must not be certified anew: false hours, not yet cleared."""
        end = self.end
        return bool(end and end.reason is CertificateReason.FALSE_HOURS and not end.clearance)

    @property
    def seal(self) -> Signature:
        """Return the signature over ``facts``."""
        return Signature(self.algorithm, self.key_id, self.signature)


class CertificateEnd(Base):
    """How a certificate ended: once, with a reason, and with what came in its place (VOL-47)."""

    __tablename__ = "service_certificate_ends"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("service_certificates.id"), unique=True)
    status: Mapped[CertificateStatus] = enum_column(CertificateStatus)
    reason: Mapped[CertificateReason] = enum_column(CertificateReason)
    note: Mapped[str] = mapped_column(String(200), default="")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("service_certificates.id"))
    ended_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    certificate: Mapped[ServiceCertificate] = relationship(
        foreign_keys=[certificate_id], back_populates="end"
    )
    successor: Mapped[ServiceCertificate | None] = relationship(foreign_keys=[successor_id])
    clearance: Mapped[CertificateClearance | None] = relationship(
        uselist=False, back_populates="end"
    )


class CertificateClearance(Base):
    """The hours behind a certificate that ended for false ones were looked into; once, for good."""

    __tablename__ = "service_certificate_clearances"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    end_id: Mapped[int] = mapped_column(ForeignKey("service_certificate_ends.id"), unique=True)
    note: Mapped[str] = mapped_column(String(200))
    cleared_at: Mapped[datetime] = mapped_column(UTCDateTime)
    cleared_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    end: Mapped[CertificateEnd] = relationship(back_populates="clearance")
