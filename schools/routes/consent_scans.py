"""Looking at the scan of signed papers of a class: approved, counted, written down (PRV-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, url_for

from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.files.serving import give_out
from core.rules import RuleViolation
from core.web import invalid, scope
from schools.forms.consents import ActForm
from schools.operations.papers import read_papers
from schools.queries.consent_board import class_of_paper, paper_at
from schools.routes.blueprint import bp
from schools.titles import class_title

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.route("/o/<org>/consents/papers/<code>/look", methods=["GET", "POST"])
@requires(Permission.PUPILS_KEEP)
def look_at_consents(org: str, code: str) -> ResponseReturnValue:
    """Say what a look means, then give the scan out; every child's read log has it."""
    paper = paper_at(scope().place.id, code[:MAX_CODE])
    if paper is None:
        abort(404)
    way = require_fresh_factor(back=url_for("schools.look_at_consents", org=org, code=code))
    if way is not None:
        return way
    form = ActForm()
    if form.accepts():
        try:
            return give_out(read_papers(paper, by=Actor.of_scope(scope()), now=clock.now()))
        except RuleViolation as violation:
            form.add_violation(violation)
    school_class = class_of_paper(paper)
    page = {
        "org": org,
        "form": form,
        "paper": paper,
        "school_class": school_class,
        "title": class_title(school_class),
    }
    if form.is_submitted():
        return invalid("schools/consent_scan.html", **page)
    return render_template("schools/consent_scan.html", **page)
