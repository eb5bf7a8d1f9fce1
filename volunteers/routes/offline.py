"""The form of hours that a browser keeps for a place without network (ux.md 6.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import clock
from core.access.marks import public
from core.offline import for_everybody
from volunteers.forms import USUAL_MINUTES, ServiceForm
from volunteers.routes.blueprint import bp
from volunteers.rules import ServiceField

if TYPE_CHECKING:
    from flask import Response

#: Page -> what stands in for it without network.
SHELLS = (("volunteers.log_service", "volunteers.log_offline"),)


@bp.get("/offline/hours")
@public
def log_offline() -> Response:
    """Show the form with nobody's past; the browser puts in the days and its owner's usual."""
    form = ServiceForm()
    form.offer(clock.today(), ())
    form.day.choices = [(str(back), words) for back, (_, words) in enumerate(form.day.choices)]
    form.day.data = "0"
    form.field.data, form.length.data = ServiceField.OTHER, str(USUAL_MINUTES)
    return for_everybody("volunteers/log_offline.html", form=form)
