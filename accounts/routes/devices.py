"""What a signed-in browser needs to keep things without network and to send them later."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from flask import Response, jsonify
from flask_wtf.csrf import generate_csrf

from accounts.devices import device_key
from accounts.directory import present_session
from accounts.routes.blueprint import bp
from core.access.marks import signed_in
from core.offline import account_mark


@bp.get("/me/device")
@signed_in
def device() -> Response:
    """Give this session's key, the mark of its account, and a token for what is sent now."""
    session = present_session()
    return jsonify(
        account=account_mark(session.user_id),
        device=str(session.id),
        key=urlsafe_b64encode(device_key(session)).decode(),
        csrf=generate_csrf(),
    )
