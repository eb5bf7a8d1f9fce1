"""Two villages of the demonstration that became one, and a list that waits to be looked at."""

from __future__ import annotations

from core import clock
from datasets.demo.people import Stage
from organizations import operations
from organizations.models import Organization
from organizations.models.merging import Merger
from organizations.operations import Decision
from organizations.operations.merging import advance, begin
from organizations.rules import Line

COUNTY, GONE, STAYS, NEXT = "海曙区", "海曙区/村3", "海曙区/村4", "海曙区/村2"
DOCUMENT = "演示红〔2026〕12号"


def build_mergers(stage: Stage) -> None:
    """Merge one village into another, as the county decided; leave the next list as a draft."""
    county, target = stage.places[COUNTY], stage.places[STAYS]
    done = _listed(stage, county, stage.places[GONE], target)
    by, now = stage.keepers[county.id], clock.now()
    begin(done, by=by, now=now)
    goes_on = True
    while goes_on:
        goes_on = advance(done, by=by, now=now) is not None
    _listed(stage, county, stage.places[NEXT], target)


def _listed(
    stage: Stage, county: Organization, source: Organization, target: Organization
) -> Merger:
    decision = Decision(DOCUMENT, stage.today)
    lines = [Line(1, source.code, target.code)]
    by = stage.keepers[county.id]
    return operations.prepare(county, lines, decision, by=by, now=clock.now())
