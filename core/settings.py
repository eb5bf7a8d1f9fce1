"""Rules with numbers, valid from a day on, each with the source of the rule (architecture.md 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import g, has_app_context
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from core import switches
from core.database import Base, UTCDateTime
from core.fraud_defaults import FRAUD
from core.holding_defaults import HOLDING
from core.order_defaults import ORDERS
from core.privacy_defaults import PRIVACY
from core.quality_defaults import QUALITY
from core.report_defaults import REPORTS
from core.statements import Kept
from core.target_defaults import TARGETS
from core.venue_defaults import VENUES

FOUNDING_DAY = date(2020, 1, 1)


class DatedSetting(Base):
    """A value that holds from a day on, until a later row of the same name."""

    __tablename__ = "dated_settings"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[int]
    source: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)


_ENTERED = Kept(
    select(DatedSetting.name, DatedSetting.valid_from, DatedSetting.value).order_by(
        DatedSetting.valid_from
    )
)


@dataclass(frozen=True, slots=True)
class Default:
    """What holds where the deployment has entered nothing."""

    value: int
    source: str


DEFAULTS: dict[str, Default] = {
    "schools.term_years": Default(3, "decisions.md D13, domain.md ORG-13: 3 years for schools"),
    "organizations.term_years_province": Default(5, "domain.md ORG-10, ORG-13: five years"),
    "organizations.term_years_city": Default(5, "domain.md ORG-10, ORG-13: five years"),
    "organizations.term_years_county": Default(5, "domain.md ORG-10, ORG-13: five years"),
    "organizations.term_years_township": Default(5, "domain.md ORG-11: five years"),
    "organizations.term_years_village": Default(5, "domain.md ORG-12: as the village committee"),
    "organizations.term_years_unit": Default(5, "domain.md ORG-13: five years"),
    "organizations.due_months": Default(6, "domain.md ORG-17: due 6 months before the term ends"),
    "organizations.remind_again_months": Default(3, "domain.md ORG-17: reminders 6, 3, 1 months"),
    "organizations.remind_last_months": Default(1, "domain.md ORG-17: reminders 6, 3, 1 months"),
    "organizations.head_only_below": Default(10, "domain.md ORG-14: fewer elect a head only"),
    "volunteers.min_age_alone": Default(14, "decisions.md D5: self sign-up on a phone from 14"),
    "volunteers.min_age": Default(8, "domain.md VOL-04: eight years with a guardian's consent"),
    "members.min_age": Default(18, "domain.md MEM-05: adult means 18 or over"),
    "consents.days": Default(
        14, "domain.md, state machines: a consent request lapses after 14 days"
    ),
    "consents.job_from": Default(50, "ux.md S41: more than this are asked by a job"),
    "consents.kept_days": Default(
        7, "domain.md, scenario 3: days until what is known of a refused child is gone"
    ),
    "minors.own_data_age": Default(14, "decisions.md D5: from 14 the own consent for data counts"),
    "minors.adult_age": Default(18, "decisions.md D5: at 18 a guardian answers no more"),
    "hours.max_day_minutes": Default(1440, "security.md LED-03: never over 24 h a day"),
    "hours.review_day_minutes": Default(720, "decisions.md D3: over 12 h a day to review"),
    "hours.review_week_minutes": Default(3600, "decisions.md D3: over 60 h a week to review"),
    "hours.review_entry_minutes": Default(480, "domain.md VOL-28: warn above 8 h"),
    "hours.back_days": Default(90, "decisions.md D3: self-report up to 90 days back"),
    "hours.confirm_working_days": Default(10, "decisions.md D3: confirm within 10 working days"),
    "offline.late_days": Default(7, "ux.md 6.5: what a phone kept is taken up to 7 days late"),
    "offline.skew_minutes": Default(
        2, "security.md LED-09: a phone whose clock is further off is not believed"
    ),
    "hours.withdraw_hours": Default(24, "ux.md S11: withdraw within 24 h"),
    "hours.objection_days": Default(30, "domain.md VOL-29: appeal within 30 days"),
    "hours.enter_days": Default(
        3, "domain.md VOL-26: proposed within 3 days; later it is entered afterwards, with a reason"
    ),
    "hours.entered_back_days": Default(
        365, "INFER: entered for others at most so long back; evidence is kept a year (D6)"
    ),
    "hours.manual_day_minutes": Default(2400, "decisions.md D3: 40 h a day of one operator"),
    "hours.manual_day_people": Default(20, "decisions.md D3: 20 people a day of one operator"),
    "hours.draft_days": Default(30, "a sheet that nobody sends is not kept longer"),
    "hours.count_meeting": Default(0, "security.md LED-08: 0 yields no hours of service, 1 does"),
    "hours.count_training": Default(0, "domain.md VOL-27: training apart; 1 counts it as service"),
    "hours.count_duty": Default(0, "security.md LED-08: 0 yields no hours of service, 1 does"),
    "hours.answer_working_days": Default(15, "domain.md VOL-29: answered within 15 working days"),
    "hours.appeal_days": Default(30, "domain.md VOL-29: appeal to the upper level within 30 days"),
    "hours.notice_days": Default(
        0, "domain.md VOL-43: days that confirmed hours lie open before they count; 0 is off"
    ),
    "hours.registered_minutes": Default(1200, "domain.md VOL-01: 20 h within a year"),
    "hours.registered_rolling": Default(
        0, "domain.md VOL-02: 0 counts the calendar year, 1 the last twelve months"
    ),
    "volunteers.dormant_months": Default(
        24, "domain.md VOL-09: dormant after 24 months without service (default of the design)"
    ),
    "teams.open_foundings": Default(
        3, "INFER: applications of one volunteer that wait; more wait for an answer to these"
    ),
    "teams.review_months": Default(12, "domain.md, state machines: teams are reviewed every year"),
    "qualifications.remind_days": Default(
        60, "domain.md VOL-18b: certificates have an end; two months are enough to renew one"
    ),
    "merges.undo_days": Default(30, "security.md AZ-16: a merge can be undone for 30 days"),
    "withdrawals.undo_working_days": Default(
        5, "domain.md MEM-43: the member may undo within 5 working days"
    ),
    "transfers.working_days": Default(
        15, "domain.md MEM-41: answered within 15 working days, else the county has it"
    ),
    "dues.back_days": Default(
        92, "peers.md 4: books of dues are compared each quarter, so receipts are entered by then"
    ),
    "dues.remit_by": Default(1231, "domain.md 2.3: sent up by the end of December (month and day)"),
    "dues.arrears_years": Default(1, "domain.md 2.4: behind after a year unpaid"),
    "dues.removal_years": Default(2, "domain.md MEM-34: two full calendar years unpaid"),
    "dues.notice_days": Default(
        30, "domain.md MEM-34: after notice; as long as an appeal takes (MEM-44)"
    ),
    "groups.dues_working_days": Default(
        10, "domain.md 2.4: dues within 10 working days of the notice"
    ),
    "groups.unpaid_years": Default(2, "domain.md 2.3: two years unpaid, then deregistered"),
    "groups.draft_days": Default(30, "a form that nobody hands in is not kept longer"),
    "expulsions.hearing_working_days": Default(
        10, "domain.md MEM-44: the member is heard for 10 working days"
    ),
    "expulsions.appeal_days": Default(30, "domain.md MEM-44: appeal to the upper level in 30 days"),
    "accounts.closing_days": Default(
        15, "domain.md PRI-01, PRI-12: closed by the owner; time to take a mistake back"
    ),
    "deaths.undo_working_days": Default(
        5, "domain.md MEM-45: a death recorded by mistake is taken back within 5 working days"
    ),
    "closings.may_wait": Default(
        0, "domain.md ORG-17, MEM-41: moved before closing, waiting only where no target is known"
    ),
    "closings.pending_months": Default(
        24, "domain.md MEM-41: at the county without a target for at most 24 months"
    ),
    "mergers.undo_days": Default(
        30, "ux.md S46: merged organizations are taken apart again for 30 days"
    ),
    "mergers.most_rows": Default(
        1_000, "INFER: twice what issue 6 asks for, two counties' worth of villages"
    ),
    "schools.code_province": Default(
        33, "domain.md SCH-12: digits 3 and 4 of a school's code; 0 for whatever province"
    ),
    "schools.code_stage": Default(
        1, "INFER: a code fits the stage that it tells (SCH-12 names the types); 0 for not asked"
    ),
    "years.opens_on": Default(
        701, "domain.md SCH-07: each summer; from 1 July (month and day) classes move up"
    ),
    "adults.undo_days": Default(30, "INFER: leaving at eighteen is undone as long as a year is"),
    "years.undo_days": Default(30, "peers.md 4 (5), ux.md S35: moving up is undone for 30 days"),
    "filings.working_days": Default(15, "decisions.md D16: filed by itself after 15 working days"),
    "decisions.job_from": Default(50, "more than 50 rows are a job with progress"),
    "decisions.sample": Default(5, "rows to look at before the rest is approved"),
    "decisions.undo_minutes": Default(10, "ux.md 0.2: undo for ten minutes"),
    "applications.nudge_days": Default(7, "ux.md S05: may be asked once from day 7"),
    "papers.remind_days": Default(
        30, "INFER: a month after somebody was entered his signed paper should be there (S44)"
    ),
    "letters.days": Default(365, "decisions.md D6: as evidence photos; the facts stay elsewhere"),
    "digests.hour": Default(18, "ux.md 2.9: at most one digest a day, at 18:00"),
    "changes.working_days": Default(15, "domain.md PRI-11: answered within 15 working days"),
    "rights.answered_by": Default(
        3, "domain.md 1.4: the personal-information officer; 1 county, 2 city, 3 province"
    ),
    "matters.join_member": Default(15, "INFER: as filings, decisions.md D16: 15 working days"),
    "matters.join_volunteer": Default(15, "INFER: as joining as a member"),
    "matters.join_group": Default(20, "INFER: as joining, and the county visits (MEM-11)"),
    "matters.transfer": Default(15, "domain.md MEM-41: answered within 15 working days"),
    "matters.leave": Default(15, "INFER: takes effect at once; taken note of as a filing is"),
    "matters.correction": Default(15, "domain.md PRI-11: answered within 15 working days"),
    "matters.certificate": Default(0, "domain.md VOL-42: given at once"),
    "matters.star": Default(20, "INFER: 15 working days to check, 5 of notice (VOL-31)"),
    "matters.registration": Default(15, "INFER: as joining"),
    "matters.qualification": Default(15, "INFER: as joining"),
    "matters.team": Default(20, "INFER: as joining of units"),
    "matters.objection": Default(15, "domain.md VOL-29: answered within 15 working days"),
    "matters.appeal": Default(30, "INFER: as long as the member had to appeal (MEM-44)"),
    "matters.rights": Default(15, "domain.md PRI-11: answered within 15 working days"),
    "matters.complaint": Default(15, "INFER: as PRI-11"),
    "matters.question": Default(5, "INFER: a question is answered within a week"),
    "backups.oldest_hours": Default(26, "security.md BAK-07: a copy of every night and two hours"),
    "imports.page_rows": Default(2000, "ux.md S36: at most 2,000 rows on the page"),
    "imports.command_rows": Default(100_000, "at most 100,000 rows by the command line"),
    "imports.check_job_from": Default(200, "more than 200 rows are checked by a job"),
    "imports.open": Default(20, "lists that one account may leave unfinished at an organization"),
    "imports.undo_days": Default(7, "an import may be taken back for seven days"),
    "jobs.keep_days": Default(90, "a quarter: as long as somebody asks what became of his work"),
    "imports.keep_days": Default(30, "rows of a list are kept so long, then removed"),
    "reveals.per_day": Default(30, "security.md PRV-05: at most 30 a day per post"),
    "minors.request_days": Default(7, "INFER: as exports; a request to look lapses after a week"),
    "minors.look_days": Default(3, "domain.md PRI-04: time-boxed; a matter is done in three days"),
    "minors.standing_days": Default(
        90, "domain.md PRI-04: standing approval of the own coordinator; half a term"
    ),
    "exports.rows_per_day": Default(
        5_000, "security.md EXP-05: rows that a post takes in a day without approval"
    ),
    "exports.minors": Default(0, "security.md EXP-05: minors in a file without approval"),
    "exports.most_rows": Default(200_000, "ux.md S48: a larger list is split by unit"),
    "exports.hours": Default(24, "domain.md, scenario 32: a file is kept for 24 hours"),
    "exports.approval_days": Default(7, "a request, and what was approved, lapses after a week"),
    "exports.alert_times": Default(3, "security.md EXP-05: alert at 3 times the usual"),
    "exports.alert_days": Default(30, "security.md EXP-05: the usual of 30 days"),
    "exchange.hours": Default(24, "domain.md, scenario 32: a file is kept for 24 hours"),
    "rosters.saved_filters": Default(20, "so many fit above a list"),
    "rosters.print_rows": Default(500, "twenty sheets; a longer roster is a file"),
    "rosters.sheet_rows": Default(25, "rows of 8 mm on an A4 page with its head"),
    "activities.notice_hours": Default(
        24, "INFER: volunteers read of it a day before; a shorter notice is agreed to above"
    ),
    "activities.agree_hours": Default(
        48, "INFER: a changed agreement is accepted within two days, else the seat is given away"
    ),
    "activities.back_days": Default(
        30, "INFER: entered afterwards at most so long, and agreed to above (domain.md VOL-26)"
    ),
    "activities.cancel_hours": Default(
        24, "INFER: later a volunteer says why, and the keeper is told at once (VOL-19)"
    ),
    "activities.sms_hours": Default(24, "ux.md 2.9: a change within 24 h goes to the phone"),
    "attendance.window_minutes": Default(
        30, "decisions.md D3: a window of 30 minutes around a shift"
    ),
    "attendance.round_minutes": Default(
        1, "decisions.md D12: exact minutes; 30 gives whole half hours, never more than was served"
    ),
    "attendance.roll_days": Default(7, "ux.md 6.5: a roll call is taken up to seven days late"),
    "attendance.leader_late_hours": Default(
        24, "INFER: so long after the window what a leader's phone kept is taken (ADR 0027)"
    ),
    "attendance.undo_hours": Default(24, "ux.md S32: hours of an ended shift are undone for 24 h"),
    "youth.minutes": Default(40, "a lesson of a school; another length is chosen on the page"),
    "youth.ehl_from": Default(13, "domain.md SCH-08: humanitarian law for 13 to 18"),
    "youth.ehl_until": Default(18, "domain.md SCH-08: humanitarian law for 13 to 18"),
    "youth.back_days": Default(30, "INFER: as activities.back_days; a later one changes a report"),
    "youth.undo_hours": Default(24, "ux.md 0.2: undo for a day in the log"),
    "youth.photos": Default(6, "INFER: enough to show what was done, no album of children"),
    "youth.volunteer_age": Default(8, "decisions.md D5: volunteers from 8 with a guardian"),
    "grants.max_years": Default(5, "decisions.md D13: a term is 5 years at most"),
    "grants.answer_days": Default(
        14, "INFER: so long a post waits for the second person, then for who is to take it"
    ),
    "grants.warn_days": Default(30, "INFER: a month before its end the holder of a post is told"),
    "grants.warn_again_days": Default(7, "INFER: and a week before once more"),
    "deputies.max_days": Default(90, "INFER: who is away longer hands the post over"),
    "handover.days": Default(30, "INFER: a month before a post ends its hand-over is a to-do"),
    "public.office_phones": Default(
        0, "privacy: phones of organizations on public pages; 1 shows them, else the help line"
    ),
    "volunteers.active_months": Default(12, "domain.md I10: a confirmed hour in 12 months"),
    "volunteers.active_minutes": Default(60, "domain.md I10: at least one confirmed hour"),
    "figures.small_group": Default(5, "security.md AZ-07: smaller groups are suppressed"),
    "certificates.held_hours": Default(
        24, "decisions.md D3: 24 h from manual entry to certificate (security.md LED-06)"
    ),
    "certificates.per_day": Default(
        10, "a volunteer needs few; each is a number of the register and stays for ten years"
    ),
    "certificates.link_hours": Default(
        24, "ux.md S18: a link to the paper, to be opened on a computer, lives so long"
    ),
    "certificates.notice_days": Default(7, "domain.md VOL-43: notice of at least 7 days"),
    "stars.granted_by.1": Default(1, "decisions.md D14: 1 county, 2 city, 3 province"),
    "stars.granted_by.2": Default(1, "decisions.md D14: 1 county, 2 city, 3 province"),
    "stars.granted_by.3": Default(2, "decisions.md D14: 1 county, 2 city, 3 province"),
    "stars.granted_by.4": Default(2, "decisions.md D14: 1 county, 2 city, 3 province"),
    "stars.granted_by.5": Default(3, "decisions.md D14: 1 county, 2 city, 3 province"),
    "stars.notice_working_days": Default(5, "domain.md VOL-31: notice of at least 5 working days"),
    "stars.bar_days": Default(365, "domain.md VOL-31: false hours bar for one to three years"),
    "stars.1": Default(6_000, "decisions.md D14: 100 hours"),
    "stars.2": Default(18_000, "decisions.md D14: 300 hours"),
    "stars.3": Default(36_000, "decisions.md D14: 600 hours"),
    "stars.4": Default(60_000, "decisions.md D14: 1,000 hours"),
    "stars.5": Default(90_000, "decisions.md D14: 1,500 hours"),
    **{name: Default(number, source) for name, (number, source) in VENUES.items()},
    **{name: Default(number, source) for name, (number, source) in HOLDING.items()},
    **{name: Default(number, source) for name, (number, source) in PRIVACY.items()},
    **{name: Default(number, source) for name, (number, source) in FRAUD.items()},
    **{name: Default(number, source) for name, (number, source) in TARGETS.items()},
    "comparison.shown": Default(1, "ux.md 0.3: the province may switch comparison off; 0 is off"),
    **{name: Default(number, source) for name, (number, source) in ORDERS.items()},
    **{name: Default(number, source) for name, (number, source) in REPORTS.items()},
    **{name: Default(number, source) for name, (number, source) in QUALITY.items()},
}


def value(name: str, on: date, path: str = "") -> int:
    """Return the value in force on a day. Raises KeyError for a name nobody defined.

    Where a path is named, the nearest organization on it that has a value of its own decides
    (``core.switches``); only the settings that it lists may differ.
    """
    default = DEFAULTS[name]
    if path and (own := switches.nearest(name, on, path)) is not None:
        return own
    found = default.value
    for row_name, valid_from, row_value in _rows():
        if row_name == name and valid_from <= on:
            found = row_value
    return found


def changed_on(prefix: str, by: date) -> list[date]:
    """Return the days up to one on which settings of a prefix changed, newest first."""
    return sorted({on for name, on, _ in _rows() if name.startswith(prefix) and on <= by})[::-1]


def _rows() -> list[tuple[str, date, int]]:
    """Return all entered values, oldest first; read once per request."""
    kept: list[tuple[str, date, int]] | None = (
        g.get("dated_settings") if has_app_context() else None
    )
    if kept is None:
        kept = [(name, day, entered) for name, day, entered in _ENTERED.rows({})]
        if has_app_context():
            g.dated_settings = kept
    return kept
