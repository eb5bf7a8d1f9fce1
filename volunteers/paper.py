"""A certificate of service on A4 and as a picture (ux.md 4.8, S18): made anew from its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.filters import full_day, in_hours
from core.i18n import gettext, ngettext
from core.pictures import GREY, Picture
from people.labels import LABELS as PEOPLE_LABELS
from people.rules import IdType
from volunteers.labels import LABELS
from volunteers.rules import ServiceMethod


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the paper beside the signed facts."""

    facts: Mapping[str, Any]
    phone: str
    link: str
    seal: str
    void: str = ""


#: A table of a certificate: its rows, and the shares of the width.
Block = tuple[tuple[tuple[str, ...], ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is written of a certificate, in its order, for any kind of paper."""

    heading: str
    number: str
    void: str
    blocks: tuple[Block, ...]
    issued: tuple[str, ...]
    checking: str

    @classmethod
    def of(cls, sheet: Sheet) -> Words:
        """Return the words of a certificate in the language of the reader."""
        facts = sheet.facts
        issued_on = full_day(date.fromisoformat(facts["issued_on"]))
        return cls(
            heading=gettext("志愿服务记录证明"),
            number=gettext("编号 %(number)s", number=facts["number"]),
            void=sheet.void,
            blocks=tuple(
                (tuple(tuple(map(str, row)) for row in rows), widths)
                for rows, widths in _blocks(facts)
            ),
            issued=(
                gettext("出具单位：%(issuer)s", issuer=facts["issuer"]),
                gettext("联系电话：%(phone)s", phone=sheet.phone or "—"),
                gettext("出具日期：%(day)s", day=issued_on),
            ),
            checking=gettext(
                "本证明免费，由系统按时长台账生成并签名。真假和现状以核验页为准，请扫码："
            ),
        )

    def texts(self) -> list[str]:
        """Return every text, to choose faces by."""
        cells = [cell for rows, _ in self.blocks for row in rows for cell in row]
        return [*cells, self.heading, self.number, self.void, self.checking, *self.issued]


def certificate_pdf(sheet: Sheet, instance: Path) -> bytes:
    """Return the certificate as PDF with embedded subsets of its fonts.

    Raises FileNotFoundError where the fonts were not installed.
    """
    from volunteers.paper_pdf import written  # noqa: PLC0415 - few workers ever need the library

    return written(sheet, Words.of(sheet), instance)


def certificate_png(sheet: Sheet, instance: Path) -> bytes:
    """Return the certificate as a picture to be kept on a phone; the same one is drawn once.

    Raises FileNotFoundError where the fonts were not installed.
    """
    return _drawn(Words.of(sheet), sheet.link, instance)


@lru_cache(maxsize=64)
def _drawn(words: Words, link: str, instance: Path) -> bytes:
    picture = Picture(instance, words.texts())
    picture.line(words.heading, 40, centred=True)
    picture.line(words.number, 22, centred=True)
    if words.void:
        picture.line(words.void, 32, centred=True)
    picture.space(16)
    for rows, widths in words.blocks:
        picture.rows(rows, widths, 24)
    for text in words.issued:
        picture.line(text, 24)
    picture.space(12)
    picture.line(words.checking, 20)
    picture.qr(link, 300)
    picture.line(link, 18, shade=GREY // 2)
    return picture.png()


def _blocks(facts: Mapping[str, Any]) -> list[tuple[list[list[str]], tuple[int, ...]]]:
    """Return the tables: who and what, hours by how they were recorded, activities."""
    activities = [[gettext("服务内容"), gettext("组织单位"), gettext("次数"), gettext("时长")]]
    activities += [
        [title, organizer, str(times), in_hours(minutes)]
        for title, organizer, times, minutes in facts["activities"]
    ]
    count, minutes = facts["others"]
    if count:
        activities.append([gettext("另外 %(count)s 项", count=count), "", "", in_hours(minutes)])
    grades = [[gettext("记录方式"), gettext("时长")]] + [
        [str(LABELS[ServiceMethod][ServiceMethod(method)]), in_hours(minutes)]
        for method, minutes in facts["grades"].items()
    ]
    return [(_holder(facts), (30, 70)), (grades, (50, 50)), (activities, (37, 34, 11, 18))]


def _holder(facts: Mapping[str, Any]) -> list[list[str]]:
    first, last = (date.fromisoformat(facts[name]) for name in ("first_on", "last_on"))
    document = ""
    if facts["id_number"]:
        kind = PEOPLE_LABELS[IdType][IdType(facts["id_type"])]
        document = f"{kind} {facts['id_number']}"
    total = ngettext(
        "%(hours)s（%(num)s 分钟）",
        "%(hours)s（%(num)s 分钟）",
        facts["minutes"],
        hours=in_hours(facts["minutes"]),
    )
    rows = [
        [gettext("姓名"), facts["name"]],
        [gettext("证件"), document or gettext("无")],
        [gettext("志愿者编号"), facts["volunteer_number"]],
        [gettext("服务期间"), f"{full_day(first)} - {full_day(last)}"],
        [gettext("合计时长"), total],
    ]
    return [[str(cell) for cell in row] for row in rows]
