"""Looking at a protected value: which one, why, and how often (security.md PRV-05)."""

from enum import StrEnum

from core.rules import N_, NN_, RuleViolation, check_shown

MAX_REASON = 60


class RevealField(StrEnum):
    """What can be looked at, one at a time."""

    PHONE = "phone"
    ID_NUMBER = "id_number"


class RevealReason(StrEnum):
    """Why somebody looks; the person reads it."""

    CONTACT = "contact"
    CHECK = "check"
    INSURANCE = "insurance"
    EMERGENCY = "emergency"
    OTHER = "other"


def reason_text(reason: RevealReason, note: str) -> str:
    """Return what the read log keeps: the code, with words for any other reason."""
    words = check_shown(" ".join(note.split()), "note")
    if len(words) > MAX_REASON:
        raise RuleViolation("note", N_("最多 %(limit)d 个字"), limit=MAX_REASON)
    if reason is not RevealReason.OTHER:
        return reason.value
    if not words:
        raise RuleViolation("note", N_("请写明原因"))
    return f"{reason.value}:{words}"


def read_reason(text: str) -> tuple[RevealReason, str]:
    """Return reason and words from the read log."""
    code, _, words = text.partition(":")
    try:
        return RevealReason(code), words
    except ValueError:
        return RevealReason.OTHER, text


def check_quota(already: int, limit: int) -> None:
    """Raise RuleViolation where a post has looked often enough today."""
    if already >= limit:
        raise RuleViolation(
            "", NN_("今天已查看 %(limit)d 次，到了上限。请联系上级红十字会"), limit=limit
        )
