"""What a write may cost in statements: the fact and what makes it safe (ADR 0018)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from core import clock
from tests.cast import Cast
from tests.client import Client
from tests.members.waiting import apply, queue_of
from volunteers.rules import ServiceField

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
LOG, APPROVE = 17, 30


@pytest.mark.covers("LOAD-07")
def test_logging_hours_stays_inside_its_statements(
    cast: Cast, client_of: ClientOf, count_statements: Counting
) -> None:
    ada = client_of("ada")
    yesterday = clock.today() - timedelta(days=1)  # two hours of a day that may have just begun
    form = {"field": ServiceField.OTHER.value, "length": "60", "day": yesterday.isoformat()}
    ada.post("/me/hours/new", {"title": "巡河", **form})  # the first of all begins the chain
    with count_statements() as seen:
        answer = ada.post("/me/hours/new", {"title": "送餐", **form})
    assert answer.status_code == 303
    assert len(seen) <= LOG, "\n".join(seen)


@pytest.mark.covers("LOAD-07")
def test_approving_one_stays_inside_its_statements(
    cast: Cast, client_of: ClientOf, count_statements: Counting
) -> None:
    first, second, *_ = apply(cast, number=3)
    ben, queue = client_of("ben"), queue_of(cast)
    ben.post(f"{queue}/{first}/approve", {})  # the first of all begins chain and numbers
    with count_statements() as seen:
        answer = ben.post(f"{queue}/{second}/approve", {})
    assert answer.status_code == 303
    assert len(seen) <= APPROVE, "\n".join(seen)
