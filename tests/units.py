"""Units that become group members: made-up facts, rows in every state, licence files."""

from __future__ import annotations

import hashlib
import struct
import zlib
from datetime import date, timedelta
from itertools import count

from werkzeug.test import TestResponse

from core import clock, crypto, keyring
from core.audit.operations import SYSTEM
from core.database import db
from core.files.models import StoredFile
from core.files.operations import keep
from core.files.rules import Content, FileKind
from core.idempotency import FIELD, new_key
from members.models import GroupFile, GroupMembership
from members.operations.dues_groups import charge_group
from members.queries.dues_due import all_tariffs
from members.rules import MembershipKind, member_number
from members.rules.groups import GROUP_HELD, GROUP_LIVE, GroupKind, GroupStatus
from organizations.models import Organization
from tests.client import Client
from tests.factories import make_phone

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_serial = count(1)


def credit_code(start: str = "91", serial: int | None = None) -> str:
    """Return a valid code of a region that does not exist; nobody else in the run has it."""
    body = f"{start}990000MA{(serial or next(_serial)):07d}"
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + SIGNS[-total % 31]


def facts(**changes: str) -> dict[str, str]:
    """Return what the form of a unit sends."""
    return {
        "name": "测试印刷有限公司",
        "credit_code": credit_code(),
        "kind": "enterprise",
        "staff": "200",
        "representative": "试法人",
        "contact_name": "试联系",
        "contact_phone": make_phone(),
        "address": "测试路 1 号",
        "plan": "组织职工学急救",
        **changes,
    }


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def png(width: int = 1, height: int = 1, *more: tuple[bytes, bytes]) -> bytes:
    """Return a picture with further chunks before its end."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), *more, (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def upload(client: Client, path: str, data: bytes, name: str = "执照.png") -> TestResponse:
    """Send a file as a browser does, in one piece of memory."""
    fields = {"csrf_token": client.csrf_token(), FIELD: new_key()}
    part = 'Content-Disposition: form-data; name="{}"'
    body = b"".join(
        f"--x\r\n{part.format(key)}\r\n\r\n{value}\r\n".encode() for key, value in fields.items()
    )
    head = f'--x\r\n{part.format("file")}; filename="{name}"\r\n'
    body += f"{head}Content-Type: image/png\r\n\r\n".encode() + data + b"\r\n--x--\r\n"
    with client.as_server():
        return client.http.post(path, data=body, content_type="multipart/form-data; boundary=x")


def make_group(
    organization: Organization,
    status: GroupStatus = GroupStatus.ACTIVE,
    *,
    owner_id: int | None = None,
    name: str = "",
    phone: str = "",
    code_of_unit: str = "",
) -> GroupMembership:
    """Return a unit in a state, with what belongs to it (figures are not touched)."""
    number, now = next(_serial), clock.now()
    is_held = status in GROUP_HELD
    group = GroupMembership(
        code=crypto.opaque_code(8),
        organization=organization,
        owner_id=owner_id,
        status=status,
        name=name or f"测试单位{number}号",
        search_text=name or f"ceshidanwei{number}hao 测试单位{number}号",
        credit_code=code_of_unit or credit_code(),
        kind=GroupKind.ENTERPRISE,
        staff=200,
        representative="试法人",
        contact_name="试联系",
        address="测试路 1 号",
        plan="组织职工学急救",
        created_at=now - timedelta(days=30),
        submitted_at=None if status is GroupStatus.DRAFT else now - timedelta(days=29),
        number=member_number("999999", MembershipKind.GROUP, 2025, number) if is_held else None,
        approved_at=now - timedelta(days=20) if is_held else None,
    )
    group.set_phone(phone or make_phone())
    if group.number:
        token = keyring.index_of(group.code, "card").hex()[:32]
        group.verify_digest = hashlib.sha256(token.encode()).digest()
    if status is GroupStatus.DUES_PENDING:
        group.dues_due_on = clock.today() + timedelta(days=5)
    if status not in {GroupStatus.DRAFT, GroupStatus.SUBMITTED, GroupStatus.RETURNED}:
        group.visitors, group.findings = "试考察", "情况属实"
        group.visited_on = clock.today() - timedelta(days=25)
    if status in GROUP_LIVE:
        group.joined_on = group.dues_paid_on = clock.today() - timedelta(days=10)
        group.dues_receipt = "测收 0001"
    db.session.add(group)
    db.session.flush()
    return group


def make_licence(group: GroupMembership) -> StoredFile:
    """Return a licence file of a unit."""
    file = keep(Content(FileKind.PNG, png()), "证照.png", by=SYSTEM, now=clock.now())
    db.session.add(GroupFile(file_id=file.id, group_id=group.id))
    db.session.flush()
    return file


def owes_since(unit: GroupMembership, years: int) -> None:
    """Let a unit have been approved on a first of January, with nothing paid since."""
    first = date(clock.today().year - years, 1, 1)
    unit.approved_at = clock.day_bounds(first)[0]
    for back in range(1, years + 1):
        assert charge_group(unit, clock.today().year - back, all_tariffs(), now=clock.now())
    db.session.commit()
