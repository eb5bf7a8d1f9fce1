"""Reading a page the way a person does: this link, that button, those words."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    """Return the first element of a selector; it must be there."""
    found = page.select_one(selector)
    assert found is not None, f"nothing at {selector}"
    return found


def at(page: BeautifulSoup | Tag, selector: str, attribute: str) -> str:
    """Return an attribute of the first element of a selector."""
    return str(one(page, selector)[attribute])


def words(page: BeautifulSoup | Tag, selector: str) -> str:
    """Return the words of the first element of a selector."""
    return one(page, selector).text


def link(page: BeautifulSoup | Tag, text: str) -> str:
    """Return where the link with some words leads."""
    found = page.find("a", string=text)
    assert isinstance(found, Tag), f"no link {text}"
    return str(found["href"])


def undo(page: BeautifulSoup) -> str:
    """Return the address of the button 撤销 in the toast."""
    return at(page, "[data-toast] form", "action")
