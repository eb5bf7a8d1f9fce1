"""What has to run by itself stands in a unit of the deployment, and what stands there exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from core import uploads
from tools.programs import ROOT
from tools.serve import OPTIONS

CALL = re.compile(r"^ExecStart=.*/flask --app app ([a-z -]+?)(?: --.*)?$", re.MULTILINE)
#: Commands that somebody gives; everything else has to be in a unit.
BY_HAND = {
    "people fill-matters",
    "people recount-matters",
    "access routes",
    "activities recount-venues",
    "accounts create-user",
    "accounts end-post",
    "accounts factor-code",
    "accounts grant",
    "accounts resume",
    "accounts set-password",
    "accounts sign-out-all",
    "accounts suspend",
    "accounts unlock",
    "backup restore",
    "database check",
    "database copy",
    "database downgrade",
    "database upgrade",
    "demo accounts",
    "demo seed",
    "exchange schema",
    "figures catch-up",
    "figures import-residents",
    "figures rebuild",
    "jobs run-silent",
    "ledger make-key",
    "ledger public-keys",
    "members import",
    "members trace-export",
    "organizations found",
    "organizations import-divisions",
    "organizations merge",
    "organizations move",
    "scale seed",
    "schools audit-minors",
    "schools import-list",
    "schools move-up",
    "volunteers look-through",
}


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    """Yield every command of ours with its groups before it."""
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from commands(one, f"{before}{name} ")
        else:
            yield f"{before}{name}"


@pytest.mark.covers("PRI-12", "LOG-06")
def test_every_command_is_scheduled_or_given_by_hand(app: Flask) -> None:
    known = {one for one in commands(app.cli) if " " in one and not one.startswith("limiter ")}
    units = [path.read_text("utf-8") for path in (ROOT / "deploy").glob("*.service")]
    called = {found for text in units for found in CALL.findall(text)}
    assert called <= known
    assert known - called == BY_HAND


@pytest.mark.covers("CFG-09")
@pytest.mark.pure
@pytest.mark.parametrize(
    "unit", sorted((ROOT / "deploy").glob("*.service")), ids=lambda one: one.stem
)
def test_no_service_is_root_or_may_write_to_the_program(unit: Path) -> None:
    """The unit is what keeps the code from being written: its user may own the checkout."""
    lines = dict(line.split("=", 1) for line in unit.read_text("utf-8").splitlines() if "=" in line)
    assert lines["User"] == lines["Group"] == "redcross"
    assert lines["ProtectSystem"] == "strict"
    assert lines["NoNewPrivileges"] == lines["ProtectHome"] == lines["PrivateTmp"] == "yes"
    assert lines["UMask"] == "0077"
    assert lines["ReadWritePaths"].split() == ["/var/lib/redcross"]
    assert lines["WorkingDirectory"] == "/opt/redcross"


@pytest.mark.covers("LOAD-05", "LOAD-06")
@pytest.mark.pure
def test_the_web_server_is_started_as_it_is_tested() -> None:
    unit = (ROOT / "deploy" / "redcross-web.service").read_text("utf-8")
    assert f"/granian {' '.join(OPTIONS)} --host 127.0.0.1 " in unit
    kept, files = (
        int(OPTIONS[OPTIONS.index("--backpressure") + 1]),
        re.search(r"NOFILE=(\d+)", unit),
    )
    assert files is not None
    assert kept * 2 < int(files[1])  # each connection is a file, and each may ask for another


@pytest.mark.covers("LOAD-06", "FILE-01")
def test_the_server_in_front_takes_every_list_and_waits_for_nobody(app: Flask) -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    most = re.search(r"client_max_body_size (\d+)m;", text)
    assert most is not None
    assert int(most[1]) * 1024 * 1024 == uploads.most_bytes(app)
    for name in ("client_header_timeout", "client_body_timeout", "send_timeout"):
        assert re.search(rf"^    {name} \d+s;", text, re.MULTILINE), name
    for name in ("limit_req zone=", "limit_conn ", "limit_req_status 429", "limit_conn_status 429"):
        assert re.search(rf"^    {name}", text, re.MULTILINE), name
    assert "proxy_request_buffering on;" in text
