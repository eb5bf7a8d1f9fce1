"""The member card, and what its code tells anybody (ux.md S17, S08)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import abort, render_template, url_for

from core import clock
from core.access.marks import public, signed_in
from core.extensions import limiter
from core.files.serving import give_bytes
from core.pictures import drawn, size_of
from core.web import asked, config_value, principal
from members.operations import card_token
from members.picture import Card, card_png
from members.qr import qr_path
from members.queries.closings import pending_until
from members.queries.expulsions import latest_expulsion_of
from members.queries.own import membership_of
from members.queries.transfers import open_transfer_of
from members.queries.verification import verify as verify_code
from members.queries.withdrawals import withdrawal_of
from members.routes.blueprint import bp
from members.rules import MembershipKind

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.queries import Membership

PER_ADDRESS = "60 per minute"
PICTURES = "20 per minute"
STYLES = {"large": "members/card_large.html", "print": "members/card_print.html"}


@bp.get("/me/card")
@signed_in
def card() -> str:
    """Show the card; large to hold out, for paper, or as a picture to be kept."""
    person_id = principal().person_id
    membership = membership_of(person_id) if person_id else None
    if membership is None:
        left = withdrawal_of(person_id) if person_id else None
        expelled = latest_expulsion_of(person_id) if person_id and left is None else None
        return render_template(
            "members/no_card.html", withdrawal=left, form=None, expulsion=expelled
        )
    link, style = _link(membership), asked("style")
    if style == "picture":
        size = size_of(_picture(membership, link))
        return render_template("members/card_picture.html", size=size)
    return render_template(
        STYLES.get(style, "members/card.html"),
        membership=membership,
        is_moving=open_transfer_of(membership.person_id) is not None,
        pending_until=pending_until(membership.id),
        is_back=asked("done", 12) == "back",
        qr=qr_path(link) if link else None,
    )


@bp.get("/me/card/png")
@signed_in
@limiter.limit(PICTURES)
def card_picture() -> ResponseReturnValue:
    """Give one's own card as a picture."""
    person_id = principal().person_id
    membership = membership_of(person_id) if person_id else None
    if membership is None:
        abort(404)
    data = _picture(membership, _link(membership))
    if data is None:
        abort(503)
    return give_bytes(data, "image/png", f"{membership.number}.png")


def _link(membership: Membership) -> str:
    """Return the address behind the code; nothing for a minor, or where its key is gone."""
    token = card_token(membership.code, membership.verify_digest)
    if not token or membership.kind is not MembershipKind.ADULT:
        return ""
    return str(config_value("origin") + url_for("members.verify", token=token))


def _picture(membership: Membership, link: str) -> bytes | None:
    return drawn(partial(card_png, Card.of(membership, link), config_value("instance")))


@bp.get("/v/<token>")
@public
@limiter.limit(PER_ADDRESS)
def verify(token: str) -> ResponseReturnValue:
    """Say whether a card is genuine; the same answer for every code that is none (CERT-02)."""
    found = verify_code(token[:200], clock.today())
    page = render_template("members/verify.html", found=found)
    return page, 200 if found else 404
