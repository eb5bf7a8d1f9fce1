"""Organizations become one: a list or a pair, looked at, started, taken back (ORG-17, S31)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Level, Permission
from core.audit.operations import Actor
from core.i18n import say
from core.imports.delimited import read_text
from core.imports.reading import read_file
from core.rules import IllegalTransition, RuleViolation
from core.uploads import takes_file
from core.web import asked, invalid, scope, see_other
from organizations import listing, operations, queries
from organizations.forms import ActForm
from organizations.forms.merging import MAX_CODE, MergerForm, MergerListForm, PairForm
from organizations.operations import Decision
from organizations.queries import mergers
from organizations.routes.blueprint import bp
from organizations.rules import (
    MERGER_TRANSITIONS,
    Line,
    MergerAction,
    MergerRowStatus,
    MergerStatus,
    OrganizationKind,
    is_grassroots,
    read_lines,
)
from organizations.totals import SHOWN

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_TEXT, MAX_LIST = 60, 200_000
MAX_FILE_BYTES = 2 * 1024 * 1024


@bp.get("/o/<org>/mergers")
@requires(Permission.ORGANIZATIONS_MERGE)
def list_mergers(org: str) -> str:
    """Show the lists of a Red Cross, newest first."""
    page = mergers.mergers_at(scope().place.id, asked("after", MAX_CODE))
    return render_template("organizations/mergers.html", org=org, page=page)


@bp.route("/o/<org>/mergers/new", methods=["GET", "POST"])
@requires(Permission.ORGANIZATIONS_MERGE)
@takes_file(MAX_FILE_BYTES)
def new_merger(org: str) -> ResponseReturnValue:
    """Take a list: code of what ends, code or new name of what takes it in, document."""
    form = MergerListForm()
    if form.accepts() and form.reads_well(form.day):
        try:
            merger = _prepare(form, _lines(form))
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.show_merger", org=org, code=merger.code)
    page = {"org": org, "form": form, "most": settings.value("mergers.most_rows", on=clock.today())}
    if request.method == "POST":
        return invalid("organizations/new_merger.html", **page)
    return render_template("organizations/new_merger.html", **page)


@bp.route("/o/<org>/mergers/pair", methods=["GET", "POST"])
@requires(Permission.ORGANIZATIONS_MERGE)
def pair_merger(org: str) -> ResponseReturnValue:
    """Choose one organization and what takes it in."""
    form, text = PairForm(), asked("q", MAX_TEXT)
    code = (form.source.data or asked("source", MAX_CODE))[:MAX_CODE]
    source = _source(code) if code else None
    if source is None:
        rows = listing.search(scope().place, text).rows if text else []
        places = queries.place_texts(rows, with_own=False)
        return render_template(
            "organizations/pick_merger.html", org=org, text=text, rows=rows, places=places
        )
    form.source.data = source.code
    form.offer(_targets(source, text))
    if form.accepts() and form.reads_well(form.day, form.wanted):
        try:
            merger = _prepare(form, [Line(1, source.code, form.wanted())])
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.show_merger", org=org, code=merger.code)
    page = {"org": org, "form": form, "source": source, "text": text}
    if request.method == "POST":
        return invalid("organizations/pair_merger.html", **page)
    return render_template("organizations/pair_merger.html", **page)


@bp.get("/o/<org>/mergers/<code>")
@requires(Permission.ORGANIZATIONS_MERGE)
def show_merger(org: str, code: str) -> str:
    """Show a list: numbers of every level before and after, every row with what is wrong."""
    return render_template("organizations/merger.html", **_shown(org, code, ActForm(formdata=None)))


@bp.post("/o/<org>/mergers/<code>/start")
@requires(Permission.ORGANIZATIONS_MERGE)
def start_merger(org: str, code: str) -> ResponseReturnValue:
    """Let the worker merge what the list says; a second time shows how far it is."""
    return _begin(org, code, operations.start_merger)


@bp.post("/o/<org>/mergers/<code>/undo")
@requires(Permission.ORGANIZATIONS_MERGE)
def undo_merger(org: str, code: str) -> ResponseReturnValue:
    """Let the worker take everything apart again, in reverse."""
    return _begin(org, code, operations.start_undo)


@bp.post("/o/<org>/mergers/<code>/discard")
@requires(Permission.ORGANIZATIONS_MERGE)
def discard_merger(org: str, code: str) -> ResponseReturnValue:
    """Give up a list of which nothing was done."""
    merger = operations.locked_merger(code, scope().place.id)
    operations.discard_merger(merger, by=Actor.of_scope(scope()))
    return see_other("organizations.list_mergers", org=org)


@bp.get("/o/<org>/ended")
@requires(Permission.FIGURES_VIEW)
def show_end(org: str) -> ResponseReturnValue:
    """Tell of an organization that ended: when, into which, by which document."""
    found = mergers.ended(scope().place.id)
    if found is None:
        return see_other("supervision.home", org=org)
    return render_template(
        "organizations/ended.html",
        org=org,
        ended=found,
        may_merge=found.place_code is not None and scope().post.place.code == found.place_code,
    )


def _begin(org: str, code: str, begin: Any) -> ResponseReturnValue:
    form = ActForm()
    try:
        job = begin(code, scope(), now=clock.now())
    except IllegalTransition:
        return see_other("organizations.show_merger", org=org, code=code)
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid("organizations/merger.html", **_shown(org, code, form))
    if job.user_id != scope().principal.user_id:
        return see_other("organizations.show_merger", org=org, code=code)
    return see_other("jobs.job", code=job.code)


def _prepare(form: MergerForm, lines: Sequence[Line]) -> Any:
    decision = Decision(form.document.data or "", form.day(), bool(form.ends_divisions.data))
    place = queries.organization_of_id(scope().place.id)
    by = Actor.of_scope(scope())
    return operations.prepare(place, lines, decision, by=by, now=clock.now())


def _lines(form: MergerListForm) -> list[Line]:
    """Return the lines of the file, else of the text. Raises RuleViolation."""
    file, text = request.files.get("file"), (form.text.data or "")[:MAX_LIST]
    if file is not None and file.filename:
        rows: Iterable[tuple[int, list[str]]] = read_file(file.stream).rows
    else:
        rows = read_text(text.strip("\r\n")).rows
    most = settings.value("mergers.most_rows", on=clock.today())
    return list(islice(read_lines(rows), most + 1))


def _source(code: str) -> Any:
    found = queries.organization_of_code(code)
    if found is None or not found.path.startswith(scope().place.path):
        abort(404)
    return found


def _targets(source: Any, text: str) -> list[tuple[str, str]]:
    if is_grassroots(source.kind):
        return queries.targets_in(source, text, but_id=source.id)
    rows = (
        listing.search(scope().place, text).rows if text else listing.children(scope().place).rows
    )
    wanted = OrganizationKind.COUNTY
    return [(row.code, row.name) for row in rows if row.kind is wanted and row.id != source.id]


def _shown(org: str, code: str, form: ActForm) -> dict[str, Any]:
    place, now = scope().place, clock.now()
    merger = mergers.merger_of(code, place.id)
    if merger is None:
        abort(404)
    counts = mergers.merger_counts(merger)
    after = asked("after", MAX_CODE)
    only_left = asked("only", MAX_CODE) == "left"
    before, afterwards = mergers.totals_shown(merger)
    until = operations.undo_until(merger, now)
    stands = counts[MergerRowStatus.DONE] + counts[MergerRowStatus.STUCK]
    may_undo = (merger.status, MergerAction.UNDO) in MERGER_TRANSITIONS and stands > 0
    page = mergers.merger_rows(merger, int(after) if after.isdecimal() else 0, only_left=only_left)
    return {
        "org": org,
        "form": form,
        "merger": merger,
        "counts": counts,
        "total": sum(counts.values()),
        "page": page,
        "only_left": only_left,
        "levels": [
            (Level(one), before[one], afterwards.get(one, {})) for one in Level if one in before
        ],
        "undo_until": clock.local(until).date() if may_undo and until and now <= until else None,
        "is_draft": merger.status is MergerStatus.DRAFT,
        "is_running": merger.status in {MergerStatus.RUNNING, MergerStatus.UNDOING},
        "names": {one.value: one for one in SHOWN},
        "say": say,
    }
