"""Forms of the tree and of the life of organizations."""

from organizations.forms.closing import ActForm, ClosingForm, TargetForm

__all__ = ["ActForm", "ClosingForm", "TargetForm"]
