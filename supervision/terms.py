"""Who keeps an organization, and who is told of its term and its council (ORG-17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from accounts.models import User
from accounts.operations.letters import News, tell_accounts
from accounts.queries.posts import KEEPERS, holders_at, keepers_at
from accounts.rules.letters import LetterKind
from core import clock
from core.access.permissions import Level, Role
from organizations import lives
from organizations.models import Organization, OrganizationCouncil
from organizations.operations.councils import COUNCIL_RETURNED
from organizations.rules.life import reminder_of

WINDOW = 200


def names_of_keepers(organization_id: int, day: date) -> list[str]:
    """Return the names of those who keep an organization: at an office its officers."""
    roles = (*KEEPERS, Role.OFFICER)
    held = holders_at(organization_id, roles, day)
    return [post.user.display_name for post in held if post.user.suspended_at is None]


def remind(after: int, now: datetime) -> tuple[int, int] | None:
    """Tell of the next window of terms that are due or overdue; None where there is none.

    Each stage of each term is told once to each account: its keepers, and once it is overdue, or
    where there is no keeper, the officers above. Returns where the next window begins, and how
    many letters are new.
    """
    day = clock.local(now).date()
    window = lives.terms_ending(day, after, WINDOW)
    if not window:
        return None
    keepers: dict[int, list[User]] = {}
    for post in keepers_at([one.id for one in window], day):
        keepers.setdefault(post.organization_id, []).append(post.user)
    stages, above = lives.stages(day), dict[int, list[User]]()
    news = []
    for one in window:
        told = _news(one, day, stages)
        if told is not None:
            known = keepers.get(one.id, [])
            needs = told.kind is LetterKind.TERM_OVERDUE or not known
            officers = _officers(one, day, above) if needs else []
            news += [(user, told) for user in {user.id: user for user in known + officers}.values()]
    return window[-1].id, tell_accounts(news, now=now)


def _news(organization: Organization, day: date, stages: Sequence[int]) -> News | None:
    ends_on = organization.term_ends_on
    stage = reminder_of(ends_on, day, stages) if ends_on else None
    if stage is None or ends_on is None:
        return None
    kind = LetterKind.TERM_DUE if stage else LetterKind.TERM_OVERDUE
    topic = f"term:{organization.id}:{ends_on}:{stage}"
    return News(kind, organization, topic, {"day": ends_on.isoformat()})


def _officers(organization: Organization, day: date, above: dict[int, list[User]]) -> list[User]:
    """Return the officers of the Red Cross above an organization, at an office its own."""
    office = organization.branch_id
    if organization.level in {Level.COUNTY, Level.CITY, Level.PROVINCE}:
        office = organization.id
    if office not in above:
        held = holders_at(office, (Role.OFFICER,), day)
        above[office] = [post.user for post in held]
    return above[office]


def tell_returned(organization: Organization, council: OrganizationCouncil, now: datetime) -> None:
    """Tell the keepers of an organization that the record of its re-election went back."""
    day = clock.local(now).date()
    topic = f"council:{council.id}:{now:%Y%m%d%H%M%S}"
    news = News(LetterKind.COUNCIL_RETURNED, organization, topic)
    tell_accounts([(post.user, news) for post in keepers_at([organization.id], day)], now=now)


lives.KEEPERS.append(names_of_keepers)
COUNCIL_RETURNED.append(tell_returned)
