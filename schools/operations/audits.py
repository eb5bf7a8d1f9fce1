"""Making an audit pack, giving it away, and the register of incidents (domain.md PRI-06)."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, cast

from sqlalchemy import select

from core import clock, crypto, settings
from core.access.scope import Place, Scope
from core.audit.operations import Actor, record
from core.database import db
from core.exports import vault
from core.exports.writing import Sheet, write_xlsx
from core.i18n import gettext as _
from core.i18n import speaking
from core.jobs import operations as jobs
from core.jobs.models import Job
from core.jobs.running import ElsewhereError
from core.rules import N_, UnknownRowError
from members.rules.exports import check_purpose
from organizations.queries import organization_of_id
from schools.labels import LABELS
from schools.models import AuditPack, MinorIncident
from schools.queries.audits import Line, lines_of, pack_at
from schools.rules.audits import AuditPart

PACK = "schools.audit_pack"
GIVEN_UP = N_("试了多次都没有做成审计材料。请告诉系统管理员，处理好以后在这里继续")
#: The office that reads it reads Chinese, whoever makes it.
LANGUAGE = "zh_CN"


@dataclass(frozen=True, slots=True)
class Incident:
    """One line of the register, checked."""

    happened_on: date
    what: str
    people: int
    told: str
    told_on: date | None


def start_pack(scope: Scope, year: int, words: str, *, now: datetime) -> Job:
    """Return the job that makes the pack of a year. Raises RuleViolation without a purpose."""
    return jobs.start(
        PACK,
        scope,
        total=1,
        now=now,
        pack=crypto.opaque_code(12),
        year=year,
        purpose=check_purpose(words),
    )


def pack_next(job: Job, scope: Scope) -> bool:
    """Note the pack once its file is there; before that the file is written, with no row held."""
    code = job.parameters["pack"]
    if not vault.is_kept(code):
        jobs.try_again(job, GIVEN_UP)
        return True
    year, purpose = int(job.parameters["year"]), job.parameters["purpose"]
    _keep(code, scope.place, year, purpose, by=Actor.of_scope(scope), now=clock.now())
    job.done = 1
    return False


def write_next(job: Job) -> Callable[[], None] | None:
    """Return what writes the file of a pack, or None where it is there."""
    code = job.parameters["pack"]
    if vault.is_kept(code):
        return None
    place = organization_of_id(job.organization_id).place
    year, purpose = int(job.parameters["year"]), job.parameters["purpose"]
    return partial(_file, code, place, year, purpose)


def make_pack(place: Place, year: int, words: str, *, by: Actor, now: datetime) -> AuditPack:
    """Return the pack of a year, made at once: what the job does in its steps.

    Raises RuleViolation without a purpose in words.
    """
    purpose, code = check_purpose(words), crypto.opaque_code(12)
    _file(code, place, year, purpose)
    return _keep(code, place, year, purpose, by=by, now=now)


def _file(code: str, place: Place, year: int, purpose: str) -> None:
    """Write the sealed workbook of a pack; it lies in the vault until the pack expires."""
    with vault.turn(code) as is_mine:
        if not is_mine:
            raise ElsewhereError
        if not vault.is_kept(code):
            with (
                speaking(LANGUAGE),
                vault.scratch(code) as folder,
                vault.Sealing(code) as target,
            ):
                _write(cast("IO[bytes]", target), place, year, purpose, clock.now(), folder)
        vault.drop_parts(code)


def _keep(
    code: str, place: Place, year: int, purpose: str, *, by: Actor, now: datetime
) -> AuditPack:
    hours = settings.value("exports.hours", on=clock.local(now).date())
    pack = AuditPack(
        code=code,
        organization_id=place.id,
        year=year,
        purpose=purpose,
        made_at=now,
        made_by_id=by.user_id,
        expires_at=now + timedelta(hours=hours),
    )
    db.session.add(pack)
    db.session.flush()
    record("audits.make", "audit_pack", pack.id, by=by, year=year, words=purpose)
    return pack


def take_pack(place: Place, code: str, *, by: Actor, now: datetime) -> AuditPack:
    """Return a pack that is being downloaded, with a line of the log. Raises UnknownRowError."""
    pack = pack_at(place.id, code, now, lock=True)
    if pack is None or not vault.is_kept(pack.code):
        raise UnknownRowError(code)
    pack.downloads += 1
    db.session.flush()
    record("audits.download", "audit_pack", pack.id, by=by, year=pack.year)
    return pack


def pack_bytes(place: Place, year: int, purpose: str, *, now: datetime) -> bytes:
    """Return the workbook of a year, for the command; the vault keeps nothing of it."""
    target = io.BytesIO()
    _write(target, place, year, check_purpose(purpose), now, Path())
    return target.getvalue()


def enter_incident(place: Place, incident: Incident, *, by: Actor, now: datetime) -> MinorIncident:
    """Return the new line of the register."""
    if by.user_id is None:
        message = "only an account enters an incident"
        raise ValueError(message)
    found = MinorIncident(
        code=crypto.opaque_code(8),
        organization_id=place.id,
        happened_on=incident.happened_on,
        what=incident.what,
        people=incident.people,
        told=incident.told,
        told_on=incident.told_on,
        entered_at=now,
        entered_by_id=by.user_id,
    )
    db.session.add(found)
    db.session.flush()
    record("incidents.enter", "minor_incident", found.id, by=by, people=incident.people)
    return found


def codes_with_files() -> Collection[str]:
    """Return whose files in the vault are not swept away."""
    kept = select(AuditPack.code).where(AuditPack.expires_at > clock.now())
    return set(db.session.scalars(kept))


vault.OTHERS.append(codes_with_files)


def _write(
    target: IO[bytes], place: Place, year: int, purpose: str, now: datetime, folder: Path
) -> None:
    lines = list(lines_of(place, year, clock.local(now).date()))
    mark = _(
        "%(place)s　%(year)s 年度未成年人个人信息合规审计　%(at)s　用途：%(purpose)s",
        place=place.name,
        year=year,
        at=f"{clock.local(now):%Y-%m-%d %H:%M}",
        purpose=purpose,
    )
    sheet = Sheet(
        name=str(year),
        above=[mark, _("只有数字，没有姓名；人数少的一组不显示准确数字。")],
        heads=[_("部分"), _("项目"), _("说明"), _("数量")],
        below=[mark],
        count=len(lines),
    )
    write_xlsx(target, sheet, map(_row, lines), folder)


def _row(line: Line) -> list[str]:
    part, item, detail, number = line
    return [str(LABELS[AuditPart][part]), item, detail, number]
