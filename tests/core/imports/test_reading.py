"""Every file is read row by row, or refused with words that say what to do."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given, settings
from hypothesis import strategies as st

from core.imports.books import left_rows
from core.imports.reading import read_file, read_pasted
from core.imports.rules import Field, FieldKind, clean_cell, find_layout, guarded, unguarded
from core.imports.tables import UnreadableError
from core.imports.workbooks import check_workbook
from tests.core.imports import hostile

pytestmark = pytest.mark.pure

FIELDS = (
    Field("name", "姓名", kind=FieldKind.NAME, required=True),
    Field("id_number", "身份证号", frozenset({"证件号"}), FieldKind.ID_NUMBER, required=True),
    Field("phone", "手机号", frozenset({"电话"}), FieldKind.PHONE),
)
DOCUMENT, PHONE = "330102199003070019", "13812345678"


def rows_of(content: bytes) -> list[list[str]]:
    return [cells for _, cells in read_file(BytesIO(content)).rows]


Maker = Callable[[], bytes]
HOSTILE: dict[str, tuple[Maker, str]] = {
    "bomb": (hostile.bomb, "展开以后太大"),
    "last corner": (hostile.sparse, "范围太大"),
    "last corner, not declared": (hostile.hidden_sparse, "范围太大"),
    "many parts": (hostile.many_parts, "展开以后太大"),
    "many cells": (hostile.many_cells, "展开以后太大"),
    "encrypted parts": (hostile.flagged, "设了密码"),
    "entity": (lambda: hostile.workbook(prolog=hostile.ENTITY), "不该有的内容"),
    "two-byte text": (
        lambda: hostile.workbook(sheet="<?xml?><!DOCTYPE x>".encode("utf-16")),
        "不该有的内容",
    ),
    "macros": (lambda: hostile.workbook(extra={"xl/vbaProject.bin": b"x"}), "有宏"),
    "macro type": (lambda: hostile.workbook(types=hostile.MACRO_TYPES), "有宏"),
    "external link": (
        lambda: hostile.workbook(extra={"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        "链接到了别的文件",
    ),
    "way out of the folder": (
        lambda: hostile.workbook(extra={"../../etc/passwd": b"x"}),
        "不该有的内容",
    ),
    "absolute name": (lambda: hostile.workbook(extra={"/etc/passwd": b"x"}), "不该有的内容"),
    "cut off": (lambda: hostile.workbook()[:-200], "没有传完整"),
    "changed": (
        lambda: hostile.workbook().replace(b"PK\x03\x04", b"PK\x03\x04", 1)[:60] + b"\xff" * 400,
        "没有传完整",
    ),
    "no workbook": (lambda: b"PK\x05\x06" + b"\0" * 18, "这不是 .xlsx"),
    "old format": (lambda: hostile.OLE, "旧版 .xls"),
    "old format with a password": (
        lambda: hostile.OLE + "EncryptedPackage".encode("utf-16-le"),
        "设了密码",
    ),
    "page of a site": (lambda: b"<html><table><tr><td>1</td></tr></table>", "这是网页"),
    "page with a mark": (lambda: b"\xef\xbb\xbf \n<html>", "这是网页"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "不是表格"),
    "nothing": (lambda: b"", "文件是空的"),
    "blank": (lambda: b" \r\n ", "文件是空的"),
    "zeros": (lambda: b"\0" * 2000, "不是表格"),
    "broken UTF-8": (
        lambda: f"姓名,证件号\n王小明,{DOCUMENT}\n李".encode() + b"\xff\xfe,1\n",
        "第 3 行有认不出的字",
    ),
    "broken GB18030": (
        lambda: "姓名,证件号\n王小明,1\n".encode("gb18030") + b"\xff\xff,1\n",
        "第 3 行有认不出的字",
    ),
    "other alphabet": (lambda: "имя;номер\nИван;1\n".encode("cp1251"), "认不出的字"),
    "endless field": (("姓名\n" + "王" * 140_000).encode, "一格太长"),
}


@pytest.mark.covers("FILE-02", "FILE-03", "FILE-04", "FILE-05")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_advice(name: str) -> None:
    make, words = HOSTILE[name]
    content = make()
    began = time.process_time()
    with pytest.raises(UnreadableError, match=words):
        list(read_file(BytesIO(content)).rows)
    assert time.process_time() - began < 2


@pytest.mark.covers("FILE-03")
def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    content = hostile.bomb()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableError):
        check_workbook(BytesIO(content))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100 * 1024  # KiB


def test_what_got_past_every_look_harms_the_child_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's own limits hold: a corner that was not seen ends it, not this process."""
    monkeypatch.setattr("core.imports.workbooks.check_workbook", lambda file: None)
    with pytest.raises(UnreadableError, match="没有传完整"):
        list(read_file(BytesIO(hostile.hidden_sparse())).rows)
    assert os.getpid()


def test_a_plain_workbook_reads() -> None:
    row = f'<row r="3">{hostile.cell("A3", "王小明")}<c r="B3"><v>3.30106199003e17</v></c></row>'
    table = list(read_file(BytesIO(hostile.workbook(row))).rows)
    assert table == [(1, hostile.HEADER), (3, ["王小明", "3.30E+17"])]


