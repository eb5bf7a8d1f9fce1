"""What a guardian is told before answering: the facts of domain.md PRI-02, by version.

A changed sentence needs a new version; what was shown is kept as a digest of the Chinese text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from core.rules import N_
from people.rules.consents import ConsentPurpose

VERSION = "2026-11"

#: What each purpose asks, as one sentence that is answered.
QUESTIONS = {
    ConsentPurpose.DATA: N_("同意红十字会为志愿服务收集和使用孩子的个人信息"),
    ConsentPurpose.VOLUNTEERING: N_("同意孩子参加适合未成年人的志愿服务"),
    ConsentPurpose.JOINING: N_("同意孩子自愿加入学校红十字会，成为红十字青少年会员"),
}
#: The same question where the child joins at school: what is kept serves something else.
DATA_AT_SCHOOL = N_("同意学校红十字会收集和使用孩子的个人信息")

#: Heading and sentence of each fact, in the order of the page.
FACTS = (
    (N_("为什么"), N_("用来登记志愿者、安排活动、记录服务时长，不作别的用途。")),
    (N_("收什么"), N_("姓名、出生日期、手机号，和您的姓名、手机号。不收照片，不收位置。")),
    (
        N_("放在哪里，留多久"),
        N_("保存在红十字会的系统里，手机号加密。退出满 3 年去掉身份信息，服务记录保存 10 年。"),
    ),
    (N_("谁能看"), N_("本组织的负责人和上级县级红十字会。上级只看人数。每次查看手机号都有记录。")),
    (N_("不同意会怎样"), N_("不能报名，没有别的影响。未满 14 岁的，信息在 7 天内删除。")),
    (
        N_("怎样更正、删除、投诉"),
        N_("用这个链接随时可以撤回。更正、删除和投诉请打电话，由个人信息保护负责人处理。"),
    ),
)

#: What a guardian is told where a child is to join at school.
FACTS_AT_SCHOOL = (
    (
        N_("为什么"),
        N_("用来登记红十字青少年会员、组织学校红十字活动、记录参加情况，不作别的用途。"),
    ),
    (
        N_("收什么"),
        N_("姓名、性别、出生日期、证件号、班级，和您的姓名、手机号。不收学籍号、照片和位置。"),
    ),
    (
        N_("放在哪里，留多久"),
        N_("保存在红十字会的系统里，证件号和手机号加密。离会满 3 年去掉身份信息。"),
    ),
    (
        N_("谁能看"),
        N_("只有本校负责老师，经批准才能看证件号和手机号。上级只看人数。每次查看都有记录。"),
    ),
    (N_("不同意会怎样"), N_("不加入，没有别的影响，学校不再追问。孩子的信息在 7 天内删除。")),
    (
        N_("怎样更正、删除、投诉"),
        N_("用这个链接随时可以撤回。更正、删除和投诉请打电话，由个人信息保护负责人处理。"),
    ),
)

#: What a pupil of 14 to 17 is asked for himself, and told before answering (decisions.md D5).
OWN_AT_SCHOOL = N_("同意学校红十字会收集和使用我的个人信息")
FACTS_OF_OWN = (
    FACTS_AT_SCHOOL[0],
    (
        N_("收什么"),
        N_("姓名、性别、出生日期、证件号、班级，和你的手机号。不收学籍号、照片和位置。"),
    ),
    FACTS_AT_SCHOOL[2],
    FACTS_AT_SCHOOL[3],
    (
        N_("不同意会怎样"),
        N_("不加入，没有别的影响，学校不再追问。你的信息在 7 天内删除，监护人会知道。"),
    ),
    FACTS_AT_SCHOOL[5],
)


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What is shown and answered: questions, facts, version, and the digest of all of it."""

    version: str
    questions: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    digest: str


def text_for(purposes: Iterable[ConsentPurpose]) -> ConsentText:
    """Return the text for what is asked, in the language of the source."""
    asked = sorted(purposes)
    at_school = ConsentPurpose.JOINING in asked
    known = {**QUESTIONS, ConsentPurpose.DATA: DATA_AT_SCHOOL} if at_school else QUESTIONS
    facts = FACTS_AT_SCHOOL if at_school else FACTS
    return _text(tuple(known[purpose] for purpose in asked), facts)


def own_text() -> ConsentText:
    """Return the text to which a pupil answers for the own data."""
    return _text((OWN_AT_SCHOOL,), FACTS_OF_OWN)


def _text(questions: tuple[str, ...], facts: tuple[tuple[str, str], ...]) -> ConsentText:
    lines = [VERSION, *questions, *(part for fact in facts for part in fact)]
    digest = sha256("\n".join(lines).encode()).hexdigest()
    return ConsentText(VERSION, questions, facts, digest)
