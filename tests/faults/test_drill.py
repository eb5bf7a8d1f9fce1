"""The drill: everything is gone, the last copy comes back, people sign in and go on (BAK-02)."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from accounts.rules import SessionKind
from core import clock
from core.config import Config
from core.database import db, is_postgresql
from core.files.operations import folder
from tests.accounts.steps import sign_in, stranger
from tests.cast import Cast, phone_of
from tests.client import Client
from tests.faults.killing import world
from tests.packets import Packet, session_of, stamp
from tests.races.stage import session_of as sign_in_as
from tests.volunteers.certified import credited, issued, link_of
from volunteers.models import ServiceRecord

NEW = "/me/hours/new"
FILE = "ab/" + "ab" * 16
CHECKS = (["ledger", "verify"], ["audit", "verify"], ["reports", "verify"])


@dataclass(frozen=True, slots=True)
class Place:
    """An installation of our own, and where its copies lie: on another disk."""

    app: Flask
    config: Config
    copy: Path

    def run(self, *words: str) -> None:
        """Give a command that has to succeed."""
        done = self.app.test_cli_runner().invoke(args=list(words))
        assert done.exit_code == 0, done.output

    def destroy(self) -> None:
        """Lose the database and every kept file."""
        db.session.remove()
        if is_postgresql():
            with db.engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
        db.engine.dispose()
        shutil.rmtree(self.config.instance)
        self.config.instance.mkdir()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Return an installation with the cast."""
    instance = tmp_path / "instance"
    instance.mkdir()
    with world(instance) as (app, config), app.app_context():
        yield Place(app, config, tmp_path / "last.backup")


@pytest.mark.covers("BAK-02")
def test_all_is_lost_and_comes_back(place: Place) -> None:
    cast = Cast()
    credited(cast)
    ada = Client(place.app, sign_in_as(cast.user("ada"), SessionKind.PERSON))
    db.session.commit()
    link = link_of(issued(ada))
    kept = folder() / FILE
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"handed in")
    place.run("backup", "create", str(place.copy))
    place.destroy()
    assert not kept.exists()
    place.run("backup", "restore", str(place.copy))
    for check in CHECKS:
        place.run(*check)
    assert kept.read_bytes() == b"handed in"
    assert ada.get("/me").location.startswith("/login")  # no session of the copy lives
    back = stranger(place.app)
    assert sign_in(back, phone_of("ada")).status_code == 303
    assert "急救演练" in back.page("/me/hours").text
    assert "真实有效" in stranger(place.app).page(link).text


def kept_by_phone(nr: int) -> Packet:
    """Return half an hour of some day, as a phone kept it yesterday."""
    day = clock.today() - timedelta(days=2 + nr)
    fields = {"day": day.isoformat(), "title": f"巡河{nr}", "field": "first_aid", "length": "30"}
    return Packet(NEW, fields, f"phone-of-ada-{nr:08d}", stamp(clock.now() - timedelta(days=1)))


def titles() -> Counter[str]:
    """Return what is recorded, and how often."""
    return Counter(db.session.scalars(select(ServiceRecord.title)))


@pytest.mark.covers("BAK-05", "LED-11")
def test_what_phones_kept_comes_back_once_after_the_copy_of_yesterday(place: Place) -> None:
    """One was sent before the copy, one after it, one never; the phone heard of none of them."""
    cast, packets = Cast(), [kept_by_phone(nr) for nr in range(3)]
    ada = Client(place.app, sign_in_as(cast.user("ada"), SessionKind.PERSON))
    db.session.commit()
    now, old = stamp(clock.now()), session_of(ada)
    sealed = [packet.sealed(ada, now, old) for packet in packets]
    assert packets[0].send(ada, now).status_code == 303
    place.run("backup", "create", str(place.copy))
    assert packets[1].send(ada, now).status_code == 303
    place.destroy()
    place.run("backup", "restore", str(place.copy))
    assert titles() == {"巡河0": 1}
    back = stranger(place.app)
    assert sign_in(back, phone_of("ada")).status_code == 303
    for _twice in range(2):
        for packet, fields in zip(packets, sealed, strict=True):
            back.post(NEW, fields, key=packet.key)  # its session is over: the phone shows it
            assert back.post(NEW, packet.fields, key=packet.key).status_code == 303
    db.session.expire_all()
    assert titles() == {"巡河0": 1, "巡河1": 1, "巡河2": 1}
    place.run("ledger", "verify")
