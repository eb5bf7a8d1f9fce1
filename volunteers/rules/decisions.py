"""Who may decide over a service record, and until when. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.rules import N_, NN_, RuleViolation, check_shown
from volunteers.rules.claims import MAX_NOTE
from volunteers.rules.states import RefusalReason


def check_confirmer(
    *, subject_person: int, submitter: int | None, confirmer: int, confirmer_person: int | None
) -> None:
    """Raise RuleViolation where somebody would confirm his own record (security.md LED-04)."""
    if confirmer_person is not None and subject_person == confirmer_person:
        raise RuleViolation("", N_("不能确认自己的时长，请由其他人确认"))
    if submitter is not None and submitter == confirmer:
        raise RuleViolation("", N_("不能确认自己录入的时长，请由其他人确认"))


def check_no_ward(subjects: set[int], wards: set[int]) -> None:
    """Raise RuleViolation where one of the subjects is in the confirmer's care (LED-04)."""
    if subjects & wards:
        raise RuleViolation("", N_("不能确认自己监护的孩子的时长，请由其他人确认"))


def check_other_decider(refused_by: int | None, decider: int) -> None:
    """Raise RuleViolation where the one who refused would decide the objection as well."""
    if refused_by == decider:
        raise RuleViolation("", N_("这条是您没有认定的，申诉请由另一位工作人员处理"))


def may_withdraw(submitted_at: datetime, now: datetime, hours: int) -> bool:
    """Return whether a volunteer may still take a record back (ux.md S11)."""
    return now - submitted_at <= timedelta(hours=hours)


def check_withdrawal(submitted_at: datetime, now: datetime, hours: int) -> None:
    """Raise RuleViolation where the time for taking back has passed."""
    if not may_withdraw(submitted_at, now, hours):
        message = NN_("已超过 %(hours)d 小时，不能撤回。要改请联系所在组织")
        raise RuleViolation("", message, hours=hours)


def may_object(decided_at: datetime | None, now: datetime, days: int) -> bool:
    """Return whether a refused record may still be objected to (domain.md VOL-29)."""
    return decided_at is not None and now - decided_at <= timedelta(days=days)


def check_objection(decided_at: datetime | None, now: datetime, days: int) -> None:
    """Raise RuleViolation where the time for objecting has passed."""
    if not may_object(decided_at, now, days):
        raise RuleViolation("", NN_("已超过 %(days)d 天，不能申诉"), days=days)


def may_appeal(
    decided_at: datetime | None, appealed_at: datetime | None, now: datetime, days: int
) -> bool:
    """Return whether a refusal that was upheld may go to the next level: once (VOL-29)."""
    return appealed_at is None and may_object(decided_at, now, days)


def check_appeal(
    decided_at: datetime | None,
    appealed_at: datetime | None,
    now: datetime,
    days: int,
    *,
    is_top: bool,
) -> None:
    """Raise RuleViolation where an appeal was answered already, or the time has passed."""
    if appealed_at is not None or is_top:
        raise RuleViolation("", N_("上一级已经答复，不能再申诉"))
    check_objection(decided_at, now, days)


def may_undo(decided_at: datetime, undone_at: datetime | None, now: datetime, minutes: int) -> bool:
    """Return whether a decision may still be undone (ux.md 0.2)."""
    return undone_at is None and now - decided_at <= timedelta(minutes=minutes)


def check_undo(
    decided_at: datetime, undone_at: datetime | None, now: datetime, minutes: int
) -> None:
    """Raise RuleViolation where the decision was undone already or the time has passed."""
    if undone_at is not None:
        raise RuleViolation("", N_("已经撤销过了"))
    if not may_undo(decided_at, undone_at, now, minutes):
        raise RuleViolation("", NN_("已超过 %(minutes)d 分钟，不能撤销"), minutes=minutes)


def check_reason(text: str, field: str = "reason", *, needed: bool = True) -> str:
    """Return a reason trimmed. Raises RuleViolation where it is missing, too long or unreadable."""
    reason = " ".join(text.split())
    if needed and not reason:
        raise RuleViolation(field, N_("请写理由"))
    if len(reason) > MAX_NOTE:
        raise RuleViolation(field, N_("最多写 %(limit)d 个字"), limit=MAX_NOTE)
    return check_shown(reason, field)


def check_refusal(reason: RefusalReason, note: str) -> str:
    """Return the note of a refusal; a reason that says nothing needs one (ux.md S25)."""
    return check_reason(note, "note", needed=reason is RefusalReason.OTHER)


def check_correction(before: int, after: int) -> None:
    """Raise RuleViolation where a correction changes nothing."""
    if before == after:
        raise RuleViolation("hours", N_("时长没有变化"))
