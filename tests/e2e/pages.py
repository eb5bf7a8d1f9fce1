"""Every page for a role that may open it, and the states worth a look (ux.md 6.1)."""

from __future__ import annotations

from tests.e2e.activities import ACTIVITY_SHEETS
from tests.e2e.desk_pages import DESK_SHEETS
from tests.e2e.indicator_pages import INDICATOR_SHEETS
from tests.e2e.keying import KEYING_SHEETS
from tests.e2e.life_pages import LIFE_SHEETS
from tests.e2e.matter_pages import MATTER_SHEETS
from tests.e2e.merging_pages import MERGING_SHEETS
from tests.e2e.order_pages import ORDER_SHEETS
from tests.e2e.posts_pages import POST_SHEETS
from tests.e2e.public_pages import PUBLIC_SHEETS
from tests.e2e.quality_pages import QUALITY_SHEETS
from tests.e2e.report_pages import REPORT_SHEETS
from tests.e2e.school_activity_pages import SCHOOL_ACTIVITY_SHEETS
from tests.e2e.school_consent_pages import CONSENT_SHEETS
from tests.e2e.school_protection_pages import SCHOOL_PROTECTION_SHEETS
from tests.e2e.school_register_pages import SCHOOL_REGISTER_SHEETS
from tests.e2e.school_roster_pages import ROSTER_SHEETS
from tests.e2e.school_year_pages import YEAR_SHEETS
from tests.e2e.sheets import NO_PAGES, Sheet, ask_for_code, begin_set_up, press
from tests.e2e.venues_pages import VENUE_SHEETS
from tests.e2e.visit_pages import VISIT_SHEETS
from tests.e2e.volunteer_pages import VOLUNTEER_SHEETS

__all__ = ["NO_PAGES", "SHEETS", "Sheet"]

SHEETS = (
    *INDICATOR_SHEETS,
    *VENUE_SHEETS,
    *VISIT_SHEETS,
    *QUALITY_SHEETS,
    *SCHOOL_REGISTER_SHEETS,
    *LIFE_SHEETS,
    *REPORT_SHEETS,
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
    Sheet("members.card", "mia", "/me/card?style=picture", state="picture"),
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
    Sheet("volunteers.own_stars", "ada", "/me/stars"),
    Sheet("volunteers.own_stars", "gus", "/me/stars", state="reached"),
    Sheet("volunteers.own_stars", "mia", "/me/stars", state="no volunteer"),
    Sheet("volunteers.star_notices", "ada", "/me/stars/notices"),
    Sheet("volunteers.object_to_star", "ada", "/me/stars/notices/{star_noticed}"),
    Sheet(
        "volunteers.object_to_star",
        "ada",
        "/me/stars/notices/{star_noticed}",
        press("提交异议"),
        "wrong",
    ),
    Sheet("volunteers.own_certificates", "ada", "/me/certs?period=all"),
    Sheet("volunteers.own_certificates", "ada", "/me/certs?period=chosen", state="chosen"),
    Sheet(
        "volunteers.own_certificates",
        "ada",
        "/me/certs?period=chosen",
        press("生成证明"),
        "wrong",
    ),
    Sheet("volunteers.own_certificates", "gus", "/me/certs", state="empty"),
    Sheet("volunteers.own_certificates", "mia", "/me/certs", state="no volunteer"),
    Sheet("volunteers.own_certificate", "ada", "/me/certs/{certified}"),
    Sheet("volunteers.own_certificate", "ada", "/me/certs/{certified}", press("发到电脑"), "link"),
    Sheet("volunteers.own_certificate", "ada", "/me/certs/{cert_old}", state="replaced"),
    Sheet("volunteers.own_certificate", "ada", "/me/certs/{cert_void}", state="void"),
    Sheet("volunteers.own_certificate", "gus", "/me/certs/{cert_held}", state="held"),
    Sheet(
        "volunteers.own_certificate", "ada", "/me/certs/{certified}?style=picture", state="picture"
    ),
    Sheet("volunteers.certificate_notices", "ada", "/me/certs/notices"),
    Sheet("volunteers.verify_certificate", None, "/v/s/{cert_token}"),
    Sheet("volunteers.verify_certificate", None, "/v/s/{cert_void_token}", state="void"),
    Sheet("volunteers.verify_certificate", None, "/v/s/" + "0" * 32, state="unknown", status=404),
    Sheet("volunteers.object_own", "ada", "/me/hours/{own_refused}/objection"),
    Sheet("volunteers.appeal_own", "ada", "/me/hours/{own_upheld}/appeal"),
    Sheet("volunteers.own_record", "ada", "/me/hours/{own_upheld}", state="upheld"),
    Sheet("volunteers.own_record", "ada", "/me/hours/{own_held}", state="held"),
    Sheet("volunteers.hours_notices", "gus", "/me/hours/notices"),
    Sheet("volunteers.object_to_notice", "gus", "/me/hours/notices/{noticed_record}"),
    Sheet(
        "volunteers.object_to_notice",
        "gus",
        "/me/hours/notices/{noticed_record}",
        press("提交异议"),
        "wrong",
    ),
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
    Sheet("people.close_account", "newcomer", "/me/account/close"),
    Sheet("people.close_account", "ada", "/me/account/close", state="waiting"),
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
    *ACTIVITY_SHEETS,
    *DESK_SHEETS,
    *CONSENT_SHEETS,
    *VOLUNTEER_SHEETS,
    *SCHOOL_PROTECTION_SHEETS,
    *YEAR_SHEETS,
    *MERGING_SHEETS,
    *MATTER_SHEETS,
    *ORDER_SHEETS,
    *POST_SHEETS,
    *KEYING_SHEETS,
    *SCHOOL_ACTIVITY_SHEETS,
    *ROSTER_SHEETS,
    *PUBLIC_SHEETS,
)
