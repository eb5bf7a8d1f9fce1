"""Figures as they were published, beside what is counted here (domain.md 6.3). Never computed with.

Each is told as it was written. Where one document contradicts itself, or another one, both values
stand with a note; persons and person-times are never put side by side without saying so.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.rules import N_
from supervision.indicators.rules import Unit

CONGRESS = N_("省红十字会第八次会员代表大会报道（2022年）")
WORK_2023 = N_("2023年全省红十字工作要点（浙红〔2023〕12号）")
REPORT_2021 = N_("2021年的报道")
REPORT_2022 = N_("2022年11月的报道")
NATIONAL = N_("全国数据的报道")

ABOUT_2021 = N_("截止日没有写，多为2021年底")
IN_2023 = N_("2023年的目标")


@dataclass(frozen=True, slots=True)
class Published:
    """One published figure: ``text`` as written, ``low`` and ``high`` where it is a number.

    ``code`` is the indicator that it stands beside, "" for none here; numbers are whole, shares in
    hundredths of a per cent. ``conflict`` says what it contradicts.
    """

    name: str
    text: str
    unit: Unit
    source: str
    cut_off: str
    code: str = ""
    low: int | None = None
    high: int | None = None
    conflict: str = ""
    note: str = ""
