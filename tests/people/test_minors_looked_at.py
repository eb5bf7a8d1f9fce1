"""Which minors a post may look at now: its own account, place, time and child alone (PRV-10)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.directory import scope_of_account
from core import clock
from core.access.permissions import Permission, Role
from core.access.scope import Scope
from core.database import db
from people.models import MinorApproval, Person
from people.queries.minors import looks_at, may_print_minors
from people.rules.minors import ApprovalStatus
from people.rules.reveals import RevealReason
from tests import factories as make
from tests.cast import Cast

HELD, ASKED = ApprovalStatus.APPROVED, ApprovalStatus.ASKED
DAY = timedelta(days=1)


@pytest.fixture
def finn(cast: Cast) -> Scope:
    user = cast.user("finn")
    found = scope_of_account(user.id, cast.code("东小学"), Permission.PUPILS_KEEP)
    assert found is not None
    return found


def allowed(
    cast: Cast,
    child: Person | None,
    status: ApprovalStatus = HELD,
    *,
    name: str = "finn",
    place: str = "东小学",
    ends: timedelta = DAY,
) -> MinorApproval:
    """Return what lets somebody look at a child of a place, or at all of them, until then."""
    user, organization = cast.user(name), cast.organization(place)
    post = make.make_post(user, Role.COORDINATOR, organization)
    found = MinorApproval(
        code=f"look{post.id}",
        organization_id=organization.id,
        handler_id=organization.id,
        person_id=child.id if child else None,
        asker_id=user.id,
        post_id=post.id,
        purpose=RevealReason.CONTACT,
        status=status,
        asked_at=clock.now(),
        expires_at=clock.now() + ends,
    )
    db.session.add(found)
    db.session.flush()
    return found


def seen(cast: Cast, scope: Scope) -> dict[str, ApprovalStatus]:
    """Return of hana and iko by name what an account may."""
    people = {cast.person(name).id: name for name in ("hana", "iko")}
    return {people[key]: one for key, one in looks_at(scope, people, clock.now()).items()}


@pytest.mark.covers("PRV-10")
def test_an_approval_is_of_one_account_place_time_and_child(cast: Cast, finn: Scope) -> None:
    hana = cast.person("hana")
    allowed(cast, hana, name="duo")
    allowed(cast, hana, place="西小学")
    allowed(cast, hana, ends=timedelta(seconds=-1))
    allowed(cast, hana, ApprovalStatus.REVOKED)
    allowed(cast, hana, ApprovalStatus.REFUSED)
    allowed(cast, cast.person("mia"))
    assert seen(cast, finn) == {}
    allowed(cast, hana)
    assert seen(cast, finn) == {"hana": HELD}


@pytest.mark.covers("PRV-10")
def test_what_was_approved_counts_before_what_was_asked_again(cast: Cast, finn: Scope) -> None:
    for status in (HELD, ASKED):
        allowed(cast, cast.person("hana"), status)
    allowed(cast, cast.person("iko"), ASKED)
    assert seen(cast, finn) == {"hana": HELD, "iko": ASKED}


@pytest.mark.covers("PRV-10")
def test_a_standing_approval_is_one_for_each_and_counts_when_approved(
    cast: Cast, finn: Scope
) -> None:
    standing = allowed(cast, None, ASKED)
    assert seen(cast, finn) == {}
    assert not may_print_minors(finn, clock.now())
    standing.status = HELD
    db.session.flush()
    assert seen(cast, finn) == {"hana": HELD, "iko": HELD}
    assert may_print_minors(finn, clock.now())
