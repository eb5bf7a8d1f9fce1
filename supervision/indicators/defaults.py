"""The indicators that the product brings (domain.md 6.2); a later version is entered with a day.

One code may have several numbers: ``I05`` is the stock, ``I05-new`` and ``I05-left`` its flows.
"""

from __future__ import annotations

from collections.abc import Mapping

from supervision.indicators.defaults_organizations import OF_ORGANIZATIONS
from supervision.indicators.defaults_people import OF_PEOPLE
from supervision.indicators.defaults_service import OF_SERVICE
from supervision.indicators.definitions import Definition


def _order(definition: Definition) -> tuple[str, int]:
    """Return where an indicator stands: by its number, the main one of a number first."""
    head, _, tail = definition.code.partition("-")
    return head, bool(tail)


INDICATORS: Mapping[str, Definition] = {
    one.code: one for one in sorted((*OF_ORGANIZATIONS, *OF_PEOPLE, *OF_SERVICE), key=_order)
}
