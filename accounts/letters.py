"""Letters in words: the sentence in the reader's language, and the screen it leads to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import current_app

from accounts.labels import LABELS
from accounts.rules.letters import FORMS, LetterKind
from core.access.permissions import Role
from core.filters import day
from core.i18n import fill, gettext, say, speaking
from core.jobs.kinds import title_of
from core.rules import RuleViolation
from core.web import config_value

Details = Mapping[str, Any]
MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class Sender:
    """The organization that a letter names."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a letter says, without words: kind, organization, codes and numbers.

    ``names`` holds the names of the organizations that ``details`` counts something at.
    """

    kind: LetterKind
    sender: Sender
    details: Details = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)


def sentence_of(contents: Contents) -> str:
    """Return the sentence in the language of the screen."""
    values = {**contents.details, "organization": contents.sender.name}
    if "day" in values:
        values["day"] = day(date.fromisoformat(values["day"]))
    if "role" in values:
        values["role"] = str(LABELS[Role][Role(values["role"])])
    if "job" in values:
        values["job"] = title_of(values["job"])
    if "problem" in values:
        values["problem"] = say(RuleViolation("", values["problem"], **values["filling"]))
    if "subject" in values:
        subject = values["subject"]
        values["subject"] = str(gettext(subject))
    if "places" in values:
        values["places"] = _in_words(values["places"], contents.names)
    return fill(FORMS[contents.kind].sentence, values)


def path_of(contents: Contents) -> str:
    """Return the address of the screen on this site, or nothing where there is none.

    A letter without the code that its screen needs goes to somebody to whom that is closed.
    """
    form = FORMS[contents.kind]
    known = {**contents.details, "org": contents.sender.code}
    if not form.endpoint or not known.keys() >= set(form.arguments):
        return ""
    values = {name: known[name] for name in form.arguments}
    return str(current_app.url_map.bind("localhost").build(form.endpoint, values))


def sms_of(contents: Contents) -> str:
    """Return what goes to a phone: the sentence in Chinese and the way, on the own site only."""
    with speaking("zh_CN"):
        return f"{sentence_of(contents)}{config_value('origin')}{path_of(contents)}"


def written(details: Details) -> str:
    """Return the details as they are stored."""
    return json.dumps(details, ensure_ascii=False, sort_keys=True)


def _in_words(places: Iterable[tuple[int, int]], names: Mapping[int, str]) -> str:
    """Return the organizations with what waits there, the first few of many."""
    lines = [
        gettext("%(organization)s %(count)s 项", organization=names.get(place, "—"), count=count)
        for place, count in places
    ]
    shown = gettext("、").join(lines[:MOST_PLACES])
    return str(shown if len(lines) <= MOST_PLACES else gettext("%(places)s等", places=shown))
