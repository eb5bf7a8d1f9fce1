"""What is done to volunteers and their hours: every act flushes, none commits."""

from volunteers.operations.admission import VolunteerAdmission
from volunteers.operations.attendance import (
    Asked,
    credit_all_held,
    credit_attendance,
    credit_held,
    plan_until,
    undo_ending,
)
from volunteers.operations.certificates import (
    clear_certificate,
    issue_certificate,
    replace_certificate,
    revoke_certificate,
    verify_token,
)
from volunteers.operations.claims import appeal, disown, log_service, object_, withdraw
from volunteers.operations.corrections import correct
from volunteers.operations.decisions import confirm, refuse, undo
from volunteers.operations.handlers import follow_handler, follow_move
from volunteers.operations.objections import grant_objection, uphold
from volunteers.operations.proposals import agree, dispute
from volunteers.operations.seconds import confirm_sheet, refuse_sheet, release_sheet
from volunteers.operations.sending import LineProblems, TotalsDiffer, keyed_sums, send_sheet
from volunteers.operations.sheets import (
    KeyedLine,
    begin_roll,
    begin_sheet,
    change_facts,
    drop_sheet,
    keep_evidence,
    keep_lines,
)
from volunteers.operations.stars import (
    apply_for_star,
    check_star,
    dismiss_objection,
    grant_due,
    notice_star,
    object_to_star,
    refuse_star,
    revoke_star,
)

__all__ = [
    "Asked",
    "KeyedLine",
    "LineProblems",
    "TotalsDiffer",
    "VolunteerAdmission",
    "agree",
    "appeal",
    "apply_for_star",
    "begin_roll",
    "begin_sheet",
    "change_facts",
    "check_star",
    "clear_certificate",
    "confirm",
    "confirm_sheet",
    "correct",
    "credit_all_held",
    "credit_attendance",
    "credit_held",
    "dismiss_objection",
    "disown",
    "dispute",
    "drop_sheet",
    "follow_handler",
    "follow_move",
    "grant_due",
    "grant_objection",
    "issue_certificate",
    "keep_evidence",
    "keep_lines",
    "keyed_sums",
    "log_service",
    "notice_star",
    "object_",
    "object_to_star",
    "plan_until",
    "refuse",
    "refuse_sheet",
    "refuse_star",
    "release_sheet",
    "replace_certificate",
    "revoke_certificate",
    "revoke_star",
    "send_sheet",
    "undo",
    "undo_ending",
    "uphold",
    "verify_token",
    "withdraw",
]
