"""What is kept of a file, under which name, and what is left when nothing is kept (FILE-06, 07)."""

from __future__ import annotations

import io
import os
import re
import struct
import tarfile
import zlib
from pathlib import Path

import pytest
from flask import Flask
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.audit.operations import SYSTEM
from core.backup import files as backup
from core.backup.archive import ArchiveError, Head, write
from core.database import db
from core.files import operations as files
from core.files.models import StoredFile
from core.files.rules import MAX_BYTES, Content, FileKind, read_content, shown_name
from core.rules import RuleViolation
from tests.cast import Cast
from tests.units import PDF, png

SECRET = b"GPS 30.2,120.1"


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def exif(orientation: int) -> bytes:
    """Return what a phone writes: how it was turned, and where it was."""
    entries = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(
        "<HHII", 0x8825, 4, 1, 26
    )
    return b"Exif\0\0II\x2a\0" + struct.pack("<IH", 8, 2) + entries + SECRET


def jpeg(width: int = 8, height: int = 8, *, orientation: int = 6, tail: bytes = b"") -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
        + segment(0xE1, exif(orientation))
        + segment(0xFE, b"<script>alert(1)</script>")
        + segment(0xDB, b"\0" * 65)
        + segment(0xC0, frame)
        + segment(0xDA, b"\x01\x01\0\0\x3f\0")
        + b"\x12\xff\x00\x34\xff\xd0\x56"
        + b"\xff\xd9"
        + tail
    )


def told(plain: bytes) -> bytes:
    """Return a PDF as newer programs write it: its information in a compressed object stream."""
    body = zlib.compress(plain)
    return (
        b"%%PDF-1.5\n4 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\n5 0 obj\n<< /Type /XRef /Info 3 0 R >>\nendobj\n%%%%EOF\n"
    ) % (len(body), body)


@pytest.mark.pure
@pytest.mark.covers("FILE-07")
def test_a_pdf_keeps_its_pages_and_names_nobody() -> None:
    paper = FPDF()
    paper.add_page()
    paper.set_font("Helvetica")
    paper.cell(text="pages stay")
    paper.set_author("Zhang San")
    paper.set_title("(nested) \\ title")
    paper.set_creator("camera 7")
    paper.set_xmp_metadata("<x>Zhang San</x>")
    before = bytes(paper.output())
    assert b"camera 7" in before
    kept = read_content(before).data
    assert len(kept) == len(before)
    for word in (b"Zhang", b"camera", b"title", b"fpdf2", b"2026"):
        assert word not in kept
    page = re.compile(rb"/Contents 4 0 R|stream\n(.*?)\nendstream", re.DOTALL)
    assert page.findall(kept)[0] == page.findall(before)[0]
    assert kept.count(b" obj") == before.count(b" obj")
    assert read_content(kept).data == kept


@pytest.mark.pure
@pytest.mark.covers("FILE-07")
def test_a_pdf_of_packed_objects_and_photos_tells_nothing_either() -> None:
    data = told(b"3 0 << /Author (Zhang San) /Title <FEFF5F20> /N 7 >>")
    kept = read_content(data).data
    assert len(kept) == len(data)
    plain = zlib.decompressobj().decompress(kept.partition(b"stream\n")[2])
    assert plain == b"3 0 << /Author (         ) /Title <00000000> /N 7 >>"
    photo = jpeg()
    inside = (
        b"%%PDF-1.4\n1 0 obj\n<< /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n"
    )
    data = inside % (len(photo), photo) + b"%%EOF"
    kept = read_content(data).data
    assert SECRET in data
    assert SECRET not in kept
    assert len(kept) == len(data)
    assert kept.endswith(photo[-12:] + b"\nendstream\nendobj\n%%EOF")


