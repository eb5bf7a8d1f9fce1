"""Earlier alerts: what ended, how, with its order; narrowed by rule, name and ending, in pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from core import clock
from core.access.permissions import Level
from core.database import db
from organizations.rules import Measure, OrganizationStatus
from supervision.alerts.models import Alert
from supervision.alerts.rules import Colour
from tests.cast import Cast
from tests.client import Client
from tests.supervision.order_parts import alert_at, late_elections, make_order, night
from tests.supervision.parts import add, look

ClientOf = Callable[[str], Client]


def ended(browser: Client, cast: Cast, place: str = "东县", **narrowed: str) -> Any:
    asked = "&".join(f"{name}={value}" for name, value in narrowed.items())
    return look(browser, f"/o/{cast.code(place)}/alerts/ended?{asked}")


def shown(page: Any) -> list[tuple[str, str]]:
    """Return organization and rule of each row."""
    return [
        (row.th.contents[0].strip(), row.select("td")[0].text.strip())
        for row in page.select("#rows tr")
    ]


def test_what_recovered_and_what_closed_is_listed_the_last_first_and_found_again(
    cast: Cast, client_of: ClientOf
) -> None:
    for place, measure in (
        ("东一村", Measure.OVERDUE_ELECTIONS),
        ("东二村", Measure.SILENT_VENUES),
        ("西一村", Measure.SILENT_VENUES),
    ):
        add(cast, place, measure, 1)
    night()
    make_order("东县", "东一村", rule="A03")
    alert_at("东一村").since = clock.today() - timedelta(days=9)
    alert_at("东二村", "A04").ended_on = clock.today() - timedelta(days=1)
    cast.organization("东二村").status = OrganizationStatus.DISSOLVED
    late_elections(cast, "东一村", -1)
    night()
    cora = client_of("cora")
    page = ended(cora, cast)
    assert shown(page) == [("东一村", "换届超期"), ("东二村", "场所没有活动")]
    first, second = (row.text for row in page.select("#rows tr"))
    assert "历时 10 天" in first
    assert "指标已恢复" in first
    assert "组织已停止" in second
    order = page.select_one("#rows a[href*='/orders/']")["href"]
    assert cora.get(order).status_code == 200
    assert shown(ended(cora, cast, rule="A03")) == [("东一村", "换届超期")]
    assert shown(ended(cora, cast, state="closed")) == [("东二村", "场所没有活动")]
    cast.organization("东二村").closed_on = clock.today()
    db.session.commit()
    assert shown(ended(cora, cast, state="recovered")) == shown(page)
    assert "组织已停止" not in ended(cora, cast).select_one("#rows").text
    assert shown(ended(cora, cast, q="东一")) == [("东一村", "换届超期")]
    assert "没有这样的预警" in ended(cora, cast, q="西一").main.text
    assert "东县" in dict(shown(ended(client_of("eve"), cast, "东市")))
    assert client_of("dan").get(f"/o/{cast.code('东县')}/alerts/ended").status_code == 404


@pytest.mark.covers("AZ-07")
def test_a_figure_of_an_earlier_year_is_hidden_by_its_own_year(
    cast: Cast, client_of: ClientOf
) -> None:
    year = clock.today().year - 1
    for place, serving in (("东县", 37), ("西县", 3)):
        add(cast, place, Measure.VOLUNTEERS, serving)
        add(cast, place, Measure.CONFIRMED_MINUTES, 6_000 * serving, year)
    begun, over = date(year, 2, 1), date(year, 3, 1)
    about = cast.organization("东县").id
    db.session.add(
        Alert(
            code="earlier",
            organization_id=about,
            rule="A12",
            colour=Colour.YELLOW,
            figure=222_000,
            top=222_000,
            since=begun,
            as_of=over,
            level=Level.COUNTY,
            near=0,
            ended_on=over,
        )
    )
    db.session.commit()
    (row,) = ended(client_of("eve"), cast, "东市").select("#rows tr")
    assert row.select("td")[1].text.strip() == "人数过少"


def test_pages_follow_each_other_at_the_same_cost(
    cast: Cast, client_of: ClientOf, count_statements: Any
) -> None:
    late_elections(cast, "东一村")
    night()
    kept = alert_at("东一村")
    cora, path = client_of("cora"), f"/o/{cast.code('东县')}/alerts/ended"
    kept.ended_on = clock.today()

    def statements() -> int:
        db.session.commit()
        with count_statements() as seen:
            assert cora.get(path).status_code == 200
        return len(seen)

    statements()  # the first page of a session notes where it was
    before = statements()
    values = {
        column.name: getattr(kept, column.name)
        for column in Alert.__table__.columns
        if column.name not in {"id", "code", "ended_on"}
    }
    for index in range(59):
        day = clock.today() - timedelta(days=index // 20)
        db.session.add(Alert(code=f"old{index}", ended_on=day, **values))
    assert statements() == before <= 8
    sizes: list[int] = []
    days: list[str] = []
    way = path
    while way:
        page = look(cora, way)
        ends = [row.select("td")[3].contents[0].strip() for row in page.select("#rows tr")]
        sizes.append(len(ends))
        days += dict.fromkeys(ends)
        more = page.select_one("#rows-more a")
        way = more["href"] if more else ""
    assert sizes == [25, 25, 10]
    assert len(dict.fromkeys(days)) == 3
