"""What a post has to act on: kinds with count, age and the way there (ux.md S22, S42)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect

from core import clock, settings
from core.access.guard import is_open_endpoint
from core.access.permissions import Permission
from core.access.scope import Scope
from core.filters import day
from core.i18n import lazy_gettext as _
from core.i18n import lazy_ngettext
from members import queries as members
from organizations.rules import Measure
from schools.queries.home import Waiting
from schools.rules.audits import due_day
from supervision.life_tasks import COUNTS, desk_counts, life_tasks
from supervision.rules import is_late, late_days
from supervision.task import Task, Words
from volunteers import queries as volunteers

FILING_NEAR = timedelta(days=5)
NO_AGE = datetime.max.replace(tzinfo=UTC)


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Return the tasks that wait for somebody: late ones first, then the oldest."""
    waiting = [task for task in tasks if task.count > 0 and is_open_endpoint(task.endpoint)]
    return sorted(waiting, key=lambda task: (not task.mark, task.since or NO_AGE))


def branch_tasks(
    scope: Scope, queues: Mapping[Measure, int], waiting: Waiting | None, now: datetime
) -> list[Task]:
    """Return what waits at the acting post's own grassroots organization."""
    org, place = scope.place.code, scope.place.id
    joining = members.waiting_of(
        place, _branch_counts, volunteers.desk_values(clock.local(now).date())
    )
    pending, pending_since = joining.more[-2:]
    joined_since = min(filter(None, (joining.safe_since, joining.doubtful_since)), default=None)
    asked = queues.get(Measure.APPLICATIONS_WAITING, 0)
    return in_order(
        [
            _task(_("入会审核"), asked, "members.queue", org, joined_since, now),
            _task(_("时长确认"), pending, "volunteers.confirm_queue", org, pending_since, now),
            Task(
                _("备案退回，要改"),
                joining.returned_filings,
                "members.queue",
                org,
                note=_("县（市、区）红十字会退回"),
            ),
            _changes(org, queues),
            _rights(org, queues),
            _transfers(org, joining.transfers),
            _leavers(org, joining.leavers),
            _unpaid(org, joining.unpaid),
            _expulsions(org, joining.expulsions),
            Task(_("缺申请表照片"), joining.papers, "members.list_papers", org),
            *_volunteers(org, joining.more[COUNTS:]),
            *life_tasks(scope, joining.more),
            *_schools(scope, waiting, now),
        ]
    )


def _branch_counts(place_id: Any) -> list[ScalarSelect[Any]]:
    """Return what counts what waits at a branch; the last two are the hours to confirm."""
    return [*desk_counts(place_id), *volunteers.pending_counts(place_id)]


def _school(scope: Scope, waiting: Waiting) -> list[Task]:
    """Return what waits for the coordinator of a school beside what waits for every keeper."""
    org = scope.place.code
    calls = [
        Task(
            one.name,
            1,
            "schools.list_youth",
            org,
            note=_("活动月到 %(day)s，本校还没参加", day=day(one.last_on)),
        )
        for one in waiting.calls
    ]
    return [
        Task(_("缺同意书"), waiting.consents, "schools.consents", org),
        Task(_("名册没有导入完"), waiting.lists, "schools.list_classes", org),
        *calls,
        Task(_("年报退回，要改"), waiting.returned, "schools.school_report", org),
        Task(_("职务交接，等签收"), waiting.handovers, "accounts.handover", org),
    ]


def office_tasks(
    scope: Scope, queues: Mapping[Measure, int], at_schools: Waiting | None, now: datetime
) -> list[Task]:
    """Return what waits at the acting post's own county, city or province."""
    org, place = scope.place.code, scope.place.id
    kinds = [
        (Measure.APPLICATIONS_WAITING, _("入会审核（组织没有秘书）"), "members.queue"),
        (Measure.HOURS_WAITING, _("时长确认（组织没有秘书）"), "volunteers.confirm_queue"),
        (Measure.GROUPS_WAITING, _("团体会员申请"), "members.group_queue"),
        (Measure.ACTIVITIES_WAITING, _("活动待同意"), "activities.reviews"),
    ]
    waiting = members.office_waiting(
        place, desk_counts, volunteers.desk_values(clock.local(now).date())
    )
    *_others, on_sheets, _late, _late_holds = waiting.more
    elsewhere = {Measure.HOURS_WAITING: on_sheets}
    others = [
        Task(label, queues.get(measure, 0) - elsewhere.get(measure, 0), endpoint, org)
        for measure, label, endpoint in kinds
    ]
    others += _disputes(org, queues, waiting.more)
    filings = _filings(scope, queues.get(Measure.FILINGS_WAITING, 0), waiting.filings_since, now)
    others += [
        _changes(org, queues),
        _rights(org, queues),
        Task(_("下级上缴会费，待确认"), waiting.remittances, "members.dues_reconciliation", org),
        _transfers(org, waiting.transfers),
        _leavers(org, waiting.leavers),
        _expulsions(org, waiting.expulsions),
        Task(_("等待转会籍"), waiting.pending, "members.pending", org),
        Task(_("导出审批"), waiting.exports, "members.list_export_requests", org),
        *_volunteers(org, waiting.more[COUNTS:]),
        *life_tasks(scope, waiting.more),
        *_schools(scope, at_schools, now),
    ]
    return in_order([filings, *others])


