"""Who tells another system: one side, for everybody below it (ADR 0032)."""

from __future__ import annotations

import pytest

from core.access.permissions import Level, Permission
from core.access.rights import RIGHTS


@pytest.mark.covers("AZ-01")
def test_the_province_alone_tells_another_system_of_anybody() -> None:
    """An object has no owner: a second sender would withdraw what the first one holds."""
    levels = {level for (_, level), own in RIGHTS.items() if Permission.EXCHANGE_KEEP in own}
    assert levels == {Level.PROVINCE}
