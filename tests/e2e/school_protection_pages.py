"""Pages by which minors' data are looked at, approved and audited."""

from __future__ import annotations

from tests.e2e.sheets import Sheet, press

SCHOOL_PROTECTION_SHEETS = (
    Sheet("schools.ask_pupil_reveal", "finn", "/o/{school}/pupils/{looked_at}/reveal"),
    Sheet("schools.ask_pupil_approval", "finn", "/o/{school}/pupils/{looked_at}/approval"),
    Sheet(
        "schools.ask_pupil_approval",
        "finn",
        "/o/{school}/pupils/{looked_at}/approval",
        press("提交申请"),
        "wrong",
    ),
    Sheet("people.ask_minor", "finn", "/o/{school}/people/{youth}/approval"),
    Sheet("people.ask_reveal", "finn", "/o/{school}/people/{youth}/reveal", state="minor"),
    Sheet("members.print_members", "finn", "/o/{school}/members/print?kind=youth", state="minors"),
    Sheet("people.minor_approvals", "cora", "/o/{county}/approvals"),
    Sheet("people.minor_approvals", "bea", "/o/{quiet}/approvals", state="none"),
    Sheet("people.minor_approval", "cora", "/o/{county}/approvals/{look_asked}"),
    Sheet(
        "people.minor_approval",
        "cora",
        "/o/{county}/approvals/{look_given}",
        state="given",
    ),
    Sheet("schools.audits", "cora", "/o/{county}/minor-audits"),
    Sheet("schools.audits", "gil", "/o/{province}/minor-audits", state="none"),
    Sheet("schools.audits", "gil", "/o/{province}/minor-audits", press("生成审计材料"), "wrong"),
    Sheet("schools.print_audit", "cora", "/o/{county}/minor-audits/{audit_pack}/print"),
    Sheet("schools.enter_incident", "cora", "/o/{county}/minor-audits/incident"),
    Sheet(
        "schools.enter_incident",
        "cora",
        "/o/{county}/minor-audits/incident",
        press("登记"),
        "wrong",
    ),
)
