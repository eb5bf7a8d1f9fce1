"""One's own certificates of service (S18): asked for, shown, on paper and as a picture."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for

from core import clock, settings
from core.access.marks import public, signed_in
from core.audit.operations import Actor, record
from core.extensions import limiter
from core.files.serving import give_bytes
from core.i18n import gettext
from core.pictures import drawn, size_of
from core.rules import RuleViolation
from core.web import asked, config_value, invalid, principal, see_other
from members.qr import qr_path
from volunteers import operations, queries
from volunteers.forms import CertificateForm
from volunteers.paper import certificate_pdf, certificate_png
from volunteers.queries import certificates as reading
from volunteers.queries import holders
from volunteers.routes.blueprint import bp
from volunteers.routes.certified import (
    MAX_CODE,
    PAPERS,
    TONES,
    code_in,
    facts_shown,
    link_of,
    paper_token,
    sheet_of,
)
from volunteers.rules.certificates import CertificateStatus, PeriodChoice, period_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from volunteers.queries import ServiceCertificate, Volunteer


@bp.route("/me/certs", methods=["GET", "POST"])
@signed_in
def own_certificates() -> ResponseReturnValue:
    """Show what may be certified of a period and what was; issue one (V12)."""
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        return render_template("volunteers/no_certificates.html")
    form = CertificateForm()
    if not form.accepts():
        return _own_page(volunteer, form)
    try:
        period = form.chosen(clock.today(), reading.first_service(volunteer.person_id))
        certificate = operations.issue_certificate(
            volunteer.person_id, period, by=Actor.of_principal(principal()), now=clock.now()
        )
    except RuleViolation as violation:
        form.add_violation(violation)
        return _own_page(volunteer, form)
    return see_other("volunteers.own_certificate", code=certificate.code, done="issued")


def _own_page(volunteer: Volunteer, form: CertificateForm) -> ResponseReturnValue:
    today, now = clock.today(), clock.now()
    wanted = form.period.data or asked("period")
    choice = PeriodChoice(wanted) if wanted in set(PeriodChoice) else PeriodChoice.THIS_YEAR
    first_ever = reading.first_service(volunteer.person_id)
    period = None if choice is PeriodChoice.CHOSEN else period_of(choice, today, first_ever)
    own = reading.own_certificates(volunteer.id)
    page = {
        "form": form,
        "choice": choice,
        "choices": _choices(choice),
        "period": period,
        "proof": reading.proof_of(volunteer.person_id, period, now) if period else None,
        "held": reading.held_number(volunteer.id, period) if period else "",
        "pending": sum(one.pending for one in queries.hours_by_year(volunteer.id)),
        "volunteer": volunteer,
        "certificates": own,
        "corrected": reading.corrected(own),
        "grades": {one.id: holders.grades_in(one) for one in own},
        "tones": TONES,
    }
    if request.method == "POST":
        return invalid("volunteers/own_certificates.html", **page)
    return render_template("volunteers/own_certificates.html", **page)


def _choices(chosen: PeriodChoice) -> list[dict[str, Any]]:
    words = {
        PeriodChoice.THIS_YEAR: gettext("今年"),
        PeriodChoice.LAST_YEAR: gettext("去年"),
        PeriodChoice.ALL: gettext("全部"),
        PeriodChoice.CHOSEN: gettext("自选"),
    }
    return [
        {
            "label": words[choice],
            "url": url_for("volunteers.own_certificates", period=choice),
            "current": choice is chosen,
        }
        for choice in PeriodChoice
    ]


@bp.get("/me/certs/notices")
@signed_in
def certificate_notices() -> str:
    """Show what was certified lately in one's own unit: names masked, no minors (VOL-43)."""
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        abort(404)
    rows = reading.notices_for(volunteer, clock.today())
    return render_template(
        "volunteers/certificate_notices.html",
        rows=rows,
        ends={one.id: reading.notice_end(one) for one in rows},
        own_id=volunteer.person_id,
        holder_of=holders.holder_of,
    )


