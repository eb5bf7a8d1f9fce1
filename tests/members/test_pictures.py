"""Cards and certificates as pictures: for their owner, drawn once, whole, never kept anywhere."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image, ImageDraw

from core import fonts, pictures
from core.pictures import Picture, size_of
from members.picture import card_png
from tests.cast import Cast
from tests.client import Client
from tests.members.reading import at, one, words
from tests.volunteers.certified import OWN, credited, issued

ClientOf = Callable[[str], Client]
RARE = "𠮷野·阿依古丽"
LIGHT = 200


@pytest.mark.covers("S17", "V11", "WEB-08")
def test_a_member_keeps_the_card_as_a_picture(client_of: ClientOf) -> None:
    mia = client_of("mia")
    assert "保存图片" in words(mia.page("/me/card"), "main")
    page = mia.page("/me/card?style=picture")
    assert "长按图片保存" in words(page, "main")
    answer = mia.get(at(page, "main img", "src"))
    assert answer.mimetype == "image/png"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.data) <= 30 * 1024
    picture = Image.open(BytesIO(answer.data))
    assert (str(picture.width), str(picture.height)) == (
        at(page, "main img", "width"),
        at(page, "main img", "height"),
    )
    before = card_png.cache_info().misses
    assert mia.get("/me/card/png").data == answer.data
    assert card_png.cache_info().misses == before
    assert client_of("gus").get("/me/card/png").status_code == 404


@pytest.mark.covers("S17", "PRV-12")
def test_the_card_of_a_minor_has_no_code(client_of: ClientOf) -> None:
    shorter, taller = (size_of(client_of(who).get("/me/card/png").data) for who in ("hana", "mia"))
    assert shorter
    assert taller
    assert shorter[1] < taller[1] - 300


@pytest.mark.covers("S18", "UX-P9")
def test_a_volunteer_keeps_a_certificate_as_a_picture(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    credited(cast)
    ada = client_of("ada")
    certificate = issued(ada)
    address = f"{OWN}/{certificate.code}"
    page = ada.page(f"{address}?style=picture")
    assert one(page, "main img")["src"] == f"{address}/png"
    answer = ada.get(f"{address}/png")
    assert answer.headers["Cache-Control"] == "no-store"
    assert certificate.number in answer.headers["Content-Disposition"]
    assert len(answer.data) <= 30 * 1024
    assert client_of("gus").get(f"{address}/png").status_code == 404
    assert Client(app).get(f"{address}/png").status_code in {302, 303}


@pytest.mark.covers("S17", "S18")
def test_what_cannot_be_drawn_leaves_the_screen_as_good(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    credited(cast)
    ada = client_of("ada")
    certificate = issued(ada)
    monkeypatch.setattr(fonts, "MAIN", Path("/nowhere.ttf"))
    card_png.cache_clear()
    for client, address, said in (
        (client_of("mia"), "/me/card", "屏幕上的会员证照样有效"),
        (ada, f"{OWN}/{certificate.code}", "证明页面照样有效"),
    ):
        assert said in words(client.page(f"{address}?style=picture"), "main")
        assert client.get(f"{address}/png").status_code == 503


@pytest.mark.pure
@pytest.mark.covers("CERT-05")
@pytest.mark.parametrize("with_rare", [True, False])
def test_every_character_is_drawn_by_a_face_that_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, with_rare: bool
) -> None:
    if not with_rare:
        monkeypatch.setattr(fonts, "RARE", ())
    elif not all(face.is_file() for face in fonts.RARE):
        pytest.skip("fonts-hanazono is not installed")
    drawn = []
    write = ImageDraw.ImageDraw.text

    def noted(draw: ImageDraw.ImageDraw, at: object, run: str, **how: object) -> None:
        drawn.append((run, Path(how["font"].path)))  # type: ignore[attr-defined]
        write(draw, at, run, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", noted)
    name = RARE + "长" * (50 - len(RARE))
    picture = Picture(tmp_path, [name])
    picture.rows([[name, "x"]], (1, 3), 24)
    written = "".join(run for run, _ in drawn)
    assert written == (name if with_rare else name.replace("𠮷", "[U+20BB7]")) + "x"
    for run, face in drawn:
        assert all(ord(sign) in fonts.coverage(face) for sign in run)
    image = Image.open(BytesIO(picture.png())).convert("L")
    assert image.width == pictures.WIDTH
    edge = image.crop((0, 0, pictures.MARGIN // 2, image.height))
    assert edge.getextrema()[0] > LIGHT  # type: ignore[operator]
