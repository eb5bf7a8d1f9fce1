"""The table of rights and how far a post reaches, without a database."""

from __future__ import annotations

import pytest

from core.access.marks import Mark, Need, mark_of, public, requires
from core.access.permissions import Level, Permission, Reach, Role
from core.access.rights import RIGHTS, rights_of
from core.access.scope import HeldPost, Place, Principal, Scope, choose_post

PROVINCE = Place(1, "p", "省", "1/", Level.PROVINCE)
COUNTY = Place(2, "c", "县", "1/2/", Level.COUNTY)
OTHER = Place(12, "o", "别县", "1/12/", Level.COUNTY)
VILLAGE = Place(3, "v", "村", "1/2/3/", Level.UNIT)
ACROSS = Place(13, "a", "别村", "1/12/13/", Level.UNIT)

pytestmark = pytest.mark.pure


@pytest.mark.covers("AZ-09", "AZ-01")
def test_names_stop_at_the_county() -> None:
    masked = {Permission.APPLICATIONS_VIEW, Permission.HOURS_VIEW}
    for (role, level), rights in RIGHTS.items():
        is_office = level in {Level.CITY, Level.PROVINCE}
        if is_office or role in {Role.SUPERVISOR, Role.OPERATOR}:
            assert Permission.MEMBERS_VIEW not in rights  # what unmasks names on any page
            assert Permission.PEOPLE_REVEAL not in rights
            # an office reads what was handed to it, at its own desk only (ADR 0033)
            wanted = {Reach.HERE} if is_office and role is Role.OFFICER else set()
            assert {rights[one] for one in masked & set(rights)} == wanted
    assert rights_of(Role.OFFICER, Level.UNIT) == {}


@pytest.mark.covers("AZ-20")
def test_a_post_reaches_its_own_subtree_only() -> None:
    officer = HeldPost(1, Role.OFFICER, COUNTY)
    assert officer.reach(Permission.MEMBERS_VIEW, VILLAGE) is Reach.BELOW
    assert officer.reach(Permission.FILINGS_DECIDE, COUNTY) is Reach.HERE
    assert officer.reach(Permission.FILINGS_DECIDE, VILLAGE) is None
    assert officer.reach(Permission.MEMBERS_VIEW, ACROSS) is None
    assert officer.reach(Permission.MEMBERS_VIEW, PROVINCE) is None
    assert not COUNTY.contains(OTHER)
    assert not officer.knows(OTHER)


@pytest.mark.covers("AZ-03", "ORG-06")
def test_an_office_reaches_directly_what_stands_right_under_it() -> None:
    unit = Place(90, "unitcc", "省直医院", f"{PROVINCE.path}90/", Level.UNIT)
    officer = HeldPost(3, Role.OFFICER, PROVINCE)
    assert officer.reach(Permission.ORGANIZATIONS_CLOSE, unit) is Reach.DIRECT
    assert officer.reach(Permission.ORGANIZATIONS_CLOSE, PROVINCE) is Reach.DIRECT
    for below in (COUNTY, VILLAGE):
        assert officer.reach(Permission.ORGANIZATIONS_CLOSE, below) is None


@pytest.mark.covers("AZ-20")
def test_one_post_answers_for_one_request() -> None:
    secretary = HeldPost(1, Role.SECRETARY, VILLAGE)
    officer = HeldPost(2, Role.OFFICER, COUNTY)
    both = (officer, secretary)
    assert choose_post(both, Permission.APPLICATIONS_DECIDE, VILLAGE) is secretary
    assert choose_post(both, Permission.MEMBERS_VIEW, VILLAGE) is secretary
    assert choose_post(both, Permission.FILINGS_DECIDE, COUNTY) is officer
    assert choose_post(both, Permission.SYSTEM_VIEW, COUNTY) is None


@pytest.mark.covers("AZ-20")
def test_a_scope_covers_what_its_reach_says() -> None:
    post = HeldPost(1, Role.OFFICER, COUNTY)
    principal = Principal(1, None, (post,))
    wide = Scope(COUNTY, post, principal, Permission.MEMBERS_VIEW, Reach.BELOW)
    narrow = Scope(COUNTY, post, principal, Permission.FILINGS_DECIDE, Reach.HERE)
    assert wide.covers(VILLAGE.path)
    assert not narrow.covers(VILLAGE.path)
    assert narrow.covers(COUNTY.path)
    assert not wide.covers(ACROSS.path)
    assert wide.may(Permission.FILINGS_DECIDE)
    assert not wide.may(Permission.SYSTEM_VIEW)


@pytest.mark.covers("AZ-02")
def test_marks_say_what_they_need() -> None:
    def view() -> None: ...

    assert mark_of(view) is None
    assert str(mark_of(public(view))) == Need.PUBLIC
    assert mark_of(requires(Permission.HOME_VIEW)(view)) == Mark(
        Need.PERMISSION, Permission.HOME_VIEW
    )
