"""Files that leave: cells that stay text, sealed pieces, and the mark that names an export."""

from __future__ import annotations

import csv
import io
import os
import stat
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import IO, cast

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core.crypto import DecryptionError
from core.exports import marks, vault, writing
from core.exports.cells import guarded, is_risky, must_stay_text, unguarded
from core.exports.writing import Sheet, write_csv, write_xlsx

RISKY = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1",
    "﹦1", "﹢1",
    " =1", "\u3000=1", "\u00a0=1", "\u200b=1", "\ufeff=1", "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")', "'=1", "''=1", "-2+3+cmd|' /C calc'!A0", "\x00=1",
]  # fmt: skip
LONG = ["330106199001011234", "33010619900101123X", "13812345678", "'330106199001011234"]
PLAIN = ["王桂香", "", "—", "O'Neil", "'quoted'", "12:30", "2026-01-05", "阿依·古丽", "a=b", "1-2"]
NAMES = st.text(alphabet="王a1'=＝-@\t\r\n \u3000\u200b,\"x", max_size=12)


@pytest.fixture
def code(app: Flask) -> Iterator[str]:
    """Return the code of an export of which nothing is left afterwards."""
    with app.app_context():
        yield "abcdefgh2345"
        vault.remove("abcdefgh2345")


def sheet_of(rows: list[list[str]]) -> Sheet:
    return Sheet("名单", ["上面"], ["姓名", "值"], ["下面"], len(rows))


# ------------------------------------------------------------------------------- cells


@pytest.mark.pure
@pytest.mark.covers("EXP-02", "EXP-03")
def test_what_a_spreadsheet_would_run_or_round_is_told_apart() -> None:
    assert [text for text in RISKY if not must_stay_text(text.lstrip("'"))] == []
    assert [text for text in LONG if not must_stay_text(text.lstrip("'"))] == []
    assert [text for text in PLAIN if must_stay_text(text)] == []


@pytest.mark.pure
@pytest.mark.covers("EXP-02")
@given(st.lists(st.sampled_from(["'", "=", "＝", "-", "@", "\t", " ", "1", "王", "x"]), max_size=6))
@settings(deadline=None)
def test_every_value_comes_back_and_none_stays_live(signs: list[str]) -> None:
    text = "".join(signs)
    cell = guarded(text)
    assert unguarded(cell) == text
    assert not is_risky(cell)


@pytest.mark.pure
@given(NAMES)
def test_any_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@pytest.mark.pure
@pytest.mark.covers("EXP-02", "EXP-03")
def test_a_csv_file_brings_every_value_back() -> None:
    rows = [["王桂香", text] for text in RISKY + LONG + PLAIN]
    target = io.BytesIO()
    write_csv(target, sheet_of(rows), rows)
    assert target.getvalue().startswith(b"\xef\xbb\xbf")
    text = target.getvalue().decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[0] == ["上面"]
    assert read[1] == ["姓名", "值"]
    assert read[-1] == ["下面"]
    cells = [row[1] for row in read[2:-1]]
    assert [cell for cell in cells if is_risky(cell)] == []
    assert [unguarded(cell) for cell in cells] == [row[1] for row in rows]


@pytest.mark.pure
@pytest.mark.covers("EXP-02", "EXP-03")
@pytest.mark.parametrize("in_memory", [5_000, 0])
def test_a_workbook_holds_texts_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr(writing, "IN_MEMORY", in_memory)
    values = [text for text in RISKY + LONG + PLAIN if text and text.isprintable()]
    rows = [["王桂香", text] for text in values]
    path, parts = tmp_path / "file.xlsx", tmp_path / "parts"
    parts.mkdir()
    with path.open("wb") as target:
        write_xlsx(target, sheet_of(rows), rows, parts)
    assert list(parts.iterdir()) == []
    with zipfile.ZipFile(path) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert "<f>" not in page
    assert "hyperlink" not in page
    assert 'quotePrefix="1"' in styles
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    cells = [row[1] for row in sheet.to_python()[2:-1]]
    assert cells == values
    assert {type(cell) for cell in cells} == {str}


# ------------------------------------------------------------------------------- vault


def written(code: str, payload: bytes) -> Path:
    with vault.Sealing(code) as target:
        target.write(payload)
    return vault.folder() / code / "sealed"


@pytest.mark.covers("EXP-06", "PRV-01")
def test_a_file_lies_sealed_where_only_the_system_reads_it(code: str) -> None:
    payload = "王桂香 330106199001011234\n".encode() * 30_000
    path = written(code, payload)
    raw = path.read_bytes()
    assert "王桂香".encode() not in raw
    assert b"330106" not in raw
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(vault.folder().stat().st_mode) == 0o700
    assert b"".join(vault.pieces(code)) == payload
    assert len(list(vault.pieces(code))) > 2


