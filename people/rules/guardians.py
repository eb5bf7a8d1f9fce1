"""Who a guardian is to a child (domain.md PRI-02). Pure."""

from enum import StrEnum


class Relation(StrEnum):
    """What a guardian is to the child."""

    FATHER = "father"
    MOTHER = "mother"
    GRANDPARENT = "grandparent"
    OTHER = "other"
