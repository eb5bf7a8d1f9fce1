"""Writing accounts, posts, sessions, codes and factors. Flush, never commit."""

from accounts.operations.codes import send_code, use_code
from accounts.operations.deputies import deputise
from accounts.operations.digests import send_digests
from accounts.operations.erasing import forget_user
from accounts.operations.factors import begin_factor, check_factor, confirm_factor, finish_sign_in
from accounts.operations.grant_steps import lapse_grants
from accounts.operations.handover import note_ended_post
from accounts.operations.letters import open_letter, read_up_to
from accounts.operations.passwords import (
    PASSWORD_CONTEXT,
    Attempt,
    change_password,
    set_password,
    sign_in_by_password,
)
from accounts.operations.posts import (
    POST_ENDED,
    POST_STARTED,
    announce_terms,
    end_post,
    grant_post,
    warn_of_ends,
)
from accounts.operations.retention import purge
from accounts.operations.sessions import (
    end_session,
    end_sessions,
    move_session,
    open_session,
    raise_session,
)
from accounts.operations.users import (
    check_open,
    choose_digest_by_sms,
    find_or_create_user,
    link_person,
    resume_user,
    suspend_user,
    unlock_user,
)

__all__ = [
    "PASSWORD_CONTEXT",
    "POST_ENDED",
    "POST_STARTED",
    "Attempt",
    "announce_terms",
    "begin_factor",
    "change_password",
    "check_factor",
    "check_open",
    "choose_digest_by_sms",
    "confirm_factor",
    "deputise",
    "end_post",
    "end_session",
    "end_sessions",
    "find_or_create_user",
    "finish_sign_in",
    "forget_user",
    "grant_post",
    "lapse_grants",
    "link_person",
    "move_session",
    "note_ended_post",
    "open_letter",
    "open_session",
    "purge",
    "raise_session",
    "read_up_to",
    "resume_user",
    "send_code",
    "send_digests",
    "set_password",
    "sign_in_by_password",
    "suspend_user",
    "unlock_user",
    "use_code",
    "warn_of_ends",
]
