"""Pages of reports, evaluations and tables, in each state worth a look."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from accounts.directory import scope_of_account
from core import clock, crypto
from core.access.permissions import Level, Permission, Role
from core.access.scope import Scope
from core.database import db
from core.exports import vault
from members.rules.exports import ExportPurpose
from organizations import figures
from organizations.rules import Measure
from supervision.evaluations import operations as evaluating
from supervision.evaluations.models import Evaluation
from supervision.evaluations.rules import EvaluationAction, Method, Weight
from supervision.reports.models import Report
from supervision.reports.operations import reports as reporting
from supervision.reports.rules import ended_periods
from supervision.tabling.models import TableFile
from supervision.tabling.rules import TableStatus
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.sheets import Sheet, press
from tests.races.stage import keeper

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery

HERE = "/o/{province}/evaluations"
REPORT_SHEETS = (
    Sheet("supervision.list_reports", "cora", "/o/{county}/reports"),
    Sheet("supervision.list_reports", "noa", "/o/{north}/reports", state="returned"),
    Sheet("supervision.list_reports", "ben", "/o/{branch}/reports", state="branch"),
    Sheet("supervision.list_reports_below", "eve", "/o/{city}/reports/below"),
    Sheet("supervision.list_reports_below", "gil", "/o/{province}/reports/below"),
    Sheet("supervision.list_reports_below", "ben", "/o/{branch}/reports/below", state="empty"),
    Sheet("supervision.report", "cora", "/o/{county}/reports/{report_frozen}", state="frozen"),
    Sheet(
        "supervision.report",
        "cora",
        "/o/{county}/reports/{report_frozen}",
        press("写明原因"),
        "wrong",
    ),
    Sheet("supervision.report", "eve", "/o/{west}/reports/{report_submitted}", state="submitted"),
    Sheet("supervision.table", "cora", "/o/{county}/tables/report"),
    Sheet("supervision.table", "eve", "/o/{city}/tables/comparison", state="compared"),
    Sheet("supervision.table", "gil", "/o/{province}/tables/organizations", state="long"),
    Sheet("supervision.table", "cora", "/o/{county}/tables/report?print=1", state="paper"),
    Sheet("supervision.list_files", "cora", "/o/{county}/files"),
    Sheet("supervision.list_files", "eve", "/o/{city}/files", state="empty"),
    Sheet("supervision.list_evaluations", "cora", "/o/{county}/evaluations"),
    Sheet("supervision.list_evaluations", "gil", HERE),
    Sheet("supervision.list_evaluations", "gil", HERE, press("试算"), "wrong"),
    Sheet("supervision.set_weights", "gil", f"{HERE}/weights"),
    Sheet("supervision.set_weights", "gil", f"{HERE}/weights", press("保存"), "wrong"),
    Sheet("supervision.evaluation", "cora", "/o/{county}/evaluations/{evaluation}"),
    Sheet("supervision.evaluation", "gil", "/o/{province}/evaluations/{evaluation}"),
)


def _scope(who: str, place: str, permission: Permission) -> Scope:
    user_id = stage.acting(who).user_id
    assert user_id is not None
    found = scope_of_account(user_id, organization_named(place).code, permission)
    assert found is not None
    return found


def _report(place: str, period: int) -> str:
    statement = select(Report.code).where(
        Report.organization_id == organization_named(place).id, Report.period == period
    )
    return db.session.scalars(statement).one()


def furnish_reports(scenery: Scenery) -> None:
    """Open reports; freeze one that was corrected since, return one, leave one to be checked."""
    now, keep, decide = clock.now(), Permission.REPORTS_KEEP, Permission.REPORTS_DECIDE
    reporting.open_reports(clock.today(), now)
    month, year = ended_periods(clock.today())
    frozen, returned = _report("东县", year), _report("北县", month)
    submitted = _report("西县", month)
    reporting.submit(frozen, _scope("cora", "东县", keep), now=now)
    reporting.check(frozen, _scope("eve", "东县", decide), now=now)
    reporting.accept(frozen, _scope("gil", "东县", decide), now=now)
    reporting.freeze(year, _scope("gil", "测试省", Permission.REPORTS_FREEZE), now=now)
    figures.add(organization_named("东县").path, Measure.CONFIRMED_MINUTES, 720, year)
    reporting.submit(submitted, _scope("dan", "西县", keep), now=now)
    reporting.submit(returned, _scope("noa", "北县", keep), now=now)
    city = db.session.scalars(select(Report).where(Report.code == returned)).one()
    assert city.handler_id == organization_named("北市").id
    reporting.check(returned, _city_scope(returned), now=now)
    reporting.give_back(returned, "漏了一个村", _scope("gil", "北县", decide), now=now)
    scenery.codes.update(
        report_frozen=frozen,
        report_submitted=submitted,
        west=organization_named("西县").code,
        evaluation=_evaluation(),
    )
    _file()


def _city_scope(code: str) -> Scope:
    """Return the scope of an officer of the city that a report waits for."""
    report = db.session.scalars(select(Report).where(Report.code == code)).one()
    officer = keeper("北市", Role.OFFICER)
    found = scope_of_account(
        officer.user_id, report.organization.code, Permission.REPORTS_DECIDE, officer.post_id
    )
    assert found is not None
    return found


def _evaluation() -> str:
    """Return the code of an evaluation that waits for replies."""
    gil, today = _scope("gil", "测试省", Permission.REPORTS_FREEZE), clock.today()
    weights = (
        Weight("I12", 40, 6000, Method.PROPORTION),
        Weight("I15", 60, 9500, Method.REACHED),
    )
    evaluating.set_weights(Level.COUNTY, weights, today, "年度工作要点", gil)
    made: Evaluation = evaluating.start(today.year - 1, Level.COUNTY, gil, now=clock.now())
    evaluating.step(made.code, EvaluationAction.HAND_OVER, gil, now=clock.now())
    cora = _scope("cora", "东县", Permission.REPORTS_KEEP)
    evaluating.reply(made.code, "有两所学校已经建会", cora, now=clock.now())
    return made.code


def _file() -> None:
    cora = _scope("cora", "东县", Permission.FIGURES_VIEW)
    file = TableFile(
        code=crypto.opaque_code(12),
        name="organizations",
        parameters_text="{}",
        purpose=ExportPurpose.FILING,
        status=TableStatus.READY,
        user_id=cora.principal.user_id,
        post_id=cora.post.id,
        organization_id=cora.place.id,
        organization_code=cora.place.code,
        counted=4,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=7),
    )
    db.session.add(file)
    db.session.flush()
    with vault.Sealing(file.code) as target:
        target.write(b"x")
