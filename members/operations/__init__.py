"""Writing applications, decisions, memberships and filings. Flush, never commit."""

from members.operations.applications import (
    Answers,
    nudge,
    resubmit,
    submit_application,
    withdraw,
)
from members.operations.closings import (
    check_closing_of,
    check_reopening_of,
    close_for,
    follow_closing,
    follow_reopening,
    lapse_pending,
    place_members,
    tell_resettled,
)
from members.operations.consents import answer_consent, ask_again, withdraw_consent
from members.operations.deaths import end_for_death, restore_after_death
from members.operations.decisions import (
    approve,
    can_undo,
    reject,
    return_,
    undo,
)
from members.operations.drafts import drop_old_drafts, save_draft
from members.operations.drives import (
    UNDO_DRIVE,
    approve_next,
    file_next,
    is_large,
    start_drive,
    start_filing,
    start_undo,
    undo_next,
)
from members.operations.dues_arrears import (
    fall_behind,
    is_over,
    keep_unpaid,
    notify_unpaid,
    propose_removals,
    remove_unpaid,
)
from members.operations.dues_charges import charge_year
from members.operations.dues_groups import charge_groups, propose_units, units_fall_behind
from members.operations.dues_payments import check_paid_day, collect, collect_from, refund
from members.operations.dues_remittances import (
    confirm_remittance,
    deny_remittance,
    remit,
)
from members.operations.dues_rules import end_line, set_split, set_tariff
from members.operations.exports import (
    Wish,
    approve_export,
    ask_for_export,
    purge_exports,
    refuse_export,
    remove_export,
    start_export,
    take_export,
)
from members.operations.expulsions import (
    answer_expulsion,
    appeal_expulsion,
    confirm_expulsion,
    decide_expulsion,
    drop_expulsion,
    overturn_expulsion,
    propose_expulsion,
    return_expulsion,
    uphold_expulsion,
)
from members.operations.filings import file, file_due, move_filings, refile, return_filing
from members.operations.grades import set_grade, set_group_grade
from members.operations.group_decisions import (
    act_on_group,
    approve_group,
    ask_group_dues,
    leave_group,
    receive_group_dues,
    undo_group_approval,
    undo_leaving_group,
    visit_group,
)
from members.operations.group_files import add_group_file, drop_group_file, purge_groups
from members.operations.group_forms import amend_group, cancel_group, enter_group, submit_group
from members.operations.group_reveals import reveal_group_phone
from members.operations.handling import open_decision, reassign
from members.operations.hearings import reassign_expulsions, settle_expulsions
from members.operations.honours import record_honour, revoke_honour
from members.operations.identities import check_document_answers
from members.operations.memberships import card_token, create_membership
from members.operations.numbering import take_serial
from members.operations.onbehalf import compare, enter_one, is_free
from members.operations.papers import (
    drop_paper,
    keep_paper,
    paper_of,
    read_paper,
    remind_of_papers,
)
from members.operations.persons import MembershipsFollow, home_of_member
from members.operations.purging import purge_refused
from members.operations.transfers import (
    accept,
    cancel_transfer,
    decline,
    escalate_transfers,
    reassign_transfers,
    release,
    request_transfer,
)
from members.operations.withdrawals import (
    confirm_leaving,
    file_withdrawals,
    leave,
    reassign_withdrawals,
    undo_leaving,
)

__all__ = [
    "UNDO_DRIVE",
    "Answers",
    "MembershipsFollow",
    "Wish",
    "accept",
    "act_on_group",
    "add_group_file",
    "amend_group",
    "answer_consent",
    "answer_expulsion",
    "appeal_expulsion",
    "approve",
    "approve_export",
    "approve_group",
    "approve_next",
    "ask_again",
    "ask_for_export",
    "ask_group_dues",
    "can_undo",
    "cancel_group",
    "cancel_transfer",
    "card_token",
    "charge_groups",
    "charge_year",
    "check_closing_of",
    "check_document_answers",
    "check_paid_day",
    "check_reopening_of",
    "close_for",
    "collect",
    "collect_from",
    "compare",
    "confirm_expulsion",
    "confirm_leaving",
    "confirm_remittance",
    "create_membership",
    "decide_expulsion",
    "decline",
    "deny_remittance",
    "drop_expulsion",
    "drop_group_file",
    "drop_old_drafts",
    "drop_paper",
    "end_for_death",
    "end_line",
    "enter_group",
    "enter_one",
    "escalate_transfers",
    "fall_behind",
    "file",
    "file_due",
    "file_next",
    "file_withdrawals",
    "follow_closing",
    "follow_reopening",
    "home_of_member",
    "is_free",
    "is_large",
    "is_over",
    "keep_paper",
    "keep_unpaid",
    "lapse_pending",
    "leave",
    "leave_group",
    "move_filings",
    "notify_unpaid",
    "nudge",
    "open_decision",
    "overturn_expulsion",
    "paper_of",
    "place_members",
    "propose_expulsion",
    "propose_removals",
    "propose_units",
    "purge_exports",
    "purge_groups",
    "purge_refused",
    "read_paper",
    "reassign",
    "reassign_expulsions",
    "reassign_transfers",
    "reassign_withdrawals",
    "receive_group_dues",
    "record_honour",
    "refile",
    "refund",
    "refuse_export",
    "reject",
    "release",
    "remind_of_papers",
    "remit",
    "remove_export",
    "remove_unpaid",
    "request_transfer",
    "restore_after_death",
    "resubmit",
    "return_",
    "return_expulsion",
    "return_filing",
    "reveal_group_phone",
    "revoke_honour",
    "save_draft",
    "set_grade",
    "set_group_grade",
    "set_split",
    "set_tariff",
    "settle_expulsions",
    "start_drive",
    "start_export",
    "start_filing",
    "start_undo",
    "submit_application",
    "submit_group",
    "take_export",
    "take_serial",
    "tell_resettled",
    "undo",
    "undo_group_approval",
    "undo_leaving",
    "undo_leaving_group",
    "undo_next",
    "units_fall_behind",
    "uphold_expulsion",
    "visit_group",
    "withdraw",
    "withdraw_consent",
]
