"""The signed paper of somebody who was entered: bringing it, and looking at it (ux.md S29)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.files.rules import MAX_BYTES
from core.files.serving import give_out, handed_in
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from members import operations
from members.forms.entering import PaperForm
from members.forms.groups import LookForm
from members.labels import LABELS
from members.queries.papers import (
    COUNTED,
    counts_of_missing,
    entry_at,
    may_read,
    missing_papers,
)
from members.routes.blueprint import MAX_CODE, after, bp, keeper
from members.rules.entries import EntryWay
from people.rules.reveals import RevealReason

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.queries import Entry


@bp.get("/o/<org>/papers")
@requires(Permission.PEOPLE_ENTER)
def list_papers(org: str) -> str:
    """Show of whom no signed paper was brought yet, longest first: all, typed, or out of lists."""
    place_id, chosen = scope().place.id, asked("way", MAX_CODE)
    way = EntryWay(chosen) if chosen in set(EntryWay) else None
    counts = counts_of_missing(place_id)
    ways = [
        {
            "label": label,
            "url": url_for("members.list_papers", org=org, way=one),
            "current": one is way,
            "count": f"{COUNTED}+" if counts[one] == COUNTED else counts[one],
        }
        for one, label in ((None, _("全部")), *LABELS[EntryWay].items())
    ]
    page = missing_papers(place_id, way, after())
    return render_template("members/papers.html", org=org, page=page, ways=ways, way=way)


@bp.get("/o/<org>/papers/<code>")
@requires(Permission.PEOPLE_ENTER)
def paper(org: str, code: str) -> str:
    """Show what is known of a signed paper, and take a photo of it."""
    return render_template("members/paper.html", **_page(org, _found(code)))


@bp.post("/o/<org>/papers/<code>")
@requires(Permission.PEOPLE_ENTER)
def keep_paper(org: str, code: str) -> ResponseReturnValue:
    """Keep the photo or scan of a signed paper, in place of one that was kept before."""
    entry, form, (_name, data) = _found(code), PaperForm(), handed_in()
    if not _may_bring(entry):
        abort(404)
    if form.accepts():
        try:
            operations.keep_paper(entry.id, data, by=keeper(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.paper", org=org, code=code, done="kept")
    return invalid("members/paper.html", **_page(org, _found(code), form))


@bp.route("/o/<org>/papers/<code>/look", methods=["GET", "POST"])
@requires(Permission.PEOPLE_REVEAL)
def look_at_paper(org: str, code: str) -> ResponseReturnValue:
    """Ask why the paper is looked at, and give it out; the person reads who looked."""
    entry = _found(code)
    if entry.paper_file_code is None or not may_read(scope(), entry):
        abort(404)
    way = require_fresh_factor(back=url_for("members.look_at_paper", org=org, code=code))
    if way is not None:
        return way
    form = LookForm()
    if form.accepts():
        reason, note = RevealReason(form.reason.data), form.note.data or ""
        try:
            file = operations.read_paper(entry, reason, note, by=keeper(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return give_out(file)
    page = {"org": org, "entry": entry, "form": form}
    if form.is_submitted():
        return invalid("members/paper_look.html", **page)
    return render_template("members/paper_look.html", **page)


def _found(code: str) -> Entry:
    entry = entry_at(scope(), code[:MAX_CODE])
    return entry if entry is not None else abort(404)


def _may_bring(entry: Entry) -> bool:
    """Return whether a paper is taken here: a first one, or a better one of somebody still here."""
    return entry.paper_file_code is None or may_read(scope(), entry)


def _page(org: str, entry: Entry, form: PaperForm | None = None) -> dict[str, Any]:
    is_there = entry.paper_file_code is not None
    looks = scope().may(Permission.PEOPLE_REVEAL) and may_read(scope(), entry)
    return {
        "org": org,
        "entry": entry,
        "form": form or PaperForm(formdata=None),
        "most": MAX_BYTES,
        "is_there": is_there,
        "may_bring": _may_bring(entry),
        "may_look": is_there and looks,
        "done": asked("done", 12),
    }
