"""Names, ID numbers and phones of people who do not exist."""

from __future__ import annotations

from datetime import date

STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
NUMBERS = "一二三四五六七八九十"
REGION = "999999"
PHONE_BLOCK = "1990000"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"


def name_of(serial: int) -> str:
    """Return the name of a person of the crowd: 1,200 different ones, then they repeat."""
    stem = STEMS[serial % 10]
    branch = BRANCHES[serial // 10 % 12]
    return f"演示{stem}{branch}{NUMBERS[serial // 120 % 10]}"


def id_number_of(serial: int, born_on: date) -> str:
    """Return a resident ID number with the right check digit, of a region that does not exist."""
    body = f"{REGION}{born_on:%Y%m%d}{serial % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + CHECK[total % 11]


def phone_of(serial: int) -> str:
    """Return a phone of the block of the demonstration: 199 0000 0000 to 199 0000 9999."""
    return f"{PHONE_BLOCK}{serial:04d}"
