"""Receipts: true ones are read once, whatever lies is refused whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.audit.models import AuditEvent
from core.database import db
from core.exports import vault
from core.rules import RuleViolation
from exchange import operations
from exchange.rules import BatchStatus
from tests.cast import Cast
from tests.exchange.batches import consent, fresh, made, officer, receipt_of, sent, text_of
from tests.volunteers.certified import credited


@pytest.fixture(autouse=True)
def _folder(app: Flask, database: None) -> Iterator[None]:
    """Leave no file behind: the folder of the instance outlives the test."""
    yield
    for path in vault.folder().iterdir():
        vault.remove(path.name)


@pytest.mark.covers("VOL-52", "FILE-01", "IN-08")
def test_a_receipt_that_lies_is_refused_whole(cast: Cast) -> None:
    record = credited(cast, "ada")
    consent(cast, "ada")
    batch = sent(cast, made(cast))
    true = receipt_of(batch, (("service", record.code, 1, "不对"),))

    def lie(**changes: Any) -> bytes:
        return text_of({**true, **changes})

    row = true["rows"][0]
    totals = true["totals"]
    lies = {
        "不是这一批的": lie(batch="other"),
        "这一批的": lie(manifest="0" * 64),
        "不在这个批次里": lie(rows=[{**row, "number": "nobody"}]),
        "第 2 行不在": lie(rows=[{**row, "version": 2}]),
        "重复": lie(rows=[row, row]),
        "行数对不上": lie(rows=[]),
        "行数": lie(totals={**totals, "group": {**totals["group"], "accepted": 9}}),
        "分钟数对不上": lie(totals={**totals, "service": {**totals["service"], "minutes": 9}}),
        "种类和批次不一样": lie(totals={"service": totals["service"]}),
        "第 1 行不是回执": b'{"type":"receipt"}\n',
        "读不出来": b"[" * 1500,
        "第 1 行读": b'{"type":1,"type":2}',
        "不是 UTF-8": b"\xff\xfe\x00",
        "太长": b"[" * 5000,
        "太大": b" " * (5 * 1024 * 1024 + 1),
        "数字不对": lie(totals={**totals, "group": {**totals["group"], "held": True}}),
        "文字不对": lie(rows=[{**row, "reason": 5}]),
        "不能显示": lie(rows=[{**row, "reason": "a\u202eb"}]),
        "项目不对": lie(rows=[{**row, "more": 1}]),
    }
    for words, data in lies.items():
        with pytest.raises(RuleViolation, match=words):
            operations.receive(batch.code, data, officer(cast), now=clock.now())
        db.session.rollback()
        assert fresh(batch.code).status is BatchStatus.SENT
    operations.receive(batch.code, text_of(true), officer(cast), now=clock.now())
    assert batch.status is BatchStatus.RECEIPTED


@pytest.mark.covers("VOL-52", "IDEM-01")
def test_a_receipt_is_read_once(cast: Cast) -> None:
    consent(cast, "ada")
    batch = made(cast)
    data = text_of(receipt_of(batch))
    with pytest.raises(RuleViolation, match="还没有交出去"):
        operations.receive(batch.code, data, officer(cast), now=clock.now())
    sent(cast, batch)
    for _ in range(2):
        operations.receive(batch.code, data, officer(cast), now=clock.now())
        db.session.commit()
    steps = select(func.count()).where(AuditEvent.action == "exchange.receive")
    assert db.session.scalar(steps) == 1
    with pytest.raises(RuleViolation, match="另一份回执"):
        operations.receive(batch.code, data + b"\n", officer(cast), now=clock.now())
