"""The way to verify a card or a certificate whose code cannot be scanned."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for

from core.access.marks import public
from core.sharing import shared
from core.web import asked
from supervision.public.routes.blueprint import bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

LONGEST = 300
#: The address that stands under a code, or its end: of a certificate with an s before it.
PRINTED = re.compile(r"(?:.*/v/)?(s/)?([A-Za-z0-9_-]{16,200})/?")


@bp.get("/verify")
@public
@shared
def verify() -> ResponseReturnValue:
    """Tell how to verify, or lead to what the typed address says."""
    typed = asked("code", LONGEST)
    found = PRINTED.fullmatch(typed)
    if found is not None:
        endpoint = "volunteers.verify_certificate" if found[1] else "members.verify"
        return redirect(url_for(endpoint, token=found[2]), 303)
    return render_template("public/verify.html", typed=typed)