def _schools(scope: Scope, waiting: Waiting | None, now: datetime) -> list[Task]:
    """Return what waits about schools and pupils, as far as the post may act on it."""
    if waiting is None:
        return []
    org, today = scope.place.code, clock.local(now).date()
    year = today.year - 1
    tasks = _school(scope, waiting) if scope.may(Permission.PUPILS_KEEP) else []
    due = due_day(year)
    tasks += [
        Task(
            _("学校年报待受理"),
            waiting.reports * scope.may(Permission.SCHOOLS_KEEP),
            "schools.list_reports",
            org,
        ),
        Task(
            _("学生转学超期没有答复"),
            waiting.arrivals * scope.may(Permission.MEMBERS_PLACE),
            "schools.list_owing",
            org,
        ),
        Task(
            _("未成年人信息查看申请"),
            waiting.looks * scope.may(Permission.PUPILS_APPROVE),
            "people.minor_approvals",
            org,
        ),
        Task(
            _("未成年人年度审计"),
            int(scope.may(Permission.AUDITS_MAKE) and waiting.lacks_audit(year)),
            "schools.audits",
            org,
            note=_("%(year)s 年度，%(day)s前报送", year=year, day=day(due)),
            mark=_("已超期") if today > due else "",
        ),
    ]
    return tasks


def _filings(scope: Scope, count: int, since: datetime | None, now: datetime) -> Task:
    """Return the filings with the day on which the oldest is filed by itself (D16)."""
    label, way = _("会员备案"), ("members.filings", scope.place.code)
    if since is None or not count:
        return Task(label, count, *way)
    today = clock.local(now).date()
    days = settings.value("filings.working_days", on=today)
    due = clock.add_working_days(clock.local(since).date(), days)
    note = _("最早的 %(day)s 到期，到期自动备案", day=day(due))
    near = due - today <= FILING_NEAR
    return Task(label, count, *way, since, note, _("快到期") if near else "")


def _unpaid(org: str, count: int) -> Task:
    """Return the members who paid nothing for two years, to be decided about one by one."""
    note = _("逐个决定保留或者退会")
    return Task(_("连年未交会费"), count, "members.dues_proposals", org, note=note)


def _changes(org: str, queues: Mapping[Measure, int]) -> Task:
    """Return what people asked to have put right about themselves."""
    count = queues.get(Measure.CHANGES_WAITING, 0)
    return Task(_("更正申请"), count, "people.change_queue", org)


def _rights(org: str, queues: Mapping[Measure, int]) -> Task:
    """Return what people asked about their data, complained about or wanted to know."""
    count = queues.get(Measure.RIGHTS_WAITING, 0)
    return Task(_("个人请求"), count, "people.rights_queue", org)


def _transfers(org: str, count: int) -> Task:
    """Return the transfers that wait for an organization: to let go, and to take in."""
    return Task(_("转会籍"), count, "members.queue", org)


def _leavers(org: str, count: int) -> Task:
    """Return those who left and of whom an organization has to take note."""
    return Task(_("退会回执"), count, "members.queue", org, note=_("已经退会，请知晓"))


def _expulsions(org: str, count: int) -> Task:
    """Return the expulsions that an organization has to decide, review or hear an appeal of."""
    return Task(_("除名"), count, "members.expulsions", org)


def _volunteers(org: str, counts: Sequence[int]) -> list[Task]:
    """Return what volunteers ask of an organization besides the hours that they log.

    The last of the counts tell what lies on sheets and what is late, see ``_disputes``.
    """
    kinds = [
        (_("志愿者注册"), "volunteers.list_registrations"),
        (_("核对证书"), "volunteers.list_qualifications"),
        (_("志愿服务队"), "volunteers.list_teams"),
        (_("核查说明"), "volunteers.hold_questions"),
        (_("代录复核"), "volunteers.seconds"),
    ]
    return [
        Task(label, count, endpoint, org)
        for (label, endpoint), count in zip(kinds, counts, strict=False)
    ]


def _disputes(org: str, queues: Mapping[Measure, int], counts: Sequence[int]) -> list[Task]:
    """Return what an office answers and looks into about hours; late ones are marked."""
    kinds = [
        (Measure.OBJECTIONS_WAITING, _("时长申诉"), "volunteers.objections"),
        (Measure.HOLDS_WAITING, _("时长核查"), "volunteers.holds"),
    ]
    tasks = []
    for (measure, label, endpoint), late in zip(kinds, counts[-2:], strict=False):
        note = lazy_ngettext("%(num)d 件超期", "%(num)d 件超期", late) if late else ""
        mark = _("已超期") if late else ""
        tasks.append(Task(label, queues.get(measure, 0), endpoint, org, note=note, mark=mark))
    return tasks


def _task(
    label: Words, count: int, endpoint: str, org: str, since: datetime | None, now: datetime
) -> Task:
    if since is None or not count:
        return Task(label, count, endpoint, org)
    if is_late(since, now):
        days = late_days(since, now)
        note = lazy_ngettext("最早的已等 %(num)d 天", "最早的已等 %(num)d 天", days)
        return Task(label, count, endpoint, org, since, note, _("已超 3 天"))
    note = _("最早的 %(day)s 提交", day=day(clock.local(since).date()))
    return Task(label, count, endpoint, org, since, note)
