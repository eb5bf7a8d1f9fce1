"""Persons, consents, deaths, corrections, and two records of one person found and merged."""

from people.models.checks import DataCheck, DataFlag
from people.models.duplicates import DuplicateCandidate, DuplicatePlace, MergedRow, PersonMerge
from people.models.erasures import Erasure
from people.models.guardians import Guardian
from people.models.matters import Matter, MatterFigure, RightsEvent, RightsRequest
from people.models.minors import MinorApproval
from people.models.persons import (
    ChangeRequest,
    Consent,
    ConsentRequest,
    Death,
    Person,
    document_index,
    opened_id_number,
    opened_phone,
)

__all__ = [
    "ChangeRequest",
    "Consent",
    "ConsentRequest",
    "DataCheck",
    "DataFlag",
    "Death",
    "DuplicateCandidate",
    "DuplicatePlace",
    "Erasure",
    "Guardian",
    "Matter",
    "MatterFigure",
    "MergedRow",
    "MinorApproval",
    "Person",
    "PersonMerge",
    "RightsEvent",
    "RightsRequest",
    "document_index",
    "opened_id_number",
    "opened_phone",
]
