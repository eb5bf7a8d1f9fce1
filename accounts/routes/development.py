"""Second factors of demo accounts, for whoever tries the demo; absent where people are real."""

from __future__ import annotations

from flask import abort, render_template

from accounts import queries
from accounts.routes.blueprint import bp
from accounts.rules import TOTP_SECONDS
from core import clock
from core.access.marks import public
from core.web import config_value


@bp.get("/development/factor-codes")
@public
def factor_codes() -> str:
    """List the present codes of demo accounts; 404 in production, like the outbox."""
    if not config_value("shows_outbox"):
        abort(404)
    now = clock.now()
    return render_template(
        "accounts/factor_codes.html",
        rows=[
            (user, queries.phone_of(user), posts, code)
            for user, posts, code in queries.demo_factors(clock.today(), now)
        ],
        seconds_left=TOTP_SECONDS - int(now.timestamp()) % TOTP_SECONDS,
    )
