"""The English catalogue is complete: no missing, fuzzy or half-translated entry."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
#: A number beside what it counts; "At most so many" (最) is more than one.
NOUNS = (
    "activities|appointments|certificates|characters|consents|days|files|groups|hours|items|looks|"
    "members|minutes|months|papers|people|persons|photos|places|points|pupils|records|rows|schools|"
    "seconds|shifts|slots|stars|tasks|teams|times|units|years"
)
COUNTING = re.compile(
    r"%\((?!adult|age|line|organization|place|row)\w+\)[sd] (?:[a-z]+ )?(?:" + NOUNS + r")\b"
)
MORE_THAN_ONE = {
    "要有 1 到 %(count)d 场",
    "身份证号里的出生日期超过 %(years)d 年",
    "这里只列出前 %(count)d 行。",
    "没办完的名单有 %(most)d 份了，请先办完或删掉几份",
    "会员不足 %(least)s 名的，只选会长。",
    "不足 %(least)d 名会员的组织只选会长，这一项不用填",
    "少于 %(floor)d 人的不公布。",
    "%(points)s 个百分点",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")

pytestmark = pytest.mark.pure


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file)


def extracted(folder: Path) -> Catalog:
    """Return what the sources say now, gathered as ``make messages`` does."""
    target = folder / "messages.pot"
    keywords = ["lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2", "NN_:1,1"]
    command = [str(ROOT / ".venv" / "bin" / "pybabel"), "-q", "extract", "-F", "pyproject.toml"]
    command += [part for word in keywords for part in ("-k", word)]
    ignored = ".* bench migrations node_modules static tests tools"
    command += [f"--ignore-dirs={ignored}", "-o", str(target), "."]
    subprocess.run(command, cwd=ROOT, check=True)
    with target.open("rb") as file:
        return read_po(file)


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def place(message: Message) -> tuple[str, str]:
    """Return where a text stands: the same words may read otherwise as history or on a tab."""
    return str(message.context or ""), key(message)


def words(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_every_text_of_the_screen_has_its_english(tmp_path: Path) -> None:
    said = {place(message) for message in extracted(tmp_path) if message.id}
    known = {place(message) for message in catalogue() if message.id and all(words(message))}
    assert len(said) > 800
    assert said - known == set()
    assert known - said == set()


def test_no_entry_is_fuzzy_or_keeps_chinese() -> None:
    fuzzy = [key(message) for message in catalogue() if message.id and message.fuzzy]
    chinese = [key(m) for m in catalogue() if m.id and any(CHINESE.search(w) for w in words(m))]
    assert fuzzy == []
    assert chinese == []


def test_placeholders_are_kept() -> None:
    wrong = []
    for message in catalogue():
        if message.id:
            wanted = set(PLACEHOLDER.findall(key(message)))
            found = [set(PLACEHOLDER.findall(text)) for text in words(message)]
            if any(placeholders - wanted for placeholders in found) or found[-1] != wanted:
                wrong.append(key(message))
    assert [text for text in wrong if "%(year)d" not in text] == []


def test_whatever_counts_is_said_in_the_singular_too() -> None:
    """Texts that join a number with a noun are counted: ``ngettext``, in rules ``NN_``."""
    one_form = [m for m in catalogue() if isinstance(m.id, str) and m.id and "最" not in m.id]
    wrong = {key(m) for m in one_form if any(COUNTING.search(w) for w in words(m))}
    assert wrong - MORE_THAN_ONE == set()
    forms = [words(m) for m in catalogue() if isinstance(m.id, tuple)]
    alike = [both for both in forms if len(both) == 2 and both[0] == both[1]]
    assert [both for both in alike if COUNTING.search(both[1])] == []
