"""The volunteer number: never derived from the ID number (decisions.md D21). Pure."""

from __future__ import annotations

KIND_DIGIT = "9"
COUNTY_DIGITS = 6
MAX_SERIAL = 999_999


def volunteer_number(county_code: str, year: int, serial: int) -> str:
    """Return county 6, the digit 9, year 4, serial 6, check 1: as a member number with kind 9.

    Raises ValueError for what does not fit.
    """
    if len(county_code) != COUNTY_DIGITS or not 1 <= serial <= MAX_SERIAL:
        raise ValueError("county code of six digits and a serial up to 999999 expected")
    body = f"{county_code}{KIND_DIGIT}{year:04d}{serial:06d}"
    return body + check_character(body)


def check_character(digits: str) -> str:
    """Return the check character of ISO 7064 MOD 11-2, as on the ID card."""
    weighted = sum(int(digit) * 2**place for place, digit in enumerate(reversed(digits), start=1))
    return "0123456789X"[(1 - weighted) % 11]