@pytest.mark.pure
@pytest.mark.covers("FILE-07")
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"%PDF-1.4\ntrailer << /Encrypt 5 0 R >>\n%%EOF", id="locked"),
        pytest.param(told(b"3 0 << >>" + bytes(21_000_000)), id="bomb"),
        pytest.param(told(b"")[:-1].replace(b"x", b"y", 1), id="damaged"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(RuleViolation):
        read_content(data)


@pytest.mark.pure
@pytest.mark.covers("FILE-07")
def test_a_photo_loses_the_small_picture_in_its_head() -> None:
    small = b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x02" + SECRET[:12]
    photo = jpeg().replace(
        segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        segment(0xE0, small) + segment(0xE0, b"JFXX\0\x10" + SECRET) + segment(0xEE, SECRET),
    )
    kept = read_content(photo).data
    assert SECRET[:8] not in kept
    assert segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0") in kept


@pytest.mark.pure
@pytest.mark.covers("FILE-06")
def test_a_photo_loses_place_and_comments_and_keeps_how_it_was_turned() -> None:
    kept = read_content(jpeg(tail=b"<html>PK\x03\x04"))
    assert kept.kind is FileKind.JPEG
    for gone in (SECRET, b"script", b"html", b"II\x2a"):
        assert gone not in kept.data
    assert kept.data.endswith(b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9")
    assert struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) in kept.data
    assert read_content(kept.data).data == kept.data
    assert b"Exif" not in read_content(jpeg(orientation=1)).data


@pytest.mark.pure
@pytest.mark.covers("FILE-06")
def test_a_picture_loses_words_and_what_follows_its_end() -> None:
    kept = read_content(png(1, 1, (b"tEXt", SECRET), (b"eXIf", SECRET)) + b"<svg onload=x>")
    assert kept == Content(FileKind.PNG, png())


@pytest.mark.pure
@pytest.mark.covers("FILE-06")
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="svg"),
        pytest.param(b"<!DOCTYPE html><p>%PDF-1.7 %%EOF", id="page"),
        pytest.param(b"GIF89a;", id="gif"),
        pytest.param(b"PK\x03\x04", id="archive"),
        pytest.param(PDF[: PDF.index(b"%%EOF")], id="half a document"),
        pytest.param(png(50_000, 50_000), id="pixel bomb"),
        pytest.param(jpeg(50_000, 50_000), id="pixel bomb as photo"),
        pytest.param(png(0, 1), id="no pixels"),
        pytest.param(png()[:-4], id="cut off"),
        pytest.param(png().replace(b"IEND", b"IENX"), id="wrong end"),
        pytest.param(png()[:60] + b"\0" + png()[61:], id="wrong sum"),
        pytest.param(jpeg()[:-9], id="photo cut off"),
        pytest.param(b"\xff\xd8\xff\xd9", id="photo of nothing"),
        pytest.param(b"\xff\xd8\xff\xff\xff", id="photo of fill bytes"),
        pytest.param(b"\xff\xd8\xff\xe1\x00\x01", id="short segment"),
        pytest.param(PDF + b" " * MAX_BYTES + b"%%EOF", id="too much"),
    ],
)
def test_what_is_no_document_or_picture_is_refused(data: bytes) -> None:
    with pytest.raises(RuleViolation) as refusal:
        read_content(data)
    assert refusal.value.field == "file"


@pytest.mark.pure
@given(st.sampled_from([PDF, jpeg(), png()]), st.integers(0, 300), st.binary(max_size=40))
def test_whatever_is_damaged_is_refused_or_kept_as_a_file_of_its_kind(
    data: bytes, place: int, noise: bytes
) -> None:
    damaged = data[:place] + noise + data[place + len(noise) :]
    try:
        kept = read_content(damaged)
    except RuleViolation:
        return
    assert read_content(kept.data).kind is kept.kind


@pytest.mark.pure
@pytest.mark.covers("FILE-07")
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("营业执照.PDF", "营业执照.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\photos\\a b.jpg", "a b.png"),
        ('x"\r\nSet-Cookie: a=b.png', "xSet-Cookie a=b.png"),
        ("\u202egnp.exe", "gnp.png"),
        ("", "file.png"),
        (".png", "file.png"),
        ("长" * 300, "长" * 60 + ".png"),
        ("<script>.html", "script.png"),
        ("\ud800", "file.png"),
    ],
)
def test_a_name_is_one_plain_line_with_the_true_suffix(name: str, shown: str) -> None:
    assert shown_name(name, FileKind.PNG) == shown


