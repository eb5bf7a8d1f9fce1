"""One kind of work that waits on a home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from flask_babel.speaklater import LazyString

from core.links import url_for

#: Said only where they are shown: most kinds of work do not wait at most visits.
Words: TypeAlias = str | LazyString


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work that waits at an organization; ``since`` is the oldest of it.

    ``asked`` is what the address of its page says beside the organization.
    """

    label: Words
    count: int
    endpoint: str
    org: str
    since: datetime | None = None
    note: Words = ""
    mark: Words = ""
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return url_for(self.endpoint, org=self.org, **self.asked)
