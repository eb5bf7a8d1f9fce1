"""The filters, the order and the columns of a list, from its address and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import abort, make_response, redirect, render_template, url_for
from werkzeug.datastructures import MultiDict

from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import asked, asked_all, config_value, has_asked, kept_here, scope
from members.forms.lists import FilterForm
from members.queries.roster import sees_youth
from members.routes.blueprint import bp
from members.rules import MembershipKind
from members.rules.roster import Column, Filters, Order, Use, parameters_of, read_columns
from members.sources import MEMBERS, chosen_words
from organizations.listing import children

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.rostering import Roster

MAX_TEXT = 40
COLUMNS = "columns"
COLUMNS_DAYS = 365
MOST_BELOW = 300
#: Filters that stand as chips of their own above the list.
OWN_CHIPS = frozenset({"kind", "status", "order"})


def asked_parameters(roster: Roster) -> dict[str, str]:
    """Return the parameters of the address that filters of a list have."""
    return {name: value for name in roster.readers if (value := asked(name))}


def asked_filters(roster: Roster, text: str = "") -> Filters:
    """Return the filters of the address, or answer 404 for one that nobody offered."""
    try:
        return filters_seen(roster.filters_of(asked_parameters(roster), text))
    except RuleViolation:
        abort(404)


def filters_seen(filters: Filters) -> Filters:
    """Return filters of a past day without those that are known of today only."""
    if filters.on is None:
        return filters
    return Filters(kind=filters.kind, on=filters.on)


def shown_columns(roster: Roster, filters: Filters, use: Use) -> tuple[Column, ...]:
    """Return the columns of a page: of the address, else of this browser, else the usual ones."""
    wanted = asked("cols", limit=120) or (kept_here(roster.cookie) if use is Use.SCREEN else "")
    columns = roster.chosen(scope(), read_columns(wanted), use)
    if filters.on is None:
        return columns
    return tuple(column for column in columns if column in roster.past)


def address(roster: Roster, org: str, parameters: Mapping[str, str | None], **more: Any) -> str:
    """Return the address of a list with parameters; those without a value are left out."""
    return url_for(roster.pages.show, **{"org": org, **parameters, **more})


def chosen_chips(roster: Roster, org: str, filters: Filters, text: str) -> list[dict[str, str]]:
    """Return what is chosen, each with the address of the list without it."""
    parameters = parameters_of(filters)
    words = chosen_words(roster, scope(), filters)
    return [
        {
            "label": label,
            "url": address(roster, org, _without(name, parameters), q=text or None),
        }
        for name, label in words.items()
        if name not in OWN_CHIPS
    ]


def _without(name: str, parameters: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in parameters.items() if key != name}


def heads_of(
    roster: Roster, org: str, columns: tuple[Column, ...], filters: Filters, text: str
) -> list[dict[str, Any]]:
    """Return the heads of a list; name and joining day sort it."""
    orders = {Column.NAME: Order.NAME, Column.JOINED: Order.JOINED}
    parameters = {**parameters_of(filters), "q": text or None}
    heads: list[dict[str, Any]] = []
    for column in columns:
        order = orders.get(column)
        head: dict[str, Any] = {
            "label": str(roster.heads[column]),
            "numeric": column is Column.HOURS,
        }
        if order is not None and filters.on is None:
            is_sorted = filters.order is order
            wanted = None if is_sorted else order.value
            head["url"] = address(roster, org, {**parameters, "order": wanted})
            head["sorted"] = "ascending" if is_sorted else None
        heads.append(head)
    return heads


def state_chips(
    roster: Roster, org: str, states: Mapping[Any, Any], filters: Filters, text: str, every: str
) -> list[dict[str, object]]:
    """Return the chips of states; each is a link that keeps the rest of the address."""
    kept = _without("status", parameters_of(filters))
    chips: list[dict[str, object]] = [
        {
            "label": every,
            "url": address(roster, org, kept, q=text or None),
            "current": filters.status is None,
        }
    ]
    chips += [
        {
            "label": label,
            "url": address(roster, org, kept, q=text or None, status=state.value),
            "current": state is filters.status,
        }
        for state, label in states.items()
    ]
    return chips


@bp.get("/o/<org>/members/filter")
@requires(Permission.MEMBERS_VIEW)
def choose_filters(org: str) -> ResponseReturnValue:
    """Offer every filter, the order and the columns; the answer is an address of the list."""
    wants_youth = asked("kind") == MembershipKind.YOUTH and sees_youth(scope())
    return filter_page(MEMBERS, org, MembershipKind.YOUTH.value if wants_youth else None)


def filter_page(roster: Roster, org: str, kind: str | None = None) -> ResponseReturnValue:
    """Answer the page on which a list is narrowed."""
    form = _form(roster)
    if has_asked("apply"):
        if form.validate() and form.reads_well(lambda: roster.filters_of(form.parameters())):
            return _applied(roster, org, form, {"kind": kind, "status": _status(roster)})
        return _page(roster, org, form, kind), 422
    return _page(roster, org, form, kind)


def _status(roster: Roster) -> str | None:
    """Return the state that the list is narrowed to by its own chips; it stays."""
    wanted = asked("status")
    return wanted if wanted in set(roster.states) and not asked("on") else None


def _form(roster: Roster) -> FilterForm:
    """Return the form filled from the address: nothing is written, so it needs no token."""
    readers = roster.readers
    given = MultiDict[str, str]([(name, asked(name)) for name in readers if has_asked(name)])
    for name in ("grade", "sex", "age", "honours", "no_phone", "below"):
        given.setdefault(name, "")
    given.setdefault("order", Order.NEWEST.value)
    columns = asked_all(COLUMNS) if has_asked("apply") else _now(roster)
    given.setlist(COLUMNS, columns)
    form = FilterForm(formdata=given, meta={"csrf": False})
    form.offer(
        _below(roster),
        {
            column.value: roster.heads[column]
            for column in roster.offered(scope(), Use.SCREEN)
            if column is not Column.NAME
        },
        roster,
    )
    return form


def _now(roster: Roster) -> list[str]:
    return [column.value for column in shown_columns(roster, Filters(), Use.SCREEN)]


def _below(roster: Roster) -> dict[str, str]:
    """Return the organizations directly under the place, to choose one of them."""
    found = children(scope().place, limit=MOST_BELOW).rows if scope().place.level != "unit" else []
    choices = {row.code: row.short_name for row in found}
    code = asked("below")
    if code and code not in choices:  # deeper down, or found by a saved filter
        choices[code] = chosen_words(roster, scope(), Filters(below=code)).get("below", "")
    return choices


def _applied(
    roster: Roster, org: str, form: FilterForm, kept: dict[str, str | None]
) -> ResponseReturnValue:
    answer = make_response(redirect(address(roster, org, {**kept, **form.parameters()}), 303))
    wanted = read_columns(" ".join(form.columns.data or []))
    answer.set_cookie(
        roster.cookie,
        ".".join(wanted),
        max_age=COLUMNS_DAYS * 24 * 3600,
        secure=config_value("origin").startswith("https://"),
        httponly=True,
        samesite="Lax",
    )
    return answer


def _page(roster: Roster, org: str, form: FilterForm, kind: str | None) -> str:
    return render_template(
        "members/filter.html",
        org=org,
        form=form,
        kind=kind,
        roster=roster,
        status=_status(roster),
        has_below=len(form.below.choices) > 1,
        back=address(roster, org, {"kind": kind}),
    )
