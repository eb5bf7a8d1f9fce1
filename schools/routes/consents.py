"""The board of consents: who is missing, asking by message, papers that came in (ux.md S41)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.files.rules import MAX_BYTES
from core.files.serving import handed_in
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.web import asked, config_value, invalid, scope, see_other, sent, sent_all
from schools.forms.consents import ActForm, PapersForm
from schools.operations import asking
from schools.operations import consents as operations
from schools.operations.papers import Bundle, record_papers
from schools.queries import consent_board as board
from schools.routes.blueprint import bp
from schools.rules.classes import school_year_of
from schools.rules.pupils import ConsentState
from schools.titles import class_title

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12
ASK, OWN, NO, WITHDRAWN = "ask", "own", "no", "withdrawn"


@bp.get("/o/<org>/consents")
@requires(Permission.PUPILS_KEEP)
def consents(org: str) -> str:
    """Show where the consents of each class stand, and the text for the parents' group."""
    place = scope().place
    year = school_year_of(clock.today())
    total = board.counted_at(place.id)
    return render_template(
        "schools/consents.html",
        org=org,
        place=place,
        total=total,
        page=board.classes_at(place.id, year, asked("after", MAX_CODE)),
        class_words=class_title,
        words=_group_words(place.name, total),
        sent=asked("sent", 8),
    )


@bp.post("/o/<org>/consents/ask")
@requires(Permission.PUPILS_KEEP)
def ask_school(org: str) -> ResponseReturnValue:
    """Send a link to every guardian of the school who can be asked: at once, or by a job."""
    return _ask(org, None)


@bp.get("/o/<org>/consents/<code>")
@requires(Permission.PUPILS_KEEP)
def class_consents(org: str, code: str) -> str:
    """Show who of a class is missing, by name, and who said no."""
    return _class_page(org, _class(code))


@bp.post("/o/<org>/consents/<code>/ask")
@requires(Permission.PUPILS_KEEP)
def ask_class(org: str, code: str) -> ResponseReturnValue:
    """Send a link to every guardian of a class who can be asked."""
    return _ask(org, _class(code))


@bp.post("/o/<org>/consents/pupils/<code>")
@requires(Permission.PUPILS_KEEP)
def answer_pupil(org: str, code: str) -> ResponseReturnValue:
    """Ask about one pupil, or write down an answer that came on paper."""
    pupil = board.pupil_at(scope().place.id, code[:MAX_CODE])
    act = sent("act", MAX_CODE)
    if pupil is None or pupil.school_class is None:
        abort(404)
    form, by, now = ActForm(), Actor.of_scope(scope()), clock.now()
    place = pupil.school_class
    if not form.accepts() or act not in {ASK, OWN, NO, WITHDRAWN}:
        return _class_page(org, place, form), 422
    try:
        if act == ASK:
            count = operations.ask(pupil, by=by, now=now)
            return see_other("schools.class_consents", org=org, code=place.code, sent=count)
        if act == OWN:
            operations.own_answer(pupil, by=by, now=now)
        else:
            state = ConsentState.REFUSED if act == NO else ConsentState.WITHDRAWN
            operations.record_no(pupil, state, by=by, now=now)
    except RuleViolation as violation:
        form.add_violation(violation)
        return _class_page(org, place, form), 422
    return see_other("schools.class_consents", org=org, code=place.code, kept=1)


@bp.route("/o/<org>/consents/<code>/papers", methods=["GET", "POST"])
@requires(Permission.PUPILS_KEEP)
def class_papers(org: str, code: str) -> ResponseReturnValue:
    """Record the signed papers of a class: count, day, exceptions and scan on one page."""
    school_class, form = _class(code), PapersForm()
    missing = set(sent_all("missing"))
    if form.accepts():
        _name, data = handed_in()
        try:
            bundle = Bundle(
                sent_all("ids"),
                missing,
                form.number(),
                form.day(),
                own_signed=bool(form.own_signed.data),
                scan=data,
            )
            record_papers(school_class, bundle, by=Actor.of_scope(scope()), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.class_consents", org=org, code=school_class.code, kept=1)
    waiting = board.waiting_in(school_class.id)
    if not form.is_submitted():
        form.signed_on.data, form.count.data = clock.today().isoformat(), str(len(waiting) or "")
    page: dict[str, Any] = {
        "org": org,
        "form": form,
        "school_class": school_class,
        "title": class_title(school_class),
        "waiting": waiting,
        "missing": missing,
        "most": MAX_BYTES,
    }
    if form.is_submitted():
        return invalid("schools/consent_papers.html", **page)
    return render_template("schools/consent_papers.html", **page)


def _class(code: str) -> Any:
    found = board.class_at(scope().place.id, code[:MAX_CODE])
    return found if found is not None else abort(404)


def _ask(org: str, school_class: Any) -> ResponseReturnValue:
    form = ActForm()
    if not form.accepts():
        return see_other("schools.consents", org=org)
    done = asking.ask_many(scope(), school_class, now=clock.now())
    if not isinstance(done, int):
        return see_other("jobs.job", code=done.code)
    if school_class is None:
        return see_other("schools.consents", org=org, sent=done)
    return see_other("schools.class_consents", org=org, code=school_class.code, sent=done)


def _class_page(org: str, school_class: Any, form: ActForm | None = None) -> str:
    counted = board.counted_in(school_class.id)
    title = class_title(school_class)
    return render_template(
        "schools/class_consents.html",
        org=org,
        school_class=school_class,
        title=title,
        counted=counted,
        page=board.pupils_in(school_class.id, asked("after", MAX_CODE)),
        papers=board.papers_of(school_class.id),
        words=_group_words(f"{scope().place.name} {title}", counted),
        form=form or ActForm(formdata=None),
        states=ConsentState,
        sent=asked("sent", 8),
        kept=asked("kept", 1),
    )


def _group_words(name: str, counted: board.Counted) -> str:
    """Return what is pasted into the parents' group: numbers, a way, and no name (T6)."""
    return str(
        _(
            "各位家长：%(name)s 的红十字青少年会员同意书还差 %(count)d 份。"
            "请看手机短信，打开里面的链接看一看再回答，同意、不同意都可以，不影响孩子。"
            "没有收到短信的，请告诉老师。个人信息怎样保护：%(link)s",
            name=name,
            count=counted.missing,
            link=f"{config_value('origin')}/privacy",
        )
    )
