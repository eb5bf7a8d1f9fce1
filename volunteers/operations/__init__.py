"""What is done to volunteers and their hours: every act flushes, none commits."""

from volunteers.operations.admission import VolunteerAdmission
from volunteers.operations.certificates import (
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

__all__ = [
    "VolunteerAdmission",
    "confirm",
    "correct",
    "follow_handler",
    "follow_move",
    "grant_objection",
    "issue_certificate",
    "log_service",
    "object_",
    "refuse",
    "replace_certificate",
    "revoke_certificate",
    "undo",
    "uphold",
    "verify_token",
    "withdraw",
]
