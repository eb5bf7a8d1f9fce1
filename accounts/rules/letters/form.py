"""What belongs to a kind of letter. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """Words, way and channels of a kind.

    ``sentence`` holds ``%(organization)s`` and may hold what a letter carries besides. ``endpoint``
    is the screen it leads to, with the arguments that ``arguments`` names: ``org`` is the code of
    the organization, others stand in the letter; without an endpoint it says everything itself.
    ``by_sms`` sends the sentence and the way to the phone as well, and ``without_account`` to the
    phone of those who have no account and so no list: what passes them by would cost them a right.
    """

    sentence: str
    endpoint: str = ""
    arguments: tuple[str, ...] = ()
    by_sms: bool = False
    without_account: bool = False

    @property
    def reaches_strangers(self) -> bool:
        """Return whether somebody without an account is told by phone."""
        return self.by_sms or self.without_account


#: Arguments of the screens that letters lead to.
CODE, ORG, BOTH = ("code",), ("org",), ("org", "code")
