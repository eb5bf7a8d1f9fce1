"""What changes activities and sign-ups; every act flushes and never commits."""

from activities.operations.agreeing import agree_own, answer_for_ward, lapse_unagreed
from activities.operations.checkin import (
    Seen,
    check_in,
    check_out,
    check_usable,
    check_welcome,
)
from activities.operations.leading import name_leader
from activities.operations.postings import cancel, change, create, end, publish, take_back
from activities.operations.presence import (
    add_present,
    end_forgotten,
    let_go,
    replay,
    set_minutes,
    tick,
    untick,
    vouch,
)
from activities.operations.reviews import approve, return_
from activities.operations.roster import accept, turn_down
from activities.operations.shifts import add_shift, change_shift, remove_shift
from activities.operations.signups import add_for, cancel_own, sign_up
from activities.operations.steps import notice_on
from activities.operations.wishes import Wish

__all__ = [
    "Seen",
    "Wish",
    "accept",
    "add_for",
    "add_present",
    "add_shift",
    "agree_own",
    "answer_for_ward",
    "approve",
    "cancel",
    "cancel_own",
    "change",
    "change_shift",
    "check_in",
    "check_out",
    "check_usable",
    "check_welcome",
    "create",
    "end",
    "end_forgotten",
    "lapse_unagreed",
    "let_go",
    "name_leader",
    "notice_on",
    "publish",
    "remove_shift",
    "replay",
    "return_",
    "set_minutes",
    "sign_up",
    "take_back",
    "tick",
    "turn_down",
    "untick",
    "vouch",
]
