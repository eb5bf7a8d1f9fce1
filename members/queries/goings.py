"""Who comes and goes at an organization: transfers and withdrawals that wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, exists, select

from core.paging import Page
from core.statements import Kept
from members.models import Transfer, Withdrawal
from members.queries.transfers import Moving, transfers_at
from members.queries.withdrawals import Leaver, leavers_at
from members.rules import OPEN_TRANSFERS, WithdrawalStatus


@dataclass(frozen=True, slots=True)
class Goings:
    """The transfers that an organization has to answer, and the leavers it takes note of."""

    transfers: Page[Moving]
    leavers: Page[Leaver]

    def __bool__(self) -> bool:
        return bool(self.transfers.rows or self.leavers.rows)


_HANDLER: Any = bindparam("handler")
_ANY = Kept(
    select(
        exists().where(Transfer.handler_id == _HANDLER, Transfer.status.in_(OPEN_TRANSFERS)),
        exists().where(
            Withdrawal.handler_id == _HANDLER, Withdrawal.status == WithdrawalStatus.REQUESTED
        ),
    )
)


def goings_at(handler_id: int) -> Goings:
    """Return both lists: one statement where nobody comes or goes, which is most of the time."""
    moves, leaves = _ANY.rows({"handler": handler_id})[0]
    return Goings(
        transfers_at(handler_id) if moves else Page([]),
        leavers_at(handler_id) if leaves else Page([]),
    )
