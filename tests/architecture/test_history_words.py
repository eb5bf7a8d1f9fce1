"""What a step is called after it was done: past or neutral, and never as a command (ux.md 5.2)."""

from __future__ import annotations

import re

from flask import Flask

from activities.rules.appointments import AppointmentAction
from activities.rules.venue_reviews import ReviewAction
from core.i18n import speaking
from supervision.evaluations.rules import EvaluationAction
from supervision.orders.labels import LABELS
from supervision.orders.rules import OrderAction
from supervision.public.rules import EditionAction

#: Shown on buttons, or nowhere: no history tells them.
ON_BUTTONS = {AppointmentAction, EditionAction, EvaluationAction, ReviewAction}
COMMANDS = re.compile(
    r"(Accept|Admit|Answer|Appeal|Apply|Approve|Ask|Begin|Call|Cancel|Change|Check|Clear|"
    r"Close|Confirm|Convert|Correct|Decide|Decline|Deregister|Dismiss|Dissolve|Do|Drop|"
    r"Edit|End|File|Fix|Freeze|Give|Grant|Hand|Inspect|Issue|Keep|Leave|Lift|Look|Make|"
    r"Merge|Name|Pass|Promote|Propose|Publish|Receive|Record|Refuse|Register|Reject|"
    r"Release|Remove|Rename|Report|Resubmit|Resume|Return|Revoke|Send|Sign|Submit|Suspend|"
    r"Take|Undo|Withdraw|Write)\b(?!.*\b(undone|granted)\b)"
)


def test_no_step_reads_as_a_command_in_a_history(app: Flask) -> None:
    known = {
        kind: words
        for kind, words in app.extensions["labels"].items()
        if kind.__name__.endswith("Action") and kind not in ON_BUTTONS
    }
    assert len(known) > 15
    with speaking("en"):
        found = {
            f"{kind.__name__}.{action.name}": str(words)
            for kind, table in known.items()
            for action, words in table.items()
        }
    commands = {name: text for name, text in found.items() if COMMANDS.match(text)}
    assert commands == {}


def test_an_order_was_issued_and_its_button_issues_it(app: Flask) -> None:
    with app.test_request_context(), speaking("en"):
        told = [str(LABELS[OrderAction][one]) for one in (OrderAction.ISSUE, OrderAction.REOPEN)]
    assert told == ["Order issued", "Given back"]
