"""What the pages of posts need - who gives, seconds, hands over - and rows for them, by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from accounts.models import Handover, Post, PostGrant, User
from accounts.rules.grants import GrantStatus
from accounts.rules.handover import HandoverStatus
from core import clock, crypto
from core.access.permissions import Level, Role
from core.database import db
from organizations.models import Organization
from people.models import Person
from tests import factories as make
from tests.security.activity_table import OWN

_EAST = ["东县", "东镇", "东一村", "东二村", "东小学"]
_WEST = ["西县", "西一村", "西小学"]
_NORTH = ["北县", "北一村"]
_EAST_CITY = ["东市", *_EAST, *_WEST]
_GIVERS = {
    "ben": ["东一村"],
    "tom": ["东镇", "东一村"],
    "bea": ["东二村"],
    "duo": ["东二村"],
    "will": ["西一村"],
    "finn": ["东小学"],
    "cora": _EAST,
    "dan": _WEST,
    "noa": _NORTH,
    "eve": _EAST_CITY,
    "gil": ["测试省", *_EAST_CITY, "北市", *_NORTH],
}
POSTS_RIGHTS: dict[str, dict[str, list[str]]] = {
    "posts-view": _GIVERS,
    "posts-give": _GIVERS,
    "posts-own": {
        "tess": ["东一村"],
        "ben": ["东一村"],
        "tom": ["东镇"],
        "bea": ["东二村"],
        "duo": ["东二村"],
        "will": ["西一村"],
        "finn": ["东小学"],
        "cora": ["东县"],
        "dan": ["西县"],
        "noa": ["北县"],
        "eve": ["东市"],
        "gil": ["测试省"],
        "sam": ["东县"],
        "opal": ["测试省"],
        "pia": ["测试省"],
    },
}
#: Holders of posts that a principal meets by name where he may give posts, here and below.
_EAST_HOLDERS = {"tess", "ben", "sue", "tom", "bea", "duo", "finn", "cora", "nell", "sam"}
_WEST_HOLDERS = {"will", "dan"}
_CITY_HOLDERS = {*_EAST_HOLDERS, *_WEST_HOLDERS, "eve"}
HOLDERS_MET: dict[str, set[str]] = {
    "ben": {"tess", "ben", "sue"},
    "tom": {"tess", "ben", "sue", "tom"},
    "bea": {"bea", "duo"},
    "duo": {"bea", "duo"},
    "will": {"will"},
    "finn": {"finn"},
    "cora": _EAST_HOLDERS,
    "dan": _WEST_HOLDERS,
    "noa": {"noa"},
    "eve": _CITY_HOLDERS,
    "gil": {*_CITY_HOLDERS, "noa", "gil", "opal", "pia"},
}
POSTS: dict[str, str] = {
    "accounts.accept_offer": OWN,
    "accounts.begin_handover": "posts-own",
    "accounts.begin_handover_for": "posts-give",
    "accounts.call_off_handover": "posts-own",
    "accounts.decline_offer": OWN,
    "accounts.deputies": "posts-own",
    "accounts.end_deputy": "posts-own",
    "accounts.end_post": "posts-give",
    "accounts.extend_post": "posts-give",
    "accounts.give_deputy": "posts-give",
    "accounts.give_post": "posts-give",
    "accounts.grant": "posts-view",
    "accounts.grants": "posts-view",
    "accounts.handover": "posts-own",
    "accounts.held_post": "posts-give",
    "accounts.offer": OWN,
    "accounts.own_handover": OWN,
    "accounts.own_posts": OWN,
    "accounts.refuse_grant": "posts-give",
    "accounts.second_grant": "posts-give",
    "accounts.sign_handover": "posts-own",
    "accounts.sign_handover_for": "posts-give",
    "accounts.switch": OWN,
    "accounts.take_handover": "posts-own",
    "accounts.withdraw_grant": "posts-give",
    "people.seen_by": OWN,
}
POSTS_ROWS: dict[str, str] = {
    "accounts.begin_handover_for": "held-post",
    "accounts.call_off_handover": "handover",
    "accounts.end_deputy": "deputy-of-owner",
    "accounts.end_post": "held-post",
    "accounts.extend_post": "held-post",
    "accounts.give_deputy": "held-post",
    "accounts.grant": "grant",
    "accounts.held_post": "held-post",
    "accounts.refuse_grant": "grant",
    "accounts.second_grant": "grant",
    "accounts.sign_handover": "handover-of-owner",
    "accounts.sign_handover_for": "handover-for",
    "accounts.take_handover": "handover",
    "accounts.withdraw_grant": "grant",
}
POSTS_OWN_ROWS: dict[str, str] = {
    "accounts.accept_offer": "offer",
    "accounts.decline_offer": "offer",
    "accounts.offer": "offer",
    "accounts.own_handover": "handover",
}
_HOLDERS = {
    "东一村": "ben",
    "东二村": "bea",
    "东县": "cora",
    "东小学": "finn",
    "西一村": "will",
    "北县": "noa",
    "东市": "eve",
    "测试省": "gil",
}
POSTS_OWNERS: dict[str, dict[str, str]] = {
    "handover-of-owner": _HOLDERS,
    "deputy-of-owner": _HOLDERS,
}


def _role_at(organization: Organization) -> Role:
    offices = {Level.COUNTY, Level.CITY, Level.PROVINCE}
    return Role.OFFICER if organization.level in offices else Role.SECRETARY


def _held(organization: Organization) -> Post:
    return make.make_post(make.make_user(), _role_at(organization), organization)


def _of_owner(organization: Organization) -> Post:
    """Return the post of who is named as owner there, or of anybody."""
    name = _HOLDERS.get(organization.name)
    if name is None:
        return _held(organization)
    person = select(Person.id).where(Person.name == f"人{name}").scalar_subquery()
    found = select(Post).join(Post.user).where(User.person_id == person)
    return db.session.scalars(found).one()


def _grant(organization: Organization, status: GrantStatus = GrantStatus.PROPOSED) -> str:
    giver, today = _held(organization), clock.today()
    row = PostGrant(
        code=crypto.opaque_code(8),
        user_id=make.make_user().id,
        role=_role_at(organization),
        organization_id=organization.id,
        starts_on=today,
        ends_on=today + timedelta(days=90),
        status=status,
        answer_by=today + timedelta(days=9),
        proposed_at=clock.now(),
        proposed_by_id=giver.user_id,
        proposed_post_id=giver.id,
    )
    db.session.add(row)
    db.session.flush()
    return row.code


def _handover(post: Post, status: HandoverStatus, reason: str = "") -> str:
    is_given = status is HandoverStatus.GIVEN
    row = Handover(
        code=crypto.opaque_code(8),
        organization_id=post.organization_id,
        role=post.role,
        post_id=post.id,
        status=status,
        reason=reason,
        given_at=clock.now() if is_given else None,
        given_by_id=post.user_id if is_given else None,
    )
    db.session.add(row)
    db.session.flush()
    return row.code


def _deputy(organization: Organization) -> str:
    post = _of_owner(organization)
    held = make.make_post(make.make_user(), post.role, organization)
    held.deputy_for_id = post.id
    db.session.flush()
    return str(held.id)


POSTS_BUILDERS: dict[str, Callable[[Organization], str]] = {
    "deputy-of-owner": _deputy,
    "grant": _grant,
    "handover": lambda place: _handover(_held(place), HandoverStatus.GIVEN),
    "handover-for": lambda place: _handover(_held(place), HandoverStatus.DRAFT, "住院"),
    "handover-of-owner": lambda place: _handover(_of_owner(place), HandoverStatus.DRAFT),
    "held-post": lambda place: str(_held(place).id),
    "offer": lambda place: _grant(place, GrantStatus.OFFERED),
}
