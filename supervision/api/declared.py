"""What may be asked of the interface: declarations that check an address and describe it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.access.marks import ApiScope
from core.problems import BadParametersError
from supervision.indicators.defaults import INDICATORS

PAGE = 100
_CODE = r"[0-9A-Za-z]{1,12}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an address: its choices, its pattern, or a range where it is a number."""

    name: str
    what: str
    pattern: str = _CODE
    low: int | None = None
    high: int | None = None
    is_required: bool = False
    in_path: bool = False
    choices: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """Return the schema of its values."""
        if self.high is not None:
            return {"type": "integer", "minimum": self.low, "maximum": self.high}
        if self.choices:
            return {"type": "string", "enum": list(self.choices)}
        return {"type": "string", "pattern": f"^{self.pattern}$"}

    def wrong(self, text: str) -> str:
        """Return why a text is refused, an empty one where it is not."""
        if self.choices:
            return "" if text in self.choices else "is unknown"
        if self.high is None:
            return "" if re.fullmatch(self.pattern, text) else f"must match ^{self.pattern}$"
        is_number = re.fullmatch("[0-9]{1,6}", text)
        if is_number and (self.low or 0) <= int(text) <= self.high:
            return ""
        return f"must be a whole number from {self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the interface: what it returns, what it takes, the scope that it needs."""

    name: str
    path: str
    summary: str
    answer: str
    api_scope: ApiScope | None
    parameters: tuple[Parameter, ...] = ()

    @property
    def of_query(self) -> Iterable[Parameter]:
        return (one for one in self.parameters if not one.in_path)


_CODE_IN_PATH = Parameter("code", "Code of the record", is_required=True, in_path=True)
_AFTER = Parameter("after", "Code of the last record of the page before")
_LIMIT = Parameter("limit", "Records per page", low=1, high=PAGE)
_INDICATOR = Parameter(
    "indicator", "Code of the indicator", choices=tuple(INDICATORS), is_required=True
)
_HERE = Parameter("organization", "Where to begin; without it the reach of the token")

ENDPOINTS = (
    Endpoint(
        "organizations",
        "/organizations",
        "Organizations within the reach of the token, those above before those below",
        "OrganizationPage",
        ApiScope.ORGANIZATIONS,
        (Parameter("parent", "Only those right under this organization"), _AFTER, _LIMIT),
    ),
    Endpoint(
        "organization",
        "/organizations/{code}",
        "One organization",
        "Organization",
        ApiScope.ORGANIZATIONS,
        (_CODE_IN_PATH,),
    ),
    Endpoint(
        "indicators",
        "/indicators",
        "Indicators in the version that is in force: what is counted, how, in which unit",
        "IndicatorList",
        ApiScope.INDICATORS,
    ),
    Endpoint(
        "values",
        "/values",
        "Values of one indicator for an organization and for those right under it",
        "ValuePage",
        ApiScope.VALUES,
        (
            _INDICATOR,
            _HERE,
            Parameter(
                "period",
                "Year or month of a flow; of a stock a month that is over, else as of now",
                r"[0-9]{4}(0[1-9]|1[0-2])?",
            ),
            _AFTER,
            _LIMIT,
        ),
    ),
    Endpoint(
        "parts",
        "/parts",
        "What a number consists of, as of now; never of people",
        "PartPage",
        ApiScope.VALUES,
        (_INDICATOR, _HERE, _AFTER, _LIMIT),
    ),
    Endpoint(
        "targets",
        "/targets",
        "What a year asks of an organization and of those right under it",
        "TargetPage",
        ApiScope.VALUES,
        (
            _INDICATOR,
            Parameter("year", "Year of the target", low=2000, high=2100, is_required=True),
            _HERE,
            _AFTER,
            _LIMIT,
        ),
    ),
    Endpoint(
        "alerts",
        "/alerts",
        "Open alerts of an organization and of those right under it, each with all below it",
        "AlertPage",
        ApiScope.VALUES,
        (_HERE, _AFTER, _LIMIT),
    ),
    Endpoint(
        "orders",
        "/orders",
        "Open supervision orders about an organization and those right under it, with all below",
        "OrderPage",
        ApiScope.VALUES,
        (_HERE, _AFTER, _LIMIT),
    ),
    Endpoint(
        "publications",
        "/publications",
        "Editions of published statistics, newest first; one that was taken back has no numbers",
        "PublicationList",
        ApiScope.VALUES,
    ),
    Endpoint(
        "publication",
        "/publications/{code}",
        "One edition: its frozen numbers of the province, each city and county",
        "Publication",
        ApiScope.VALUES,
        (_CODE_IN_PATH,),
    ),
)
BY_NAME: Mapping[str, Endpoint] = {one.name: one for one in ENDPOINTS}


def read(endpoint: Endpoint, sent: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the parameters of an address by name; those that were not sent are missing.

    Raises BadParametersError for one that is unknown, given twice, malformed or missing.
    """
    known = {one.name: one for one in endpoint.of_query}
    found: dict[str, str] = {}
    wrong: list[tuple[str, str]] = []
    for name, text in sent:
        if name not in known:
            wrong.append((name[:PAGE], "is unknown"))
        elif name in found:
            wrong.append((name, "is given twice"))
        else:
            found[name] = text
            if why := known[name].wrong(text):
                wrong.append((name, why))
    missing = (one.name for one in known.values() if one.is_required and one.name not in found)
    wrong += [(name, "is missing") for name in missing]
    if wrong:
        raise BadParametersError(wrong)
    return found
