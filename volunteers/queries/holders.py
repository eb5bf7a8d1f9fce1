"""Whose a certificate of service is now, and what of its facts may be shown to whom."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from people.models import Person
from people.rules import is_minor_on
from volunteers.models import ServiceCertificate
from volunteers.rules import ServiceMethod


def facts_in(certificate: ServiceCertificate) -> dict[str, Any]:
    """Return what a certificate says."""
    facts: dict[str, Any] = json.loads(certificate.facts)
    return facts


def grades_in(certificate: ServiceCertificate) -> dict[ServiceMethod, int]:
    """Return the minutes of a certificate by how they were recorded."""
    grades: dict[str, int] = facts_in(certificate)["grades"]
    return {ServiceMethod(method): minutes for method, minutes in grades.items()}


def name_at(certificate: ServiceCertificate, today: date) -> str:
    """Return the name in the register: of somebody under 18 it is masked (decisions.md D10).

    Of somebody who closed the account it is the one that stands for nobody.
    """
    if is_hidden(certificate, today):
        return _person_of(certificate).masked_name
    return str(facts_in(certificate)["name"])


def is_minors(certificate: ServiceCertificate, today: date) -> bool:
    """Return whether the holder is under 18, or of unknown age."""
    born_on = _person_of(certificate).born_on
    return born_on is None or is_minor_on(born_on, today)


def is_hidden(certificate: ServiceCertificate, today: date) -> bool:
    """Return whether nobody is told the name: of minors, and of who closed the account."""
    return is_locked(certificate) or is_minors(certificate, today)


def is_locked(certificate: ServiceCertificate) -> bool:
    """Return whether the certificate is only kept: its holder closed the account (D6)."""
    return _person_of(certificate).erased_at is not None


def is_past(certificate: ServiceCertificate) -> bool:
    """Return whether the holder was removed: the certificate need not be kept any longer (D6)."""
    return not certificate.signature


def _person_of(certificate: ServiceCertificate) -> Person:
    """Return who the holder is now: a record that was merged away tells nothing after a while."""
    person = certificate.volunteer.person
    return person.merged_into or person


def holder_of(certificate: ServiceCertificate) -> int:
    """Return the person whose hours a certificate is about now: records may have been merged."""
    volunteer = certificate.volunteer
    return volunteer.person.merged_into_id or volunteer.person_id
