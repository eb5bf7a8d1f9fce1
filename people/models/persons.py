"""One record per human being, and the consents given for minors."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import keyring
from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from organizations.models import Organization
from people.rules import IdType, Sex, mask_id, mask_name, mask_phone
from people.rules.changes import ChangeField, ChangeStatus
from people.rules.consents import ConsentPurpose, ConsentStatus
from people.rules.deaths import DeathProof, DeathStatus

_STANDING = text("status IN ('recorded', 'settled')")


def document_index(id_type: IdType, number: str) -> bytes:
    """Return the blind index of a canonical document number."""
    return keyring.index_of(f"{id_type}:{number}", "id")


def opened_phone(code: str, sealed: str) -> str:
    """Return the phone of the person with a code, from what its column holds."""
    return keyring.unseal(sealed, f"persons.phone:{code}")


def opened_id_number(code: str, sealed: str) -> str:
    """Return the document number of the person with a code, from what its column holds."""
    return keyring.unseal(sealed, f"persons.id_number:{code}")


class Person(Base):
    """A human being once, whatever they are to us (domain.md MEM-19).

    ID number and phone are encrypted per field and found by blind index; ``born_on`` is kept
    plain because age decides rules. A record that was merged into another points to it. Of somebody
    who closed the account nothing is left that names him, from ``erased_at`` on.
    """

    __tablename__ = "persons"
    __table_args__ = (
        Index(
            "uq_persons_id_index",
            "id_index",
            unique=True,
            sqlite_where=text("id_index IS NOT NULL"),
            postgresql_where=text("id_index IS NOT NULL"),
        ),
        Index("ix_persons_phone_index", "phone_index"),
        Index("ix_persons_match_key_born_on", "match_key", "born_on"),
        Index("ix_persons_born_on_pinyin", "born_on", "pinyin"),
        Index(
            "ix_persons_merged_into",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    match_key: Mapped[str] = mapped_column(String(80))
    pinyin: Mapped[str] = mapped_column(String(300), default="")
    initials: Mapped[str] = mapped_column(String(60), default="")
    sex: Mapped[Sex | None] = enum_column(Sex, nullable=True)
    born_on: Mapped[date | None]
    id_type: Mapped[IdType | None] = enum_column(IdType, nullable=True)
    id_number: Mapped[str | None] = mapped_column(Text)
    id_index: Mapped[bytes | None] = mapped_column(Digest)
    phone: Mapped[str | None] = mapped_column(Text)
    phone_index: Mapped[bytes | None] = mapped_column(Digest)
    phone_tail_index: Mapped[bytes | None] = mapped_column(Digest, index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    merged_into: Mapped[Person | None] = relationship(remote_side="Person.id", viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    def set_phone(self, phone: str) -> None:
        """Keep a checked phone number."""
        self.phone = keyring.seal(phone, f"persons.phone:{self.code}")
        self.phone_index = keyring.index_of(phone, "phone")
        self.phone_tail_index = keyring.index_of(phone[-4:], "phone-tail")

    def set_id_number(self, id_type: IdType, number: str) -> None:
        """Keep a checked ID number."""
        self.id_type = id_type
        self.id_number = keyring.seal(number, f"persons.id_number:{self.code}")
        self.id_index = document_index(id_type, number)

    @property
    def search_text(self) -> str:
        """Return the text by which lists inside a scope find the person."""
        return f"{self.match_key} {self.pinyin} {self.initials}"

    @property
    def plain_phone(self) -> str:
        return opened_phone(self.code, self.phone) if self.phone else ""

    @property
    def plain_id_number(self) -> str:
        return opened_id_number(self.code, self.id_number) if self.id_number else ""

    @property
    def masked_name(self) -> str:
        """Return the name as anybody may see it (PRI-10)."""
        return mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.plain_phone) if self.phone else ""

    @property
    def masked_id_number(self) -> str:
        return mask_id(self.plain_id_number) if self.id_number else ""


class Consent(Base):
    """A guardian's answer for a minor, with the text that was shown."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("consent_requests.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    purpose: Mapped[ConsentPurpose] = enum_column(ConsentPurpose)
    status: Mapped[ConsentStatus] = enum_column(ConsentStatus)
    text_version: Mapped[str] = mapped_column(String(16), default="")
    text_digest: Mapped[str] = mapped_column(String(64), default="")
    channel: Mapped[str] = mapped_column(String(16), default="link")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ConsentRequest(Base):
    """The one-time link sent to a guardian: its token is kept as a digest only."""

    __tablename__ = "consent_requests"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    guardian_name: Mapped[str] = mapped_column(String(50))
    guardian_phone: Mapped[str] = mapped_column(Text)
    guardian_phone_index: Mapped[bytes] = mapped_column(Digest, index=True)
    status: Mapped[ConsentStatus] = enum_column(ConsentStatus)
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def plain_guardian_phone(self) -> str:
        return keyring.unseal(self.guardian_phone, f"consent_requests.guardian_phone:{self.code}")


class Death(Base):
    """That somebody died, as a branch was told with proof (domain.md MEM-45).

    ``standings`` holds what each package ended, by its name, for taking a mistake back;
    ``closed_account`` whether the account was open until then.
    """

    __tablename__ = "deaths"
    __table_args__ = (
        Index(
            "uq_deaths_person_standing",
            "person_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        Index("ix_deaths_organization", "organization_id", "id"),
        Index("ix_deaths_due", "status", "undo_until"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[DeathStatus] = enum_column(DeathStatus)
    died_on: Mapped[date]
    proof: Mapped[DeathProof] = enum_column(DeathProof)
    reference: Mapped[str] = mapped_column(String(60), default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    undo_until: Mapped[date]
    closed_account: Mapped[bool] = mapped_column(default=False)
    standings: Mapped[str] = mapped_column(Text, default="{}")
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()


_OPEN_CHANGE = text("status = 'submitted'")


class ChangeRequest(Base):
    """What a person asks to have put right about himself; ``handler`` is who has to answer.

    ``value`` is what was asked for, sealed, until it is decided; ``before`` and ``after`` stay,
    both masked.
    """

    __tablename__ = "change_requests"
    __table_args__ = (
        Index("ix_change_requests_queue", "handler_id", "status", "requested_at", "id"),
        Index("ix_change_requests_person", "person_id", "id"),
        Index(
            "uq_change_requests_open",
            "person_id",
            "field",
            unique=True,
            sqlite_where=_OPEN_CHANGE,
            postgresql_where=_OPEN_CHANGE,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    field: Mapped[ChangeField] = enum_column(ChangeField)
    status: Mapped[ChangeStatus] = enum_column(ChangeStatus)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    handler_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    value: Mapped[str | None] = mapped_column(Text)
    before: Mapped[str] = mapped_column(String(200))
    after: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(200))
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    handler: Mapped[Organization] = relationship(foreign_keys=[handler_id])

    def seal_value(self, text: str) -> None:
        """Keep what is asked for until it is decided."""
        self.value = keyring.seal(text, f"change_requests.value:{self.code}")

    @property
    def plain_value(self) -> str:
        return (
            keyring.unseal(self.value, f"change_requests.value:{self.code}") if self.value else ""
        )
