"""Pages of grants, deputies and hand-overs, and what stands on them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Post
from accounts.operations import handover as handing
from accounts.operations.grants import Wish, propose, second
from accounts.queries import phone_of
from accounts.rules import SessionKind
from core import clock
from core.access.permissions import Role
from core.access.scope import HeldPost
from core.audit.operations import Actor
from core.database import db
from tests import factories as make
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.sheets import Sheet, press
from tests.races.stage import session_of

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery

POST_SHEETS = (
    Sheet("accounts.grants", "cora", "/o/{county}/grants?show=below"),
    Sheet("accounts.give_post", "cora", "/o/{county}/grants/new"),
    Sheet("accounts.give_post", "cora", "/o/{county}/grants/new", press("提出"), "wrong"),
    Sheet("accounts.grant", "eve", "/o/{handed_village}/grants/{grant}"),
    Sheet("accounts.held_post", "cora", "/o/{handed_village}/posts/{held_post}"),
    Sheet("accounts.begin_handover_for", "cora", "/o/{handed_village}/posts/{held_post}/handover"),
    Sheet("accounts.sign_handover_for", "cora", "/o/{handed_village}/handovers/{draft_for}/sign"),
    Sheet("accounts.give_deputy", "cora", "/o/{handed_village}/posts/{held_post}/deputy"),
    Sheet("accounts.handover", "leaver", "/o/{handed_village}/handover"),
    Sheet("accounts.sign_handover", "drafter", "/o/{handed_village}/handover/{own_draft}/sign"),
    Sheet("accounts.take_handover", "drafter", "/o/{handed_village}/handover/{given}/take"),
    Sheet("accounts.deputies", "drafter", "/o/{handed_village}/deputies"),
    Sheet("accounts.own_posts", "comer", "/me/posts"),
    Sheet("accounts.offer", "comer", "/me/posts/{offer}"),
    Sheet("accounts.own_handover", "leaver", "/me/handovers/{given}"),
    Sheet("people.seen_by", "mia", "/me/seen-by"),
)


def furnish_posts(scenery: Scenery) -> None:
    """Leave a village with posts that are given, handed over and acted in for others."""
    place, now, today = organization_named("东二村"), clock.now(), clock.today()
    holders = [make.make_user(make.make_person(born_on=stage.birth())) for _ in range(4)]
    posts = [make.make_post(user, Role.SECRETARY, place) for user in holders[:3]]
    county, city = _acting("cora"), _acting("eve")
    drafts = []
    for post in posts[:2]:
        by = Actor(post.user_id, None, post.id)
        drafts.append(handing.begin(post, handing.Leave(), by=by, now=now))
    first, held = posts[0], HeldPost(posts[0].id, Role.SECRETARY, place.place)
    handing.give(drafts[0], held, by=Actor(first.user_id, None, first.id), now=now)
    leave = handing.Leave(reason="住院")
    away = handing.begin_for(posts[2], leave, county[0], by=county[1], now=now)
    phones = (make.make_phone(), phone_of(holders[3]))
    grants = [
        propose(
            Wish(number, Role.SECRETARY, today, today + timedelta(days=90)),
            place,
            county[0],
            by=county[1],
            now=now,
        )
        for number in phones
    ]
    second(grants[1], city[0], by=city[1], now=now)
    scenery.codes.update(
        handed_village=place.code,
        grant=grants[0].code,
        offer=grants[1].code,
        held_post=str(posts[2].id),
        draft_for=away.code,
        own_draft=drafts[1].code,
        given=drafts[0].code,
    )
    for name, user in (("leaver", holders[0]), ("drafter", holders[1])):
        scenery.tokens[name] = session_of(user, SessionKind.POST)
    scenery.tokens["comer"] = session_of(holders[3], SessionKind.PERSON)


def _acting(name: str) -> tuple[HeldPost, Actor]:
    by = stage.acting(name)
    post = db.session.get_one(Post, by.post_id)
    return HeldPost(post.id, post.role, post.organization.place), by
