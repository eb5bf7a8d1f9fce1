"""Pages of one's own data, of corrections, deaths, duplicates, and of looking with a reason."""

from people.routes import (
    changes,
    closing,
    deaths,
    desk,
    duplicates,
    matters,
    minors,
    own,
    phones,
    rights,
    seeing,
)
from people.routes.blueprint import bp

__all__ = [
    "bp",
    "changes",
    "closing",
    "deaths",
    "desk",
    "duplicates",
    "matters",
    "minors",
    "own",
    "phones",
    "rights",
    "seeing",
]
