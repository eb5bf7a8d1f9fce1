"""Posts on their way: second person, acceptance, authority that goes (AZ-08 to AZ-10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts import operations
from accounts.models import Handover, Letter, Post, PostGrant, User, UserSession
from accounts.operations import grants as giving
from accounts.queries.grants import own_offers, seconders_of
from accounts.rules import SessionKind
from accounts.rules.grants import Danger, GrantStatus
from accounts.rules.letters import LetterKind
from core import clock
from core.access.permissions import Role
from core.access.scope import HeldPost
from core.audit.operations import SYSTEM, Actor
from core.database import Base, db
from core.rules import IllegalTransition, RuleViolation
from core.sessions import token_digest
from organizations.models import Organization
from tests import factories as make
from tests.cast import Cast, phone_of
from tests.client import Client
from tests.races.stage import session_of
from tests.school_factories import make_school

DAY = timedelta(days=1)
Clients = Callable[[str], Client]


def post_of(user: User) -> Post:
    return db.session.scalars(select(Post).where(Post.user_id == user.id)).one()


def acting(user: User, post: Post | None = None) -> tuple[HeldPost, Actor]:
    held = post or post_of(user)
    place = held.organization.place
    by = Actor(user.id, user.person_id, held.id, held.role, held.organization_id)
    return HeldPost(held.id, held.role, place), by


def wish(phone: str, role: Role = Role.SECRETARY, **more: object) -> giving.Wish:
    today = clock.today()
    return giving.Wish(phone, role, today, today + 300 * DAY, **more)  # type: ignore[arg-type]


def propose(giver: User, place: Organization, phone: str, role: Role = Role.SECRETARY) -> PostGrant:
    held, by = acting(giver)
    return giving.propose(wish(phone, role), place, held, by=by, now=clock.now())


def second(grant: PostGrant, giver: User) -> None:
    held, by = acting(giver)
    giving.second(grant, held, by=by, now=clock.now())


def officer(place: Organization) -> User:
    user = make.make_user(make.make_person())
    make.make_post(user, Role.OFFICER, place)
    return user


def accept(grant: PostGrant) -> Post | None:
    by = Actor(grant.user_id, grant.user.person_id)
    return giving.accept(grant, "试接手", by=by, now=clock.now())


@pytest.mark.covers("AZ-09", "S50")
def test_a_post_takes_two_officials_and_its_receiver(cast: Cast) -> None:
    place, cora = cast.organization("东二村"), cast.user("cora")
    grant = propose(cora, place, "13900001111")
    assert not own_offers(grant.user_id)
    with pytest.raises(IllegalTransition):
        accept(grant)
    with pytest.raises(RuleViolation):
        second(grant, cora)
    make.make_post(grant.user, Role.OFFICER, cast.organization("东县"))
    with pytest.raises(RuleViolation):
        second(grant, grant.user)
    with pytest.raises(RuleViolation):
        second(grant, cast.user("dan"))
    with pytest.raises(RuleViolation):
        second(grant, cast.user("bea"))
    second(grant, cast.user("eve"))
    assert grant.status is GrantStatus.OFFERED
    kinds = db.session.scalars(select(Letter.kind).where(Letter.user_id == grant.user_id)).all()
    assert LetterKind.POST_OFFERED in kinds
    post = accept(grant)
    assert post is not None
    assert (post.role, post.organization_id, post.granted_by_id) == (
        Role.SECRETARY,
        place.id,
        cora.id,
    )
    assert grant.user.display_name == "试接手"
    with pytest.raises(IllegalTransition):
        accept(grant)


def test_whoever_is_nearest_is_asked_for_the_second_signature(cast: Cast) -> None:
    place = cast.organization("东二村")
    other = officer(cast.organization("东县"))
    grant = propose(other, place, "13900001112")
    asked = {user.id for user in seconders_of(grant, clock.today())}
    assert cast.user("cora").id in asked
    assert not asked & {other.id, cast.user("eve").id, cast.user("sue").id}


@pytest.mark.covers("AZ-09")
@pytest.mark.parametrize("way", ["revoked", "suspended", "moved", "ran out"])
@pytest.mark.parametrize("who", ["first", "second"])
def test_pending_grants_die_with_the_authority(cast: Cast, way: str, who: str) -> None:
    county, now, today = cast.organization("东县"), clock.now(), clock.today()
    first, other = officer(county), officer(county)
    grant = propose(first, cast.organization("东二村"), "13900001113")
    second(grant, other)
    gone = first if who == "first" else other
    if way == "revoked":
        operations.end_post(post_of(gone), today - DAY, by=SYSTEM, now=now)
    elif way == "suspended":
        operations.suspend_user(gone, by=SYSTEM, now=now)
    elif way == "moved":
        post_of(gone).organization_id = cast.organization("西县").id
        db.session.flush()
        db.session.expire_all()
    else:
        post_of(gone).ends_on = today - DAY
        db.session.flush()
    if way in {"revoked", "suspended"}:
        assert grant.status is GrantStatus.VOIDED
        return
    assert accept(grant) is None
    assert grant.status is GrantStatus.VOIDED
    assert db.session.scalars(select(Post).where(Post.user_id == grant.user_id)).all() == []


def test_a_term_that_ran_out_kills_what_rested_on_it(cast: Cast) -> None:
    first, today = officer(cast.organization("东县")), clock.today()
    grant = propose(first, cast.organization("东二村"), "13900001114")
    post_of(first).ends_on = today - DAY
    db.session.flush()
    operations.announce_terms(today)
    assert grant.status is GrantStatus.VOIDED


def test_what_nobody_answers_lapses(cast: Cast) -> None:
    grant = propose(cast.user("cora"), cast.organization("东二村"), "13900001115")
    assert operations.lapse_grants(grant.answer_by, clock.now()) == 0
    assert operations.lapse_grants(grant.answer_by + DAY, clock.now()) == 1
    assert grant.status is GrantStatus.LAPSED


def test_one_is_warned_of_a_dangerous_hand(cast: Cast) -> None:
    held, by = acting(cast.user("cora"))
    place, now = cast.organization("东一村"), clock.now()
    with pytest.raises(giving.DangerousError) as caught:
        giving.propose(wish(phone_of("tess")), place, held, by=by, now=now)
    assert caught.value.dangers == [Danger.LEADS_AND_CONFIRMS]
    knowing = wish(phone_of("tess"), is_aware=True)
    grant = giving.propose(knowing, place, held, by=by, now=now)
    assert grant.dangers == Danger.LEADS_AND_CONFIRMS
    assert giving.propose(wish(phone_of("mia")), place, held, by=by, now=now).dangers == ""


def test_a_post_is_extended_by_two_and_never_by_its_holder(cast: Cast) -> None:
    today, now = clock.today(), clock.now()
    bea = cast.user("bea")
    post = post_of(bea)
    post.ends_on = today + 5 * DAY
    held, by = acting(cast.user("cora"))
    with pytest.raises(RuleViolation):
        giving.propose_extension(post, today + 2 * DAY, held, by=by, now=now)
    own, herself = acting(bea)
    with pytest.raises(RuleViolation):
        giving.propose_extension(post, today + 50 * DAY, own, by=herself, now=now)
    grant = giving.propose_extension(post, today + 50 * DAY, held, by=by, now=now)
    assert post.ends_on == today + 5 * DAY
    second(grant, cast.user("eve"))
    assert (post.ends_on, grant.status) == (today + 50 * DAY, GrantStatus.ACCEPTED)


@pytest.mark.covers("S50", "AU-10", "AZ-04")
def test_the_pages_of_a_grant(cast: Cast, client_of: Clients) -> None:
    place, cora = cast.organization("东二村"), client_of("cora")
    here, today = f"/o/{place.code}/grants", clock.today()
    told = {
        "phone": "139 0000 2222",
        "role": "secretary",
        "starts_on": today.isoformat(),
        "ends_on": (today + 90 * DAY).isoformat(),
    }
    assert client_of("bea").post(f"{here}/new", told).status_code == 422
    assert client_of("dan").post(f"{here}/new", told).status_code == 404
    assert cora.post(f"{here}/new", {**told, "role": "officer"}).status_code == 422
    assert cora.post(f"{here}/new", {**told, "ends_on": "2020-01-01"}).status_code == 422
    assert db.session.scalar(select(func.count(PostGrant.id))) == 0
    assert cora.post(f"{here}/new", told).status_code == 303
    grant = db.session.scalars(select(PostGrant)).one()
    one = f"{here}/{grant.code}"
    assert "139****2222" in cora.page(here).text
    assert cora.page(one).select_one("form[action$=second]") is None
    assert cora.post(f"{one}/second").status_code == 422
    eve = client_of("eve")
    assert eve.page(one).select_one("form[action$=second]") is not None
    assert eve.post(f"{one}/second").status_code == 303
    assert eve.post(f"{one}/second").status_code == 409
    check_acceptance(grant, client_of, f"/o/{place.code}/home")
    assert "试秘书" in cora.page(here).text


def check_acceptance(grant: PostGrant, client_of: Clients, home: str) -> None:
    """The receiver takes the post; a new token, and the second factor before any page of it."""
    receiver = db.session.get_one(User, grant.user_id)
    stranger = client_of("mia")
    client = Client(stranger.app, session_of(receiver, SessionKind.PERSON))
    path = f"/me/posts/{grant.code}"
    assert stranger.get(path).status_code == 404
    assert "接受" in client.page(path).text
    assert client.post(f"{path}/accept", {"name": ""}).status_code == 422
    before = client.token
    answer = client.post(f"{path}/accept", {"name": "试秘书"})
    assert (answer.status_code, client.token == before) == (303, False)
    row = db.session.scalars(
        select(UserSession).where(UserSession.token_digest == token_digest(client.token))
    ).one()
    assert (row.kind, row.needs_factor) == ("post", True)
    assert client.get(home).status_code == 303


@pytest.mark.covers("AZ-08")
def test_no_other_field_of_a_form_is_taken(cast: Cast, client_of: Clients) -> None:
    place, today = cast.organization("东二村"), clock.today()
    hostile = {
        column.name: "1"
        for table in Base.metadata.sorted_tables
        if table.name in {"post_grants", "posts", "handovers", "users"}
        for column in table.columns
    }
    hostile |= {"status": "accepted", "seconded_by_id": str(cast.user("eve").id), "org_id": "1"}
    told = {
        "phone": "13900003333",
        "role": "secretary",
        "starts_on": today.isoformat(),
        "ends_on": (today + 90 * DAY).isoformat(),
    }
    cora = client_of("cora")
    assert cora.post(f"/o/{place.code}/grants/new", {**hostile, **told}).status_code == 303
    grant = db.session.scalars(select(PostGrant)).one()
    assert (grant.status, grant.seconded_by_id, grant.post_id) == (GrantStatus.PROPOSED, None, None)
    assert (grant.organization_id, grant.proposed_by_id) == (place.id, cast.user("cora").id)
    post = post_of(cast.user("bea"))
    last = (today + 9 * DAY).isoformat()
    path = f"/o/{place.code}/posts/{post.id}/end"
    assert cora.post(path, {**hostile, "ends_on": last}).status_code == 303
    db.session.refresh(post)
    assert (post.role, post.user_id, post.ends_on) == (
        Role.SECRETARY,
        cast.user("bea").id,
        today + 9 * DAY,
    )


@pytest.mark.covers("AZ-10", "AU-11")
def test_an_ended_post_bites_in_every_open_session(cast: Cast, client_of: Clients) -> None:
    place, bea = cast.organization("东二村"), cast.user("bea")
    one = client_of("bea")
    two = Client(one.app, session_of(bea, SessionKind.POST))
    home = f"/o/{place.code}/home"
    assert one.get(home).status_code == two.get(home).status_code == 200
    path = f"/o/{place.code}/posts/{post_of(bea).id}/end"
    assert client_of("cora").post(path, {"ends_on": ""}).status_code == 303
    assert one.get(home).status_code == two.get(home).status_code == 303


@pytest.mark.covers("AZ-09")
def test_nobody_ends_or_extends_what_he_could_not_give(cast: Cast, client_of: Clients) -> None:
    gil, cora = cast.user("gil"), cast.user("cora")
    for name, user, place in (("cora", cora, "东县"), ("gil", gil, "测试省")):
        path = f"/o/{cast.code(place)}/posts/{post_of(user).id}"
        assert client_of(name).post(f"{path}/end", {"ends_on": ""}).status_code == 422
    sam = f"/o/{cast.code('东县')}/posts/{post_of(cast.user('sam')).id}"
    assert client_of("cora").post(f"{sam}/end", {"ends_on": ""}).status_code == 422
    assert client_of("eve").post(f"{sam}/end", {"ends_on": ""}).status_code == 303


def test_holders_are_warned_before_the_end(cast: Cast) -> None:
    today, now = clock.today(), clock.now()
    post = post_of(cast.user("bea"))
    for days, written in ((31, 0), (30, 1), (8, 0), (7, 1)):
        post.ends_on = today + days * DAY
        db.session.flush()
        assert operations.warn_of_ends(today, now) == written
        assert operations.warn_of_ends(today, now) == 0


@pytest.mark.covers("PRI-11")
def test_one_reads_who_can_see_oneself(cast: Cast, client_of: Clients) -> None:
    make_school(cast.organization("东小学"))
    text = client_of("mia").page("/me/seen-by").select_one("main").text  # type: ignore[union-attr]
    assert "东一村 · 秘书" in text
    assert "东县 · 工作人员" in text
    assert not any(f"人{name}" in text for name in ("ben", "cora"))
    assert not any(name in text for name in ("东二村", "西县", "东市", "测试省", "队长"))
    nobody = client_of("cora").page("/me/seen-by").text
    assert "没有人能看到您的信息" in nobody


@pytest.mark.covers("PRV-06")
def test_a_phone_that_somebody_types_tells_no_name(cast: Cast, client_of: Clients) -> None:
    here, ben, ned = f"/o/{cast.code('东一村')}", client_of("ben"), cast.user("ned")
    today = clock.today()
    told = {
        "phone": phone_of("ned"),
        "role": "team_leader",
        "starts_on": today.isoformat(),
        "ends_on": (today + 30 * DAY).isoformat(),
    }
    assert ned.display_name
    assert ben.post(f"{here}/grants/new", told).status_code == 303
    grant = db.session.scalars(select(PostGrant)).one()
    hidden = f"{phone_of('ned')[:3]}****{phone_of('ned')[-4:]}"
    for page in ("grants", f"grants/{grant.code}", "grants?show=below"):
        text = ben.get(f"{here}/{page}").text
        assert hidden in text
        assert ned.display_name not in text
    assert ben.post(f"{here}/handover", {"phone": phone_of("wes")}).status_code == 303
    begun = db.session.scalars(select(Handover)).one()
    text = ben.get(f"{here}/handover/{begun.code}/sign").text
    assert cast.user("wes").display_name not in text
    again = ben.post(f"{here}/grants/new", told)
    assert again.status_code == 422
    assert "还在办理中" in again.text
    assert accept(grant) is not None
    assert ned.display_name in ben.get(f"{here}/grants").text
    assert ben.get(f"{here}/grants?after={'9' * 30}").status_code == 200
