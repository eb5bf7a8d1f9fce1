"""Pages of organizations that become one, and two lists: one done, one to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import clock
from organizations import operations
from organizations.operations import Decision
from organizations.operations.merging import advance, begin
from organizations.rules import Line, OrganizationKind
from tests import factories as make
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.sheets import Sheet, press

if TYPE_CHECKING:
    from organizations.models.merging import Merger
    from tests.e2e.scenery import Scenery

_HOME = "/o/{county}/mergers"
MERGING_SHEETS = (
    Sheet("organizations.list_mergers", "cora", _HOME),
    Sheet("organizations.list_mergers", "eve", "/o/{city}/mergers", state="none"),
    Sheet("organizations.new_merger", "cora", f"{_HOME}/new"),
    Sheet("organizations.new_merger", "cora", f"{_HOME}/new", press("检查名单"), "wrong"),
    Sheet("organizations.pair_merger", "cora", f"{_HOME}/pair?q=合"),
    Sheet(
        "organizations.pair_merger",
        "cora",
        f"{_HOME}/pair?source={{to_merge}}",
        press("检查"),
        "wrong",
        422,
    ),
    Sheet("organizations.show_merger", "cora", f"{_HOME}/{{merger_draft}}"),
    Sheet("organizations.show_merger", "cora", f"{_HOME}/{{merger_done}}", state="done"),
    Sheet("organizations.show_end", "cora", "/o/{merged}/ended"),
)


def furnish_mergers(scenery: Scenery) -> None:
    """Leave one list that is done, and a draft with a row that cannot be done."""
    county = organization_named("东县")
    names = ("合一村", "合二村", "合三村")
    codes = [make.make_organization(OrganizationKind.VILLAGE, name, county).code for name in names]
    done, draft = _listed(codes[0], codes[1]), _listed(codes[2], codes[1], "zzzzzz")
    by, now = stage.acting("cora"), clock.now()
    begin(done, by=by, now=now)
    while advance(done, by=by, now=now) is not None:
        pass
    scenery.codes.update(
        merger_draft=draft.code, merger_done=done.code, merged=codes[0], to_merge=codes[2]
    )


def _listed(source: str, target: str, unknown: str = "") -> Merger:
    lines = [Line(1, source, target), *([Line(2, unknown, target)] if unknown else [])]
    decision = Decision("东红〔2026〕31号", clock.today())
    county = organization_named("东县")
    return operations.prepare(county, lines, decision, by=stage.acting("cora"), now=clock.now())
