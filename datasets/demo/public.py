"""Statistics as the province published them: the year, and its correction."""

from __future__ import annotations

from datetime import datetime

from core.database import db
from datasets.demo.people import Stage
from datasets.demo.places import PROVINCE
from organizations import figures
from organizations.queries import branch_of_division
from supervision.public.operations import publish


def build_public(stage: Stage, now: datetime) -> None:
    """Publish this year's numbers twice: the second edition is a correction with its reason."""
    province = branch_of_division(PROVINCE)
    if province is None:
        return
    db.session.flush()
    figures.write(db.session())
    officer = stage.keepers[province.id]
    for note in ("", "演示：两个县补报后更正"):
        publish(province.id, stage.today.year, note, by=officer, now=now)
