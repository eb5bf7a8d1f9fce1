"""The gallery shows what it says: each address is a page, each picture is there."""

from __future__ import annotations

from flask import Flask

from tools import gallery
from tools.gallery_pages import GALLERY


def test_every_picture_is_of_a_page_of_the_product(app: Flask) -> None:
    pages = app.url_map.bind("localhost")
    for shelf in GALLERY:
        for view in shelf.views:
            endpoint, _values = pages.match(
                view.path.format(org="abc234").partition("?")[0], method="GET"
            )
            assert endpoint in app.view_functions


def test_the_folder_holds_what_the_page_shows() -> None:
    names = {gallery.file_of(shelf, view) for shelf in GALLERY for view in shelf.views}
    there = {one.name for one in gallery.FOLDER.glob("*.jpg")}
    assert there == names
    assert gallery.PAGE.read_text("utf-8") == gallery.page()
