"""What tests of the life of organizations send, as the forms do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from organizations import figures
from organizations.models import Organization, OrganizationCouncil, OrganizationFounding
from organizations.operations import councils
from organizations.rules import Measure
from organizations.rules.life import Council
from supervision.recount import differences
from tests.cast import Cast
from tests.client import Client, parsed


def sight(answer: Any) -> Any:
    """Return the page of an answer, every part of it looked for as it is."""
    return parsed(answer)


def day(back: int = 0) -> str:
    return (clock.today() - timedelta(days=back)).isoformat()


def meeting(**changes: str) -> dict[str, str]:
    """Return the record of a meeting of 40."""
    return {
        "held_on": day(3),
        "due": "40",
        "present": "38",
        "method": "equal_ballot",
        "result": "甲会长 38 票当选",
        "minutes": "按程序进行",
        **changes,
    }


def council(**changes: str) -> dict[str, str]:
    """Return a whole council, its supervisors beside it."""
    return {
        "head": "甲会长",
        "honorary_heads": "乙书记",
        "vice_heads": "丙副，丁副",
        "directors": "戊理事、己理事",
        "secretary": "庚秘书",
        "supervisors": "辛监事",
        "starts_on": day(3),
        **changes,
    }


def asking(cast: Cast, kind: str, name: str, parent: str, decider: str = "") -> dict[str, str]:
    """Return an application for an organization."""
    return {
        "kind": kind,
        "name": name,
        "parent": cast.code(parent),
        "decider": cast.code(decider or parent),
        "division": "",
        "applied_on": day(20),
        "contact": "壬筹备",
        "words": "已开过筹备会",
        "act": "apply",
    }


def newest_founding() -> OrganizationFounding:
    db.session.expire_all()
    newest = select(OrganizationFounding).order_by(OrganizationFounding.id.desc()).limit(1)
    return db.session.scalars(newest).one()


def found_whole(client: Client, base: str, asked: dict[str, str]) -> OrganizationFounding:
    """Return a founding that went all its steps at one desk."""
    assert client.post(f"{base}/organizations/new", asked).status_code == 303
    here = f"{base}/organizations/foundings/{newest_founding().code}"
    reply = {"act": "approve", "number": "东红〔2026〕5号", "replied_on": day(10)}
    for step, fields in (("reply", reply), ("meeting", meeting(flag_on=day(3)))):
        assert client.post(f"{here}/{step}", fields).status_code == 303, step
    assert client.post(f"{here}/council", council()).status_code == 303
    return newest_founding()


def seat(organization: Organization, starts_on: date, *, present: int = 40) -> OrganizationCouncil:
    """Return a council of an organization from a day on."""
    facts = Council("旧会长", starts_on, secretary="旧秘书")
    row = councils.seat(organization, facts, present=present, by=SYSTEM, now=clock.now())
    db.session.commit()
    return row


def stock(organization: Organization, measure: Measure = Measure.ORGANIZATIONS) -> int:
    figures.write(db.session())
    values = figures.values([organization.id], [measure])
    return values.get((organization.id, measure.value, 0), 0)


def gaps() -> dict[tuple[int, str, str, int], int]:
    """Return by how much each stored number differs from what is counted: no act may change it."""
    return {
        (one.organization_id, one.measure, one.part, one.period): one.change
        for one in differences()
    }
