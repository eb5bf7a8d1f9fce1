"""The file of a batch: a zip of JSON Lines, the schema and a manifest, sealed while it lies here.

The same parts give the same bytes of every entry, so that a file made again after a kill has the
same manifest. Its digest names the batch in the receipt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from core.exports import vault
from core.jobs.running import ElsewhereError
from exchange.documents import schema_text
from exchange.rules import FORMAT, VERSION, WITH_MINUTES, ObjectKind

MANIFEST, SCHEMA = "manifest.json", "schema.json"


def make_file(code: str, parts: int, head: Mapping[str, Any], counts: Mapping[str, Any]) -> None:
    """Write the sealed file of a batch. Raises ElsewhereError where another worker is at it."""
    with vault.turn(code) as is_mine:
        if not is_mine:
            raise ElsewhereError
        if vault.is_kept(code):
            return
        with vault.Sealing(code) as target, ZipFile(cast("IO[bytes]", target), "w") as box:
            manifest = _manifest(head, counts, _write_objects(box, code, parts, counts))
            vault.keep_part(code, parts, manifest)
            box.writestr(_entry(SCHEMA), schema_text())
            box.writestr(_entry(MANIFEST), manifest)


def manifest_digest(code: str, parts: int) -> str:
    """Return the digest of the manifest that was kept beside the parts."""
    *_, manifest = vault.parts(code, parts + 1)
    return hashlib.sha256(manifest).hexdigest()


def _write_objects(
    box: ZipFile, code: str, parts: int, counts: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Write one entry per kind, those without rows too; return name and digest of each."""
    written = {}
    payloads = map(json.loads, vault.parts(code, parts))
    for kind, group in groupby(payloads, key=lambda part: part["kind"]):
        written[kind] = _write(box, kind, group)
    for kind in counts["objects"]:
        if kind not in written:
            written[kind] = _write(box, kind, iter(()))
    return written


def _write(box: ZipFile, kind: str, group: Iterator[Mapping[str, Any]]) -> dict[str, Any]:
    name, digest, rows = f"{kind}.jsonl", hashlib.sha256(), 0
    with box.open(_entry(name), "w", force_zip64=True) as target:
        for part in group:
            data = "".join(f"{line}\n" for line in part["lines"]).encode()
            rows += len(part["lines"])
            digest.update(data)
            target.write(data)
    return {"file": name, "sha256": digest.hexdigest(), "lines": rows}


def _manifest(
    head: Mapping[str, Any], counts: Mapping[str, Any], written: Mapping[str, dict[str, Any]]
) -> bytes:
    objects = {}
    for kind, numbers in counts["objects"].items():
        if written[kind].pop("lines") != numbers["rows"]:
            message = "the parts of the batch are not what was counted"
            raise ValueError(message)
        told = {
            "rows": numbers["rows"],
            "withdrawn": numbers["rows"] - numbers["puts"],
            **written[kind],
        }
        if ObjectKind(kind) in WITH_MINUTES:
            told["minutes"] = numbers["minutes"]
        objects[kind] = told
    manifest = {"format": FORMAT, "schema": VERSION, **head, "objects": objects}
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    return entry
