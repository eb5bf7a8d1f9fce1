"""One's own messages: the list is the record (ux.md 2.9, S21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template

from accounts import letters, operations
from accounts.queries.letters import contents_of, letters_of
from accounts.routes.blueprint import bp
from core import clock
from core.access.marks import signed_in
from core.web import asked, principal, see_other, sent

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

MAX_CODE = 12


@bp.get("/me/messages")
@signed_in
def messages() -> str:
    """Show what one was told, newest first. Reading the list changes nothing."""
    page = letters_of(principal().user_id, clock.now(), asked("after", MAX_CODE))
    return render_template(
        "accounts/messages.html",
        page=page,
        lines=[(row, letters.sentence_of(row.contents)) for row in page.rows],
        way_of=letters.path_of,
        unread=principal().unread,
    )


@bp.post("/me/messages/<code>/open")
@signed_in
def open_message(code: str) -> Response:
    """Note a message as read and go to the screen it is about."""
    letter = operations.open_letter(principal().user_id, code[:MAX_CODE], now=clock.now())
    way = letters.path_of(contents_of(letter))
    return redirect(way, 303) if way else see_other("accounts.messages")


@bp.post("/me/messages/read")
@signed_in
def read_messages() -> Response:
    """Note everything up to the newest message that was shown as read."""
    code = sent("upto", MAX_CODE)
    operations.read_up_to(principal().user_id, code, now=clock.now())
    return see_other("accounts.messages")
