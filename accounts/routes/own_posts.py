"""What one is offered, and the hand-overs one signed: pages of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from accounts import operations
from accounts.directory import present_session
from accounts.forms import OfferForm
from accounts.operations import grants as giving
from accounts.operations import handover as handing
from accounts.queries import grants as queries
from accounts.queries import handover as handovers
from accounts.queries.names import name_of
from accounts.routes.blueprint import LANDINGS, bp
from accounts.rules.grants import GrantStatus
from core import clock
from core.access.marks import signed_in
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.sessions import current_session, token_digest
from core.web import asked, invalid, principal, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from core.forms import AppForm

MAX_CODE = 12


@bp.get("/me/posts")
@signed_in
def own_posts() -> str:
    """List what one is offered and what one signed."""
    user_id = principal().user_id
    signed = handovers.own_handovers(user_id)
    return render_template(
        "accounts/own_posts.html",
        offers=queries.own_offers(user_id),
        handovers=signed,
        done=asked("done", MAX_CODE),
    )


@bp.get("/me/posts/<code>")
@signed_in
def offer(code: str) -> str:
    """Show a post that one is offered, with what its last holder leaves open."""
    return render_template("accounts/offer.html", **_page(code, OfferForm(formdata=None)))


@bp.post("/me/posts/<code>/accept")
@signed_in
def accept_offer(code: str) -> ResponseReturnValue:
    """Take the post, and sign for what is handed over; the second factor is asked for then."""
    form, found = OfferForm(), _offer(code)
    by = Actor.of_principal(principal())
    if not form.accepts():
        return invalid("accounts/offer.html", **_page(code, form))
    try:
        post = handing.accept_named(found, form.name.data or "", by=by, now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid("accounts/offer.html", **_page(code, form))
    if post is None:
        return see_other("accounts.own_posts", done="gone")
    digest = token_digest(current_session().rotate())
    operations.raise_session(present_session(), digest, now=clock.now())
    return see_other("accounts.switch")


@bp.post("/me/posts/<code>/decline")
@signed_in
def decline_offer(code: str) -> ResponseReturnValue:
    """Do not take the post."""
    giving.decline(_offer(code), by=Actor.of_principal(principal()), now=clock.now())
    return see_other("accounts.own_posts", done="declined")


@bp.get("/me/handovers/<code>")
@signed_in
def own_handover(code: str) -> str:
    """Print the list that both sides signed."""
    found = handovers.handover_for(principal().user_id, code[:MAX_CODE]) or abort(404)
    return render_template(
        "accounts/handover_print.html",
        handover=found,
        counts=handovers.unpacked(found.counts),
        names=handovers.names_of([found]),
    )


def _offer(code: str) -> Any:
    found = queries.own_grant(principal().user_id, code[:MAX_CODE])
    is_shown = found is not None and found.status is not GrantStatus.PROPOSED
    return found if is_shown else abort(404)


def _page(code: str, form: AppForm) -> dict[str, Any]:
    found = _offer(code)
    left = handovers.handover_of_grant(found.id)
    return {
        "offer": found,
        "form": form,
        "is_open": found.status is GrantStatus.OFFERED,
        "needs_name": not found.user.display_name,
        "giver": name_of(found.proposed_by),
        "counts": handovers.unpacked(left.counts) if left else {},
        "left": left,
    }


def _first_offer(user_id: int) -> str | None:
    """Return the page of an offer that somebody has to see first after signing in."""
    offers = queries.own_offers(user_id)
    return url_for("accounts.offer", code=offers[0].code) if offers else None


LANDINGS.append(_first_offer)
