"""What the pages that protect minors' data need, and their rows; written by hand (PRI-04)."""

from __future__ import annotations

_APPROVERS = {
    "ben": ["东一村"],
    "bea": ["东二村"],
    "duo": ["东二村"],
    "will": ["西一村"],
    "cora": ["东县"],
    "dan": ["西县"],
    "noa": ["北县"],
    "eve": ["东市"],  # of a county's only officer the city decides, without a name (ADR 0033)
}

_AUDITORS = {
    "cora": ["东县"],
    "dan": ["西县"],
    "noa": ["北县"],
    "gil": ["测试省"],
    "pia": ["测试省"],
}

#: Own keys beside those of rights.py, so that a change of either is seen.
PROTECTION_RIGHTS: dict[str, dict[str, list[str]]] = {
    "minor-looks": {"finn": ["东小学"]},
    "minor-approvals": _APPROVERS,
    "minor-audits": _AUDITORS,
}

PROTECTION: dict[str, str] = {
    "people.approve_minor": "minor-approvals",
    "people.ask_minor": "reveal",
    "people.minor_approval": "minor-approvals",
    "people.minor_approvals": "minor-approvals",
    "people.refuse_minor": "minor-approvals",
    "people.revoke_minor": "minor-approvals",
    "schools.ask_pupil_approval": "minor-looks",
    "schools.audits": "minor-audits",
    "schools.download_audit": "minor-audits",
    "schools.downloaded_audit": "minor-audits",
    "schools.enter_incident": "minor-audits",
    "schools.make_audit": "minor-audits",
    "schools.print_audit": "minor-audits",
    "schools.ask_pupil_reveal": "minor-looks",
    "schools.reveal_pupil": "minor-looks",
}

PROTECTION_ROWS: dict[str, str] = {
    "people.approve_minor": "minor-approval",
    "people.ask_minor": "person",
    "people.minor_approval": "minor-approval",
    "people.refuse_minor": "minor-approval",
    "people.revoke_minor": "minor-approval-given",
    "schools.ask_pupil_approval": "protected-pupil",
    "schools.download_audit": "audit-pack",
    "schools.downloaded_audit": "audit-pack",
    "schools.print_audit": "audit-pack",
    "schools.ask_pupil_reveal": "protected-pupil",
    "schools.reveal_pupil": "protected-pupil",
}