# ------------------------------------------------------------------------------ kept on disk


@pytest.fixture
def kept(cast: Cast) -> StoredFile:
    """Return a file that is kept."""
    file = files.keep(read_content(png()), "a.png", by=SYSTEM, now=clock.now())
    db.session.commit()
    return file


@pytest.mark.covers("FILE-07")
def test_bytes_lie_outside_of_what_is_served_under_a_random_name(
    app: Flask, kept: StoredFile
) -> None:
    path = files.path_of(kept)
    assert path.read_bytes() == png()
    assert path.is_relative_to(app.config["REDCROSS"].instance)
    assert not path.is_relative_to(app.static_folder or "")
    assert path.stat().st_mode & 0o077 == 0
    assert kept.name not in str(path)


def test_what_rolls_back_leaves_no_bytes(cast: Cast) -> None:
    file = files.keep(read_content(png()), "a.png", by=SYSTEM, now=clock.now())
    path = files.path_of(file)
    with pytest.raises(RuntimeError), db.session.begin_nested():
        raise RuntimeError
    assert path.exists()
    db.session.rollback()
    assert not path.exists()


def test_bytes_go_with_their_row_and_stay_where_removing_rolls_back(kept: StoredFile) -> None:
    path = files.path_of(kept)
    files.remove(kept)
    with db.session.begin_nested():
        pass
    assert path.exists()
    db.session.rollback()
    assert path.exists()
    files.remove(db.session.scalars(select(StoredFile)).one())
    db.session.commit()
    assert not path.exists()


def test_what_no_row_names_is_swept_when_it_is_old(kept: StoredFile) -> None:
    stray = files.folder() / "ff" / ("f" * 32)
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    assert files.sweep() == 0
    old = stray.stat().st_mtime - files.LEFT_BEHIND - 60
    for path in (stray, files.path_of(kept)):
        os.utime(path, (old, old))
    assert files.sweep() == 1
    assert not stray.exists()
    assert files.path_of(kept).exists()


def test_a_row_with_a_strange_place_opens_nothing() -> None:
    with pytest.raises(ValueError, match="place"):
        files.path_of(StoredFile(place="../../redcross.db"))


def test_a_picture_with_its_sums_is_what_png_readers_read() -> None:
    head = png()[12:29]
    assert zlib.crc32(head) == struct.unpack(">I", png()[29:33])[0]


# ------------------------------------------------------------------------------ copies


@pytest.mark.covers("BAK-03")
def test_files_come_back_from_their_copy_and_nothing_else(kept: StoredFile, tmp_path: Path) -> None:
    copy, key = backup.beside(tmp_path / "a.backup"), bytes(range(32))
    stray = files.folder() / "aa" / "notes.txt"
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("x")
    backup.create(files.folder(), copy, key)
    stray.unlink()
    with pytest.raises(ArchiveError):
        backup.create(files.folder(), copy, key)
    assert backup.restore(copy, tmp_path / "back", key) >= 1
    assert (tmp_path / "back" / kept.place).read_bytes() == png()
    assert not (tmp_path / "back" / "aa" / "notes.txt").exists()
    assert png() not in copy.read_bytes()
    with pytest.raises(ArchiveError):
        backup.restore(copy, tmp_path / "back", bytes(32))


@pytest.mark.covers("BAK-03")
def test_a_copy_of_something_else_or_with_a_way_out_puts_nothing_anywhere(tmp_path: Path) -> None:
    key, out, source = bytes(range(32)), tmp_path / "out", tmp_path / "copy"
    for kind, name in (("sqlite", f"ff/{'f' * 32}"), ("files", "../escaped")):
        plain = io.BytesIO()
        with tarfile.open(fileobj=plain, mode="w") as archive:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
        plain.seek(0)
        with source.open("wb") as target:
            write(plain, target, Head("2026-11-25T00:00:00+00:00", kind, ""), key)
        if kind == "sqlite":
            with pytest.raises(ArchiveError):
                backup.restore(source, out, key)
        else:
            assert backup.restore(source, out, key) == 0
    assert not (tmp_path / "escaped").exists()
