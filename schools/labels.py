"""Words of the screen for schools."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from schools.rules import SchoolStage

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    SchoolStage: {
        SchoolStage.PRIMARY: _("小学"),
        SchoolStage.JUNIOR: _("初中"),
        SchoolStage.NINE_YEAR: _("九年一贯制学校"),
        SchoolStage.SENIOR: _("高中"),
        SchoolStage.VOCATIONAL: _("中等职业学校"),
        SchoolStage.UNIVERSITY: _("高等学校"),
        SchoolStage.SPECIAL: _("特殊教育学校"),
    }
}
