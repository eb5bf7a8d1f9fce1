"""What decides about a person: name, documents, telephone numbers, age, masks.

Pure: the standard library and `core.rules`. Every check takes the text as typed and gives its
canonical form or raises `RuleViolation` for `field`; whatever the text, nothing else is raised.
"""

from people.rules.ages import AgeBand, age_band_on, age_on, is_minor_on, turns_on
from people.rules.documents import (
    IdType,
    ResidentId,
    Sex,
    check_born_on,
    check_credit_code,
    check_document,
    check_resident_id,
)
from people.rules.masks import mask_id, mask_name, mask_phone
from people.rules.names import (
    check_name,
    name_match_key,
    normalise_name,
    possible_duplicate_key,
)
from people.rules.phones import Country, check_contact_phone, check_landline, check_mobile

__all__ = [
    "AgeBand",
    "Country",
    "IdType",
    "ResidentId",
    "Sex",
    "age_band_on",
    "age_on",
    "check_born_on",
    "check_contact_phone",
    "check_credit_code",
    "check_document",
    "check_landline",
    "check_mobile",
    "check_name",
    "check_resident_id",
    "is_minor_on",
    "mask_id",
    "mask_name",
    "mask_phone",
    "name_match_key",
    "normalise_name",
    "possible_duplicate_key",
    "turns_on",
]
