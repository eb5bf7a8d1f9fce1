"""Who was there, when, and by which way it was noted (ux.md 1.6, security.md QR-01 to 03). Pure."""

from __future__ import annotations

from enum import StrEnum


class AttendanceWay(StrEnum):
    """How somebody came or went; the last two are ways to go only."""

    CODE = "code"  # scanned the code that a screen shows anew every half minute
    FIXED = "fixed"  # scanned the printed code
    TICK = "tick"  # ticked at the desk
    PAPER = "paper"  # entered from the sheet that people signed
    END = "end"  # the keeper ended the shift for everybody who was still there
    AUTO = "auto"  # nobody said when: the planned end


#: Ways to come, strongest first: what a record rests on is the weaker of its two ends.
ARRIVALS = (AttendanceWay.CODE, AttendanceWay.FIXED, AttendanceWay.TICK, AttendanceWay.PAPER)
SCANS = (AttendanceWay.CODE, AttendanceWay.FIXED)


class AttendanceStatus(StrEnum):
    """Where somebody is; ``undone`` was noted by mistake and counts for nothing."""

    IN = "in"
    OUT = "out"
    UNDONE = "undone"


#: States in which somebody was there.
CAME = (AttendanceStatus.IN, AttendanceStatus.OUT)


class AttendanceFlag(StrEnum):
    """What the leader has to look at, or should know."""

    ON_SPOT = "on_spot"  # had not signed up
    SHARED = "shared"  # one device checked in many people
    SWITCHED = "switched"  # one account used two devices
    CLAIMED = "claimed"  # the time is what a phone said, not when it reached the server
    VOUCHED = "vouched"  # the leader saw the person


#: What is never credited without a look (QR-03, LED-09), unless the leader vouched.
DOUBTED = (AttendanceFlag.SHARED, AttendanceFlag.SWITCHED, AttendanceFlag.CLAIMED)


class AttendanceOutcome(StrEnum):
    """What became of an attendance when its shift was ended."""

    CONFIRMED = "confirmed"
    PROPOSED = "proposed"
    HELD = "held"  # waits until the person is a volunteer: a guardian's consent, an approval
    OVERLAP = "overlap"
    LIMIT = "limit"
    NOT_SERVING = "not_serving"
    NOTHING = "nothing"


class HoursRule(StrEnum):
    """How hours are counted: by check-in and check-out, or the planned length for everybody."""

    ATTENDED = "attended"
    FIXED = "fixed"


def flags_of(text: str) -> frozenset[AttendanceFlag]:
    """Return the flags that an attendance keeps as one text."""
    return frozenset(AttendanceFlag(flag) for flag in text.split(",") if flag)


def text_of_flags(flags: frozenset[AttendanceFlag]) -> str:
    """Return flags as the one text that an attendance keeps."""
    return ",".join(flag for flag in AttendanceFlag if flag in flags)


def needs_look(flags: frozenset[AttendanceFlag]) -> bool:
    """Return whether the leader has to look at an attendance before it is credited."""
    return AttendanceFlag.VOUCHED not in flags and not flags.isdisjoint(DOUBTED)
