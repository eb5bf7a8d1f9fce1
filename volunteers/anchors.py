"""Heads of the ledger chain kept outside the database, so that a cut end is found (LED-13)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

PATTERN = "ledger-*.json"


@dataclass(frozen=True, slots=True)
class Anchor:
    """How far the chain was on a day, and the digest of its last entry."""

    sequence: int
    digest: bytes
    taken_at: str

    @property
    def line(self) -> str:
        """Return the anchor as one line of JSON, to keep or to send elsewhere."""
        return json.dumps(
            {
                "chain": "ledger",
                "sequence": self.sequence,
                "digest": self.digest.hex(),
                "taken_at": self.taken_at,
            }
        )


def read_all(folder: Path) -> list[Anchor]:
    """Return every anchor in the order of the chain. Raises ValueError for an unreadable file."""
    return sorted(
        (_parse(path) for path in folder.glob(PATTERN)), key=lambda anchor: anchor.sequence
    )


def write(folder: Path, anchor: Anchor, now: datetime) -> Path:
    """Return the new file of an anchor; an anchor that stands is never written over."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"ledger-{now:%Y%m%d}-{anchor.sequence:012d}.json"
    if not path.exists():
        path.write_text(anchor.line + "\n", encoding="utf-8")
    return path


def _parse(path: Path) -> Anchor:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Anchor(
            int(values["sequence"]), bytes.fromhex(values["digest"]), str(values["taken_at"])
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name} is no anchor") from error
