"""What decides about batches: the standard library and ``core.rules`` only."""

from exchange.rules.profiles import (
    DEFAULT,
    Identity,
    Profile,
    ProfileError,
    profile_on,
    read_profiles,
    rendered,
)
from exchange.rules.receipts import (
    MAX_BYTES,
    Receipt,
    SentRow,
    check_receipt,
    read_receipt,
)
from exchange.rules.schema import FORMAT, SCHEMA, VERSION, WITH_MINUTES, Item, ObjectKind, Shape
from exchange.rules.states import (
    BATCH_TRANSITIONS,
    ON_THE_WAY,
    BatchAction,
    BatchMode,
    BatchStatus,
    RowOperation,
    check_agreement,
)

__all__ = [
    "BATCH_TRANSITIONS",
    "DEFAULT",
    "FORMAT",
    "MAX_BYTES",
    "ON_THE_WAY",
    "SCHEMA",
    "VERSION",
    "WITH_MINUTES",
    "BatchAction",
    "BatchMode",
    "BatchStatus",
    "Identity",
    "Item",
    "ObjectKind",
    "Profile",
    "ProfileError",
    "Receipt",
    "RowOperation",
    "SentRow",
    "Shape",
    "check_agreement",
    "check_receipt",
    "profile_on",
    "read_profiles",
    "read_receipt",
    "rendered",
]
