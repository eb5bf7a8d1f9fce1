"""Tables of supervision orders: the order and what happened to it, line by line."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from supervision.alerts.rules import Colour
from supervision.orders.rules import Delay, OrderAction, OrderStatus

_OPEN = "status IN ('issued', 'received', 'replied')"
_OF_RULE = text(f"{_OPEN} AND rule <> ''")
_RUNS = text(_OPEN)


class Order(Base):
    """Somebody above asks an organization to put something right by a day.

    ``organization`` is whom it is about, ``handler`` who does it: the organization itself, or the
    Red Cross above where nobody keeps it. ``rule`` is empty for an order that no rule made.
    ``figure`` and what it came from are as they were when it was issued; ``near`` is how many
    were coming near their deadline where no line was crossed, else 0.
    """

    __tablename__ = "supervision_orders"
    __table_args__ = (
        Index(
            "uq_supervision_orders_open",
            "organization_id",
            "rule",
            unique=True,
            sqlite_where=_OF_RULE,
            postgresql_where=_OF_RULE,
        ),
        Index(
            "ix_supervision_orders_due",
            "due_on",
            "id",
            sqlite_where=_RUNS,
            postgresql_where=_RUNS,
        ),
        Index("ix_supervision_orders_handler", "handler_id", "status", "id"),
        Index("ix_supervision_orders_issuer", "issuer_id", "status", "id"),
        Index("ix_supervision_orders_organization", "organization_id", "id"),
        Index("ix_supervision_orders_escalated", "escalated_to_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    rule: Mapped[str] = mapped_column(String(8), default="")
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    handler_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    issuer_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[OrderStatus] = enum_column(OrderStatus)
    colour: Mapped[Colour | None] = enum_column(Colour, nullable=True)
    subject: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    figure: Mapped[int | None] = mapped_column(BigInteger)
    top: Mapped[int | None] = mapped_column(BigInteger)
    bottom: Mapped[int | None] = mapped_column(BigInteger)
    threshold: Mapped[int | None] = mapped_column(BigInteger)
    near: Mapped[int] = mapped_column(default=0, server_default="0")
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    receipt_due: Mapped[date]
    due_on: Mapped[date]
    ended_on: Mapped[date | None]
    rounds: Mapped[int] = mapped_column(default=0)
    delay: Mapped[Delay | None] = enum_column(Delay, nullable=True)
    escalated_to_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))

    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    handler: Mapped[Organization] = relationship(foreign_keys=[handler_id])
    issuer: Mapped[Organization] = relationship(foreign_keys=[issuer_id])


class OrderEvent(Base):
    """One line in the thread of an order: a step or words, by which organization, with what figure.

    Lines are added and never changed.
    """

    __tablename__ = "supervision_order_events"
    __table_args__ = (Index("ix_supervision_order_events_order", "order_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("supervision_orders.id"))
    action: Mapped[OrderAction] = enum_column(OrderAction)
    to_status: Mapped[OrderStatus] = enum_column(OrderStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    by_organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    figure: Mapped[int | None] = mapped_column(BigInteger)
    top: Mapped[int | None] = mapped_column(BigInteger)
    bottom: Mapped[int | None] = mapped_column(BigInteger)
    near: Mapped[int] = mapped_column(default=0, server_default="0")

    by_organization: Mapped[Organization | None] = relationship()
