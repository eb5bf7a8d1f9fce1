"""What holders of posts find in the sidebar about posts themselves."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from supervision.entries import Entry

_P = Permission

GRANTS = Entry(
    _("授权"),
    "accounts.grants",
    _P.GRANTS_VIEW,
    frozenset(
        {
            "accounts.grant",
            "accounts.give_post",
            "accounts.held_post",
            "accounts.begin_handover_for",
            "accounts.sign_handover_for",
            "accounts.give_deputy",
        }
    ),
)
OF_POSTS = (
    GRANTS,
    Entry(
        _("职务交接"),
        "accounts.handover",
        _P.POSTS_OWN,
        frozenset({"accounts.sign_handover", "accounts.take_handover"}),
    ),
    Entry(_("代理"), "accounts.deputies", _P.POSTS_OWN),
)
OWN_POSTS = Entry(_("职务邀请和交接单"), "accounts.own_posts", also=frozenset({"accounts.offer"}))
