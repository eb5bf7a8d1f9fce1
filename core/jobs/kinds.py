"""The kinds of jobs that the packages bring, and what the worker asks of the accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from flask import Flask, current_app

from core.access.permissions import Permission
from core.access.scope import Scope
from core.i18n import lazy_gettext as _
from core.jobs.models import Job
from core.jobs.rules import JOB_TRANSITIONS, JobAction

#: Does the next chunk in the running transaction; returns whether more is left.
Step = Callable[[Job, Scope], bool]
#: Asked after each step, in its transaction: long work on files that is done after the commit,
#: when no row is held; the next step finds what came of it. None where there is nothing to do.
Afterwards = Callable[[Job], Callable[[], None] | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: what it is called on the screen, the right it needs, its step.

    ``page`` is the address where what came of it is seen. What must not be left half done
    cannot be stopped. ``tidy`` is what a worker does before it begins, for what a killed one
    left behind. ``caution`` is what whoever goes on with a stopped one has to know, or nothing.
    """

    name: str
    title: Any
    permission: Permission
    step: Step
    page: Callable[[Job], str]
    can_stop: bool = True
    afterwards: Afterwards | None = None
    tidy: Callable[[], object] | None = None
    caution: Callable[[Job], str] | None = None


class Authority(Protocol):
    """Tells whether the post of a job still may do it (security.md AZ-11)."""

    def __call__(self, job: Job, permission: Permission) -> Scope | None:
        """Return the scope in which the job acts now, or None."""


class Herald(Protocol):
    """Tells the owner of a job that it is done, or why it stopped (ux.md 5.3)."""

    def __call__(self, job: Job) -> None:
        """Write to the owner, in the transaction in which the job ends."""


def install(app: Flask, authority: Authority, herald: Herald, *kinds: Kind) -> None:
    """Name the kinds of jobs. Raises ValueError for a name given twice."""
    known = {kind.name: kind for kind in kinds}
    if len(known) != len(kinds):
        message = "two kinds of jobs have one name"
        raise ValueError(message)
    app.extensions["job_kinds"] = known
    app.extensions["job_authority"] = authority
    app.extensions["job_herald"] = herald


def all_kinds() -> Iterable[Kind]:
    """Return every kind that the packages bring."""
    known: dict[str, Kind] = current_app.extensions["job_kinds"]
    return known.values()


def kind_of(job: Job) -> Kind | None:
    """Return the kind of a job, or None where this release brings it no more."""
    return _named(job.kind)


def title_of(name: str) -> str:
    """Return what jobs of a kind are called on the screen."""
    kind = _named(name)
    return str(kind.title if kind else _("以前的任务"))


def _named(name: str) -> Kind | None:
    found: Kind | None = current_app.extensions["job_kinds"].get(name)
    return found


def page_of(job: Job) -> str | None:
    """Return where what came of a job is seen, or None where this release cannot tell."""
    kind = kind_of(job)
    try:
        return kind.page(job) if kind else None
    except KeyError:  # an earlier release kept other parameters
        return None


def caution_of(job: Job) -> str:
    """Return what whoever goes on with a job has to know before, or nothing."""
    kind = kind_of(job)
    may_go_on = (job.status, JobAction.RESUME) in JOB_TRANSITIONS
    try:
        return kind.caution(job) if may_go_on and kind and kind.caution else ""
    except KeyError:  # an earlier release kept other parameters
        return ""


def can_stop(job: Job) -> bool:
    """Return whether the owner of a job may stop it now."""
    kind = kind_of(job)
    return (job.status, JobAction.CANCEL) in JOB_TRANSITIONS and (kind is None or kind.can_stop)


def scope_of(job: Job, kind: Kind) -> Scope | None:
    """Return the scope in which a job may act now, or None where its post no longer may."""
    authority = cast("Authority", current_app.extensions["job_authority"])
    return authority(job, kind.permission)


def tell_owner(job: Job) -> None:
    """Tell the owner of a job that it ended."""
    cast("Herald", current_app.extensions["job_herald"])(job)
