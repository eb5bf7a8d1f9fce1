"""Short ways to certificates: hours long confirmed, a certificate asked for, its link."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from werkzeug.test import TestResponse

from core import clock
from core.database import db
from tests.cast import Cast
from tests.client import Client
from tests.volunteers.desk import BRANCH, acting, an_entry
from volunteers import operations as hours
from volunteers.models import ServiceCertificate, ServiceRecord
from volunteers.operations import verify_token
from volunteers.rules import day_of

OWN = "/me/certs"


def credited(
    cast: Cast, name: str = "ada", minutes: int = 120, back: int = 5, title: str = "急救演练"
) -> ServiceRecord:
    """Return a record that was confirmed two days ago."""
    record = hours.log_service(
        cast.person(name).id,
        an_entry(back=back, minutes=minutes, title=title),
        by=acting(cast, name),
        now=clock.now() - timedelta(days=3),
    )
    confirm(cast, record, clock.now() - timedelta(days=2))
    return record


def confirm(cast: Cast, record: ServiceRecord, now: datetime) -> None:
    place = cast.organization(BRANCH).id
    hours.confirm([record.code], handler_id=place, by=acting(cast, "ben"), now=now)
    db.session.commit()


def issued(client: Client, **fields: str) -> ServiceCertificate:
    """Return the certificate that somebody asked for."""
    answer = client.post(OWN, {"period": "all", **fields})
    assert answer.status_code == 303, answer.text
    code = answer.location.partition("?")[0].rpartition("/")[2]
    return db.session.scalars(
        select(ServiceCertificate).where(ServiceCertificate.code == code)
    ).one()


def link_of(certificate: ServiceCertificate) -> str:
    return f"/v/s/{verify_token(certificate.code)}"


def body(answer: TestResponse) -> str:
    return answer.text.partition('<main id="main"')[2].partition("</main>")[0]


def register(cast: Cast, certificate: ServiceCertificate, act: str = "") -> str:
    return f"/o/{cast.code('东县')}/certificates/{certificate.code}{act}"


def days(back: int) -> dict[str, str]:
    day = (day_of(clock.now()) - timedelta(days=back)).isoformat()
    return {"first": day, "last": day}
