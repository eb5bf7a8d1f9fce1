"""Letters: one sentence to one person, and by which way each kind travels (ux.md 2.9). Pure.

The list under ``/me/messages`` is the record and holds every kind. A short message to the phone
goes out for few of them only; this table is the one place that says for which.
"""

from __future__ import annotations

from collections.abc import Mapping

from accounts.rules.letters import (
    accounts,
    activities,
    appointments,
    dues,
    groups,
    joining,
    leaving,
    orders,
    organizations,
    venues,
    volunteers,
)
from accounts.rules.letters.form import Form
from accounts.rules.letters.kinds import LetterKind

__all__ = ["FORMS", "Form", "LetterKind"]

FORMS: Mapping[LetterKind, Form] = {
    **joining.FORMS,
    **leaving.FORMS,
    **groups.FORMS,
    **dues.FORMS,
    **volunteers.FORMS,
    **activities.FORMS,
    **organizations.FORMS,
    **orders.FORMS,
    **appointments.FORMS,
    **venues.FORMS,
    **accounts.FORMS,
}
