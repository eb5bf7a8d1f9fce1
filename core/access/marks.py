"""The mark that every view carries: what it needs. The guard refuses a view without one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from core.access.permissions import Permission
from core.switches import Module

View = TypeVar("View", bound=Callable[..., object])


class Need(StrEnum):
    """Kinds of marks."""

    PUBLIC = "public"
    SIGNED_IN = "signed-in"
    HALF_WAY = "half-way"
    PERMISSION = "permission"
    SYSTEM = "system"


class ApiScope(StrEnum):
    """What another system may read by its token; nothing that a token opens can be written."""

    ORGANIZATIONS = "read:organizations"
    INDICATORS = "read:indicators"
    VALUES = "read:values"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a view needs: a kind, with the permission of PERMISSION, the scope of SYSTEM."""

    need: Need
    permission: Permission | None = None
    api_scope: ApiScope | None = None

    def __str__(self) -> str:
        return str(self.permission or self.api_scope or self.need)


def _marked(mark: Mark) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        view.__access__ = mark  # type: ignore[attr-defined]
        return view

    return wrap


def public(view: View) -> View:
    """Mark a view that anybody may open."""
    return _marked(Mark(Need.PUBLIC))(view)


def signed_in(view: View) -> View:
    """Mark a view for any account that finished signing in; it shows own rows only."""
    return _marked(Mark(Need.SIGNED_IN))(view)


def half_way(view: View) -> View:
    """Mark a view of the second factor: first factor done, second not yet."""
    return _marked(Mark(Need.HALF_WAY))(view)


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view under ``/o/<org>/`` that needs a permission at that organization."""
    return _marked(Mark(Need.PERMISSION, permission))


def system(api_scope: ApiScope) -> Callable[[View], View]:
    """Mark a view that another system reads by its token; whoever is signed in does not count."""
    return _marked(Mark(Need.SYSTEM, api_scope=api_scope))


def module(name: Module) -> Callable[[View], View]:
    """Mark a view of a module that can be off somewhere: there it is unknown (404)."""

    def wrap(view: View) -> View:
        view.__switch__ = name  # type: ignore[attr-defined]
        return view

    return wrap


def module_of(view: object) -> Module | None:
    """Return the module that a view belongs to, None for what is always there."""
    return getattr(view, "__switch__", None)


def mark_of(view: object) -> Mark | None:
    """Return the mark of a view, or None where its author forgot it."""
    return getattr(view, "__access__", None)
