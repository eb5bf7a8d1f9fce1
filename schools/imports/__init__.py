"""What lists may bring to schools: the county's list of schools, and pupils of a school."""

from schools.imports.pupils import PUPILS
from schools.imports.register import SCHOOL_LINES

__all__ = ["PUPILS", "SCHOOL_LINES"]
