"""Forms of the step into the next school year."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import RadioField, SelectChoice, SelectField

from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.rules import N_, RuleViolation
from schools.rules.register import SchoolStage
from schools.rules.years import ExceptionKind, Goal, goal_of
from schools.titles import title_of

ALONG = "along"


class MoveUpForm(AppForm):
    """The button that moves everybody up."""


class PlanForm(AppForm):
    """What a pupil does when the class moves up."""

    kind = RadioField(
        _("升年级时"),
        choices=[
            SelectChoice(ALONG, _("跟班升级")),
            SelectChoice(ExceptionKind.REPEAT, _("留级")),
            SelectChoice(ExceptionKind.MOVE, _("转到别的班")),
            SelectChoice(ExceptionKind.LEAVE, _("离开学校")),
        ],
    )
    goal = SelectField(_("新学年的班级"))

    def offer(self, classes: Iterable[tuple[int, int]]) -> None:
        """Offer the classes of the next year."""
        self.goal.choices = [
            SelectChoice("", _("请选择")),
            *(SelectChoice(f"{one[0]}-{one[1]}", title_of(*one)) for one in classes),
        ]

    def plan(self, stage: SchoolStage, grade: int, number: int) -> Goal | None:
        """Return where the pupil goes, None for along. Raises RuleViolation."""
        if self.kind.data == ALONG:
            return None
        if self.kind.data not in set(ExceptionKind):
            raise RuleViolation("kind", N_("请选一项"))
        text = (self.goal.data or "").partition("-")
        to = (int(text[0]), int(text[2])) if text[1] else None
        kind = ExceptionKind(self.kind.data)
        return goal_of(kind, stage, grade, number, to if kind is not ExceptionKind.LEAVE else None)
