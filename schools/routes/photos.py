"""Pictures of an activity: added with a declaration, given out at the school only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.files.serving import give_out, handed_in
from core.rules import RuleViolation
from core.web import invalid, scope, see_other
from schools.activity_forms import PhotoForm
from schools.operations import photos as operations
from schools.queries import attending as queries
from schools.routes.attending import MAX_CODE, page_of
from schools.routes.blueprint import bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.post("/o/<org>/youth-activities/<code>/photos")
@requires(Permission.PUPILS_KEEP)
def add_photo(org: str, code: str) -> ResponseReturnValue:
    """Keep a picture, with the declaration about faces."""
    form, activity = PhotoForm(), queries.activity_at(scope().place.id, code[:MAX_CODE])
    if activity is None:
        abort(404)
    if form.accepts():
        try:
            form.check()
            _name, data = handed_in()
            operations.add_photo(activity, data, by=Actor.of_scope(scope()), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_youth", org=org, code=code, done="photo")
    return invalid("schools/activity.html", **page_of(org, code, form))


@bp.get("/o/<org>/youth-photos/<code>")
@requires(Permission.PUPILS_VIEW)
def youth_photo(org: str, code: str) -> ResponseReturnValue:
    """Give out a picture to who keeps the school."""
    del org
    found = queries.photo_at(scope().place.id, code[:MAX_CODE])
    return give_out(found[1]) if found is not None else abort(404)


@bp.post("/o/<org>/youth-photos/<code>/drop")
@requires(Permission.PUPILS_KEEP)
def drop_photo(org: str, code: str) -> ResponseReturnValue:
    """Remove a picture."""
    found = queries.photo_at(scope().place.id, code[:MAX_CODE])
    if found is None:
        abort(404)
    activity = queries.activity_of_photo(found[0])
    operations.drop_photo(code, organization_id=scope().place.id, by=Actor.of_scope(scope()))
    return see_other("schools.show_youth", org=org, code=activity, done="dropped")
