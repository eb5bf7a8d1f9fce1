"""What pages of units share: facts for the form, history in words, bands, certificate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _

from core import clock, settings
from core.filters import moment, number
from core.web import config_value
from members.labels import LABELS
from members.operations import card_token
from members.qr import qr_path
from members.rules.groups import GROUP_TRANSITIONS, GroupAction, GroupStatus, staff_band
from people.labels import LABELS as PEOPLE_LABELS
from people.rules.reveals import RevealReason, read_reason

if TYPE_CHECKING:
    from members.forms.groups import GroupForm
    from members.queries import GroupEvent, GroupMembership, StoredFile

BANDS = ("groups.staff_band.1", "groups.staff_band.2", "groups.staff_band.3", "groups.staff_band.4")
TONES = {
    "active": "ok",
    "arrears": "warn",
    "proposed_dereg": "warn",
    "returned": "warn",
    "rejected": "error",
    "submitted": "info",
    "visited": "info",
    "approved": "info",
    "dues_pending": "info",
}


def allowed(status: GroupStatus) -> set[GroupAction]:
    """Return what the table lets happen in a state: the buttons of a page."""
    return {action for state, action in GROUP_TRANSITIONS if state is status}


def told(group: GroupMembership) -> dict[str, Any]:
    """Return what a form shows at first: what is kept."""
    return {
        "name": group.name,
        "credit_code": group.credit_code,
        "kind": group.kind.value,
        "staff": str(group.staff),
        "representative": group.representative,
        "contact_name": group.contact_name,
        "contact_phone": group.plain_phone,
        "address": group.address,
        "plan": group.plan,
    }


def reads(form: GroupForm) -> bool:
    """Return whether a form was sent and every field is well; all wrong ones are told at once."""
    return form.is_submitted() and bool(form.validate() & form.reads_well(form.chosen_kind))


def band_text(staff: int) -> str:
    """Return the band of a number of staff in words: 200 is in the band from 200 on (MEM-30)."""
    today = clock.today()
    band = staff_band(staff, [settings.value(name, on=today) for name in BANDS])
    if band.high is None:
        words = _("%(low)s 人及以上", low=number(band.low))
    elif band.low == 0:
        words = _("不到 %(high)s 人", high=number(band.high))
    else:
        edges = {"low": number(band.low), "high": number(band.high)}
        words = _("%(low)s 人及以上，不到 %(high)s 人", **edges)
    return str(words)


def history(events: Iterable[GroupEvent]) -> list[dict[str, str]]:
    """Return the steps of a unit in words, newest first."""
    return [
        {
            "when": moment(event.at),
            "what": str(LABELS[GroupAction][event.action]) if event.action else _("填写申请"),
            "who": _words_of(event),
        }
        for event in events
    ]


def _words_of(event: GroupEvent) -> str:
    if event.action is not GroupAction.REVEAL:
        return event.note
    reason, words = read_reason(event.note)
    return words or str(PEOPLE_LABELS[RevealReason][reason])


def files_shown(files: Iterable[StoredFile]) -> list[dict[str, Any]]:
    """Return name, code and size of files as a page shows them."""
    return [
        {"code": one.code, "name": one.name, "size": _("%(size)s KB", size=-(-one.size // 1024))}
        for one in files
    ]


def paper(group: GroupMembership) -> dict[str, Any]:
    """Return what a certificate shows: the unit, its QR code for anybody to verify."""
    address = config_value("origin") + url_for("members.verify", token=card_token(group.code))
    return {"group": group, "qr": qr_path(address)}
