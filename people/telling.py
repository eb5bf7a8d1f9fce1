"""What is kept of a person's consents and guardians, told to himself (PRV-15).

Of a guardian a relation and a day are told, never a name or a phone.
"""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select

from core import clock
from core.database import db
from core.filters import full_day
from core.i18n import gettext
from people.labels import LABELS
from people.models import Consent, Guardian
from people.presence import Section, Standing
from people.rules.consents import ConsentPurpose, ConsentStatus
from people.rules.guardians import Relation


def tell_guarded(person_id: int) -> list[Section]:
    """Return the answers about a minor and who gave them; nothing of an adult without any."""
    url = url_for("people.my_data")
    answers = select(Consent).where(Consent.person_id == person_id).order_by(Consent.id.desc())
    guardians = select(Guardian).where(Guardian.person_id == person_id).order_by(Guardian.id)
    parts = {
        gettext("同意书"): [
            Standing(
                str(LABELS[ConsentPurpose][one.purpose]),
                str(LABELS[ConsentStatus][one.status]),
                url,
            )
            for one in db.session.scalars(answers)
        ],
        gettext("监护人"): [
            Standing(
                str(LABELS[Relation][one.relation]),
                full_day(clock.local(one.named_at).date()),
                url,
            )
            for one in db.session.scalars(guardians)
        ],
    }
    return [Section(title, lines, url) for title, lines in parts.items() if lines]
