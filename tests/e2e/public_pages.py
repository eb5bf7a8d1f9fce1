"""Pages of the public area, opened without an account, and where the province publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.models import Venue
from activities.rules.venues import VenueKind
from core import clock
from organizations.models import Organization
from supervision.public.operations import publish, take_back
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.sheets import Sheet, press
from tests.venue_factories import make_venue

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery

PUBLIC_SHEETS = (
    Sheet("shell.choose_display", None, "/display"),
    Sheet("public.organization", None, "/organizations/{branch}"),
    Sheet("public.activities", None, "/activities"),
    Sheet("public.venues", None, "/venues"),
    Sheet("public.venue", None, "/venues/{public_venue}"),
    Sheet("public.verify", None, "/verify"),
    Sheet("public.verify", None, "/verify?code=1234", state="wrong"),
    Sheet("public.guide", None, "/services"),
    Sheet("public.matter", None, "/services/join-member"),
    Sheet("public.statistics", None, "/statistics"),
    Sheet("public.edition", None, "/statistics/{edition_back}", state="taken back"),
    Sheet("public.publish", "gil", "/o/{province}/statistics"),
    Sheet("public.publish", "gil", "/o/{province}/statistics", press("公布"), "wrong"),
    Sheet("public.take_back", "gil", "/o/{province}/statistics/{edition}/take-back"),
)


def furnish_public(scenery: Scenery, branch: Organization) -> None:
    """Open venues at a branch; publish an edition, and one that was taken back."""
    venues: list[Venue] = [
        make_venue(branch, kind, name=name)
        for kind, name in (
            (VenueKind.SERVICE_STATION, "东一村红十字服务站"),
            (VenueKind.MEMBER_HOME, "东一村会员之家"),
        )
    ]
    province, year, now = organization_named("测试省"), clock.today().year, clock.now()
    gil = stage.acting("gil")
    back = publish(province.id, year - 1, "", by=gil, now=now)
    take_back(back.code, "数字有误", organization_id=province.id, by=gil, now=now)
    edition = publish(province.id, year, "", by=gil, now=now)
    scenery.codes.update(public_venue=venues[0].code, edition=edition.code, edition_back=back.code)
