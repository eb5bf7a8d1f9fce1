"""Classes and single pupils of a school: kept by its coordinator, seen by nobody above."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event, func, select

from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import Actor
from core.database import db
from core.rules import IllegalTransition
from members.models import Membership
from members.rules import MembershipStatus
from organizations.rules import Measure
from people.models import Guardian, Person
from people.rules.guardians import Relation
from schools.models import Pupil, SchoolClass
from schools.operations import roster
from schools.rules.classes import school_year_of
from schools.rules.pupils import PupilStatus
from schools.rules.taking_off import OffReason
from tests import factories as make
from tests import school_factories as school
from tests.cast import Cast, phone_of
from tests.client import Client, parsed
from tests.members.waiting import figure
from tests.races import books
from tests.schools.lists import child_document, school_of, words_of

Clients = Callable[[str], Client]
FACTS = {"grade": "3", "number": "2", "name": "雏鹰班", "teacher": "试老师"}


def main_of(client: Client, path: str) -> str:
    return words_of(client.get(path))


def count(model: type[Pupil | SchoolClass | Person | Guardian], *which: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*which)) or 0  # type: ignore[arg-type]


@pytest.mark.covers("SCH-07", "S35")
def test_a_class_is_made_changed_and_removed_while_nobody_is_in_it(
    client_of: Clients, cast: Cast
) -> None:
    org, finn = school_of(cast), client_of("finn")
    assert "导入第一个班" in main_of(finn, f"/o/{org}/classes")
    answer = finn.post(f"/o/{org}/classes/new", FACTS)
    assert answer.status_code == 303
    made = db.session.scalars(select(SchoolClass)).one()
    assert (made.year, made.name) == (school_year_of(clock.today()), "雏鹰班")
    assert finn.post(f"/o/{org}/classes/new", FACTS).status_code == 422
    wrong = finn.post(f"/o/{org}/classes/new", {**FACTS, "grade": "12", "number": "x"})
    assert wrong.status_code == 422
    page = f"/o/{org}/classes/{made.code}"
    assert finn.post(f"{page}/edit", {**FACTS, "number": "5"}).status_code == 303
    assert "三年级5班（雏鹰班）" in main_of(finn, page)
    school.make_pupil(made)
    db.session.commit()
    assert finn.post(f"{page}/delete").status_code == 422
    assert count(SchoolClass) == 1
    empty = school.make_class(cast.organization("东小学"), grade=4)
    db.session.commit()
    assert finn.post(f"/o/{org}/classes/{empty.code}/delete").status_code == 303
    assert count(SchoolClass) == 1


@pytest.mark.covers("S35", "S34")
def test_the_list_tells_pupils_members_and_consents(client_of: Clients, cast: Cast) -> None:
    org = school_of(cast)
    made = school.make_class(cast.organization("东小学"), grade=3, number=2)
    joined = school.make_pupil(made, member=True)
    school.make_pupil(made)
    gone = school.make_pupil(made)
    gone.status = PupilStatus.REMOVED
    volunteer = make.make_volunteer(joined.person, cast.organization("东小学"))
    make.make_record(volunteer, cast.organization("东小学"))
    other = school.make_class(cast.organization("西小学"))
    school.make_pupil(other)
    db.session.commit()
    finn = client_of("finn")
    row = parsed(finn.get(f"/o/{org}/classes")).select("tbody tr")
    assert len(row) == 1
    cells = [cell.get_text() for cell in row[0].select("td")][:4]
    assert cells == ["2", "1", "1", "1"]
    text = main_of(finn, f"/o/{org}/classes/{made.code}")
    assert "青少年会员" in text
    assert "待同意" in text
    sheet = finn.get(f"/o/{org}/classes/{made.code}/print").text
    assert joined.person.name in sheet
    assert joined.person.plain_phone not in sheet


def queries_of(client: Client, path: str) -> int:
    """Return how many statements a page asks."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)


@pytest.mark.covers("S35")
def test_more_rows_ask_no_more_statements(client_of: Clients, cast: Cast) -> None:
    org, finn = school_of(cast), client_of("finn")
    place = cast.organization("东小学")
    first = school.make_class(place, grade=1, number=1)
    school.make_pupil(first)
    db.session.commit()
    paths = [f"/o/{org}/classes", f"/o/{org}/classes/{first.code}"]
    for path in paths:
        finn.get(path)
    before = [queries_of(finn, path) for path in paths]
    for number in range(2, 8):
        made = school.make_class(place, grade=1, number=number)
        for target in (made, first):
            school.make_pupil(target)
    db.session.commit()
    assert [queries_of(finn, path) for path in paths] == before


def test_a_pupil_is_found_inside_the_school_only(client_of: Clients, cast: Cast) -> None:
    org = school_of(cast)
    here = school.make_class(cast.organization("东小学"))
    there = school.make_class(cast.organization("西小学"))
    for target in (here, there):
        school.make_pupil(target, make.make_person("寻小青", with_id=True))
    db.session.commit()
    finn = client_of("finn")
    for text in ("寻小", "xunxiaoqing", "xxq"):
        found = parsed(finn.get(f"/o/{org}/classes?q={text}")).select("#found tr")
        assert len(found) == 1, text
    assert not parsed(finn.get(f"/o/{org}/classes?q=%25")).select("#found tr")


