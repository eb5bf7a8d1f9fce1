"""Who can sign in to the demonstration: the principals of security.md 4.2 and those around them.

A data table. Phones are 199 0000 and the serial; the password is the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.access.permissions import Role

PASSWORD = "liu-he-ta-2026-yanshi"  # noqa: S105 - documented: these accounts work in no production
YOUTH_AGE, CHILD_AGE, ADULT_AGE = 15, 13, 41


@dataclass(frozen=True, slots=True)
class Character:
    """One account: serial of its phone, name, posts and what else it is.

    ``member_of``, ``volunteer_of`` and ``pupil_of`` name places; ``guardian`` is the key of the
    character who consents for a minor.
    """

    key: str
    serial: int
    name: str
    shows: str
    posts: tuple[tuple[Role, str], ...] = ()
    age: int = ADULT_AGE
    member_of: str = ""
    volunteer_of: str = ""
    pupil_of: str = ""
    guardian: str = ""
    ended: bool = False
    suspended: bool = False
    has_factor: bool = True


CAST: tuple[Character, ...] = (
    Character("member", 1, "演示会员甲", "会员", member_of="上城区/村1"),
    Character("volunteer", 2, "演示志愿甲", "志愿者", volunteer_of="上城区/村1"),
    Character(
        "guardian", 3, "演示家长甲", "志愿者，也是两个孩子的监护人", volunteer_of="上城区/村1"
    ),
    Character(
        "youth",
        4,
        "演示少年甲",
        "15 岁，青少年会员，经监护人同意当志愿者",
        age=YOUTH_AGE,
        pupil_of="上城区/校1",
        volunteer_of="上城区/村1",
        guardian="guardian",
    ),
    Character("child", 5, "演示儿童甲", "13 岁，青少年会员", age=CHILD_AGE, pupil_of="上城区/校1"),
    Character(
        "leader",
        6,
        "演示队长甲",
        "队长",
        posts=((Role.TEAM_LEADER, "上城区/村1"),),
        volunteer_of="上城区/村1",
    ),
    Character(
        "secretary",
        7,
        "演示秘书甲",
        "社区秘书",
        posts=((Role.SECRETARY, "上城区/村1"),),
        member_of="上城区/村1",
    ),
    Character(
        "coordinator", 8, "演示老师甲", "学校辅导员", posts=((Role.COORDINATOR, "上城区/校1"),)
    ),
    Character("county", 9, "演示干事甲", "区工作人员", posts=((Role.OFFICER, "上城区"),)),
    Character("city", 10, "演示市干甲", "市工作人员", posts=((Role.OFFICER, "杭州市"),)),
    Character("province", 11, "演示省干甲", "省工作人员", posts=((Role.OFFICER, "浙江省"),)),
    Character("province2", 27, "演示省干乙", "省工作人员", posts=((Role.OFFICER, "浙江省"),)),
    Character("supervisor", 12, "演示监事甲", "监事，只读", posts=((Role.SUPERVISOR, "杭州市"),)),
    Character("operator", 13, "演示运维甲", "系统管理员", posts=((Role.OPERATOR, "浙江省"),)),
    Character(
        "privacy",
        26,
        "演示专员甲",
        "个人信息保护负责人",
        posts=((Role.PRIVACY_OFFICER, "浙江省"),),
    ),
    Character(
        "former",
        14,
        "演示前秘甲",
        "秘书，任期昨天结束",
        posts=((Role.SECRETARY, "上城区/村1"),),
        ended=True,
    ),
    Character(
        "suspended",
        15,
        "演示停用甲",
        "秘书，账号已停用",
        posts=((Role.SECRETARY, "上城区/村2"),),
        suspended=True,
    ),
    Character(
        "dual",
        16,
        "演示双职甲",
        "一处当秘书，另一处当志愿者",
        posts=((Role.SECRETARY, "上城区/村2"),),
        volunteer_of="上城区/村1",
    ),
    Character(
        "unfinished",
        17,
        "演示未绑甲",
        "区工作人员，还没有设二次验证",
        posts=((Role.OFFICER, "上城区"),),
        has_factor=False,
    ),
    Character("township", 18, "演示镇秘甲", "街道秘书", posts=((Role.SECRETARY, "上城区/镇1"),)),
    Character("county2", 21, "演示干事乙", "区工作人员", posts=((Role.OFFICER, "西湖区"),)),
    Character("city2", 22, "演示市干乙", "市工作人员", posts=((Role.OFFICER, "宁波市"),)),
    Character("county3", 23, "演示干事丙", "区工作人员", posts=((Role.OFFICER, "海曙区"),)),
    Character("county4", 24, "演示干事丁", "区工作人员", posts=((Role.OFFICER, "鄞州区"),)),
    Character("county5", 25, "演示干事戊", "市工作人员", posts=((Role.OFFICER, "龙港市"),)),
)
#: Places that nobody keeps, so that the county does their work.
VACANT = ("西湖区/村4", "鄞州区/院", "龙港市/村2")
STAFF_FROM, CROWD_FROM = 100, 1000
