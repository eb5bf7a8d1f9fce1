"""Tokens of other systems for tests."""

from __future__ import annotations

from datetime import timedelta

from core import clock, crypto
from core.access.marks import ApiScope
from core.database import db
from organizations.models import Organization
from supervision.api.models import SystemToken


def make_token(
    reach: Organization,
    *,
    issuer: Organization | None = None,
    api_scopes: tuple[ApiScope, ...] = tuple(ApiScope),
    days: int = 30,
    is_revoked: bool = False,
) -> tuple[SystemToken, str]:
    """Return what is kept of a token, and the token, which lasts so many days from today."""
    token = f"rcs_{crypto.random_token()}"
    made = SystemToken(
        code=crypto.opaque_code(8),
        digest=crypto.hash_token(token),
        organization_id=(issuer or reach).id,
        reach_id=reach.id,
        system="测试驾驶舱",
        purpose="测试",
        api_scopes=" ".join(api_scopes),
        issued_at=clock.now(),
        expires_on=clock.today() + timedelta(days=days),
        revoked_on=clock.today() if is_revoked else None,
    )
    db.session.add(made)
    db.session.flush()
    return made, token
