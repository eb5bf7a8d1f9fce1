"""Guardians of minors, as schools and branches were told of them (domain.md PRI-02, PRV-11)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import keyring
from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from people.models.persons import Person
from people.rules import mask_phone
from people.rules.guardians import Relation

_STANDING = text("ended_on IS NULL")


class Guardian(Base):
    """Who may answer for a minor, reached by phone; no account is needed for it.

    Named by somebody else than the one who gains by it. ``confirmed_at`` is when the phone was
    proved by a code at the guardian's own link, ``ended_on`` when it ended: at eighteen at last.
    """

    __tablename__ = "guardians"
    __table_args__ = (
        Index(
            "uq_guardians_ward_phone",
            "person_id",
            "phone_index",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        Index("ix_guardians_phone", "phone_index"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    name: Mapped[str] = mapped_column(String(50))
    relation: Mapped[Relation] = enum_column(Relation)
    phone: Mapped[str] = mapped_column(Text)
    phone_index: Mapped[bytes] = mapped_column(Digest)
    named_at: Mapped[datetime] = mapped_column(UTCDateTime)
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_on: Mapped[date | None]

    person: Mapped[Person] = relationship()

    def set_phone(self, phone: str) -> None:
        """Keep a checked phone number."""
        self.phone = keyring.seal(phone, f"guardians.phone:{self.code}")
        self.phone_index = keyring.index_of(phone, "phone")

    @property
    def plain_phone(self) -> str:
        return keyring.unseal(self.phone, f"guardians.phone:{self.code}")

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.plain_phone)
