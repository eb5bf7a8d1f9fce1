"""What is done to volunteers and their hours: every act flushes, none commits."""

from volunteers.operations.admission import VolunteerAdmission
from volunteers.operations.attendance import (
    Asked,
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
from volunteers.operations.claims import log_service, object_, withdraw
from volunteers.operations.corrections import correct
from volunteers.operations.decisions import confirm, refuse, undo
from volunteers.operations.handlers import follow_handler, follow_move
from volunteers.operations.objections import grant_objection, uphold
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
    "VolunteerAdmission",
    "apply_for_star",
    "check_star",
    "clear_certificate",
    "confirm",
    "correct",
    "credit_attendance",
    "credit_held",
    "dismiss_objection",
    "follow_handler",
    "follow_move",
    "grant_due",
    "grant_objection",
    "issue_certificate",
    "log_service",
    "notice_star",
    "object_",
    "object_to_star",
    "plan_until",
    "refuse",
    "refuse_star",
    "replace_certificate",
    "revoke_certificate",
    "revoke_star",
    "undo",
    "undo_ending",
    "uphold",
    "verify_token",
    "withdraw",
]
