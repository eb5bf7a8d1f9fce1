"""Binds schools to what people tell: closing accounts and merging records."""

from __future__ import annotations

from people import erasing, merging
from schools.operations.erasing import erase_pupil, waiting_of
from schools.operations.merging import PupilsHand

merging.register(PupilsHand())
erasing.register(erasing.Part(waiting_of, erase_pupil))
