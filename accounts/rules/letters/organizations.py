"""Letters to who keeps an organization, about its term and its council. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.rules.letters.form import ORG, Form
from accounts.rules.letters.kinds import LetterKind as K
from core.rules import N_

FORMS: Mapping[K, Form] = {
    K.TERM_DUE: Form(
        N_("%(organization)s的理事会%(day)s届满，请准备换届。"),
        "organizations.list_councils",
        ORG,
    ),
    K.TERM_OVERDUE: Form(
        N_("%(organization)s的理事会%(day)s已届满，还没有换届，请尽快办理。"),
        "organizations.list_councils",
        ORG,
    ),
    K.COUNCIL_RETURNED: Form(
        N_("%(organization)s的换届登记被退回，请打开看原因，改好再交。"),
        "organizations.list_councils",
        ORG,
    ),
}
