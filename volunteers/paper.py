"""A certificate of service on A4 and as a picture (ux.md 4.8, S18): made anew from its facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos

from core import fonts
from core.filters import full_day, in_hours
from core.i18n import gettext, ngettext
from core.pictures import GREY, Picture
from people.labels import LABELS as PEOPLE_LABELS
from people.rules import IdType
from volunteers.labels import LABELS
from volunteers.rules import ServiceMethod

MARGIN, LINE, SMALL_LINE = 25, 8, 5
TITLE, BODY, SMALL = 22, 12, 8
QR_SIDE, SEAL = 32, 40
QUIET = 4
FAMILY = "main"


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


class _Paper(FPDF):
    """A page whose every text is written with the faces that have its characters."""

    def __init__(self, instance: Path, texts: Iterable[str]) -> None:
        super().__init__(format="A4")
        self.known = fonts.needed(texts, fonts.faces(instance))
        for place, face in enumerate(self.known):
            self.add_font(FAMILY if place == 0 else f"rare{place}", fname=face)
        self.set_fallback_fonts([f"rare{place}" for place in range(1, len(self.known))])
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN)
        self.add_page()

    def line(self, text: str, size: int = BODY, align: str = "L", height: float = LINE) -> None:  # type: ignore[override]
        """Write a paragraph over the whole width."""
        self.set_font(FAMILY, size=size)
        shown = fonts.shown(text, self.known)
        self.multi_cell(0, height, shown, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def rows(self, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """Write a table."""
        self.set_font(FAMILY, size=SMALL + 2)
        with self.table(
            col_widths=tuple(widths),
            first_row_as_headings=False,
            repeat_headings=0,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            line_height=SMALL_LINE + 1,
            padding=1,
        ) as table:
            for cells in rows:
                row = table.row()
                for cell in cells:
                    row.cell(fonts.shown(cell, self.known))
        self.ln(3)


def certificate_pdf(sheet: Sheet, instance: Path) -> bytes:
    """Return the certificate as PDF with embedded subsets of its fonts.

    Raises FileNotFoundError where the fonts were not installed.
    """
    words = Words.of(sheet)
    paper = _Paper(instance, words.texts())
    paper.set_title(words.heading)
    paper.line(words.heading, TITLE, "C", 14)
    paper.line(words.number, SMALL + 2, "C", SMALL_LINE)
    if words.void:
        paper.line(words.void, BODY, "C")
    paper.ln(4)
    for rows, widths in words.blocks:
        paper.rows(rows, widths)
    _foot(paper, sheet, words)
    return bytes(paper.output())


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


def _foot(paper: _Paper, sheet: Sheet, words: Words) -> None:
    """Write who issued it, room for signatures and the seal, and how to verify it."""
    if paper.will_page_break(SEAL + 40):
        paper.add_page()
    top = paper.get_y()
    for text in words.issued:
        paper.line(text)
    paper.line(gettext("负责人（签字）：　　　　　　经办人（签字）："))
    paper.set_draw_color(200)
    paper.ellipse(paper.w - MARGIN - SEAL, top, SEAL, SEAL)
    paper.set_draw_color(0)
    top = max(paper.get_y(), top + SEAL) + 4
    _qr(paper, sheet.link, MARGIN, top)
    paper.set_left_margin(MARGIN + QR_SIDE + 4)
    paper.set_xy(MARGIN + QR_SIDE + 4, top)
    paper.line(words.checking, SMALL + 1, "L", SMALL_LINE)
    paper.line(sheet.link, SMALL, "L", SMALL_LINE)
    paper.line(gettext("签名 %(seal)s", seal=sheet.seal), SMALL - 2, "L", SMALL_LINE - 1)
    paper.set_left_margin(MARGIN)


def _qr(paper: FPDF, link: str, left: float, top: float) -> None:
    """Draw the code at error correction M with its quiet zone."""
    rows = list(segno.make_qr(link, error="m").matrix)
    unit = QR_SIDE / (len(rows) + 2 * QUIET)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                place = (left + (x + QUIET) * unit, top + (y + QUIET) * unit)
                paper.rect(*place, unit + 0.02, unit + 0.02, style="F")
