"""The page of a job that runs: its bar moves, and neither focus nor a button is taken away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from accounts.models import Post
from core.database import db
from core.jobs.models import Job
from core.jobs.rules import JobStatus
from tests import desk_factories as desk
from tests.cast import Cast, token_of
from tests.e2e.browser import phone
from tests.e2e.server import World

pytestmark = pytest.mark.browser

TOTAL = 2000


def set_out(served: World) -> tuple[str, str]:
    """Return the code of a job of the secretary that runs, and his session."""
    with served.writing():
        ben = Cast.load().user("ben")
        post = db.session.scalars(select(Post).where(Post.user_id == ben.id)).one()
        return desk.make_job(post, JobStatus.RUNNING, 100, TOTAL).code, token_of("ben")


def move(served: World, code: str, done: int, status: JobStatus = JobStatus.RUNNING) -> None:
    with served.writing():
        job = db.session.scalars(select(Job).where(Job.code == code)).one()
        job.done, job.status = done, status


@pytest.mark.covers("UX-A3")
def test_waiting_takes_nothing_away_and_the_end_is_read_out(
    browser: Browser, served: World
) -> None:
    code, token = set_out(served)
    with phone(browser, served.origin, token) as held:
        held.open(f"/me/jobs/{code}")
        stop = held.page.get_by_role("button", name="停止")
        button = stop.element_handle()
        assert held.focused().startswith("body")
        move(served, code, 200)
        expect(held.page.locator("#progress")).to_contain_text(f"200 / {TOTAL}")
        assert held.focused().startswith("body")  # whoever reads on is not called back
        stop.focus()
        move(served, code, 300)
        expect(held.page.locator("#progress")).to_contain_text(f"300 / {TOTAL}")
        assert held.focused() == "button:停止"
        assert button.is_visible()  # the very same button, under the same finger
        move(served, code, TOTAL, JobStatus.DONE)
        expect(held.page.locator("#status")).to_have_text("已完成")
        expect(held.page.get_by_role("link", name="看结果")).to_be_visible()
        expect(stop).to_have_count(0)
        assert held.faults == []
