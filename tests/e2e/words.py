"""The words of the screen in the language of a walk, and what was left untranslated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from playwright.sync_api import Page
from sqlalchemy import select

from accounts.models import User
from activities.models import (
    Activity,
    ActivityEvent,
    Appointment,
    Shift,
    Signup,
    SignupEvent,
)
from core.database import db
from core.files.models import StoredFile
from core.switches import Switch
from exchange.models import Batch, BatchRow
from members.models import (
    Application,
    DuesReceipt,
    DuesRemittance,
    DuesSplit,
    DuesTariff,
    Entry,
    Export,
    Expulsion,
    ExpulsionEvent,
    GradeChange,
    GroupEvent,
    GroupMembership,
    Honour,
    Membership,
    SavedFilter,
    Withdrawal,
)
from organizations.models import (
    CheckAnswer,
    CheckList,
    Division,
    FoundingEvent,
    MemberGroup,
    Organization,
    OrganizationClosing,
    OrganizationCouncil,
    OrganizationEvent,
    OrganizationFile,
    OrganizationFounding,
)
from organizations.models.merging import Merger, MergerRow
from people.models import (
    ChangeRequest,
    Death,
    Guardian,
    Matter,
    MinorApproval,
    Person,
    PersonMerge,
    RightsRequest,
)
from schools.models import (
    AuditPack,
    Campaign,
    MinorIncident,
    School,
    SchoolClass,
    SchoolEvent,
    SchoolHonour,
    SchoolReport,
    SchoolReportEvent,
    YouthActivity,
    YouthRollEvent,
)
from supervision.alerts.models import AlertThreshold
from supervision.evaluations.models import EvaluationResult, EvaluationScheme
from supervision.indicators.models import IndicatorTarget
from supervision.orders.models import Order, OrderEvent
from supervision.public.models import Edition, EditionLine
from supervision.reports.models import Report, ReportAdjustment, ReportEvent, ReportReason
from tests.e2e.quality_pages import TYPED_OF_QUALITY
from tests.e2e.venue_words import TYPED_OF_VENUES
from tests.e2e.visit_words import TYPED_OF_VISITS
from tools.programs import ROOT
from volunteers.models import (
    CertificateEnd,
    Hold,
    HoldEvent,
    Qualification,
    QualificationEvent,
    Registration,
    RegistrationEvent,
    ServiceRecord,
    ServiceRecordEvent,
    ServiceSheet,
    StarEvent,
    StarGrant,
    Team,
    TeamEvent,
    Training,
    VolunteerProfile,
)

CHINESE = re.compile(r"[\u3400-\u9fff]+[^\n]{0,20}")
#: Words of the page without what is Chinese on purpose: the way back to Chinese.
TEXT = """() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll('[lang|=zh], script, [translate=no]').forEach((part) => part.remove());
  const names = ['aria-label', 'title', 'placeholder'];
  const named = [...copy.querySelectorAll('[aria-label], [title], [placeholder]')]
    .flatMap((part) => names.map((name) => part.getAttribute(name)));
  return [document.title, copy.textContent, ...named].filter(Boolean).join('\\n');
}"""


@cache
def catalogue() -> Catalog:
    """Return the English catalogue."""
    with (ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


class Words:
    """Says a text of the source in the language of the screen."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, text: str, **values: object) -> str:
        """Return the words, with their values filled in. Raises KeyError for an unknown text."""
        is_one = next(iter(values.values()), 1) == 1
        said = text if self.language == "zh" else self._english(text, 0 if is_one else -1)
        return said % values if values else said

    def _english(self, text: str, form: int) -> str:
        message = catalogue().get(text)
        if message is None or not message.string:
            raise KeyError(text)
        found = message.string
        return str(found[form] if isinstance(found, tuple) else found)

    def matching(self, text: str) -> re.Pattern[str]:
        """Return a pattern for the words whatever values they carry."""
        parts = re.split(r"%\(\w+\)[sd]|\{\w+\}", self(text))
        return re.compile(".*".join(re.escape(part) for part in parts))


