"""People who were entered, with or without the photo of the paper that they signed."""

from __future__ import annotations

from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM
from core.database import db
from core.files.operations import keep
from core.files.rules import Content, FileKind
from members.models import Entry
from members.rules import ApplicationStatus
from organizations.models import Organization
from tests import factories as make
from tests.units import png


def make_entry(organization: Organization, name: str = "", *, has_paper: bool = False) -> Entry:
    """Return the entry of a member of the organization."""
    keeper, person = make.make_user(), make.make_person(name or None)
    post = make.make_post(keeper, Role.SECRETARY, organization)
    application = make.make_application(person, organization, keeper)
    application.status = ApplicationStatus.APPROVED
    make.make_membership(person, organization).application_id = application.id
    entry = Entry(
        application_id=application.id,
        entered_by_id=keeper.id,
        post_id=post.id,
        entered_at=clock.now(),
        is_new_person=True,
        signed_on=clock.today(),
        witness="试见证",
        paper_number="测表 0001",
    )
    if has_paper:
        file = keep(Content(FileKind.PNG, png()), "申请表", by=SYSTEM, now=clock.now())
        entry.paper_file_code = file.code
    db.session.add(entry)
    db.session.flush()
    return entry