@bp.get("/me/certs/<code>")
@signed_in
def own_certificate(code: str) -> str:
    """Show one of one's own certificates, with its code to verify it; or the picture to keep."""
    return _paper_page(_own(code))


def _paper_page(certificate: ServiceCertificate, shared: str = "") -> str:
    link = link_of(certificate)
    page = facts_shown(certificate, is_own=True)
    if link and asked("style") == "picture":
        return render_template(
            "volunteers/certificate_picture.html", **page, size=size_of(_picture(certificate, link))
        )
    return render_template(
        "volunteers/own_certificate.html",
        **page,
        done=asked("done", 12),
        may_share=_may_share(certificate),
        link_hours=settings.value("certificates.link_hours", clock.today()),
        shared=shared,
        qr=qr_path(link) if link else None,
        link=link,
    )


@bp.get("/me/certs/<code>/pdf")
@signed_in
@limiter.limit(PAPERS)
def own_certificate_pdf(code: str) -> ResponseReturnValue:
    """Give one of one's own certificates as PDF."""
    certificate = _own(code)
    link = link_of(certificate)
    if not link:
        return see_other("volunteers.own_certificate", code=certificate.code)
    data = certificate_pdf(sheet_of(certificate, link), config_value("instance"))
    return give_bytes(data, "application/pdf", f"{certificate.number}.pdf")


@bp.post("/me/certs/<code>/link")
@signed_in
def share_certificate(code: str) -> ResponseReturnValue:
    """Show a link that opens the paper on a computer, without signing in, for some hours.

    Each link is made here and kept in the audit trail; the page read again shows none (ADR 0013).
    """
    certificate = _own(code)
    if not _may_share(certificate):
        return see_other("volunteers.own_certificate", code=certificate.code)
    by = Actor.of_principal(principal())
    record("certificates.link", "service_certificate", certificate.id, by=by)
    token = paper_token(certificate, clock.now())
    shared = config_value("origin") + url_for("volunteers.shared_paper", token=token)
    return _paper_page(certificate, shared)


@bp.get("/v/p/<token>")
@public
@limiter.limit(PAPERS)
def shared_paper(token: str) -> ResponseReturnValue:
    """Give the paper that its holder shared, while the link lives and the certificate stands."""
    certificate = reading.certificate_of(code_in(token[:80], clock.now()))
    if certificate is None or not _may_share(certificate):
        abort(404)
    data = certificate_pdf(sheet_of(certificate, link_of(certificate)), config_value("instance"))
    return give_bytes(data, "application/pdf", f"{certificate.number}.pdf")


@bp.get("/me/certs/<code>/png")
@signed_in
@limiter.limit(PAPERS)
def own_certificate_png(code: str) -> ResponseReturnValue:
    """Give one of one's own certificates as a picture, for phones that keep no PDF (ux.md 6.6)."""
    certificate = _own(code)
    link = link_of(certificate)
    if not link:
        return see_other("volunteers.own_certificate", code=certificate.code)
    data = _picture(certificate, link)
    if data is None:
        abort(503)
    return give_bytes(data, "image/png", f"{certificate.number}.png")


def _may_share(certificate: ServiceCertificate) -> bool:
    """Return whether the paper may leave by a link: it stands, and its holder is of age."""
    stands = certificate.status is CertificateStatus.VALID and bool(link_of(certificate))
    return stands and not holders.is_minors(certificate, clock.today())


def _picture(certificate: ServiceCertificate, link: str) -> bytes | None:
    sheet = sheet_of(certificate, link)
    return drawn(partial(certificate_png, sheet, config_value("instance")))


def _own(code: str) -> ServiceCertificate:
    volunteer = queries.volunteer_of(principal().person_id)
    found = volunteer and reading.own_certificate(volunteer.id, code[:MAX_CODE])
    if not found:
        abort(404)
    return found
