"""Forms of classes and the pupils in them."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Length

from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.parsing import parse_int
from people.labels import LABELS as PEOPLE_LABELS
from people.rules import IdType, Sex
from people.rules.guardians import Relation
from schools.labels import LABELS
from schools.models import SchoolClass
from schools.operations.classes import ClassFacts
from schools.queries.classes import ClassRow
from schools.rules.classes import NUMBER_MAX, grades_of
from schools.rules.register import SchoolStage
from schools.rules.taking_off import OffReason
from schools.titles import class_title, grade_title

MAX_TYPED = 200


class ClassForm(AppForm):
    """A class: its grade and number, its own name and its teacher where there are."""

    grade = SelectField(_("年级"), validate_choice=False)
    number = StringField(_("班号"), [Length(max=MAX_TYPED)])
    name = StringField(_("班名"), [Length(max=MAX_TYPED)])
    teacher = StringField(_("班主任"), [Length(max=MAX_TYPED)])

    def offer(self, stage: SchoolStage) -> None:
        """Fill in the grades of the school."""
        self.grade.choices = [(str(one), grade_title(one)) for one in grades_of(stage)]

    def fill(self, found: SchoolClass) -> None:
        """Fill in a class as it stands."""
        self.grade.data, self.number.data = str(found.grade), str(found.number)
        self.name.data, self.teacher.data = found.name, found.teacher

    def facts(self) -> ClassFacts:
        """Return what was typed. Raises RuleViolation."""
        grade = parse_int(self.grade.data or "", "grade", low=1, high=99)
        number = parse_int(self.number.data or "", "number", low=1, high=NUMBER_MAX)
        return ClassFacts(grade, number, self.name.data or "", self.teacher.data or "")


class PupilForm(AppForm):
    """A pupil who is entered by hand, and who answers for him."""

    name = StringField(_("姓名"), [Length(max=MAX_TYPED)])
    id_type = SelectField(_("证件种类"), validate_choice=False)
    id_number = StringField(_("证件号码"), [Length(max=MAX_TYPED)])
    born_on = StringField(_("出生日期"), [Length(max=MAX_TYPED)])
    sex = RadioField(_("性别"), validate_choice=False)
    guardian_name = StringField(_("监护人姓名"), [Length(max=MAX_TYPED)])
    relation = SelectField(_("监护人关系"), validate_choice=False)
    guardian_phone = StringField(_("监护人手机号"), [Length(max=MAX_TYPED)])
    choice = RadioField(_("是同一人吗"), validate_choice=False)

    def offer(self) -> None:
        """Fill the chips and lists."""
        documents, sexes = PEOPLE_LABELS[IdType], PEOPLE_LABELS[Sex]
        self.id_type.choices = [(one.value, documents[one]) for one in IdType]
        self.sex.choices = [(one.value, sexes[one]) for one in Sex]
        self.relation.choices = relations()

    def values(self) -> dict[str, str]:
        """Return field -> text of what was typed."""
        names = (
            "name",
            "id_type",
            "id_number",
            "born_on",
            "sex",
            "guardian_name",
            "relation",
            "guardian_phone",
        )
        return {name: str(self._fields[name].data or "") for name in names}


class MoveForm(AppForm):
    """Another class of the school for a pupil."""

    school_class = SelectField(_("换到"), validate_choice=False)

    def offer(self, classes: Sequence[ClassRow]) -> None:
        """Fill in the classes of this year."""
        self.school_class.choices = [(one.code, class_title(one)) for one in classes]


class OffForm(AppForm):
    """Why a pupil is taken off the roster."""

    reason = RadioField(_("原因"), validate_choice=False)

    def offer(self) -> None:
        """Fill in the reasons."""
        self.reason.choices = [(one.value, LABELS[OffReason][one]) for one in OffReason]


class ActForm(AppForm):
    """A button without questions."""


def relations() -> list[tuple[str, object]]:
    """Return what a guardian may be to a child, for a list to pick from; the usual one first."""
    words = PEOPLE_LABELS[Relation]
    usual = (Relation.MOTHER, Relation.FATHER, Relation.GRANDPARENT, Relation.OTHER)
    return [(one.value, words[one]) for one in usual]
