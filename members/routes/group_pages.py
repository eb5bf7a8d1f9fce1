"""What pages of units share: facts for the form, history in words, bands, certificate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import url_for

from core import clock
from core.filters import moment
from core.i18n import gettext as _
from core.web import config_value, has_asked
from members.labels import LABELS, band_text
from members.operations import card_token
from members.qr import qr_path
from members.queries import dues
from members.queries.dues_due import all_tariffs, line_of_group
from members.routes.dues import asked_year
from members.rules import yuan
from members.rules.groups import GROUP_TRANSITIONS, GroupAction, GroupStatus
from people.labels import LABELS as PEOPLE_LABELS
from people.rules.reveals import RevealReason, read_reason

if TYPE_CHECKING:
    from members.forms.groups import GroupForm
    from members.queries import GroupEvent, GroupMembership, StoredFile

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


def band_of(group: GroupMembership) -> str:
    """Return the band of a unit in words, with what a year costs."""
    line = line_of_group(group, clock.today(), all_tariffs())
    if line is None:
        return str(_("会费标准里没有这一档，请联系省红十字会"))
    return str(_("%(band)s，每年 %(amount)s 元", band=band_text(line), amount=yuan(line.amount)))


def dues_of(group: GroupMembership) -> dict[str, Any]:
    """Return charges and payments of a unit, as the tables of dues show them."""
    return {
        "charges": dues.charges_of(group),
        "payments": dues.payments_of(group),
        "year": clock.today().year,
    }


def year_to_pay(group: GroupMembership) -> int:
    """Return the year that the address names, else the oldest that a unit has not paid."""
    unpaid = [charge.year for charge in dues.charges_of(group) if charge.outstanding]
    return asked_year() if has_asked("year") else min(unpaid, default=clock.today().year)


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
    token = card_token(group.code, group.verify_digest)
    address = config_value("origin") + url_for("members.verify", token=token)
    return {"group": group, "qr": qr_path(address) if token else None}
