"""A pool of made-up names with everything that is derived from a name, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from core.pinyin import name_pinyin
from people.rules import name_match_key

# Common surnames stand several times: one in fourteen people is called by the first of them.
COMMON = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
RARER = (
    "郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "单仇区盖缪翟晟卜尉茅俞楼应裘骆戚柴竺虞"
)
SURNAMES = COMMON * 4 + RARER
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰玉梅英华建国文辉力健红志永斌海林波"
    "峰飞鹏宇浩天佳欣怡梓轩雨泽晨思涵嘉子豪一诺可心瑞雪宁安乐和顺春夏秋冬山水云风清晓"
    "东方南北青松竹莲荷菊香珍珠凤鸣祥福寿康荣昌盛兴旺德仁义礼智信学书诗琴画岚岩岳川江"
    "河湖源泉润泉溪沐沛"
)
#: Names of other shapes: middle dot, Latin letters, a rare character.
OTHERS = ("阿依·古丽", "买买提·江", "Anna Sample", "𠮷野青", "欧阳修竹", "尉迟春", "单于山")
SHORT_NAMES = 6  # one name in six has two characters
POOL = 60_000


@dataclass(frozen=True, slots=True)
class Name:
    """A name and its derived texts, as members and volunteers keep them."""

    name: str
    match_key: str
    pinyin: str
    initials: str
    search_text: str


def name_pool(seed: int, size: int = POOL) -> list[Name]:
    """Return different names in a random order; the same for the same seed."""
    random = Random(seed)  # noqa: S311 - made-up names are no secrets
    found = dict.fromkeys(OTHERS[:size])
    while len(found) < size:
        given = 1 if random.randrange(SHORT_NAMES) == 0 else 2
        name = random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=given))
        found[name] = None
    names = list(found)
    random.shuffle(names)
    return [_derived(name) for name in names]


def _derived(name: str) -> Name:
    sound, key = name_pinyin(name), name_match_key(name)
    text = f"{key} {sound.full} {sound.initials}"
    return Name(name, key, sound.full, sound.initials, text)
