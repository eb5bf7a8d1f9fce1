"""Every page for a role that may open it, and the states worth a look (ux.md 6.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from tests.e2e.browser import Phone

Walk = Callable[[Phone], None]
_phones = count()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its endpoint, who opens it, its address, and what is done on it before the look."""

    endpoint: str
    who: str | None
    path: str
    walk: Walk | None = None
    state: str = ""
    status: int = 200

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.endpoint, self.who, self.state) if part)


def press(words: str) -> Walk:
    """Return the walk that presses one button."""

    def walk(phone: Phone) -> None:
        phone.tap(phone.page.locator("#main").get_by_role("button", name=words).first)

    return walk


def ask_for_code(phone: Phone) -> None:
    """Ask for a code for a phone that nobody has, another one each time."""
    phone.put("phone", f"1995555{next(_phones):04d}")
    press("获取验证码")(phone)


def begin_set_up(phone: Phone) -> None:
    """Begin to set up the authenticator, unless that was done at another text size."""
    if phone.page.locator("#scan").count() == 0:
        press("开始设置")(phone)


#: Endpoints that answer GET and are no page.
NO_PAGES = {
    "supervision.downloaded_table": "the way back from a file",
    "supervision.exported_table": "the way back from a file",
    "api.list_indicators": "for machines",
    "api.list_organizations": "for machines",
    "api.list_alerts": "for machines",
    "api.list_orders": "for machines",
    "api.list_parts": "for machines",
    "api.list_publications": "for machines",
    "api.list_targets": "for machines",
    "api.list_values": "for machines",
    "api.openapi": "for machines",
    "api.show_organization": "for machines",
    "api.show_publication": "for machines",
    "public.edition_csv": "a table",
    "public.robots": "for machines",
    "public.sitemap": "for machines",
    "public.venue_photo": "a photo",
    "static": "files",
    "schools.youth_photo": "a file",
    "activities.venue_photo": "a picture",
    "activities.own_venue_photo": "a picture",
    "health.live": "for machines",
    "health.ready": "for machines",
    "accounts.device": "for queue.js",
    "offline.worker": "the worker of a browser",
    "members.downloaded_export": "the way back from a file",
    "schools.downloaded_audit": "the way back from a file",
    "exchange.downloaded": "the way back from a file",
    "exchange.schema": "a description of fields",
    "imports.download_left": "a workbook",
    "members.group_file": "a licence",
    "members.own_file": "a licence",
    "imports.download_template": "a workbook",
    "activities.shift_calendar": "a calendar file",
    "activities.own_calendar": "a calendar file",
    "activities.plan_calendar": "a calendar file",
    "activities.activity_photo": "a picture",
    "volunteers.certificate_paper": "a PDF",
    "volunteers.own_certificate_png": "a picture",
    "members.card_picture": "a picture",
    "volunteers.sheet_evidence": "a photo",
    "volunteers.record_picture": "a photo",
    "volunteers.own_picture": "a photo",
    "volunteers.second_evidence": "a photo",
    "volunteers.own_certificate_pdf": "a PDF",
    "volunteers.shared_paper": "a PDF",
}

NARROWED = "/o/{branch}/members?sex=female&honours=no&order=name&cols=phone.sex.age.grade"
NARROWED_VOLUNTEERS = "/o/{branch}/volunteers?sex=female&order=name&cols=phone.sex.age.hours"
WRONG_FILTER = "/o/{branch}/members/filter?apply=1&joined_from=2999-01-01"
