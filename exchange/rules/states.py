"""The life of a batch that goes to another system (domain.md VOL-52). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.rules import N_, RuleViolation


class BatchStatus(StrEnum):
    """Where a batch is: ``draft`` until it is whole and another officer agreed."""

    DRAFT = "draft"
    READY = "ready"
    SENT = "sent"
    RECEIPTED = "receipted"
    CLOSED = "closed"


class BatchAction(StrEnum):
    """What happens to a batch."""

    AGREE = "agree"
    SEND = "send"
    RECEIVE = "receive"
    CLOSE = "close"
    GIVE_UP = "give_up"


class BatchMode(StrEnum):
    """What a batch holds."""

    FULL = "full"
    CHANGES = "changes"
    REJECTS = "rejects"


class RowOperation(StrEnum):
    """What the other system does with a row."""

    PUT = "put"
    WITHDRAW = "withdraw"


_S, _A = BatchStatus, BatchAction

BATCH_TRANSITIONS: Mapping[tuple[BatchStatus, BatchAction], BatchStatus] = {
    (_S.DRAFT, _A.AGREE): _S.READY,
    (_S.READY, _A.SEND): _S.SENT,
    (_S.SENT, _A.RECEIVE): _S.RECEIPTED,
    (_S.RECEIPTED, _A.CLOSE): _S.CLOSED,
    (_S.DRAFT, _A.GIVE_UP): _S.CLOSED,
    (_S.READY, _A.GIVE_UP): _S.CLOSED,
    (_S.SENT, _A.GIVE_UP): _S.CLOSED,
}

#: One at a time: what is on its way is neither accepted nor refused.
ON_THE_WAY = (_S.DRAFT, _S.READY, _S.SENT)


def check_agreement(made_by: int, agrees: int) -> None:
    """Raise RuleViolation where who made a batch would release it himself (EXP-05)."""
    if made_by == agrees:
        raise RuleViolation("", N_("不能同意自己做的批次，请另一位办"))
