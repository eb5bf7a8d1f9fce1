"""Published figures of what is not counted here (domain.md 6.3)."""

from __future__ import annotations

from core.rules import N_
from supervision.indicators.published import (
    ABOUT_2021,
    CONGRESS,
    IN_2023,
    WORK_2023,
    Published,
)
from supervision.indicators.rules import Unit

_TWO = N_("同一份材料里两个数：22万多和近17万")

OTHER = (
    Published(
        N_("建立党组的县级红十字会"),
        "89",
        Unit.ORGANIZATIONS,
        CONGRESS,
        ABOUT_2021,
        low=89,
        high=89,
        conflict=N_("2021年的报道是 95.56%%，即 86 ÷ 90"),
        note=N_("89 ÷ 90 = 98.9%%"),
    ),
    Published(N_("救援队"), "123", Unit.ITEMS, CONGRESS, ABOUT_2021, low=123, high=123),
    Published(N_("救援队党支部"), "82", Unit.ORGANIZATIONS, CONGRESS, ABOUT_2021, low=82, high=82),
    Published(
        N_("3A以上等级的社会组织救援队"), "53", Unit.ITEMS, CONGRESS, ABOUT_2021, low=53, high=53
    ),
    Published(
        N_("省级应急救援力量"),
        "9",
        Unit.ITEMS,
        CONGRESS,
        ABOUT_2021,
        low=9,
        high=9,
        note=N_("占56.25%%，即一共16支"),
    ),
    Published(
        N_("救援队员"),
        N_("1万多"),
        Unit.PERSONS,
        CONGRESS,
        ABOUT_2021,
        low=10_000,
        note=N_("占全省民间救援力量四成以上"),
    ),
    Published(N_("成功救援"), N_("280多"), Unit.ITEMS, CONGRESS, N_("五年"), low=280),
    Published(N_("公益项目"), "750", Unit.ITEMS, CONGRESS, ABOUT_2021, low=750, high=750),
    Published(
        N_("对口支援"),
        N_("2亿多元"),
        Unit.FEN,
        CONGRESS,
        ABOUT_2021,
        low=20_000_000_000,
        note=N_("7个省10个地方"),
    ),
    Published(
        N_("造血干细胞入库志愿者"), N_("10万多"), Unit.PERSONS, CONGRESS, ABOUT_2021, low=100_000
    ),
    Published(
        N_("造血干细胞捐献"),
        "417",
        Unit.ITEMS,
        CONGRESS,
        N_("五年"),
        low=417,
        high=417,
        note=N_("增长78%%"),
    ),
    Published(
        N_("器官捐献登记"),
        N_("22万多"),
        Unit.PERSONS,
        CONGRESS,
        ABOUT_2021,
        low=220_000,
        conflict=_TWO,
    ),
    Published(
        N_("器官捐献登记"),
        N_("近17万"),
        Unit.PERSONS,
        CONGRESS,
        ABOUT_2021,
        high=170_000,
        conflict=_TWO,
    ),
    Published(
        N_("器官捐献"),
        "1,294",
        Unit.ITEMS,
        CONGRESS,
        ABOUT_2021,
        low=1_294,
        high=1_294,
        note=N_("增长115%%"),
    ),
    Published(N_("获救患者"), N_("7,000多"), Unit.PERSONS, CONGRESS, ABOUT_2021, low=7_000),
    Published(N_("重见光明"), N_("近4,000"), Unit.PERSONS, CONGRESS, ABOUT_2021, high=4_000),
    Published(
        N_("“数字红会”归集的数据"), N_("近500万"), Unit.ITEMS, CONGRESS, ABOUT_2021, high=5_000_000
    ),
    Published(
        N_("上线的服务事项"),
        "14",
        Unit.ITEMS,
        CONGRESS,
        ABOUT_2021,
        low=14,
        high=14,
        note=N_("受理5万多件，办结率100%%"),
    ),
    Published(N_("省级理事单位"), "42", Unit.ORGANIZATIONS, CONGRESS, ABOUT_2021, low=42, high=42),
    Published(N_("设监事会的市"), "11", Unit.ORGANIZATIONS, CONGRESS, ABOUT_2021, low=11, high=11),
    Published(N_("设监事会的县"), "73", Unit.ORGANIZATIONS, CONGRESS, ABOUT_2021, low=73, high=73),
    Published(N_("媒体报道"), "22,600", Unit.ITEMS, CONGRESS, N_("五年"), low=22_600, high=22_600),
    Published(N_("中国好人等荣誉"), "17", Unit.ITEMS, CONGRESS, ABOUT_2021, low=17, high=17),
    Published(
        N_("接受捐赠"),
        N_("30.62亿元"),
        Unit.FEN,
        CONGRESS,
        N_("五年"),
        low=306_200_000_000,
        high=306_200_000_000,
        note=N_("增长242%%，其中抗疫14亿多元"),
    ),
    Published(
        N_("优先的山区县和海岛县"),
        N_("26 和 4"),
        Unit.ORGANIZATIONS,
        WORK_2023,
        IN_2023,
        low=30,
        high=30,
    ),
    Published(N_("省级救护竞赛"), N_("第六届"), Unit.ITEMS, WORK_2023, IN_2023, low=6, high=6),
    Published(
        N_("县级以上接入公益平台"), "100%%", Unit.SHARE, WORK_2023, IN_2023, low=10_000, high=10_000
    ),
    Published(
        N_("核心业务标准化"),
        N_("八统一"),
        Unit.ITEMS,
        WORK_2023,
        IN_2023,
        note=N_("材料里没有列出是哪八项"),
    ),
)
