"""Making, agreeing, sending batches, and reading what comes back."""

from exchange.operations.batches import (
    agree,
    close,
    give_up,
    mark_sent,
    purge_files,
    start_batch,
    take_file,
)
from exchange.operations.gathering import gather_next, put_together
from exchange.operations.receipts import receive

__all__ = [
    "agree",
    "close",
    "gather_next",
    "give_up",
    "mark_sent",
    "purge_files",
    "put_together",
    "receive",
    "start_batch",
    "take_file",
]
