"""What the pages of schools need: the tables of all their topics."""

from __future__ import annotations

from tests.security.school_activity_table import SCHOOL_ACTIVITY
from tests.security.school_consent_table import CONSENTS
from tests.security.school_protection_table import PROTECTION
from tests.security.school_register_table import SCHOOL_REGISTER
from tests.security.school_roster_table import ROSTER
from tests.security.school_year_table import SCHOOL_YEARS

SCHOOLS: dict[str, str] = {
    **SCHOOL_ACTIVITY,
    **CONSENTS,
    **PROTECTION,
    **SCHOOL_REGISTER,
    **ROSTER,
    **SCHOOL_YEARS,
}
