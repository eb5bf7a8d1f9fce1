"""Questions and rights requests of made-up people, one answered (domain.md PRI-11)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from accounts.models import Post, User
from core.audit.operations import Actor
from core.database import db
from people.models import Person, RightsRequest
from people.operations import rights
from people.presence import home_of
from people.rules.rights import RightsKind

ASKED = (
    (RightsKind.COPY, "请给我一份系统里关于我的信息。"),
    (RightsKind.COMPLAINT, "活动通知来得太晚，请提前三天发。"),
    (RightsKind.QUESTION, "下一次急救培训是什么时候？"),
)
ANSWER = "时间在“活动”里公布，报名以后会提醒。"


def build_requests(now: datetime) -> None:
    """Let three people ask, and one of them have an answer."""
    people = select(User, Person).join(Person, Person.id == User.person_id).order_by(User.id)
    kept = [row for row in db.session.execute(people) if home_of(row.Person.id) is not None]
    for days, ((kind, words), (user, person)) in enumerate(zip(ASKED, kept, strict=False), 1):
        by = Actor(user.id, person.id)
        asked = rights.ask(person, kind, words, by=by, now=now - timedelta(days=days))
        if kind is RightsKind.QUESTION:
            _answer(asked, now)


def _answer(asked: RightsRequest, now: datetime) -> None:
    post = db.session.scalars(
        select(Post).where(Post.organization_id == asked.handler_id).order_by(Post.id).limit(1)
    ).first()
    if post is None:
        return
    by = Actor(post.user_id, None, post.id)
    rights.verify(asked.code, handler_id=asked.handler_id, by=by, now=now)
    rights.answer(asked.code, ANSWER, refuse=False, handler_id=asked.handler_id, by=by, now=now)