#: Columns that hold what people typed.
TYPED = (
    Division.name,
    Edition.note,
    AlertThreshold.source,
    Order.subject,
    Order.text,
    OrderEvent.words,
    EditionLine.name,
    IndicatorTarget.source,
    EvaluationResult.name,
    EvaluationResult.reply,
    EvaluationScheme.source,
    Report.name,
    Report.note,
    ReportAdjustment.reason,
    ReportEvent.note,
    ReportReason.words,
    *TYPED_OF_VENUES,
    *TYPED_OF_VISITS,
    *TYPED_OF_QUALITY,
    Organization.name,
    Organization.short_name,
    Person.name,
    User.display_name,
    School.name,
    Campaign.name,
    Campaign.theme,
    YouthActivity.title,
    YouthActivity.place,
    YouthRollEvent.note,
    SchoolReport.remark,
    SchoolReport.note,
    SchoolReportEvent.note,
    AuditPack.purpose,
    MinorIncident.what,
    MinorIncident.told,
    MinorApproval.note,
    MinorApproval.answer,
    School.scope_reason,
    SchoolEvent.note,
    OrganizationFounding.name,
    OrganizationFounding.contact,
    OrganizationFounding.words,
    OrganizationFounding.note,
    OrganizationFounding.reply_number,
    OrganizationFounding.result,
    OrganizationFounding.minutes,
    FoundingEvent.note,
    OrganizationCouncil.head,
    OrganizationCouncil.honorary_heads,
    OrganizationCouncil.vice_heads,
    OrganizationCouncil.standing_directors,
    OrganizationCouncil.directors,
    OrganizationCouncil.secretary,
    OrganizationCouncil.supervisors,
    OrganizationCouncil.coordinator,
    OrganizationCouncil.result,
    OrganizationCouncil.minutes,
    OrganizationCouncil.note,
    OrganizationEvent.note,
    OrganizationFile.contact,
    OrganizationFile.address,
    MemberGroup.name,
    MemberGroup.leader,
    CheckList.items,
    CheckList.source,
    CheckAnswer.item,
    CheckAnswer.evidence,
    SchoolHonour.title,
    SchoolHonour.granted_by,
    SchoolHonour.document,
    SchoolHonour.revoked_note,
    SchoolClass.name,
    SchoolClass.teacher,
    Guardian.name,
    ServiceRecord.title,
    ServiceRecord.note,
    ServiceRecord.refusal_note,
    ServiceRecordEvent.note,
    ServiceSheet.title,
    ServiceSheet.reason,
    Registration.note,
    Qualification.name,
    Qualification.issuer,
    Qualification.note,
    QualificationEvent.note,
    Training.title,
    Training.revoked_note,
    VolunteerProfile.skills,
    Team.name,
    Batch.system,
    BatchRow.reason,
    Team.purpose,
    Team.registration,
    Team.note,
    TeamEvent.note,
    RegistrationEvent.note,
    Application.return_note,
    Membership.filing_note,
    Withdrawal.note,
    Honour.name,
    Honour.granted_by,
    Honour.document,
    DuesReceipt.number,
    DuesRemittance.voucher,
    DuesTariff.source,
    DuesSplit.source,
    GroupMembership.name,
    GroupMembership.representative,
    GroupMembership.contact_name,
    GroupMembership.address,
    GroupMembership.plan,
    GroupMembership.visitors,
    GroupMembership.findings,
    GroupMembership.reason,
    GroupMembership.dues_receipt,
    GroupEvent.note,
    GradeChange.reason,
    StoredFile.name,
    Expulsion.facts,
    Expulsion.documents,
    Expulsion.answer,
    Expulsion.resolution,
    Expulsion.review_note,
    Expulsion.appeal,
    Expulsion.settle_note,
    ExpulsionEvent.note,
    OrganizationClosing.document,
    Merger.document,
    MergerRow.source_text,
    MergerRow.target_name,
    Death.reference,
    ChangeRequest.why,
    Matter.answer,
    RightsRequest.words,
    RightsRequest.answer,
    Switch.reason,
    ChangeRequest.answer,
    Export.words,
    Export.decision_note,
    SavedFilter.name,
    PersonMerge.reason,
    Activity.title,
    Activity.place,
    Activity.description,
    Activity.risks,
    Activity.bring,
    Activity.certificate,
    Activity.reason,
    ActivityEvent.note,
    Shift.role,
    Signup.reason,
    SignupEvent.note,
    CertificateEnd.note,
    Hold.words,
    HoldEvent.note,
    StarEvent.note,
    StarGrant.objection,
    StarGrant.reason_note,
    Entry.witness,
    Entry.paper_number,
)


def data_words() -> list[str]:
    """Return what people typed: it is shown as it is in every language. Longest first."""
    found: set[str] = {"浙江省红十字会"}
    for column in TYPED:
        found.update(filter(None, db.session.scalars(select(column))))
    callers = select(Appointment).where(Appointment.caller_name.is_not(None))
    found.update(one.plain_name for one in db.session.scalars(callers))
    found.update(f"{name[0]}**" for name in list(found))
    return sorted(found, key=len, reverse=True)


def untranslated(page: Page, data: Iterable[str]) -> list[str]:
    """Return Chinese that an English page still shows and nobody typed."""
    text = page.evaluate(TEXT)
    for word in data:
        text = text.replace(word, "")
    return [match.group().strip() for match in CHINESE.finditer(text)]
