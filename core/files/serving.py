"""Giving a file out: to be saved, never to be run in a page of this site (security.md FILE-06)."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING

from flask import abort, request, send_file

from core.files.operations import path_of
from core.files.rules import MAX_BYTES, MEDIA_TYPES

if TYPE_CHECKING:
    from flask import Response

    from core.files.models import StoredFile

POLICY = "default-src 'none'; sandbox"


def give_out(file: StoredFile) -> Response:
    """Return the file as an attachment; rights were decided before.

    404 where its bytes are gone or are others than those handed in.
    """
    path = path_of(file)
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).digest() != file.digest:
        abort(404)
    return give_bytes(data, MEDIA_TYPES[file.kind], file.name)


def give_bytes(data: bytes, media_type: str, name: str) -> Response:
    """Return bytes as an attachment that nothing keeps and no page runs."""
    answer = send_file(
        BytesIO(data), media_type, as_attachment=True, download_name=name, etag=False, max_age=0
    )
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def handed_in(field: str = "file") -> tuple[str, bytes]:
    """Return name and content of the file in a form; an empty content where there is none.

    Reads one byte more than may be kept. A request that is run again reads it again.
    """
    found = request.files.get(field)
    if found is None:
        return "", b""
    found.stream.seek(0)
    return found.filename or "", found.stream.read(MAX_BYTES + 1)
