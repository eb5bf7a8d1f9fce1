"""What a guardian's answer does: the packages further left bring it, each for what it asked.

``people.operations.consents`` keeps the answer itself; this tells everybody who may have asked.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from organizations.models import Organization
    from people.models import ConsentRequest, Person


class Asker(Protocol):
    """One package that asks guardians; what is not of its own asking it leaves alone."""

    def answered(self, request: ConsentRequest, *, given: bool, now: datetime) -> None:
        """Do what the answer means, in the transaction in which it is kept."""

    def withdrawn(self, request: ConsentRequest, *, now: datetime) -> None:
        """End at once what the consent had allowed (security.md PRV-09)."""

    def lapsed(self, request: ConsentRequest, *, now: datetime) -> None:
        """Note that nobody answered in time."""

    def waits(self, request: ConsentRequest) -> tuple[Person, Organization] | None:
        """Return for whom and for which organization the answer is still awaited, or None."""

    def asked_again(self, request: ConsentRequest) -> None:
        """Note that a new link is on its way."""


_ASKERS: list[Asker] = []


def register(asker: Asker) -> None:
    """Add a package that asks; called when it is imported."""
    _ASKERS.append(asker)


def answered(request: ConsentRequest, *, given: bool, now: datetime) -> None:
    """Tell every package what a guardian answered."""
    for asker in _ASKERS:
        asker.answered(request, given=given, now=now)


def withdrawn(request: ConsentRequest, *, now: datetime) -> None:
    """Tell every package that a consent was taken back."""
    for asker in _ASKERS:
        asker.withdrawn(request, now=now)


def lapsed(request: ConsentRequest, *, now: datetime) -> None:
    """Tell every package that a link ran out."""
    for asker in _ASKERS:
        asker.lapsed(request, now=now)


def asked_again(request: ConsentRequest) -> None:
    """Tell every package that a guardian asked for a new link."""
    for asker in _ASKERS:
        asker.asked_again(request)


def awaited(request: ConsentRequest) -> tuple[Person, Organization] | None:
    """Return for whom and where the answer to a request is awaited, or None."""
    found = (asker.waits(request) for asker in _ASKERS)
    return next((one for one in found if one is not None), None)