def pupil_fields(**changed: str) -> dict[str, str]:
    fields = {
        "name": "登小红",
        "id_type": "resident_id",
        "id_number": child_document(),
        "guardian_name": "登大红",
        "relation": "mother",
        "guardian_phone": make.make_phone(),
    }
    return {**fields, **changed}


@pytest.mark.covers("SCH-05", "PRV-09", "PRV-11")
def test_one_pupil_is_entered_by_hand_as_a_draft(client_of: Clients, cast: Cast) -> None:
    org = school_of(cast)
    made = school.make_class(cast.organization("东小学"))
    db.session.commit()
    finn, path = client_of("finn"), f"/o/{org}/classes/{made.code}/add"
    for changed, field in (
        ({"guardian_phone": phone_of("finn")}, "guardian_phone"),
        ({"id_number": "123"}, "id_number"),
        ({"id_number": ""}, "id_number"),
        ({"name": "330102199001011234"}, "name"),
    ):
        answer = finn.post(path, pupil_fields(**changed))
        assert answer.status_code == 422
        assert parsed(answer).select_one(f"#{field}-error"), changed
    assert count(Pupil) == 0
    fields = pupil_fields()
    answer = finn.post(path, fields)
    assert answer.status_code == 303
    pupil = db.session.scalars(select(Pupil)).one()
    assert (pupil.status, pupil.class_id) == (PupilStatus.DRAFT, made.id)
    assert db.session.scalars(select(Guardian.relation)).one() is Relation.MOTHER
    text = main_of(finn, answer.location)
    assert "登小红" in text
    assert fields["id_number"] not in text
    assert fields["guardian_phone"] not in text
    again = finn.post(path, fields)
    assert again.status_code == 422
    assert "已经在本校的名册上" in again.text
    born_on = str(pupil.person.born_on)
    asked = pupil_fields(id_number="", born_on=born_on)
    assert finn.post(path, asked).status_code == 422
    assert finn.post(path, {**asked, "choice": "other"}).status_code == 303


def test_a_pupil_goes_to_another_class_of_the_school(client_of: Clients, cast: Cast) -> None:
    org = school_of(cast)
    here, there = (school.make_class(cast.organization("东小学")) for _ in range(2))
    abroad = school.make_class(cast.organization("西小学"))
    pupil = school.make_pupil(here)
    db.session.commit()
    finn, path = client_of("finn"), f"/o/{org}/pupils/{pupil.code}/move"
    assert finn.post(path, {"school_class": abroad.code}).status_code == 422
    assert finn.post(path, {"school_class": here.code}).status_code == 422
    assert finn.post(path, {"school_class": there.code}).status_code == 303
    assert db.session.get_one(Pupil, pupil.id).class_id == there.id


def test_a_draft_is_removed_and_to_be_forgotten(client_of: Clients, cast: Cast) -> None:
    org = school_of(cast)
    pupil = school.make_pupil(school.make_class(cast.organization("东小学")))
    db.session.commit()
    finn, path = client_of("finn"), f"/o/{org}/pupils/{pupil.code}/remove"
    assert finn.post(path).status_code == 422
    assert finn.post(path, {"reason": "mistake"}).status_code == 303
    found = db.session.get_one(Pupil, pupil.id)
    assert found.status is PupilStatus.REMOVED
    assert found.due_on is not None
    assert (found.due_on - clock.today()).days == 7
    why = select(AuditEvent.details).where(AuditEvent.action == "pupil.take_off")
    assert "mistake" in db.session.scalars(why).one()
    assert finn.post(path, {"reason": "mistake"}).status_code == 404
    with pytest.raises(IllegalTransition):
        roster.take_off(found, OffReason.OTHER, by=Actor(), now=clock.now())


def test_a_member_who_left_is_no_member_and_the_numbers_agree(
    client_of: Clients, cast: Cast
) -> None:
    org = school_of(cast)
    pupil = school.make_pupil(school.make_class(cast.organization("东小学")), member=True)
    books.settle()
    db.session.commit()
    before = figure(cast, "测试省", Measure.YOUTH_MEMBERS)
    path = f"/o/{org}/pupils/{pupil.code}/remove"
    assert client_of("finn").post(path, {"reason": "moved"}).status_code == 303
    found = db.session.get_one(Pupil, pupil.id)
    assert found.status is PupilStatus.LEFT
    membership = db.session.get_one(Membership, found.membership_id)
    assert membership.status is MembershipStatus.WITHDRAWN
    assert membership.left_on == clock.today()
    assert figure(cast, "测试省", Measure.YOUTH_MEMBERS) == before - 1
    assert books.problems() == []


@pytest.mark.covers("PRV-10", "AZ-16")
def test_nobody_above_and_no_other_branch_sees_a_class(client_of: Clients, cast: Cast) -> None:
    org, west = school_of(cast), school_of(cast, "西小学")
    made = school.make_class(cast.organization("东小学"))
    pupil = school.make_pupil(made)
    db.session.commit()
    paths = (
        f"/o/{org}/classes",
        f"/o/{org}/classes/{made.code}",
        f"/o/{org}/classes/{made.code}/print",
        f"/o/{org}/pupils/{pupil.code}",
    )
    for path in paths:
        assert client_of("finn").get(path).status_code == 200
        for name, status in (("cora", 403), ("eve", 403), ("gil", 403), ("will", 404)):
            assert client_of(name).get(path).status_code == status, (name, path)
    assert client_of("finn").get(f"/o/{west}/classes").status_code == 404
    village = cast.code("东一村")
    assert client_of("ben").get(f"/o/{village}/classes").status_code == 403
