"""Agreements to be accepted: after a change, by a guardian, by who was signed up (VOL-16).

Until then the seat is held; who does not answer in time gives it to who waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from accounts.rules.letters import LetterKind
from activities import letters
from activities.models import Activity, Shift, SignedAgreement, Signup
from activities.operations.seats import promote, release
from activities.operations.steps import (
    arrived_among,
    current_activity,
    live_signups,
    locked_shift,
    note_signup,
)
from activities.operations.wishes import Wish, check_agreed
from activities.queries.conditions import agreement_of
from activities.queries.own import agreement_kept
from activities.rules import Signer, SignupAction, agree_until
from core import crypto, messages, settings
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.clock import local
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from core.web import config_value
from people.models import Person
from people.queries import given_request
from people.rules import is_minor_on, mask_name

CHUNK = 100
LATE_REASON = "没有按时同意志愿服务协议"
REFUSED_REASON = "监护人没有同意协议"
SENTENCE = N_(
    "%(name)s 报名了 %(organization)s 的活动，要监护人签志愿服务协议。"
    "请在 %(until)s 前打开看一看再回答：%(link)s"
)
WARD = N_("未满 18 岁，协议由监护人签")
CHANGED = N_("协议刚有变动，请再看一遍")


def is_ward(signup: Signup) -> bool:
    """Return whether the agreement of a sign-up is for a guardian to accept."""
    born_on = db.session.get_one(Person, signup.person_id).born_on
    return born_on is not None and is_minor_on(born_on, local(signup.starts_at).date())


def ask(signup: Signup, activity: Activity, now: datetime) -> None:
    """Let the agreement of a sign-up be accepted in time; a guardian gets a link on his phone."""
    hours = settings.value("activities.agree_hours", local(now).date())
    signup.agree_by = agree_until(now, signup.starts_at, hours)
    if is_ward(signup):
        _send_link(signup, activity)
    db.session.flush()


def ask_anew(activity: Activity, signups: Sequence[Signup], now: datetime) -> int:
    """Ask everybody whose agreement says something else than the activity now; return how many.

    Who signed up without one, because none was needed then, has none to accept again; who is there
    already came under what was agreed.
    """
    if not activity.ground_set:
        return 0
    shifts, came = {one.id: one for one in _shifts_of(signups)}, arrived_among(signups)
    asked = 0
    for signup in (one for one in signups if one.id not in came):
        kept = agreement_kept(signup)
        is_old = kept and kept.digest != agreement_of(activity, shifts[signup.shift_id]).digest
        if (is_old or signup.agree_by is not None) and signup.starts_at > now:
            ask(signup, activity, now)
            asked += 1
    return asked


def keep_agreement(
    signup: Signup, activity: Activity, shift: Shift, now: datetime, signer: Signer = Signer.SELF
) -> None:
    """Keep that the agreement over a shift was accepted, with its text."""
    agreement = agreement_of(activity, shift)
    db.session.add(
        SignedAgreement(
            signup_id=signup.id,
            version=agreement.version,
            text=agreement.text,
            digest=agreement.digest,
            accepted_at=now,
            signer=signer,
        )
    )
    signup.agree_by = signup.guardian_digest = None
    db.session.flush()


def agree_at_door(signup: Signup, shift: Shift, wish: Wish, now: datetime) -> None:
    """Let who checks in accept the agreement that his sign-up still lacks (VOL-16).

    Raises RuleViolation where he did not, or where a guardian has not yet.
    """
    if signup.agree_by is None:
        return
    if is_ward(signup):
        raise RuleViolation("", WARD)
    check_agreed(shift.activity, shift, wish)
    keep_agreement(signup, shift.activity, shift, now)


def check_agreed_all(signups: Sequence[Signup]) -> None:
    """Raise RuleViolation where a keeper would call in who has not accepted the agreement."""
    if any(signup.agree_by is not None for signup in signups):
        raise RuleViolation("", N_("有人还没同意协议：请他扫现场的码同意，未成年人由监护人同意"))


def agree_own(person_id: int, code: str, digest: str, *, by: Actor, now: datetime) -> Signup:
    """Return a sign-up whose volunteer accepted the agreement as it reads now."""
    owner = Signup.code == code, Signup.person_id == person_id
    signup, shift, activity = _waiting(db.session.scalar(select(Signup.id).where(*owner)))
    if is_ward(signup):
        raise RuleViolation("", WARD)
    _check_time(signup, now)
    if not digest:
        raise RuleViolation("agrees", N_("请先看协议，同意后勾选"))
    if digest != agreement_of(activity, shift).digest:
        raise RuleViolation("agrees", CHANGED)
    keep_agreement(signup, activity, shift, now)
    audit("activities.agree", "activity_signup", signup.id, by=by)
    return signup


def answer_for_ward(token: str, digest: str, *, given: bool, now: datetime) -> Signup:
    """Return a sign-up whose guardian answered by his link; a refusal gives the seat away."""
    at = Signup.guardian_digest == crypto.hash_token(token)
    signup, shift, activity = _waiting(db.session.scalar(select(Signup.id).where(at)))
    _check_time(signup, now)
    if given and digest != agreement_of(activity, shift).digest:
        raise RuleViolation("", CHANGED)
    audit("activities.guardian_answer", "activity_signup", signup.id, by=Actor(), given=given)
    if given:
        keep_agreement(signup, activity, shift, now, Signer.GUARDIAN)
    else:
        _give_away(signup, shift, activity, REFUSED_REASON, Actor(), now)
    return signup


def lapse_unagreed(now: datetime) -> int:
    """Give away the seats of who did not accept in time; return how many, a chunk at a time."""
    late = select(Signup.id).where(Signup.agree_by <= now).order_by(Signup.agree_by, Signup.id)
    ids = db.session.scalars(late.limit(CHUNK)).all()
    for signup_id in ids:
        signup, shift, activity = _locked(signup_id)
        if signup.agree_by is None or signup.agree_by > now:
            continue
        if not live_signups(Signup.id == signup_id):
            signup.agree_by = signup.guardian_digest = None
            continue
        _give_away(signup, shift, activity, LATE_REASON, SYSTEM, now)
        audit("activities.lapse_agreement", "activity_signup", signup.id, by=SYSTEM)
    db.session.flush()
    return len(ids)


def _give_away(
    signup: Signup, shift: Shift, activity: Activity, reason: str, by: Actor, now: datetime
) -> None:
    release(signup, shift)
    signup.reason = reason
    signup.agree_by = signup.guardian_digest = None
    note_signup(signup, SignupAction.CALL_OFF, by=by, now=now, note=reason)
    promote(shift, activity, by=by, now=now)
    db.session.flush()
    letters.tell_signups([signup], activity, LetterKind.SIGNUP_CALLED_OFF, now)


def _waiting(signup_id: int | None) -> tuple[Signup, Shift, Activity]:
    """Return a sign-up that waits for its agreement, locked. Raises UnknownRowError."""
    if signup_id is None:
        raise UnknownRowError
    signup, shift, activity = _locked(signup_id)
    if signup.agree_by is None or not live_signups(Signup.id == signup_id):
        raise RuleViolation("", N_("这次报名已经结束，请刷新后再看"))
    return signup, shift, activity


def _locked(signup_id: int) -> tuple[Signup, Shift, Activity]:
    shift = locked_shift(
        Shift.id == select(Signup.shift_id).where(Signup.id == signup_id).scalar_subquery()
    )
    signup = db.session.scalars(
        select(Signup)
        .where(Signup.id == signup_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return signup, shift, current_activity(shift)


def _check_time(signup: Signup, now: datetime) -> None:
    if signup.agree_by is None or signup.agree_by <= now:
        raise RuleViolation("", N_("已经过了期限，名额让给了别人"))


def _shifts_of(signups: Sequence[Signup]) -> Sequence[Shift]:
    ids = {one.shift_id for one in signups}
    return db.session.scalars(select(Shift).where(Shift.id.in_(ids))).all()


def _send_link(signup: Signup, activity: Activity) -> None:
    """Send the guardian who agreed to volunteering the link to the agreement."""
    request = given_request(signup.person_id)
    if request is None or signup.agree_by is None:
        return
    token = crypto.random_token()
    signup.guardian_digest = crypto.hash_token(token)
    name = mask_name(db.session.get_one(Person, signup.person_id).name)
    text = SENTENCE % {
        "name": name,
        "organization": activity.organization.name,
        "until": f"{local(signup.agree_by):%m-%d %H:%M}",
        "link": f"{config_value('origin')}/g/a/{token}",
    }
    topic = f"agreement:{signup.code}:{signup.guardian_digest[:12]}"
    messages.queue(request.plain_guardian_phone, text, topic)
