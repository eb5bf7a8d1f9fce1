"""Guardians answer about pupils: who becomes a member by it, and what is left after a no."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core import clock
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.messages import Message, outbox
from core.rules import RuleViolation
from members.models import Membership
from members.operations import answer_consent, withdraw_consent
from members.rules import LIVE_STATES
from organizations.figures import STOCK, values, write
from organizations.rules import Measure
from people.models import Consent, ConsentRequest, Guardian, Person
from people.operations.consents import Guardian as Named
from people.operations.consents import Signed, keep_own_answer, keep_signed, request_consent
from people.operations.erasures import NOBODY
from people.rules.ages import age_on
from people.rules.consents import ConsentPurpose, ConsentStatus
from people.rules.wards import Ages, Voice, needed, stands
from schools.models import Pupil, PupilEvent, SchoolClass
from schools.operations import consents, pupils, purging
from schools.rules.pupils import ConsentState, PupilStatus
from supervision.recount import differences
from tests import factories as make
from tests import school_factories as school
from tests.cast import Cast, phone_of
from tests.members.conftest import actor_of, years_ago

DATA, JOINING = ConsentPurpose.DATA, ConsentPurpose.JOINING
AGES = Ages(14, 18)
SAID = st.tuples(st.sampled_from([DATA, JOINING]), st.sampled_from(Voice))
TABLES = (Pupil, Guardian, ConsentRequest, Consent)


@pytest.fixture
def here(cast: Cast) -> SchoolClass:
    return school.make_class(cast.organization("东小学"))


def asked(here: SchoolClass, age: int = 10) -> Pupil:
    """Return a pupil whose guardian was sent a link."""
    pupil = school.make_pupil(here, born_on=years_ago(age))
    assert consents.ask(pupil, by=SYSTEM, now=clock.now()) == 1
    return pupil


def answer(pupil: Pupil, *, given: bool, now: datetime | None = None) -> None:
    assert pupil.request is not None
    answer_consent(pupil.request, given=given, now=now or clock.now())


def members_among(pupil: Pupil) -> int:
    live = select(func.count()).where(
        Membership.person_id == pupil.person_id, Membership.status.in_(LIVE_STATES)
    )
    return db.session.scalar(live) or 0


def youth(here: SchoolClass) -> int:
    write(db.session())
    return values([here.organization_id], [Measure.YOUTH_MEMBERS]).get(
        (here.organization_id, Measure.YOUTH_MEMBERS, STOCK), 0
    )


@pytest.mark.pure
@given(
    st.integers(0, 30), st.sets(st.tuples(st.sampled_from([DATA, JOINING]), st.sampled_from(Voice)))
)
def test_nobody_under_14_is_a_member_without_both_answers_of_a_guardian(
    age: int, said: set[tuple[ConsentPurpose, Voice]]
) -> None:
    if stands(age, AGES, said):
        assert needed(age, AGES) <= said
        if age < AGES.adult:
            assert (JOINING, Voice.GUARDIAN) in said
        if age < AGES.own_data:
            assert (DATA, Voice.GUARDIAN) in said
        else:
            assert (DATA, Voice.OWN) in said


@pytest.mark.covers("S21", "PRV-09")
def test_of_forty_exactly_those_are_members_whose_guardian_agreed(here: SchoolClass) -> None:
    before = youth(here)
    everybody = [asked(here) for _ in range(40)]
    assert youth(here) == before
    for number, pupil in enumerate(everybody[:35]):
        answer(pupil, given=number < 31)
    members = [one for one in everybody if one.status is PupilStatus.MEMBER]
    assert members == everybody[:31]
    assert sum(members_among(one) for one in everybody) == 31
    assert youth(here) == before + 31
    assert {one.status for one in everybody[31:35]} == {PupilStatus.REFUSED}
    assert {one.consent for one in everybody[35:]} == {ConsentState.ASKED}


@pytest.mark.covers("PRI-02", "PRV-09")
def test_an_answer_keeps_text_time_and_way_and_proves_the_phone(here: SchoolClass) -> None:
    pupil = asked(here)
    answer(pupil, given=True)
    rows = db.session.scalars(select(Consent).where(Consent.person_id == pupil.person_id)).all()
    assert {(row.purpose, row.status, row.channel) for row in rows} == {
        (DATA, ConsentStatus.GIVEN, "link"),
        (JOINING, ConsentStatus.GIVEN, "link"),
    }
    assert all(row.text_digest and row.answered_at for row in rows)
    guardian = db.session.scalars(
        select(Guardian).where(Guardian.person_id == pupil.person_id)
    ).one()
    assert guardian.confirmed_at is not None


@pytest.mark.covers("PRI-03", "PRV-09")
def test_from_14_the_own_answer_is_needed_beside_the_guardian(here: SchoolClass) -> None:
    pupil = asked(here, 15)
    answer(pupil, given=True)
    assert (pupil.status, members_among(pupil)) == (PupilStatus.DRAFT, 0)
    consents.own_answer(pupil, by=SYSTEM, now=clock.now())
    assert (pupil.status, members_among(pupil)) == (PupilStatus.MEMBER, 1)


def other_child_agreed(here: SchoolClass, pupil: Pupil) -> None:
    answer(asked(here), given=True)


def only_data(here: SchoolClass, pupil: Pupil) -> None:
    signed = Signed("试监护", "", [DATA])
    keep_signed(pupil.person, signed, organization=here.organization, by=SYSTEM, now=clock.now())


def own_word(here: SchoolClass, pupil: Pupil) -> None:
    consents.ask(pupil, by=SYSTEM, now=clock.now())
    assert pupil.request is not None
    keep_own_answer(pupil.request, [DATA, JOINING], by=SYSTEM, now=clock.now())


def for_volunteering(here: SchoolClass, pupil: Pupil) -> None:
    request = request_consent(
        pupil.person,
        Named("试监护", make.make_phone()),
        [DATA, ConsentPurpose.VOLUNTEERING],
        organization=here.organization,
        by=SYSTEM,
        now=clock.now(),
    )
    answer_consent(request, given=True, now=clock.now())


def state_alone(_here: SchoolClass, pupil: Pupil) -> None:
    pupil.consent = ConsentState.GIVEN


def nothing(_here: SchoolClass, _pupil: Pupil) -> None:
    """Ask nobody at all."""


@pytest.mark.covers("PRV-09", "MEM-14")
@pytest.mark.parametrize(
    "way",
    [nothing, state_alone, other_child_agreed, only_data, own_word, for_volunteering],
    ids=lambda way: way.__name__,
)
def test_no_way_leads_to_a_member_under_14_without_the_guardian(
    here: SchoolClass, way: Callable[[SchoolClass, Pupil], None]
) -> None:
    pupil = school.make_pupil(here, born_on=years_ago(10))
    way(here, pupil)
    with pytest.raises(RuleViolation):
        pupils.admit(pupil, by=SYSTEM, now=clock.now())
    assert (pupil.status, members_among(pupil)) == (PupilStatus.DRAFT, 0)


@pytest.mark.covers("G1", "MEM-14")
def test_a_no_is_not_chased_and_leaves_nothing_of_the_child_after_seven_days(
    here: SchoolClass,
) -> None:
    pupil = asked(here)
    person_id, now = pupil.person_id, clock.now()
    answer(pupil, given=False)
    assert consents.ask(pupil, by=SYSTEM, now=now) == 0
    assert purging.purge_due(now + timedelta(days=6)) == 0
    assert purging.purge_due(now + timedelta(days=7)) == 1
    assert purging.purge_due(now + timedelta(days=7)) == 0
    for column in (
        Pupil.person_id,
        Guardian.person_id,
        ConsentRequest.person_id,
        Consent.person_id,
    ):
        assert db.session.scalar(select(func.count()).where(column == person_id)) == 0
    assert db.session.get(Person, person_id) is None
    assert db.session.scalar(select(func.count(PupilEvent.id))) == 0
    assert db.session.scalar(select(func.count(Message.id))) == 0


def test_a_child_who_volunteers_as_well_stays_a_volunteer(here: SchoolClass, cast: Cast) -> None:
    pupil = asked(here, 15)
    make.make_volunteer(pupil.person, cast.organization("东一村"))
    person_id = pupil.person_id
    answer(pupil, given=False)
    purging.purge_due(clock.now() + timedelta(days=8))
    assert db.session.scalar(select(func.count()).where(Pupil.person_id == person_id)) == 0
    assert db.session.get_one(Person, person_id).name != NOBODY


@pytest.mark.covers("S24", "PRV-09")
def test_withdrawal_ends_the_membership_at_once_and_numbers_stay_right(here: SchoolClass) -> None:
    before, wrong = youth(here), differences()  # the cast itself is not counted
    pupil = asked(here)
    answer(pupil, given=True)
    assert youth(here) == before + 1
    assert pupil.request is not None
    withdraw_consent(pupil.request, now=clock.now())
    assert (pupil.status, pupil.consent) == (PupilStatus.WITHDRAWN, ConsentState.WITHDRAWN)
    assert members_among(pupil) == 0
    assert youth(here) == before
    with pytest.raises(RuleViolation):
        pupils.admit(pupil, by=SYSTEM, now=clock.now())
    assert purging.purge_due(clock.now() + timedelta(days=7)) == 1
    person = db.session.get_one(Person, pupil.person_id)
    assert (person.name, person.id_number) == (NOBODY, None)
    db.session.commit()
    assert {(one.measure, one.counted - one.stored) for one in differences()} == {
        (one.measure, one.counted - one.stored) for one in wrong
    }


@pytest.mark.covers("PRV-09")
def test_one_guardian_ends_it_and_the_other_is_told_without_a_number(here: SchoolClass) -> None:
    pupil = school.make_pupil(here, born_on=years_ago(9))
    phone = make.make_phone()
    school.make_guardian(pupil.person, phone)
    assert consents.ask(pupil, by=SYSTEM, now=clock.now()) == 2
    first, second = db.session.scalars(
        select(ConsentRequest).where(ConsentRequest.person_id == pupil.person_id)
    ).all()
    answer_consent(first, given=True, now=clock.now())
    assert pupil.status is PupilStatus.MEMBER
    told = [one for one in outbox(5) if "同意" in one.text and "/g/" not in one.text]
    assert [one.phone for one in told] == [phone]
    assert first.plain_guardian_phone not in told[0].text
    answer_consent(second, given=False, now=clock.now())
    assert members_among(pupil) == 0
    assert first.status is ConsentStatus.WITHDRAWN
    assert second.status is ConsentStatus.REFUSED


@pytest.mark.covers("PRV-09")
def test_who_never_answers_is_asked_once_more_and_then_forgotten(here: SchoolClass) -> None:
    pupil, now = asked(here), clock.now()
    for days, again in ((15, 1), (30, 0)):
        later = now + timedelta(days=days)
        purging.purge_due(later)
        assert pupil.consent is ConsentState.LAPSED
        assert consents.ask(pupil, by=SYSTEM, now=later) == again
    assert purging.purge_due(now + timedelta(days=36)) == 0
    assert purging.purge_due(now + timedelta(days=38)) == 1
    assert db.session.get(Person, pupil.person_id) is None


@pytest.mark.covers("PRV-09")
def test_another_text_asks_again_and_a_no_to_it_ends_the_membership(here: SchoolClass) -> None:
    pupil = asked(here)
    answer(pupil, given=True)
    assert consents.ask(pupil, by=SYSTEM, now=clock.now()) == 0
    for row in db.session.scalars(select(Consent).where(Consent.person_id == pupil.person_id)):
        row.text_version = "2020-01"
    db.session.flush()
    assert consents.ask(pupil, by=SYSTEM, now=clock.now()) == 1
    assert pupil.status is PupilStatus.MEMBER
    answer(pupil, given=False)
    assert (pupil.status, members_among(pupil)) == (PupilStatus.WITHDRAWN, 0)


@pytest.mark.covers("PRV-11")
@pytest.mark.parametrize("whose", ["teacher", "pupil", "nobody"])
def test_no_link_goes_to_who_gains_from_it(here: SchoolClass, cast: Cast, whose: str) -> None:
    teacher = actor_of(cast, "finn")
    pupil = school.make_pupil(here, born_on=years_ago(10))
    guardian = db.session.scalars(
        select(Guardian).where(Guardian.person_id == pupil.person_id)
    ).one()
    if whose == "teacher":
        guardian.set_phone(phone_of("finn"))
    if whose == "pupil":
        pupil.person.set_phone(make.make_phone())
        guardian.set_phone(pupil.person.plain_phone)
    if whose == "nobody":
        guardian.ended_on = clock.today()
    db.session.flush()
    for by in (teacher, Actor()):
        assert consents.ask(pupil, by=by, now=clock.now()) == 0
    assert pupil.consent is ConsentState.UNASKED


@pytest.mark.covers("PRV-11")
def test_an_adult_is_nobodys_ward(here: SchoolClass) -> None:
    pupil = school.make_pupil(here, born_on=years_ago(18))
    assert age_on(pupil.person.born_on or date.max, clock.today()) == 18
    with pytest.raises(RuleViolation):
        consents.ask(pupil, by=SYSTEM, now=clock.now())