@pytest.mark.covers("EXP-06")
@pytest.mark.parametrize("harm", ["flip", "cut", "swap", "rename", "lengthen"])
def test_a_changed_file_does_not_open(code: str, harm: str) -> None:
    path = written(code, os.urandom(3 * vault.PIECE))
    raw = bytearray(path.read_bytes())
    piece = int.from_bytes(raw[:4], "big") + 5
    if harm == "flip":
        raw[len(raw) // 2] ^= 1
    elif harm == "cut":
        del raw[2 * piece :]
    elif harm == "swap":
        raw[:piece], raw[piece : 2 * piece] = raw[piece : 2 * piece], raw[:piece]
    elif harm == "lengthen":
        raw[4] = 1  # the first piece says that it is the last
    path.write_bytes(bytes(raw))
    read = code
    if harm == "rename":
        read = "zzzzzzzz2345"
        path.parent.rename(path.parent.with_name(read))
    try:
        with pytest.raises(DecryptionError):
            b"".join(vault.pieces(read))
    finally:
        vault.remove(read)


@pytest.mark.covers("EXP-06")
def test_after_an_error_nothing_is_left_of_a_file(code: str) -> None:
    def half() -> None:
        with vault.scratch(code) as folder, vault.Sealing(code) as target:
            (folder / "part").write_text("half")
            target.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert not vault.is_kept(code)
    assert list((vault.folder() / code).iterdir()) == []


@pytest.mark.covers("EXP-06")
def test_what_another_one_removes_meanwhile_stops_no_sweep(code: str) -> None:
    gone = vault.folder() / "vanished"
    gone.symlink_to(vault.folder() / "nowhere")  # listed, and not there when it is looked at
    try:
        assert vault.sweep({code}) == 0
    finally:
        gone.unlink()


@pytest.mark.covers("EXP-06")
def test_strange_leftovers_are_swept_and_fresh_ones_are_not(code: str) -> None:
    vault.sweep({code})  # what tests of old files left
    vault.keep_part(code, 0, b"rows")
    vault.keep_part("zzzzzzzz2345", 0, b"rows")
    assert vault.sweep({code}) == 0
    old = time.time() - vault.YOUNG_SECONDS - 5
    for name in (code, "zzzzzzzz2345"):
        os.utime(vault.folder() / name, (old, old))
    assert vault.sweep({code}) == 1
    kept = {path.name for path in vault.folder().iterdir()}
    assert {code, "zzzzzzzz2345"} & kept == {code}
    assert list(vault.parts(code, 1)) == [b"rows"]
    with pytest.raises(DecryptionError):
        list(vault.parts(code, 2))


# ------------------------------------------------------------------------------- marks


def leaked(code: str, count: int, first: int = 0) -> list[list[str]]:
    days = [f"2026-01-{1 + number % 28:02d}" for number in range(count)]
    keys = [f"99999912025{first + number:07d}" for number in range(count)]
    return [
        ["王桂香", key, marks.marked(code, key, day)] for key, day in zip(keys, days, strict=True)
    ]


@pytest.mark.covers("EXP-04")
def test_two_hundred_rows_in_any_order_name_their_export(app: Flask) -> None:
    codes = [f"export{number:06d}" for number in range(300)]
    random = Random(7)  # noqa: S311 - an order, no secret
    with app.app_context():
        rows = leaked(codes[123], 3_000)
        some = random.sample(rows, 200)
        match = marks.find(codes, [["姓名", "会员号", "入会"], *some, ["导出：…"]])
        assert match is not None
        assert (match.code, match.agreeing, match.rows) == (codes[123], 200, 200)
        moved = [[row[2], "9", f"'{row[1]}"] for row in some]
        assert (found := marks.find(codes, moved)) is not None
        assert found.code == codes[123]
        without = [code for code in codes if code != codes[123]]
        assert marks.find(without, some) is None
        trimmed = [[cell.strip() for cell in row] for row in some]
        assert marks.find(codes, trimmed) is None
        assert marks.find(codes, some[:20]) is None
        assert marks.find(codes, []) is None


def test_a_mark_is_on_half_of_the_rows_and_differs_between_exports(app: Flask) -> None:
    with app.app_context():
        keys = [str(number) for number in range(1_000)]
        one = [marks.has_mark("one", key) for key in keys]
        other = [marks.has_mark("other", key) for key in keys]
    assert 400 < sum(one) < 600
    assert 400 < sum(a is b for a, b in zip(one, other, strict=True)) < 600


def test_a_csv_file_goes_straight_into_the_vault(code: str) -> None:
    rows = [["王桂香", "=1"]] * 20_000
    with vault.Sealing(code) as target:
        write_csv(cast("IO[bytes]", target), sheet_of(rows), rows)
    text = b"".join(vault.pieces(code)).decode("utf-8-sig")
    assert text.count("王桂香,'=1\r\n") == 20_000
