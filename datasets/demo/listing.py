"""The table of demo accounts: what docs/demo-accounts.md shows."""

from __future__ import annotations

from accounts.labels import LABELS
from core.access.permissions import Role
from datasets.demo import cast, names
from datasets.demo.people import secret_of

HEAD = "| 手机号 | 谁 | 身份 | 二次验证密钥 |\n| --- | --- | --- | --- |"


def table() -> str:
    """Return the principals as a Markdown table; it needs no database."""
    lines = [HEAD]
    for one in cast.CAST:
        phone = names.phone_of(one.serial)
        secret = f"`{secret_of(phone)}`" if one.posts and one.has_factor else "—"
        lines.append(f"| {phone} | {one.name} | {one.shows}{_places(one)} | {secret} |")
    lines.append(f"\n密码都是 `{cast.PASSWORD}`")
    return "\n".join(lines)


def _places(one: cast.Character) -> str:
    """Return where somebody belongs: 上城区/村1 · 秘书."""
    posts = [f"{place} {_word(role)}" for role, place in one.posts]
    belongs = [place for place in (one.member_of, one.volunteer_of, one.pupil_of) if place]
    return "（" + "；".join([*posts, *dict.fromkeys(belongs)]) + "）"


def _word(role: Role) -> str:
    return str(LABELS[Role][role])
