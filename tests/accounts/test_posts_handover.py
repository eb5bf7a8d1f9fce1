"""A post is handed over: a frozen list, both sign, old rights end; deputies end with the post."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from accounts import operations
from accounts.models import Handover, Post, PostGrant, User, UserSession
from accounts.operations import grants as giving
from accounts.operations import handover as handing
from accounts.operations.deputies import Standing
from accounts.queries.handover import unpacked
from accounts.rules import SessionKind
from accounts.rules.grants import GrantStatus
from accounts.rules.handover import HandoverStatus, OpenWork
from core import clock
from core.access.scope import HeldPost
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.rules import IllegalTransition, RuleViolation
from organizations.rules import OrganizationStatus
from tests.activity_factories import make_activity
from tests.cast import Cast, phone_of
from tests.client import Client
from tests.races.stage import application, session_of

DAY = timedelta(days=1)
Clients = Callable[[str], Client]
PLACE = "东二村"


def post_of(user: User) -> Post:
    return db.session.scalars(select(Post).where(Post.user_id == user.id)).one()


def acting(user: User) -> tuple[Post, HeldPost, Actor]:
    post = post_of(user)
    by = Actor(user.id, user.person_id, post.id, post.role, post.organization_id)
    return post, HeldPost(post.id, post.role, post.organization.place), by


def given(cast: Cast, phone: str = "13900004444") -> Handover:
    """Return what the secretary of a village signed for whoever has a phone."""
    post, held, by = acting(cast.user("bea"))
    found = handing.begin(post, handing.Leave(phone), by=by, now=clock.now())
    handing.give(found, held, by=by, now=clock.now())
    return found


def grant_of(found: Handover) -> PostGrant:
    return db.session.get_one(PostGrant, found.grant_id)


def agree(grant: PostGrant, giver: User) -> None:
    _, held, by = acting(giver)
    giving.second(grant, held, by=by, now=clock.now())


def sign(grant: PostGrant) -> Post | None:
    return handing.accept_named(grant, "试接手", by=Actor(grant.user_id), now=clock.now())


@pytest.mark.covers("B10", "AZ-09")
def test_the_level_above_agrees_and_both_sign(cast: Cast, client_of: Clients) -> None:
    make_activity(cast.organization(PLACE))
    found, bea = given(cast), client_of("bea")
    home, grant = f"/o/{cast.code(PLACE)}/home", grant_of(found)
    frozen = unpacked(found.counts)
    assert frozen[OpenWork.POSTINGS] == 1
    make_activity(cast.organization(PLACE))
    assert grant.status is GrantStatus.PROPOSED
    with pytest.raises(IllegalTransition):
        sign(grant)
    with pytest.raises(RuleViolation):
        agree(grant, cast.user("bea"))
    agree(grant, cast.user("cora"))
    assert bea.get(home).status_code == 200
    post = sign(grant)
    assert post is not None
    assert post.granted_by_id == cast.user("cora").id
    assert (found.status, found.taken_by_id) == (HandoverStatus.TAKEN, grant.user_id)
    assert unpacked(found.counts) == frozen
    assert bea.get(home).status_code == 303
    signed_in = Client(bea.app, session_of(grant.user, SessionKind.POST))
    assert signed_in.get(home).status_code == 200
    paper = f"/me/handovers/{found.code}"
    assert "职务交接单" in signed_in.page(paper).text
    again = Client(bea.app, session_of(cast.user("bea"), SessionKind.PERSON))
    assert found.code in again.page(paper).text
    assert client_of("cora").get(paper).status_code == 404


def test_old_rights_may_last_until_a_day(cast: Cast) -> None:
    post, held, by = acting(cast.user("bea"))
    last, now = clock.today() + 3 * DAY, clock.now()
    with pytest.raises(RuleViolation):
        handing.begin(post, handing.Leave("", clock.today() - DAY), by=by, now=now)
    found = handing.begin(post, handing.Leave("13900004445", last), by=by, now=now)
    handing.give(found, held, by=by, now=now)
    agree(grant_of(found), cast.user("cora"))
    sign(grant_of(found))
    assert post.ends_on == last


@pytest.mark.covers("AZ-09")
def test_who_is_away_is_signed_for_by_the_level_above_with_a_reason(cast: Cast) -> None:
    post, now = post_of(cast.user("bea")), clock.now()
    _, held, by = acting(cast.user("cora"))
    with pytest.raises(RuleViolation):
        handing.begin_for(post, handing.Leave("13900004446"), held, by=by, now=now)
    leave = handing.Leave("13900004446", reason="住院")
    for name in ("dan", "ben", "sam"):
        _, other, actor = acting(cast.user(name))
        with pytest.raises(RuleViolation):
            handing.begin_for(post, leave, other, by=actor, now=now)
    found = handing.begin_for(post, leave, held, by=by, now=now)
    handing.give(found, held, by=by, now=now)
    with pytest.raises(RuleViolation):
        agree(grant_of(found), cast.user("cora"))
    agree(grant_of(found), cast.user("eve"))
    assert sign(grant_of(found)) is not None
    assert (found.status, post.ends_on) == (HandoverStatus.TAKEN, clock.today() - DAY)


def test_one_hand_over_at_a_time_and_nobody_takes_his_own(cast: Cast) -> None:
    post, held, by = acting(cast.user("bea"))
    with pytest.raises(RuleViolation):
        handing.begin(post, handing.Leave(phone_of("bea")), by=by, now=clock.now())
    found = given(cast, "")
    with pytest.raises(RuleViolation):
        handing.begin(post, handing.Leave(), by=by, now=clock.now())
    with pytest.raises(RuleViolation):
        handing.take(found, post, by=by, now=clock.now())
    duo = post_of(cast.user("duo"))
    wrong = Actor(cast.user("ben").id, None, post_of(cast.user("ben")).id)
    with pytest.raises(RuleViolation):
        handing.take(found, post_of(cast.user("ben")), by=wrong, now=clock.now())
    handing.take(found, duo, by=Actor(duo.user_id, None, duo.id), now=clock.now())
    assert (found.status, post.ends_on) == (HandoverStatus.TAKEN, clock.today() - DAY)
    del held


def test_a_hand_over_that_is_called_off_takes_the_offer_with_it(cast: Cast) -> None:
    found = given(cast)
    _, _, by = acting(cast.user("bea"))
    handing.call_off(found, by=by, now=clock.now())
    assert grant_of(found).status is GrantStatus.VOIDED
    assert post_of(cast.user("bea")).ends_on is None


def test_a_post_that_ends_alone_leaves_its_open_work(cast: Cast) -> None:
    make_activity(cast.organization(PLACE))
    post = post_of(cast.user("bea"))
    operations.end_post(post, clock.today() - DAY, by=SYSTEM, now=clock.now())
    found = db.session.scalars(select(Handover).where(Handover.post_id == post.id)).one()
    assert (found.status, found.given_by_id) == (HandoverStatus.GIVEN, None)
    assert unpacked(found.counts)[OpenWork.POSTINGS] == 1
    duo = post_of(cast.user("duo"))
    handing.take(found, duo, by=Actor(duo.user_id, None, duo.id), now=clock.now())
    assert found.status is HandoverStatus.TAKEN


@pytest.mark.covers("B10")
def test_the_pages_of_a_hand_over(cast: Cast, client_of: Clients) -> None:
    here, bea, today = f"/o/{cast.code(PLACE)}/handover", client_of("bea"), clock.today()
    assert bea.post(here, {"phone": "12"}).status_code == 422
    early = (today - 5 * DAY).isoformat()
    answer = bea.post(here, {"phone": "13900005555", "last_on": early})
    assert answer.status_code == 422
    assert "13900005555" in answer.text
    answer = bea.post(here, {"phone": "139 0000 5555", "last_on": ""})
    assert answer.status_code == 303
    page = answer.headers["Location"]
    assert db.session.scalars(select(Handover.status)).one() is HandoverStatus.DRAFT
    assert client_of("duo").get(page).status_code == 404
    assert "签字" in bea.page(page).text
    assert bea.post(page).status_code == 303
    assert "等139****5555签收" in bea.page(here).text
    assert bea.post(page).status_code == 404
    assert db.session.scalars(select(PostGrant.is_nominated)).one() is True


def deputise(post: Post, phone: str, by: Actor, days: int = 10) -> Post:
    today = clock.today()
    told = Standing(phone, today, today + days * DAY, "出差")
    return operations.deputise(post, told, by=by, now=clock.now())


@pytest.mark.covers("AZ-10", "AZ-09")
@pytest.mark.parametrize("way", ["ended", "suspended", "closed", "deputy ended"])
def test_a_deputy_acts_as_himself_and_stops_with_the_post(
    cast: Cast, client_of: Clients, way: str
) -> None:
    bea, tess = cast.user("bea"), cast.user("tess")
    post, _, by = acting(bea)
    held = deputise(post, phone_of("tess"), by)
    one, two = (Client(client_of("bea").app, session_of(tess, SessionKind.POST)) for _ in range(2))
    here = f"/o/{cast.code(PLACE)}"
    assert "代理秘书" in one.page(f"{here}/home").select_one("header").text  # type: ignore[union-attr]
    assert [one.get(f"{here}/{page}").status_code for page in ("grants/new", "deputies")] == [
        403
    ] * 2
    assert one.get(f"{here}/handover").status_code == 403
    if way == "ended":
        operations.end_post(post, clock.today() - DAY, by=SYSTEM, now=clock.now())
    elif way == "suspended":
        operations.suspend_user(bea, by=SYSTEM, now=clock.now())
    elif way == "closed":
        cast.organization(PLACE).status = OrganizationStatus.DISSOLVED
    else:
        assert client_of("bea").post(f"{here}/deputies/{held.id}/end").status_code == 303
    assert all(client.get(f"{here}/home").status_code in {303, 404} for client in (one, two))
    if way != "closed":
        assert held.ends_on == clock.today() - DAY


def test_what_a_deputy_does_stands_under_his_own_name(cast: Cast, client_of: Clients) -> None:
    post, _, by = acting(cast.user("bea"))
    held, bea = deputise(post, phone_of("tess"), by), client_of("bea")
    waiting = application(PLACE)
    tess = Client(bea.app, session_of(cast.user("tess"), SessionKind.POST))
    path = f"/o/{cast.code(PLACE)}/applications/{waiting.code}/approve"
    assert tess.post(path).status_code == 303
    found = select(AuditEvent.actor_id, AuditEvent.post_id).where(AuditEvent.post_id == held.id)
    assert set(db.session.execute(found)) == {(cast.user("tess").id, held.id)}
    assert (held.deputy_for_id, held.reason) == (post.id, "出差")


@pytest.mark.covers("AZ-09")
def test_a_deputy_passes_nothing_on(cast: Cast) -> None:
    post, _, by = acting(cast.user("bea"))
    held = deputise(post, phone_of("tess"), by)
    tess = Actor(cast.user("tess").id, None, held.id)
    with pytest.raises(RuleViolation):
        deputise(held, phone_of("ben"), tess)
    with pytest.raises(RuleViolation):
        handing.begin(held, handing.Leave(), by=tess, now=clock.now())
    for phone, days in ((phone_of("bea"), 5), (phone_of("ben"), 200), ("13900009999", 5)):
        with pytest.raises(RuleViolation):
            deputise(post, phone, by, days)
    post.ends_on = clock.today() + 3 * DAY
    db.session.flush()
    with pytest.raises(RuleViolation):
        deputise(post, phone_of("ben"), by, 5)


def test_a_shorter_term_shortens_its_deputy(cast: Cast) -> None:
    post, _, by = acting(cast.user("bea"))
    held = deputise(post, phone_of("tess"), by)
    last = clock.today() + 2 * DAY
    operations.end_post(post, last, by=SYSTEM, now=clock.now())
    assert held.ends_on == last


def test_who_may_give_a_post_may_let_another_act_for_its_holder(
    cast: Cast, client_of: Clients
) -> None:
    post, today = post_of(cast.user("bea")), clock.today()
    told = {
        "phone": phone_of("ben"),
        "starts_on": today.isoformat(),
        "ends_on": (today + 5 * DAY).isoformat(),
        "reason": "住院",
    }
    path = f"/o/{cast.code(PLACE)}/posts/{post.id}/deputy"
    assert client_of("duo").post(path, told).status_code == 422
    assert client_of("cora").post(path, {**told, "reason": ""}).status_code == 422
    asked = client_of("cora").post(path, told)
    assert asked.status_code == 303
    deputies = select(Post).where(Post.deputy_for_id == post.id)
    assert not db.session.scalars(deputies).all()  # of a post that two give
    assert client_of("eve").post(f"{asked.location}/second").status_code == 303
    found = db.session.scalars(deputies).one()
    assert found.user_id == cast.user("ben").id


@pytest.mark.covers("PRV-06", "AZ-09")
def test_only_who_holds_a_post_nearby_is_a_deputy_and_no_phone_is_told_apart(
    cast: Cast, client_of: Clients
) -> None:
    today, page = clock.today(), f"/o/{cast.code(PLACE)}/deputies"
    told = {"starts_on": today.isoformat(), "ends_on": today.isoformat(), "reason": "出差"}
    phones = ("13900009999", phone_of("ned"), phone_of("mia"), phone_of("noa"))
    said = set()
    for phone in phones:
        answer = client_of("bea").post(page, {**told, "phone": phone})
        assert answer.status_code == 422
        said.add("没有的请先授权" in answer.text)
    assert said == {True}
    assert db.session.scalars(select(Post).where(Post.deputy_for_id.is_not(None))).all() == []
    assert client_of("bea").post(page, {**told, "phone": phone_of("ben")}).status_code == 303


@pytest.mark.covers("LED-04", "EXP-05")
def test_a_deputy_is_no_second_person_for_who_chose_him(cast: Cast, client_of: Clients) -> None:
    post, _, by = acting(cast.user("cora"))
    deputise(post, phone_of("tom"), by)
    tom = Client(client_of("cora").app, session_of(cast.user("tom"), SessionKind.POST))
    here = f"/o/{cast.code('东县')}"
    assert client_of("cora").get(f"{here}/exports/requests").status_code == 200
    assert tom.get(f"{here}/home").status_code == 200
    assert tom.get(f"{here}/exports/requests").status_code == 403


@pytest.mark.covers("AU-10")
def test_signing_for_somebody_asks_for_the_second_factor_as_giving_does(
    cast: Cast, client_of: Clients
) -> None:
    post, cora = post_of(cast.user("bea")), cast.user("cora")
    here = f"/o/{cast.code(PLACE)}"
    told = {"phone": phone_of("ben"), "reason": "住院"}
    assert client_of("cora").post(f"{here}/posts/{post.id}/handover", told).status_code == 303
    found = db.session.scalars(select(Handover)).one()
    old = clock.now() - timedelta(hours=1)
    db.session.execute(
        update(UserSession).where(UserSession.user_id == cora.id).values(factor_at=old)
    )
    answer = client_of("cora").post(f"{here}/handovers/{found.code}/sign")
    assert "/login/factor" in answer.headers["Location"]
    assert db.session.get_one(Handover, found.id).status is HandoverStatus.DRAFT


@pytest.mark.covers("AZ-05")
def test_another_role_at_the_place_does_not_end_a_hand_over(cast: Cast, client_of: Clients) -> None:
    here, tess = f"/o/{cast.code('东一村')}/handover", client_of("tess")
    assert client_of("ben").post(here, {"phone": phone_of("wes")}).status_code == 303
    found = db.session.scalars(select(Handover)).one()
    assert tess.post(f"{here}/{found.code}/call-off").status_code == 422
    assert client_of("ben").post(f"{here}/{found.code}/sign").status_code == 303
    assert tess.post(f"{here}/{found.code}/take").status_code == 422
    assert tess.post(f"{here}/{found.code}/call-off").status_code == 422
    assert db.session.get_one(Handover, found.id).status is HandoverStatus.GIVEN
    assert client_of("ben").post(f"{here}/{found.code}/call-off").status_code == 303
