"""The signed paper of somebody who was entered, as a photo or a scan (domain.md, scenario 44)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from accounts.operations.letters import News, tell_accounts
from accounts.queries import keepers_at
from accounts.rules.letters import LetterKind
from core import clock, settings
from core.audit.operations import Actor, record
from core.database import db
from core.files import operations as files
from core.files.models import StoredFile
from core.files.rules import read_content
from core.rules import UnknownRowError
from members.models import Entry
from members.queries.papers import lacking_for_long
from people.operations.reveals import look
from people.rules.duplicates import LookField
from people.rules.reveals import RevealReason, reason_text

#: What the file is called: no name and no number of a person leaves with it (PRV-07).
FILE_NAME = "申请表"
BATCH = 500


def keep_paper(entry_id: int, data: bytes, *, by: Actor, now: datetime) -> StoredFile:
    """Return the paper that is kept with an entry from now on; one that was kept before goes.

    Raises RuleViolation for a file that is not taken, UnknownRowError where the entry is gone.
    """
    content = read_content(data)
    entry = _locked(entry_id)
    replaced = drop_paper(entry, by=by)
    file = files.keep(content, FILE_NAME, by=by, now=now)
    entry.paper_file_code = file.code
    record("papers.keep", "file", file.id, by=by, entry=entry.id, replaced=replaced)
    db.session.flush()
    return file


def drop_paper(entry: Entry, *, by: Actor) -> bool:
    """Remove the paper of an entry that was locked; return whether there was one."""
    file = paper_of(entry)
    if file is None:
        return False
    record("files.remove", "file", file.id, by=by)
    entry.paper_file_code = None
    db.session.flush()
    files.remove(file)
    return True


def read_paper(
    entry: Entry, reason: RevealReason, note: str, *, by: Actor, now: datetime
) -> StoredFile:
    """Return the paper of an entry, its line of the read log in the same transaction (PRV-05).

    The paper tells the document number and the phone, so a look counts as one at them. Raises
    RuleViolation over the quota of the day and without a reason, UnknownRowError where no paper
    is kept. The caller has asked for a fresh second factor.
    """
    text = reason_text(reason, note)
    file = paper_of(entry)
    if file is None:
        raise UnknownRowError
    look(entry.application.person_id, LookField.PAPER, text, by=by, now=now)
    return file


def paper_of(entry: Entry) -> StoredFile | None:
    """Return the row of the paper that is kept with an entry, or None."""
    if entry.paper_file_code is None:
        return None
    kept = select(StoredFile).where(StoredFile.code == entry.paper_file_code)
    return db.session.scalars(kept).one_or_none()


def _locked(entry_id: int) -> Entry:
    statement = select(Entry).where(Entry.id == entry_id).with_for_update()
    found = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise UnknownRowError
    return found


def remind_of_papers(now: datetime, after: int = 0) -> tuple[int | None, int]:
    """Remind the keepers of the next organizations that lack papers for long, once a month.

    Return the last organization and how many letters are new; None where nobody is left.
    """
    today = clock.local(now).date()
    days = settings.value("papers.remind_days", on=today)
    found = dict(lacking_for_long(now - timedelta(days=days), after, BATCH))
    if not found:
        return None, 0
    posts = keepers_at(found, today)
    topics = {one: f"papers:{one}:{today:%Y%m}" for one in found}
    news = [
        (
            post.user,
            News(
                LetterKind.PAPERS_MISSING,
                post.organization,
                topics[post.organization_id],
                {"count": found[post.organization_id]},
            ),
        )
        for post in posts
    ]
    return max(found), tell_accounts(news, now=now)
