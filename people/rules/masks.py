"""What may be shown of a person without a reason (D2, security.md PRV-03)."""

import re
import unicodedata

STAR = "*"
SHOWN_OF_ID = 3
MIN_HIDDEN_OF_ID = 5  # shorter documents show nothing: too few candidates would be left
SHOWN_END_OF_PHONE = 4
MIN_HIDDEN_OF_PHONE = 3  # leaves a thousand candidates
MAX_NAME_STARS = 2
# Mainland mobile, landline with area code, number with a dialling code.
PHONE_PREFIX = re.compile(r"1[0-9]{2}(?=[0-9]{8}$)|0[0-9]{2,3}-|\+(?:852|853|886|1)")


def mask_phone(phone: str) -> str:
    """`138****1234`; of other numbers the area or dialling code and the last four digits.

    A number of unknown form shows nothing.
    """
    prefix = PHONE_PREFIX.match(phone)
    if not prefix:
        return STAR * len(phone)
    hidden = len(phone) - prefix.end() - SHOWN_END_OF_PHONE
    if hidden < MIN_HIDDEN_OF_PHONE:
        return STAR * len(phone)
    return phone[: prefix.end()] + STAR * hidden + phone[-SHOWN_END_OF_PHONE:]


def mask_id(number: str) -> str:
    """The first three characters and no trailing one; nothing of a short document (D2)."""
    hidden = len(number) - SHOWN_OF_ID
    if hidden < MIN_HIDDEN_OF_ID:
        return STAR * len(number)
    return number[:SHOWN_OF_ID] + STAR * hidden


def mask_name(name: str) -> str:
    """The first character and a star for each further one, two at most (domain.md PRI-10).

    王芳 becomes 王*, 欧阳明月 欧**, 阿依·古丽 阿**, Mary Smith M**: the length of a long name
    would tell too much. Of a name of one character nothing is shown.
    """
    first = _first_character(name)
    rest = sum(not unicodedata.category(char).startswith("M") for char in name[len(first) :])
    return first + STAR * min(rest, MAX_NAME_STARS) if rest else STAR


def _first_character(name: str) -> str:
    """The first letter with the marks and variation selectors that belong to it."""
    end = 1
    while end < len(name) and unicodedata.category(name[end]).startswith("M"):
        end += 1
    return name[:end]
