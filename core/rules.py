"""What every rule speaks: a violation with a plain sentence, and tables of state changes.

Pure: standard library only. Sentences are Simplified Chinese, marked by `N_` so that they are
found for the catalogue (`pybabel extract -k N_`) and translated only when they are shown.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)
Action = TypeVar("Action", bound=StrEnum)

AGE_OF_MAJORITY = 18  # domain.md MEM-05; people, members and volunteers all ask for it
MAX_TYPED = 200  # characters of one typed number, date or code, however it is decorated
FULL_WIDTH = {ord("!") + 0xFEE0 + i: chr(ord("!") + i) for i in range(94)} | {0x3000: " "}
OUTER_SPACE = " \u00a0"


def N_(message: str) -> str:  # noqa: N802 - the keyword by which gettext tools know it
    """The message unchanged; marks it for extraction without translating it now."""
    return message


def NN_(message: str) -> str:  # noqa: N802 - found by gettext tools as a text in two forms
    """The message unchanged; marks one that counts, said in the singular where it counts one.

    What it counts is its first number (``first_number``).
    """
    return message


PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
SHOWN_NUMBER = re.compile(r"[0-9][0-9,.]*")


def first_number(message: str, values: Mapping[str, object]) -> int:
    """Return by which number a message is said: 1 for exactly one, 2 for any other.

    The first whole number among its values counts, else the first that is shown as a number; a
    message without any counts as many.
    """
    named = [values[name] for name in PLACEHOLDER.findall(message) if name in values]
    whole = [str(one) for one in named if isinstance(one, int)]
    shown = [one for one in named if isinstance(one, str) and SHOWN_NUMBER.fullmatch(one)]
    return number_of(next(iter((*whole, *shown)), ""))


def number_of(shown: str) -> int:
    """Return by which number words beside a number as it is shown are said: 1 or, for many, 2."""
    return 1 if shown == "1" else 2


MISSING = N_("请填写这一项")


class RuleViolation(ValueError):  # noqa: N818 - a breach of a rule, not a fault of the program
    """A value or an act that a rule refuses; `field` is "" when no single field is at fault."""

    def __init__(self, field: str, message: str, **params: object) -> None:
        super().__init__(message % params if params else message)
        self.field = field
        self.message = message
        self.params = params

    def text(self, translate: Callable[[str], str]) -> str:
        """The sentence to show: the message through `translate` (gettext), then its parameters.

        A parameter that is itself a marked message must be translated by the caller.
        """
        translated = translate(self.message)
        return translated % self.params if self.params else translated


def violations(*checks: Callable[[], object]) -> list[RuleViolation]:
    """Return what every check refuses, so that somebody learns of all at once."""
    found = []
    for check in checks:
        try:
            check()
        except RuleViolation as violation:
            found.append(violation)
    return found


def typed(text: str, field: str) -> str:
    """A typed number, date or code: full-width forms made ASCII, invisible marks gone, trimmed.

    Of NFKC only the full-width part is done: `８` becomes 8, while `²` and `⑧` stay and are
    refused by whoever asks for digits (IN-07). Line breaks stay too, and are refused likewise.
    More than 200 characters raise `RuleViolation`.
    """
    if len(text) > MAX_TYPED:
        raise RuleViolation(field, N_("内容太长，最多 %(limit)d 个字"), limit=MAX_TYPED)
    if not text.isascii():
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return text.translate(FULL_WIDTH).strip(OUTER_SPACE)


def check_shown(text: str, field: str) -> str:
    """Return the text. Raises RuleViolation for signs that no screen shows, but line breaks."""
    if not text.replace("\n", "").replace("\r", "").isprintable():
        raise RuleViolation(field, N_("有不能显示的字符，请重新写"))
    return text


def check_line(text: str, field: str, limit: int, missing: str = MISSING) -> str:
    """Return one line without spare spaces, of ``limit`` characters at most.

    Raises RuleViolation for a longer one and, with the words of ``missing``, for none; without
    such words there may be none.
    """
    line = check_shown(" ".join(text.split()), field)
    if missing and not line:
        raise RuleViolation(field, missing)
    if len(line) > limit:
        raise RuleViolation(field, N_("最多 %(limit)d 个字"), limit=limit)
    return line


def check_list(text: str, field: str, limit: int, most: int) -> tuple[str, ...]:
    """Return a list that was written one entry a line, each without spare spaces.

    Raises RuleViolation, which names the line that is wrong as it was typed: empty ones count.
    """
    entries: dict[str, int] = {}
    for at, line in enumerate(text.splitlines(), start=1):
        entry = " ".join(line.split())
        if not entry.isprintable():
            raise RuleViolation(field, N_("第 %(line)d 行有不能显示的字符，请重新写"), line=at)
        if len(entry) > limit:
            words = N_("第 %(line)d 行有 %(count)d 个字，最多 %(limit)d 个字")
            raise RuleViolation(field, words, line=at, count=len(entry), limit=limit)
        if entry in entries:
            words = N_("第 %(line)d 行和第 %(first)d 行一样")
            raise RuleViolation(field, words, line=at, first=entries[entry])
        if entry:
            entries[entry] = at
    if not entries:
        raise RuleViolation(field, MISSING)
    if len(entries) > most:
        raise RuleViolation(field, N_("最多 %(limit)d 条"), limit=most)
    return tuple(entries)


class UnknownRowError(LookupError):
    """A code that is not there or not handled here: the request is answered with 404 (AZ-18)."""


def codes_of(texts: Iterable[str]) -> set[str]:
    """Return the codes of a selection. Raises UnknownRowError where one can be no code, or none."""
    codes = set(texts)
    if not codes or not all(code.isascii() and code.isalnum() for code in codes):
        raise UnknownRowError
    return codes


class IllegalTransition(RuleViolation):
    """An action that the present state does not allow; answered with 409."""

    def __init__(self, state: StrEnum, action: StrEnum) -> None:
        super().__init__("", N_("现在的状态不能这样办理，请刷新后再看"))
        self.state = state
        self.action = action


def next_state(table: Mapping[tuple[State, Action], State], state: State, action: Action) -> State:
    """The state that `action` leads to; raises `IllegalTransition` for what is not in the table."""
    try:
        return table[state, action]
    except KeyError:
        raise IllegalTransition(state, action) from None


class Transitions(Generic[State, Action]):
    """One lifecycle: its table, and what pages and tests ask of it."""

    def __init__(self, table: Mapping[tuple[State, Action], State]) -> None:
        self.table = dict(table)

    def next(self, state: State, action: Action) -> State:
        """The state that `action` leads to; raises `IllegalTransition`."""
        return next_state(self.table, state, action)

    def allows(self, state: State, action: Action) -> bool:
        """Whether a button for `action` may stand on a page in `state`."""
        return (state, action) in self.table

    def actions_from(self, state: State) -> tuple[Action, ...]:
        """The actions possible in `state`, in the order of the table; () for a final state."""
        return tuple(action for source, action in self.table if source == state)