@pytest.mark.covers("FILE-05")
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16"])
def test_text_files_give_the_same_rows(encoding: str, separator: str, end: str) -> None:
    header = ["姓名", "身份证号", "备注"]
    wanted = [header, ["王小明", DOCUMENT, f"两{end}行"], ["李四", DOCUMENT, '引"号']]
    lines = [
        separator.join(header),
        separator.join(["王小明", DOCUMENT, f'"两{end}行"']),
        separator.join(["李四", DOCUMENT, '"引""号"']),
    ]
    table = list(read_file(BytesIO(end.join(lines).encode(encoding))).rows)
    assert [cells for _, cells in table] == wanted
    assert [number for number, _ in table] == [1, 2, 4]


LINES = {
    f"王小明，{PHONE}，{DOCUMENT}": ["王小明", DOCUMENT, PHONE],
    f"{DOCUMENT} 王小明": ["王小明", DOCUMENT],
    f"1. 王小明、{DOCUMENT}、138-1234-5678": ["王小明", DOCUMENT, PHONE],
    f"（3）王 小 明;330102 19900307 0019;{PHONE}": ["王 小 明", DOCUMENT, PHONE],
    f"姓名：王小明 身份证号：{DOCUMENT} 电话：{PHONE}": ["王小明", DOCUMENT, PHONE],
    f"王小明{DOCUMENT}": ["王小明", DOCUMENT],
    "王小明 33010219900307001x": ["王小明", "33010219900307001x"],
    "王小明 3301021990030700": ["王小明", "3301021990030700"],
    f"Anna Smith {PHONE}": ["Anna Smith", "", PHONE],
    "阿依古丽·买买提 330102199003070019": ["阿依古丽·买买提", DOCUMENT],
    "王小明，１３８１２３４５６７８": ["王小明", "", PHONE],
}


@pytest.mark.covers("B8")
@pytest.mark.parametrize("line", LINES)
def test_lines_of_a_chat_are_understood(line: str) -> None:
    table, remarks = read_pasted(f"大家好\n{line}", FIELDS)
    rows = list(table.rows)
    assert rows[0][1] == ["姓名", "身份证号", "手机号"]
    assert rows[1:] == [(2, LINES[line])]
    assert remarks == [1]


def test_a_block_of_cells_is_read_as_a_table() -> None:
    table, remarks = read_pasted(f"证件号\t姓名\r\n{DOCUMENT}\t王小明\r\n", FIELDS)
    assert [cells for _, cells in table.rows] == [["证件号", "姓名"], [DOCUMENT, "王小明"]]
    assert remarks == []


LAYOUTS: dict[str, tuple[list[list[str]], dict[int, str], bool]] = {
    "by heading": ([["电话", "姓名", "证件号"]], {0: "phone", 1: "name", 2: "id_number"}, True),
    "decorated": ([["姓 名*", "身份证号（18位）："]], {0: "name", 1: "id_number"}, True),
    "below a title": (
        [["东一村会员名册"], [], ["序号", "姓名", "证件号"]],
        {1: "name", 2: "id_number"},
        True,
    ),
    "by content": ([["王小明", DOCUMENT], ["李四", DOCUMENT]], {0: "name", 1: "id_number"}, True),
    "one by content": ([["谁", "证件号"], ["王小明", "1"]], {0: "name", 1: "id_number"}, True),
    "unsure": ([["甲", "证件号"], ["王小明等人", "1"]], {1: "id_number"}, False),
    "two alike": (
        [["证件号", "", ""], ["1", "王小明", "李小四"]],
        {0: "id_number"},
        False,
    ),
}


@pytest.mark.covers("T1", "FILE-09")
@pytest.mark.parametrize("name", LAYOUTS)
def test_columns_are_recognized(name: str) -> None:
    rows, assigned, is_sure = LAYOUTS[name]
    layout = find_layout(rows, FIELDS)
    assert (dict(layout.assigned), layout.is_sure) == (assigned, is_sure)


def test_a_layout_names_what_it_leaves_out() -> None:
    layout = find_layout([["姓名", "证件号", "role", "原因", ""]], FIELDS)
    assert layout.ignored == ("role",)


#: The words of headings need a context.
APP = Flask("books")
Babel(APP)
CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)


@pytest.mark.covers("EXP-02")
@given(CELLS)
def test_a_guarded_cell_comes_back(text: str) -> None:
    kept = clean_cell(text)
    assert unguarded(guarded(kept)) == kept
    assert not guarded(kept).startswith(("=", "+", "-", "@", "＝"))


@pytest.mark.covers("EXP-02", "T3")
@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_rows_that_go_out_come_back_the_same(rows: list[tuple[str, str]]) -> None:
    kept = [[clean_cell(cell) for cell in row] for row in rows]
    kept = [row for row in kept if row[0]]
    with APP.test_request_context():
        problems = {"name": ["请填写姓名", {}]}
        content = left_rows(["姓名", "备注"], ((row, problems) for row in kept), {"name": "姓名"})
    back = [cells[:2] for cells in rows_of(content)[1:]]
    assert [row + [""] * (2 - len(row)) for row in back] == kept
