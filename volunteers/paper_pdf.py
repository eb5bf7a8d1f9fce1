"""A certificate of service as PDF: its library takes 18 MiB, and is loaded with the first one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import segno
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos

from core import fonts
from core.i18n import gettext
from volunteers.paper import Sheet, Words

MARGIN, LINE, SMALL_LINE = 25, 8, 5
TITLE, BODY, SMALL = 22, 12, 8
QR_SIDE, SEAL = 32, 40
QUIET = 4
FAMILY = "main"


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


def written(sheet: Sheet, words: Words, instance: Path) -> bytes:
    """Return the certificate as PDF with embedded subsets of its fonts.

    Raises FileNotFoundError where the fonts were not installed.
    """
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
