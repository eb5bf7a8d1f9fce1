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
    "static": "files",
    "health.live": "for machines",
    "health.ready": "for machines",
    "members.downloaded_export": "the way back from a file",
}

NARROWED = "/o/{branch}/members?sex=female&honours=no&order=name&cols=phone.sex.age.grade"
WRONG_FILTER = "/o/{branch}/members/filter?apply=1&joined_from=never"

SHEETS = (
    # --- entering
    Sheet("supervision.index", None, "/"),
    Sheet("accounts.sign_in", None, "/login"),
    Sheet("accounts.sign_in", None, "/login", press("获取验证码"), "wrong"),
    Sheet("accounts.code", None, "/login", ask_for_code),
    Sheet("accounts.password", None, "/login/password"),
    Sheet("accounts.factor_set_up", "nell", "/login/factor/set-up"),
    Sheet("accounts.factor_set_up", "nell", "/login/factor/set-up", begin_set_up, "begun"),
    Sheet("accounts.factor", "keyed", "/login/factor"),
    Sheet("members.join", None, "/j/{branch}"),
    Sheet("members.join", "mia", "/j/{branch}", state="again"),
    Sheet("organizations.find", None, "/find"),
    Sheet("organizations.find", None, "/find?q=一村", state="found"),
    Sheet("members.apply_name", "newcomer", "/j/{branch}/apply/member/name"),
    Sheet(
        "members.apply_name",
        "newcomer",
        "/j/{branch}/apply/volunteer/name",
        press("下一步"),
        "wrong",
    ),
    Sheet("members.apply_identity", "newcomer", "/j/{branch}/apply/member/identity"),
    Sheet(
        "members.apply_identity",
        "newcomer",
        "/j/{branch}/apply/member/identity?document=other",
        state="other document",
    ),
    Sheet(
        "members.apply_identity",
        "newcomer",
        "/j/{branch}/apply/volunteer/identity",
        state="minor",
    ),
    Sheet("members.apply_check", "drafted", "/j/{branch}/apply/member/check"),
    Sheet("members.own_applications", "new_member", "/me/applications"),
    Sheet("members.own_application", "new_member", "/me/applications/{new_member}"),
    Sheet("members.own_application", "returned", "/me/applications/{returned}", state="returned"),
    Sheet("members.own_application", "approved", "/me/applications/{approved}", state="approved"),
    Sheet("members.own_application", "young", "/me/applications/{young}", state="consent"),
    Sheet("members.fix", "returned", "/me/applications/{returned}/fix"),
    Sheet("members.guardian", None, "/g/{guardian}"),
    Sheet("members.link_sent", None, "/g/sent"),
    Sheet("members.verify", None, "/v/{unit_card}", state="unit"),
    Sheet("members.verify", None, "/v/{card}"),
    Sheet("members.verify", None, "/v/" + "0" * 32, state="unknown", status=404),
    # --- one's own
    Sheet("supervision.my_home", "ada", "/me"),
    Sheet("supervision.my_home", "mia", "/me", state="member"),
    Sheet("supervision.my_home", "newcomer", "/me", state="nothing yet"),
    Sheet("members.card", "mia", "/me/card"),
    Sheet("members.card", "mia", "/me/card?style=large", state="large"),
    Sheet("members.card", "mia", "/me/card?style=print", state="print"),
    Sheet("members.card", "newcomer", "/me/card", state="none"),
    Sheet("members.leave", "mia", "/me/membership/leave"),
    Sheet("members.own_honours", "mia", "/me/honours"),
    Sheet("members.own_honours", "newcomer", "/me/honours", state="none"),
    Sheet("members.transfer", "mia", "/j/{quiet}/transfer"),
    Sheet("members.own_transfer", "moving", "/me/transfer"),
    Sheet("members.own_expulsion", "accused", "/me/expulsion"),
    Sheet("members.own_expulsion", "expelled", "/me/expulsion", state="expelled"),
    Sheet("members.leave", "left", "/me/membership/leave", state="left"),
    # --- a unit, by its contact
    Sheet("members.join", None, "/j/{county}", state="county"),
    Sheet("members.start_group", "contact", "/j/{county}/group"),
    Sheet("members.start_group", "contact", "/j/{county}/group", press("下一步"), "wrong"),
    Sheet("members.own_groups", "contact", "/me/groups"),
    Sheet("members.own_groups", "newcomer", "/me/groups", state="none"),
    Sheet("members.own_group", "contact", "/me/groups/{unit_returned}", state="returned"),
    Sheet("members.own_group", "contact", "/me/groups/{unit_own}?done=back"),
    Sheet("members.amend_own_group", "contact", "/me/groups/{unit_returned}/edit"),
    Sheet("members.own_certificate", "contact", "/me/groups/{unit_own}/certificate"),
    Sheet("members.leave_own_group", "contact", "/me/groups/{unit_own}/leave"),
    Sheet("volunteers.log_service", "ada", "/me/hours/new"),
    Sheet("volunteers.log_service", "gus", "/me/hours/new", state="first"),
    Sheet("volunteers.log_service", "gus", "/me/hours/new", press("提交，请"), "wrong"),
    Sheet("volunteers.log_service", "mia", "/me/hours/new", state="no volunteer"),
    Sheet("volunteers.own_hours", "ada", "/me/hours"),
    Sheet("volunteers.own_hours", "gus", "/me/hours", state="empty"),
    Sheet("volunteers.own_record", "ada", "/me/hours/{own_confirmed}"),
    Sheet("volunteers.own_record", "ada", "/me/hours/{own_refused}", state="refused"),
    Sheet("volunteers.own_record", "ada", "/me/hours/{own_pending}?new=1", state="new"),
    Sheet("volunteers.object_own", "ada", "/me/hours/{own_refused}/objection"),
    Sheet("members.own_dues", "mia", "/me/dues"),
    Sheet("members.own_dues", "hana", "/me/dues", state="youth"),
    Sheet("members.own_dues", "newcomer", "/me/dues", state="nobody yet"),
    Sheet("members.own_dues_receipt", "mia", "/me/dues/receipts/{dues_receipt}"),
    Sheet(
        "members.own_dues_receipt",
        "mia",
        "/me/dues/receipts/{dues_receipt}?style=print",
        state="print",
    ),
    Sheet("people.profile", "ada", "/me/profile"),
    Sheet("people.my_data", "ada", "/me/data"),
    Sheet("people.shown_own", "ada", "/me/data", press("查看")),
    Sheet("accounts.settings", "ben", "/me/settings"),
    Sheet("accounts.messages", "ada", "/me/messages"),
    Sheet("accounts.messages", "newcomer", "/me/messages", state="none"),
    Sheet("people.changes", "mia", "/me/changes"),
    Sheet("people.changes", "newcomer", "/me/changes", state="none"),
    Sheet("people.new_change", "mia", "/me/changes/new/document"),
    Sheet("people.new_change", "mia", "/me/changes/new/name", press("提交"), "wrong"),
    Sheet("people.new_phone", "mia", "/me/changes/phone"),
    Sheet("people.phone_code", "mia", "/me/changes/phone/code"),
    Sheet("people.change", "mia", "/me/changes/{own_change}"),
    Sheet("accounts.show_password", "ben", "/me/settings/password"),
    Sheet("accounts.switch", "double", "/switch"),
    # --- a branch
    Sheet("supervision.home", "ben", "/o/{branch}/home"),
    Sheet("supervision.home", "bea", "/o/{quiet}/home", state="nothing due"),
    Sheet("supervision.home", "tess", "/o/{branch}/home", state="leader"),
    Sheet("members.queue", "ben", "/o/{branch}/applications"),
    Sheet("members.queue", "bea", "/o/{quiet}/applications", state="empty"),
    Sheet("members.drive", "ben", "/o/{branch}/applications/all"),
    Sheet("jobs.list_jobs", "ben", "/me/jobs"),
    Sheet("jobs.list_jobs", "newcomer", "/me/jobs", state="none"),
    Sheet("jobs.job", "ben", "/me/jobs/{running}"),
    Sheet("jobs.job", "ben", "/me/jobs/{stopped}", state="stopped"),
    Sheet("jobs.job", "ben", "/me/jobs/{finished}", state="done"),
    Sheet("members.application", "ben", "/o/{branch}/applications/{application}"),
    Sheet("members.application", "ben", "/o/{branch}/applications/{doubtful}", state="doubtful"),
    Sheet("members.return_one", "ben", "/o/{branch}/applications/{application}/return"),
    Sheet("members.reject_one", "ben", "/o/{branch}/applications/{application}/reject"),
    Sheet("members.record_honour", "ben", "/o/{branch}/members/{membership}/honours/new"),
    Sheet("members.revoke_honour", "ben", "/o/{branch}/honours/{honour}/revoke"),
    Sheet("members.decline_transfer", "ben", "/o/{branch}/transfers/{arriving}/decline"),
    Sheet("members.expulsions", "ben", "/o/{branch}/expulsions"),
    Sheet("members.expulsions", "bea", "/o/{quiet}/expulsions", state="empty"),
    Sheet("members.expulsion", "ben", "/o/{branch}/expulsions/{heard}"),
    Sheet("members.propose_expulsion", "ben", "/o/{branch}/members/{membership}/expulsion"),
    Sheet("members.decide_expulsion", "ben", "/o/{branch}/expulsions/{heard}/decision"),
    Sheet("people.deaths", "ben", "/o/{branch}/deaths"),
    Sheet("people.deaths", "bea", "/o/{quiet}/deaths", state="empty"),
    Sheet("people.record_death", "ben", "/o/{branch}/people/{person}/death"),
    Sheet("members.refile", "ben", "/o/{branch}/applications/filings/{refiled}"),
    Sheet("members.list_members", "ben", "/o/{branch}/members"),
    Sheet("members.list_members", "ben", "/o/{branch}/members?q=zzz", state="not found"),
    Sheet("members.list_members", "ben", NARROWED, state="narrowed"),
    Sheet("members.list_members", "ben", "/o/{branch}/members?on=2026-01-05", state="past"),
    Sheet("members.choose_filters", "cora", "/o/{county}/members/filter"),
    Sheet("members.choose_filters", "ben", WRONG_FILTER, state="wrong", status=422),
    Sheet("members.print_members", "ben", "/o/{branch}/members/print"),
    Sheet("members.print_members", "ben", "/o/{branch}/members/print?sheet=sign", state="sign"),
    Sheet("members.kept_filters", "ben", "/o/{branch}/members/filters"),
    Sheet("members.kept_filters", "bea", "/o/{quiet}/members/filters", state="none"),
    Sheet("members.save_filter", "ben", "/o/{branch}/members/filters/new?sex=female"),
    Sheet("members.rename_filter", "ben", "/o/{branch}/members/filters/{saved}"),
    Sheet("members.ask_export", "ben", "/o/{branch}/members/export"),
    Sheet("members.ask_export", "ben", "/o/{branch}/members/export", press("导出"), "wrong"),
    Sheet("members.list_exports", "ben", "/o/{branch}/exports"),
    Sheet("members.list_exports", "bea", "/o/{quiet}/exports", state="none"),
    Sheet("members.list_export_requests", "cora", "/o/{county}/exports/requests"),
    Sheet("members.list_export_requests", "eve", "/o/{city}/exports/requests", state="none"),
    Sheet("members.export_request", "cora", "/o/{county}/exports/requests/{asked}"),
    Sheet("members.refuse_export", "cora", "/o/{county}/exports/requests/{asked}/refuse"),
    Sheet("volunteers.ask_export", "ben", "/o/{branch}/volunteers/export"),
    Sheet("members.member", "ben", "/o/{branch}/members/{membership}"),
    Sheet("members.member_dues", "ben", "/o/{branch}/members/{membership}/dues"),
    Sheet("members.pay_dues", "ben", "/o/{branch}/members/{membership}/dues/pay"),
    Sheet(
        "members.pay_dues",
        "ben",
        "/o/{branch}/members/{membership}/dues/pay",
        press("登记"),
        "wrong",
    ),
    Sheet("members.dues", "ben", "/o/{branch}/dues"),
    Sheet("members.unpaid_dues", "ben", "/o/{branch}/dues/unpaid"),
    Sheet("members.unpaid_dues", "bea", "/o/{quiet}/dues/unpaid", state="empty"),
    Sheet(
        "members.unpaid_dues",
        "ben",
        "/o/{branch}/dues/unpaid?select=all",
        press("会费"),
        "collecting",
    ),
    Sheet("members.dues_receipt", "ben", "/o/{branch}/dues/receipts/{dues_receipt}"),
    Sheet(
        "members.dues_receipt",
        "ben",
        "/o/{branch}/dues/receipts/{dues_receipt}?style=print",
        state="print",
    ),
    Sheet("members.refund_dues", "ben", "/o/{branch}/dues/payments/{dues_payment}/refund"),
    Sheet("members.dues_ledger", "ben", "/o/{branch}/dues/ledger"),
    Sheet("members.dues_ledger", "bea", "/o/{quiet}/dues/ledger", state="empty"),
    Sheet("members.dues_reconciliation", "ben", "/o/{branch}/dues/reconciliation"),
    Sheet("members.remit_dues", "ben", "/o/{branch}/dues/remit"),
    Sheet("members.remit_dues", "bea", "/o/{quiet}/dues/remit", state="nothing owed"),
    Sheet("members.dues_proposals", "ben", "/o/{branch}/dues/proposals"),
    Sheet("members.dues_proposals", "bea", "/o/{quiet}/dues/proposals", state="empty"),
    Sheet("members.keep_unpaid", "ben", "/o/{branch}/dues/proposals/{unpaid}/keep"),
    Sheet("members.remove_unpaid", "ben", "/o/{branch}/dues/proposals/{noticed}/remove"),
    Sheet(
        "members.remove_unpaid", "ben", "/o/{branch}/dues/proposals/{unpaid}/remove", state="early"
    ),
    Sheet("people.ask_reveal", "ben", "/o/{branch}/people/{person}/reveal"),
    Sheet("people.change_queue", "ben", "/o/{branch}/changes"),
    Sheet("people.change_queue", "bea", "/o/{quiet}/changes", state="empty"),
    Sheet("people.decide_change", "ben", "/o/{branch}/changes/{change}"),
    Sheet(
        "people.shown_change", "ben", "/o/{branch}/changes/{document_change}", press("看完整号码")
    ),
    Sheet("people.return_change", "ben", "/o/{branch}/changes/{change}/return"),
    Sheet("members.poster", "ben", "/o/{branch}/poster"),
    Sheet("volunteers.confirm_queue", "ben", "/o/{branch}/hours"),
    Sheet("volunteers.confirm_queue", "bea", "/o/{quiet}/hours", state="empty"),
    Sheet("volunteers.show_group", "ben", "/o/{branch}/hours/groups/{group}"),
    Sheet("volunteers.show_record", "ben", "/o/{branch}/hours/records/{record}"),
    Sheet("volunteers.show_record", "ben", "/o/{branch}/hours/records/{strange}", state="doubtful"),
    Sheet("volunteers.refuse_record", "ben", "/o/{branch}/hours/records/{record}/refusal"),
    Sheet(
        "volunteers.correct_record", "ben", "/o/{branch}/hours/records/{own_confirmed}/correction"
    ),
    Sheet("volunteers.list_volunteers", "ben", "/o/{branch}/volunteers"),
    Sheet("volunteers.show_volunteer", "ben", "/o/{branch}/volunteers/{volunteer}"),
    # --- a township, a school
    Sheet("supervision.home", "tom", "/o/{township}/home", state="township"),
    Sheet("supervision.home", "finn", "/o/{school}/home", state="school"),
    Sheet("members.list_members", "finn", "/o/{school}/members", state="school"),
    # --- county, city, province
    Sheet("supervision.home", "cora", "/o/{county}/home", state="county"),
    Sheet("supervision.home", "eve", "/o/{city}/home", state="city"),
    Sheet("supervision.home", "gil", "/o/{province}/home", state="province"),
    Sheet("supervision.home", "gil", "/o/{branch}/home", state="from above"),
    Sheet("members.file_all", "cora", "/o/{county}/filings/all"),
    Sheet("members.filings", "cora", "/o/{county}/filings"),
    Sheet("members.dues", "cora", "/o/{county}/dues", state="county"),
    Sheet("members.dues", "sam", "/o/{county}/dues", state="supervisor"),
    Sheet("members.dues", "gil", "/o/{province}/dues", state="province"),
    Sheet("members.dues_reconciliation", "cora", "/o/{county}/dues/reconciliation", state="county"),
    Sheet("members.return_remittance", "cora", "/o/{county}/dues/remittances/{dues_sent}/return"),
    Sheet("members.dues_rules", "gil", "/o/{province}/dues/rules"),
    Sheet("members.set_tariff", "gil", "/o/{province}/dues/rules/tariff"),
    Sheet("members.set_tariff", "gil", "/o/{province}/dues/rules/tariff", press("登记"), "wrong"),
    Sheet("members.set_split", "gil", "/o/{province}/dues/rules/split"),
    Sheet("members.end_dues_line", "gil", "/o/{province}/dues/rules/end"),
    Sheet("members.groups", "cora", "/o/{county}/groups"),
    Sheet("members.groups", "cora", "/o/{county}/groups?q=zzz", state="not found"),
    Sheet("members.groups", "eve", "/o/{city}/groups", state="none"),
    Sheet("members.group_queue", "cora", "/o/{county}/groups/applications"),
    Sheet("members.group_queue", "eve", "/o/{city}/groups/applications", state="none"),
    Sheet("members.enter_group", "cora", "/o/{county}/groups/new"),
    Sheet("members.group", "cora", "/o/{county}/groups/{unit_visited}", state="visited"),
    Sheet("members.group", "cora", "/o/{county}/groups/{unit_due}", state="dues overdue"),
    Sheet("members.group", "cora", "/o/{county}/groups/{unit_own}"),
    Sheet("members.amend_group", "cora", "/o/{county}/groups/{unit_own}/edit"),
    Sheet("members.visit_group", "cora", "/o/{county}/groups/{unit_handed_in}/visit"),
    Sheet("members.return_group", "cora", "/o/{county}/groups/{unit_visited}/return"),
    Sheet("members.reject_group", "cora", "/o/{county}/groups/{unit_visited}/reject"),
    Sheet("members.cancel_group", "cora", "/o/{county}/groups/{unit_visited}/cancel"),
    Sheet("members.receive_group_dues", "cora", "/o/{county}/groups/{unit_due}/dues"),
    Sheet("members.note_group_arrears", "cora", "/o/{county}/groups/{unit_own}/arrears"),
    Sheet("members.withdraw_group", "cora", "/o/{county}/groups/{unit_own}/withdraw"),
    Sheet("members.dissolve_group", "cora", "/o/{county}/groups/{unit_own}/dissolve"),
    Sheet("members.propose_group", "cora", "/o/{county}/groups/{unit_unpaid}/propose"),
    Sheet("members.keep_group", "cora", "/o/{county}/groups/{unit_proposed}/keep"),
    Sheet("members.deregister_group", "cora", "/o/{county}/groups/{unit_proposed}/deregister"),
    Sheet("members.group_certificate", "cora", "/o/{county}/groups/{unit_own}/certificate"),
    Sheet("members.group_plate", "cora", "/o/{county}/groups/{unit_own}/plate"),
    Sheet("members.ask_group_phone", "cora", "/o/{county}/groups/{unit_own}/phone"),
    Sheet(
        "members.reveal_group_phone",
        "cora",
        "/o/{county}/groups/{unit_own}/phone",
        press("查看"),
        "wrong",
    ),
    Sheet("members.grade_group", "cora", "/o/{county}/groups/{unit_own}/grade"),
    Sheet("members.grade_member", "cora", "/o/{county}/members/{membership}/grade"),
    Sheet("members.expulsion", "cora", "/o/{county}/expulsions/{decided}", state="review"),
    Sheet("members.return_expulsion", "cora", "/o/{county}/expulsions/{decided}/return"),
    Sheet("members.expulsions", "eve", "/o/{city}/expulsions", state="city"),
    Sheet("members.expulsion", "eve", "/o/{city}/expulsions/{appealed}", state="appeal"),
    Sheet("members.settle_appeal", "eve", "/o/{city}/expulsions/{appealed}/appeal"),
    Sheet("members.pending", "cora", "/o/{county}/pending"),
    Sheet("members.pending", "noa", "/o/{north}/pending", state="empty"),
    Sheet("members.place_member", "cora", "/o/{county}/pending/{pending}"),
    Sheet("members.place_all", "cora", "/o/{county}/pending/closings/{closing}"),
    Sheet("organizations.close", "cora", "/o/{quiet}/closing"),
    Sheet("organizations.close", "cora", "/o/{closed}/closing", state="closed"),
    Sheet("organizations.list_closings", "cora", "/o/{county}/closings"),
    Sheet("organizations.list_closings", "noa", "/o/{north}/closings", state="empty"),
    Sheet("members.join", None, "/j/{closed}", state="closed"),
    Sheet("volunteers.objections", "cora", "/o/{county}/objections"),
    Sheet("volunteers.show_objection", "cora", "/o/{county}/objections/{objection}"),
    Sheet("organizations.list_organizations", "cora", "/o/{county}/organizations"),
    Sheet("organizations.list_organizations", "gil", "/o/{province}/organizations?q=一村"),
    Sheet("supervision.list_vacant", "cora", "/o/{county}/vacant"),
    Sheet("schools.list_schools", "cora", "/o/{county}/schools"),
    Sheet("supervision.system", "opal", "/o/{province}/system"),
    # --- shared
    Sheet("shell.help_page", None, "/help"),
    Sheet("shell.privacy", None, "/privacy"),
    Sheet("shell.show_outbox", None, "/development/outbox"),
    Sheet("accounts.factor_codes", None, "/development/factor-codes"),
    Sheet("errors.404", "ada", "/nowhere", status=404),
    Sheet("errors.403", "cora", "/o/{province}/system", status=404),
    Sheet("errors.403", "tess", "/o/{branch}/members", status=403),
)
