"""Pages of the classes of a school and of the pupils in them, and what stands there."""

from __future__ import annotations

from organizations.models import Organization
from tests import school_factories as school
from tests.e2e.sheets import Sheet, press

ROSTER_SHEETS = (
    Sheet("schools.list_classes", "finn", "/o/{school}/classes"),
    Sheet("schools.list_classes", "finn", "/o/{school}/classes?q=nobody", state="not found"),
    Sheet("schools.open_class", "finn", "/o/{school}/classes/new"),
    Sheet("schools.open_class", "finn", "/o/{school}/classes/new", press("保存"), "wrong"),
    Sheet("schools.show_class", "finn", "/o/{school}/classes/{class}"),
    Sheet("schools.show_class", "finn", "/o/{school}/classes/{empty_class}", state="empty"),
    Sheet("schools.edit_class", "finn", "/o/{school}/classes/{empty_class}/edit"),
    Sheet("schools.print_class", "finn", "/o/{school}/classes/{class}/print"),
    Sheet("schools.add_pupil", "finn", "/o/{school}/classes/{class}/add"),
    Sheet("schools.add_pupil", "finn", "/o/{school}/classes/{class}/add", press("保存"), "wrong"),
    Sheet("schools.show_pupil", "finn", "/o/{school}/pupils/{pupil}"),
    Sheet("schools.move_pupil", "finn", "/o/{school}/pupils/{pupil}/move"),
    Sheet("schools.remove_pupil", "finn", "/o/{school}/pupils/{pupil}/remove"),
    Sheet(
        "schools.remove_pupil",
        "finn",
        "/o/{school}/pupils/{pupil}/remove",
        press("移出名册"),
        "wrong",
    ),
    Sheet("imports.new", "finn", "/o/{school}/imports/new?subject=pupils", state="pupils"),
    Sheet("imports.paste", "finn", "/o/{school}/imports/paste?subject=pupils", state="pupils"),
)


def furnish_roster(place: Organization) -> dict[str, str]:
    """Return the codes of a class with pupils, of an empty one and of a pupil."""
    full = school.make_class(place, grade=3, number=2)
    school.make_pupil(full, member=True)
    pupil = school.make_pupil(full)
    empty = school.make_class(place, grade=3, number=3)
    return {"class": full.code, "empty_class": empty.code, "pupil": pupil.code}
