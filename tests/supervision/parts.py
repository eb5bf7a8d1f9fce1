"""Pages of homes as tests look at them: their address, their tiles, numbers put in."""

from __future__ import annotations

from typing import Any

from core import clock
from core.database import db
from organizations import figures
from organizations.operations.tallies import close_month
from organizations.rules import Measure
from tests.cast import Cast
from tests.client import Client


def look(browser: Client, path: str) -> Any:
    """Return a page that must be there, parsed; tests tell whether every part of it is."""
    return browser.page(path)


def add(cast: Cast, place: str, measure: Measure, value: int, period: int = 0) -> None:
    figures.add(cast.organization(place).path, measure, value, period)
    figures.write(db.session())


def home(cast: Cast, place: str) -> str:
    return f"/o/{cast.code(place)}/home"


def tile(page: Any, label: str) -> str:
    for one in page.select(".tile"):
        if one.select_one(".tile-label").text.strip() == label:
            return str(one.select_one(".tile-value").text)
    return ""


def close(month: int) -> None:
    """Keep the stocks of now as those of a month that is over."""
    db.session.commit()
    close_month(month, clock.today(), clock.now())
    db.session.commit()
