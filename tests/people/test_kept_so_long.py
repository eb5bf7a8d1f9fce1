"""How long what people left behind is kept, day before and day after (D6, PRI-12, PRV-17)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from accounts.models import UserSession
from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM
from core.database import db
from core.files.models import StoredFile
from core.files.operations import keep
from core.files.rules import Content, FileKind
from members.models import Application, ApplicationEvent, Entry, Export
from members.rules import ApplicationAction, ApplicationStatus, MembershipStatus
from members.rules.exports import ExportStatus
from people.models import Guardian, MinorApproval, Person
from people.operations.erasures import forget_identity
from people.rules import IdType
from people.rules.minors import ApprovalStatus
from people.rules.reveals import RevealReason
from tests import factories as make
from tests import school_factories as schools
from tests.accounts.steps import later
from tests.cast import Cast
from tests.client import Client
from tests.kept import days_until_gone
from tests.members import taking
from tests.units import png
from tests.volunteers import entering
from tests.volunteers.certified import credited, issued, link_of, register
from tests.volunteers.holding import setting
from volunteers.models import ServiceCertificate
from volunteers.queries.holders import facts_in

Run = Callable[..., str]
Clients = Callable[[str], Client]
WHY = "材料里写了很多自己的事"


def refused(
    cast: Cast, person: Person, status: ApplicationStatus = ApplicationStatus.REJECTED
) -> Application:
    """Return an application that came to nothing just now, with words, a number and a paper."""
    user = cast.user("ben")
    found = make.make_application(person, cast.organization("东一村"), user)
    found.status, found.return_note = status, WHY
    found.claimed_id_type, found.claimed_id_number = IdType.RESIDENT_ID, "sealed"
    paper = keep(Content(FileKind.PNG, png()), "表.png", by=SYSTEM, now=clock.now())
    entry = Entry(
        application=found,
        entered_by_id=user.id,
        post_id=user.posts[0].id,
        entered_at=clock.now(),
        is_new_person=True,
        witness="见证人",
        paper_file_code=paper.code,
    )
    event = ApplicationEvent(
        application=found,
        action=ApplicationAction.REJECT,
        from_status=ApplicationStatus.SUBMITTED,
        to_status=status,
        at=clock.now(),
        note=WHY,
    )
    db.session.add_all([entry, event])
    db.session.commit()
    return found


def told_by(application: Application) -> list[object]:
    """Return what is left of what an application told."""
    entry = db.session.scalars(select(Entry).where(Entry.application_id == application.id)).one()
    notes = select(ApplicationEvent.note).where(ApplicationEvent.application_id == application.id)
    return [
        one
        for one in (
            application.return_note,
            application.claimed_id_number,
            entry.witness,
            entry.paper_file_code,
            *db.session.scalars(notes),
            *db.session.scalars(select(StoredFile.code)),
        )
        if one
    ]


@pytest.mark.covers("PRV-16", "PRV-17", "PRI-12")
@pytest.mark.parametrize("status", ["rejected", "withdrawn", "closed"])
def test_who_applied_in_vain_is_forgotten_after_a_year_with_what_he_told(
    cast: Cast, run_retention: Run, status: str
) -> None:
    person = make.make_person(with_id=True)
    application = refused(cast, person, ApplicationStatus(status))
    only = ("--only", "refused_applications", "--only", "identity")
    gone_on = days_until_gone(1)
    with later(days=gone_on - 1):
        assert "identity: 0 removed" in run_retention(*only)
    assert (len(told_by(application)), person.erased_at) == (6, None)
    with later(days=gone_on):
        due = run_retention("--dry-run", *only)
        assert "refused_applications: 1 due" in due
        assert "identity: 1 due" in due
        done = run_retention(*only)
        assert "refused_applications: 1 removed" in done
        assert "identity: 1 removed" in done
        again = run_retention(*only)
    assert again.count(": 0 removed") == 2
    assert told_by(application) == []
    assert (person.name, person.id_number, person.phone) == ("***", None, None)
    assert db.session.get_one(Application, application.id).status == status
    rules = [
        one.detail_values["rule"]
        for one in db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "retention.remove")
        )
    ]
    assert sorted(rules) == ["identity", "refused_applications"]


@pytest.mark.covers("PRV-17")
def test_who_is_something_else_keeps_the_name_and_loses_the_application(
    cast: Cast, run_retention: Run
) -> None:
    ada = cast.person("ada")
    application = refused(cast, ada)
    with later(days=days_until_gone(1)):
        done = run_retention("--only", "refused_applications", "--only", "identity")
    assert "refused_applications: 1 removed" in done
    assert "identity: 0 removed" in done
    assert (told_by(application), ada.name) == ([], "人ada")


@pytest.mark.covers("PRV-17")
@pytest.mark.parametrize("why", ["signed in", "member before", "applies again", "later setting"])
def test_who_applied_in_vain_is_kept_as_long_as_something_needs_him(
    cast: Cast, run_retention: Run, why: str
) -> None:
    person = make.make_person()
    user = make.make_user(person)
    application = refused(cast, person)
    if why == "signed in":
        session = db.session.scalars(select(UserSession).limit(1)).one()
        session.user_id, session.seen_at = user.id, clock.now() + timedelta(days=300)
    if why == "member before":
        left = make.make_membership(person, cast.organization("东一村"))
        left.status, left.left_on = MembershipStatus.WITHDRAWN, clock.today()
    if why == "applies again":
        make.make_application(person, cast.organization("东二村"), user)
    if why == "later setting":
        setting("privacy.refused_years", 2)
    db.session.commit()
    with later(days=days_until_gone(1)):
        assert "identity: 0 removed" in run_retention("--only", "identity")
    assert person.erased_at is None
    assert application.return_note == WHY


@pytest.mark.covers("PRV-17", "PRV-11")
def test_a_guardian_is_gone_some_days_after_his_word_ended(cast: Cast, run_retention: Run) -> None:
    ended, standing = (schools.make_guardian(cast.person(name)) for name in ("hana", "iko"))
    ended.ended_on = clock.today()
    db.session.commit()
    with later(days=30):
        assert "guardians: 0 removed" in run_retention("--only", "guardians")
    with later(days=31):
        assert "guardians: 1 due" in run_retention("--only", "guardians", "--dry-run")
        assert "guardians: 1 removed" in run_retention("--only", "guardians")
    assert db.session.scalars(select(Guardian.id)).all() == [standing.id]


@pytest.mark.covers("PRV-17", "EXP-05", "PRI-04")
def test_notes_about_files_and_looks_go_with_the_logs(
    cast: Cast, client_of: Clients, run_retention: Run
) -> None:
    exports = [taking.taken(client_of("ben"), cast) for _ in range(2)]
    exports[0].status = ExportStatus.REMOVED
    look = MinorApproval(
        code="look0001",
        organization_id=cast.organization("东小学").id,
        handler_id=cast.organization("东县").id,
        person_id=cast.person("hana").id,
        asker_id=cast.user("finn").id,
        post_id=cast.user("finn").posts[0].id,
        purpose=RevealReason.CONTACT,
        status=ApprovalStatus.APPROVED,
        asked_at=clock.now(),
        expires_at=clock.now(),
    )
    db.session.add(look)
    db.session.commit()
    only, gone_on = ("--only", "exports", "--only", "approved_looks"), days_until_gone(3)
    with later(days=gone_on - 1):
        assert run_retention(*only).count(": 0 removed") == 2
    with later(days=gone_on):
        assert run_retention("--dry-run", *only).count(": 1 due") == 2
        assert run_retention(*only).count(": 1 removed") == 2
    assert db.session.scalars(select(Export.id)).all() == [exports[1].id]
    assert db.session.scalars(select(MinorApproval.id)).all() == []


@pytest.mark.covers("PRV-16", "PRV-17", "CERT-02")
def test_a_certificate_of_who_is_gone_names_him_ten_years(
    app: Flask, cast: Cast, client_of: Clients, run_retention: Run
) -> None:
    for name in ("ada", "gus"):
        credited(cast, name)
    one, other = (issued(client_of(name)) for name in ("ada", "gus"))
    ada = cast.person("ada")
    number = facts_in(one)["volunteer_number"]
    forget_identity(ada, clock.now())
    db.session.commit()
    gone_on = days_until_gone(10)
    with later(days=gone_on - 1):
        assert "certificates: 0 removed" in run_retention("--only", "certificates")
    assert facts_in(one)["name"] == "人ada"
    with later(days=gone_on):
        assert "certificates: 1 due" in run_retention("--only", "certificates", "--dry-run")
        assert "certificates: 1 removed" in run_retention("--only", "certificates")
        assert "certificates: 0 removed" in run_retention("--only", "certificates")
    assert "人ada" not in one.facts
    assert number not in one.facts
    assert (one.signature, facts_in(one)["minutes"]) == ("", 120)
    assert facts_in(other)["name"] == "人gus"
    page = Client(app).page(link_of(one))
    assert "已过保存期" in page.select_one("h1").text  # type: ignore[union-attr]
    assert "真实有效" in Client(app).page(link_of(other)).text
    assert client_of("cora").get(register(cast, one)).status_code == 200


@pytest.mark.covers("CERT-02", "LED-12")
def test_nobody_changes_a_certificate_under_the_cover_of_its_end(
    cast: Cast, client_of: Clients
) -> None:
    credited(cast)
    one = issued(client_of("ada"))
    for values in ({"facts": "{}"}, {"signature": "", "minutes": 9999}):
        with pytest.raises(Exception, match="append-only"):
            db.session.execute(update(ServiceCertificate).values(**values))
        db.session.rollback()
    assert facts_in(one)["name"] == "人ada"


@pytest.mark.covers("PRV-17", "FILE-06")
def test_evidence_is_counted_and_removed_after_its_year(cast: Cast, run_retention: Run) -> None:
    sheet = entering.draft(cast)
    entering.send(cast, sheet)
    gone_on = days_until_gone(1)
    with later(days=gone_on - 1):
        assert "evidence: 0 due" in run_retention("--only", "evidence", "--dry-run")
    with later(days=gone_on):
        assert "evidence: 1 due" in run_retention("--only", "evidence", "--dry-run")
        assert db.session.scalars(select(StoredFile.id)).all() != []
        assert "evidence: 1 removed" in run_retention("--only", "evidence")
    assert db.session.scalars(select(StoredFile.id)).all() == []
