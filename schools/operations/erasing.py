"""What schools forget of a child: guardians, own links, rows of lists (PRV-16)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from core.database import changed_rows, db
from core.imports.models import Import, ImportRow
from core.messages import Message
from core.rules import N_
from people.models import Guardian
from people.rules.erasures import Matter
from schools.models import OwnConsent, Pupil
from schools.rules.pupils import ON_ROSTER


def waiting_of(person_id: int) -> list[Matter]:
    """Return that a pupil has to leave the roster first; the school sees to that."""
    on_roster = select(Pupil.id).where(Pupil.person_id == person_id, Pupil.status.in_(ON_ROSTER))
    if db.session.scalars(on_roster).first() is None:
        return []
    return [Matter(N_("还在学校的名册上，请联系学校的负责老师"))]


def erase_pupil(person_id: int) -> int:
    """Return how many rows lost what names a child; where he was and when stays."""
    pupils = db.session.scalars(select(Pupil).where(Pupil.person_id == person_id)).all()
    rows = forget_lists(pupils) + forget_own_links([one.id for one in pupils])
    return rows + changed_rows(delete(Guardian).where(Guardian.person_id == person_id))


def forget_own_links(pupil_ids: Sequence[int]) -> int:
    """Return how many links to pupils' own phones were removed, with the messages about them."""
    mine = OwnConsent.pupil_id.in_(pupil_ids)
    for code in db.session.scalars(select(OwnConsent.code).where(mine)).all():
        sent = Message.purpose.startswith(f"own_consent:{code}:", autoescape=True)
        db.session.execute(delete(Message).where(sent))
    return changed_rows(delete(OwnConsent).where(mine))


def forget_lists(pupils: Sequence[Pupil]) -> int:
    """Return how many rows of lists were removed by which pupils came."""
    codes = {one.import_code for one in pupils if one.import_code}
    if not codes:
        return 0
    lists = select(Import.id).where(Import.code.in_(codes))
    made = ImportRow.made_id.in_([one.id for one in pupils])
    return changed_rows(delete(ImportRow).where(ImportRow.import_id.in_(lists), made))
