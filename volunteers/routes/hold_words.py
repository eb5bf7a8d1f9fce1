"""Why hours are looked at, in plain words: what was counted, and of nobody that he did wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.filters import hours
from core.i18n import fill, gettext
from core.rules import N_, NN_
from volunteers.rules.patterns import Pattern

if TYPE_CHECKING:
    from volunteers.queries import Hold


SENTENCES = {
    Pattern.MUTUAL: N_("两个人互相确认时长：%(first)s 条和 %(second)s 条"),
    Pattern.RING: NN_("三个人一个接一个地互相确认时长，共 %(count)s 条"),
    Pattern.SAME_SECOND: NN_("同一台设备在同一秒给 %(people)s 人签到"),
    Pattern.TRAVEL: NN_("同一个人先后在两个市服务，中间只隔 %(minutes)s 分钟"),
    Pattern.IDENTICAL: NN_("%(people)s 人各自记的开始和结束时间一分不差"),
    Pattern.NIGHTS: NN_("同一个人一个月里有 %(count)s 次深夜服务"),
    Pattern.WEEK: NN_("同一个人一周合计 %(hours)s 小时"),
    Pattern.OPERATOR: N_("一个账号一天录入 %(people)s 人、%(hours)s 小时"),
    Pattern.FULL_SHIFT: NN_("同一个人 %(count)s 次签到签退都和场次时间一分不差"),
    Pattern.SHORT_LIVED: NN_("活动从发布到结束只有 %(minutes)s 分钟"),
    Pattern.NO_CHECK_IN: NN_("%(people)s 人参加的服务，没有一个人签到或者点名"),
    Pattern.EXPIRED_POST: NN_("%(count)s 条由当天不在任期内的职务确认"),
    Pattern.SAME_PHOTO: NN_("同一张照片用来证明 %(count)s 次服务"),
    Pattern.OBJECTION: N_("有人提出异议"),
}


def reason_of(hold: Hold) -> str:
    """Return the sentence for the desk and for the branch that is asked."""
    numbers = dict(hold.facts)
    values = {name: str(number) for name, number in numbers.items()}
    values["hours"] = hours(numbers.get("minutes", 0))
    sentence = fill(SENTENCES[hold.pattern], values)
    if not hold.words:
        return sentence
    return str(gettext("%(reason)s：%(words)s", reason=sentence, words=hold.words))
