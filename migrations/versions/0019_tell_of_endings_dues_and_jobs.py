"""tell of endings, dues and jobs

Revision: 0019
Follows: 0018
"""

from migrations.checks import change_codes

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BEFORE = (
    "member_approved",
    "volunteer_approved",
    "application_returned",
    "application_rejected",
    "application_nudged",
    "consent_asked",
    "consent_given",
    "consent_refused",
    "consent_withdrawn",
    "ward_approved",
    "ward_returned",
    "ward_rejected",
    "filing_returned",
    "membership_filed",
    "transfer_released",
    "transfer_accepted",
    "transfer_declined",
    "transfer_escalated",
    "withdrawal_made",
    "withdrawal_undone",
    "withdrawal_noted",
    "withdrawal_filed",
    "honour_recorded",
    "honour_revoked",
    "hours_confirmed",
    "hours_refused",
    "hours_corrected",
    "objection_granted",
    "objection_upheld",
    "post_granted",
    "post_ended",
    "change_made",
    "change_returned",
    "change_closed",
    "digest",
    "digest_of_many",
)
ADDED = (
    "application_closed",
    "resettled",
    "resettled_for_now",
    "membership_lapsed",
    "expulsion_proposed",
    "expulsion_answered",
    "expulsion_heard",
    "expulsion_decided",
    "expulsion_dropped",
    "expulsion_effective",
    "expulsion_appealed",
    "expulsion_upheld",
    "expulsion_overturned",
    "death_undone",
    "ward_ended",
    "dues_charged",
    "dues_received",
    "dues_refunded",
    "dues_unpaid",
    "dues_kept",
    "dues_removed",
    "group_returned",
    "group_rejected",
    "group_approved",
    "group_active",
    "group_behind",
    "group_proposed",
    "group_kept",
    "group_lapsed",
    "group_ended",
    "group_dues_charged",
    "group_dues_received",
    "group_dues_refunded",
    "job_done",
    "job_stopped",
)
#: In the order of the enum, which stands in the constraint.
KINDS = (*BEFORE[:-2], *ADDED, *BEFORE[-2:])


def upgrade() -> None:
    change_codes("letters", "kind", "letterkind", BEFORE, KINDS)


def downgrade() -> None:
    change_codes("letters", "kind", "letterkind", KINDS, BEFORE)
