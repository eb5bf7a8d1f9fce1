"""What members forget of somebody who closed the account: words, numbers, papers (PRV-16)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import InstrumentedAttribute

from accounts.models import User
from core.database import changed_rows, db
from core.files.models import StoredFile
from core.files.operations import remove
from core.imports.models import Import, ImportRow
from core.rules import N_
from members.models import (
    Application,
    ApplicationEvent,
    DuesCharge,
    DuesPayment,
    DuesProposal,
    Entry,
    Expulsion,
    ExpulsionEvent,
    GradeChange,
    Honour,
    JoinDraft,
    Membership,
    MembershipEvent,
    SavedFilter,
    Transfer,
    Withdrawal,
)
from members.queries.expulsions import latest_expulsion_of
from members.queries.own import membership_of, open_applications
from members.queries.withdrawals import withdrawal_of
from members.rules import ExpulsionStatus
from people.rules.erasures import Matter

#: Words that somebody wrote about a member, by what leads to the member.
OF_MEMBERSHIP: tuple[InstrumentedAttribute[str], ...] = (
    MembershipEvent.note,
    Withdrawal.note,
    Transfer.note,
    Expulsion.facts,
    Expulsion.documents,
    Expulsion.answer,
    Expulsion.review_note,
    Expulsion.settle_note,
    GradeChange.reason,
    Honour.revoked_note,
    DuesProposal.note,
)


def waiting_of(person_id: int) -> list[Matter]:
    """Return what a member or an applicant has to end before the account is closed."""
    found = []
    if membership_of(person_id) is not None or withdrawal_of(person_id) is not None:
        found.append(Matter(N_("还是会员，或者退会还可以撤销"), "members.leave"))
    if open_applications(person_id):
        found.append(Matter(N_("有申请在办"), "members.own_applications"))
    expulsion = latest_expulsion_of(person_id)
    if expulsion is not None and expulsion.status is ExpulsionStatus.APPEALED:
        found.append(Matter(N_("除名的申诉在办"), "members.own_expulsion"))
    return found


def erase_member(person_id: int) -> int:
    """Return how many rows lost what names a person; years, dues and grades stay."""
    memberships = select(Membership.id).where(Membership.person_id == person_id)
    applications = select(Application.id).where(Application.person_id == person_id)
    users = select(User.id).where(User.person_id == person_id)
    rows = bare_applications(db.session.scalars(applications).all())
    for note in OF_MEMBERSHIP:
        rows += _blank(note, note.class_.membership_id.in_(memberships))
    expulsions = select(Expulsion.id).where(Expulsion.membership_id.in_(memberships))
    charges = select(DuesCharge.id).where(DuesCharge.membership_id.in_(memberships))
    rows += _blank(ExpulsionEvent.note, ExpulsionEvent.expulsion_id.in_(expulsions))
    rows += _blank(DuesPayment.refund_note, DuesPayment.charge_id.in_(charges))
    return rows + sum(
        changed_rows(statement)
        for statement in (
            update(Membership)
            .where(Membership.person_id == person_id)
            .values(search_text="", filing_note=""),
            delete(JoinDraft).where(JoinDraft.user_id.in_(users)),
            delete(SavedFilter).where(
                SavedFilter.user_id.in_(users), SavedFilter.is_shared.is_(False)
            ),
        )
    )


def bare_applications(applications: Sequence[int]) -> int:
    """Remove numbers, words and papers of applications; return how many rows lost any."""
    nothing = {"claimed_id_type": None, "claimed_id_number": None, "claimed_id_index": None}
    told = update(Application).where(Application.id.in_(applications))
    return (
        _drop_papers(applications)
        + _blank(ApplicationEvent.note, ApplicationEvent.application_id.in_(applications))
        + changed_rows(told.values(return_note="", **nothing))
    )


def _blank(column: InstrumentedAttribute[str], condition: ColumnElement[bool]) -> int:
    return changed_rows(
        update(column.class_).where(condition, column != "").values({column.key: ""})
    )


def _drop_papers(applications: Sequence[int]) -> int:
    """Remove scanned papers and the rows of lists that made the applications."""
    entries = db.session.scalars(select(Entry).where(Entry.application_id.in_(applications))).all()
    for entry in entries:
        if entry.paper_file_code:
            paper = select(StoredFile).where(StoredFile.code == entry.paper_file_code)
            remove(db.session.scalars(paper).one())
        entry.witness = entry.paper_number = ""
        entry.paper_file_code = None
    codes = {entry.import_code for entry in entries if entry.import_code}
    lists = select(Import.id).where(Import.code.in_(codes))
    rows = delete(ImportRow).where(
        ImportRow.import_id.in_(lists), ImportRow.made_id.in_(applications)
    )
    return len(entries) + changed_rows(rows)
