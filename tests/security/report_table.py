"""What the pages of reports, evaluations and tables need, and their rows, written by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count

from core import clock, crypto
from core.access.permissions import Level, Role
from core.database import db
from members.rules.exports import ExportPurpose
from organizations.models import Organization
from supervision.evaluations.models import Evaluation, EvaluationItem, EvaluationScheme
from supervision.evaluations.rules import EvaluationStatus, Method
from supervision.reports.models import Report
from supervision.reports.rules import ReportStatus
from supervision.tabling.models import TableFile
from supervision.tabling.rules import TableStatus
from tests import factories as make
from tests.cast import organization_named
from tests.security.activity_table import OWN

_EAST_CITY = ["东市", "东县", "东镇", "东一村", "东二村", "东小学", "西县", "西一村", "西小学"]
_DESKS = {
    "cora": ["东县"],
    "dan": ["西县"],
    "noa": ["北县"],
    "eve": ["东市"],
    "gil": ["测试省"],
}
REPORT_RIGHTS: dict[str, dict[str, list[str]]] = {
    "reports-keep": _DESKS,
    "reports-decide": {
        "eve": _EAST_CITY,
        "gil": ["测试省", *_EAST_CITY, "北市", "北县", "北一村"],
    },
    "reports-freeze": {"gil": ["测试省"]},
    "offices": {
        "cora": ["东县"],
        "sam": ["东县"],
        "dan": ["西县"],
        "noa": ["北县"],
        "eve": ["东市", "东县", "西县"],
        "gil": ["测试省", "东市", "北市", "东县", "西县", "北县"],
        "pia": ["测试省", "东市", "北市", "东县", "西县", "北县"],
    },
}
REPORTS: dict[str, str] = {
    "supervision.accept_report": "reports-decide",
    "supervision.check_report": "reports-decide",
    "supervision.download_table": OWN,
    "supervision.downloaded_table": OWN,
    "supervision.evaluation": "offices",
    "supervision.explain_report": "reports-keep",
    "supervision.export_table": "figures",
    "supervision.exported_table": "figures",
    "supervision.freeze_reports": "reports-freeze",
    "supervision.list_evaluations": "offices",
    "supervision.list_files": "figures",
    "supervision.list_reports": "figures",
    "supervision.list_reports_below": "figures",
    "supervision.remove_table": OWN,
    "supervision.reply_evaluation": "reports-keep",
    "supervision.report": "figures",
    "supervision.return_report": "reports-decide",
    "supervision.set_weights": "reports-freeze",
    "supervision.start_evaluation": "reports-freeze",
    "supervision.step_evaluation": "reports-freeze",
    "supervision.submit_report": "reports-keep",
    "supervision.table": "figures",
}
REPORT_ROWS: dict[str, str] = {
    "supervision.accept_report": "report",
    "supervision.check_report": "report",
    "supervision.evaluation": "evaluation",
    "supervision.explain_report": "report",
    "supervision.export_table": "table",
    "supervision.exported_table": "table",
    "supervision.reply_evaluation": "evaluation",
    "supervision.report": "report",
    "supervision.return_report": "report",
    "supervision.step_evaluation": "evaluation",
    "supervision.submit_report": "report",
    "supervision.table": "table",
}
REPORT_OWN_ROWS: dict[str, str] = {
    "supervision.download_table": "table-file",
    "supervision.downloaded_table": "table-file",
    "supervision.remove_table": "table-file",
}
#: Kinds of rows that belong to no organization: there for whoever has the right.
EVERYWHERE = frozenset({"evaluation", "table"})
_years = count(1900)


def _report(organization: Organization) -> str:
    report = Report(
        code=crypto.opaque_code(8),
        organization_id=organization.id,
        period=next(_years),
        name=organization.short_name,
        level=organization.level,
        status=ReportStatus.OPEN,
        handler_id=organization.id,
        due_on=clock.today(),
        opened_at=clock.now(),
    )
    db.session.add(report)
    db.session.flush()
    return report.code


def _evaluation(_organization: Organization) -> str:
    number = next(_years)
    scheme = EvaluationScheme(
        level=Level.COUNTY,
        version=number,
        valid_from=clock.today(),
        source="试",
        entered_at=clock.now(),
        items=[EvaluationItem(indicator="I15", weight=100, target=1, method=Method.REACHED)],
    )
    evaluation = Evaluation(
        code=crypto.opaque_code(8),
        year=number,
        level=Level.COUNTY,
        scheme=scheme,
        organization_id=organization_named("测试省").id,
        status=EvaluationStatus.FINAL,
        as_of=clock.today(),
        created_at=clock.now(),
    )
    db.session.add(evaluation)
    db.session.flush()
    return evaluation.code


def _table(_organization: Organization) -> str:
    return "comparison"


def _table_file(organization: Organization) -> str:
    post = make.make_post(make.make_user(), Role.SECRETARY, organization)
    db.session.flush()
    file = TableFile(
        code=crypto.opaque_code(12),
        name="comparison",
        parameters_text="{}",
        purpose=ExportPurpose.FILING,
        status=TableStatus.READY,
        user_id=post.user_id,
        post_id=post.id,
        organization_id=organization.id,
        organization_code=organization.code,
        counted=1,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
    )
    db.session.add(file)
    db.session.flush()
    return file.code


REPORT_BUILDERS: dict[str, Callable[[Organization], str]] = {
    "report": _report,
    "evaluation": _evaluation,
    "table": _table,
    "table-file": _table_file,
}
