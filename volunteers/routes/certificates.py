"""Certificates of service: one's own (S18), the register of the issuer, what the code tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext

from core import clock
from core.access.marks import public, requires, signed_in
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.extensions import limiter
from core.files.serving import give_bytes
from core.rules import RuleViolation
from core.web import asked, config_value, invalid, principal, scope, see_other
from members.qr import qr_path
from volunteers import operations, queries
from volunteers.forms import CertificateEndForm, CertificateForm
from volunteers.labels import LABELS
from volunteers.paper import Sheet, certificate_pdf
from volunteers.queries import certificates as reading
from volunteers.routes.blueprint import bp
from volunteers.rules.certificates import (
    CertificateAction,
    CertificateStatus,
    Period,
    PeriodChoice,
    period_of,
)

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue

    from volunteers.queries import ServiceCertificate, Volunteer

PER_ADDRESS = "60 per minute"
PAPERS = "20 per minute"
MAX_CODE = 12
TONES = {
    CertificateStatus.VALID: "ok",
    CertificateStatus.REPLACED: "neutral",
    CertificateStatus.REVOKED: "error",
}


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
        "pending": sum(one.pending for one in queries.hours_by_year(volunteer.id)),
        "volunteer": volunteer,
        "certificates": own,
        "corrected": reading.corrected(own),
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


@bp.get("/me/certs/<code>")
@signed_in
def own_certificate(code: str) -> str:
    """Show one of one's own certificates, with its code to verify it."""
    certificate = _own(code)
    link = _link(certificate)
    return render_template(
        "volunteers/own_certificate.html",
        **_facts(certificate, is_own=True),
        done=asked("done", 12),
        qr=qr_path(link),
        link=link,
    )


@bp.get("/me/certs/<code>/pdf")
@signed_in
@limiter.limit(PAPERS)
def own_certificate_pdf(code: str) -> ResponseReturnValue:
    """Give one of one's own certificates as PDF."""
    return _paper(_own(code))


@bp.get("/o/<org>/certificates")
@requires(Permission.CERTIFICATES_VIEW)
def certificates(org: str) -> str:
    """Show the register of certificates that an organization issued, newest first."""
    page = reading.certificates_at(scope(), asked("after", MAX_CODE))
    return render_template(
        "volunteers/certificates.html",
        org=org,
        page=page,
        corrected=reading.corrected(page.rows),
        names={one.id: reading.name_at(one, clock.today()) for one in page.rows},
        tones=TONES,
    )


@bp.get("/o/<org>/certificates/<code>")
@requires(Permission.CERTIFICATES_VIEW)
def show_certificate(org: str, code: str) -> str:
    """Show one certificate of the register, and what may be done to it."""
    certificate = _issued(code)
    is_own = reading.holder_of(certificate) == principal().person_id
    may_keep = scope().may(Permission.CERTIFICATES_KEEP) and not is_own
    return render_template(
        "volunteers/certificate.html",
        org=org,
        **_facts(certificate),
        done=asked("done", 12),
        may_print=not _is_minors(certificate),
        may_keep=may_keep and certificate.status is CertificateStatus.VALID,
    )


@bp.get("/o/<org>/certificates/<code>/pdf")
@requires(Permission.CERTIFICATES_VIEW)
@limiter.limit(PAPERS)
def certificate_paper(org: str, code: str) -> ResponseReturnValue:
    """Give a certificate of the register as PDF, to be sealed; a minor brings his own (D10)."""
    del org
    certificate = _issued(code)
    if _is_minors(certificate):
        abort(403)
    return _paper(certificate)


@bp.route("/o/<org>/certificates/<code>/replace", methods=["GET", "POST"])
@requires(Permission.CERTIFICATES_KEEP)
def replace_certificate(org: str, code: str) -> ResponseReturnValue:
    """Issue a certificate of the same days in the place of this one, with a reason."""
    return _end(org, code, CertificateAction.REPLACE)


@bp.route("/o/<org>/certificates/<code>/revoke", methods=["GET", "POST"])
@requires(Permission.CERTIFICATES_KEEP)
def revoke_certificate(org: str, code: str) -> ResponseReturnValue:
    """Make a certificate void, with a reason."""
    return _end(org, code, CertificateAction.REVOKE)


@bp.get("/v/s/<token>")
@public
@limiter.limit(PER_ADDRESS)
def verify_certificate(token: str) -> ResponseReturnValue:
    """Say what is true of a certificate now; one answer for every code that is none (CERT-02)."""
    found = reading.verify_certificate(token[:200], clock.today())
    page = render_template("volunteers/verify.html", found=found)
    return page, 200 if found else 404


_ACTS = {
    CertificateAction.REPLACE: operations.replace_certificate,
    CertificateAction.REVOKE: operations.revoke_certificate,
}


def _end(org: str, code: str, action: CertificateAction) -> ResponseReturnValue:
    certificate, form = _issued(code), CertificateEndForm()
    form.offer(action)
    if form.accepts() and form.reads_well(form.chosen_reason):
        try:
            left = _ACTS[action](
                certificate.code,
                form.chosen_reason(),
                form.note.data or "",
                issuer_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            done = f"{action}d"
            return see_other("volunteers.show_certificate", org=org, code=left.code, done=done)
    page = {"org": org, "form": form, "action": action, **_facts(certificate)}
    if request.method == "POST":
        return invalid("volunteers/certificate_end.html", **page)
    return render_template("volunteers/certificate_end.html", **page)


def _own(code: str) -> ServiceCertificate:
    volunteer = queries.volunteer_of(principal().person_id)
    found = volunteer and reading.own_certificate(volunteer.id, code[:MAX_CODE])
    if not found:
        abort(404)
    return found


def _issued(code: str) -> ServiceCertificate:
    found = reading.certificate_at(scope(), code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _is_minors(certificate: ServiceCertificate) -> bool:
    return reading.is_minors(certificate, clock.today())


def _facts(certificate: ServiceCertificate, *, is_own: bool = False) -> dict[str, Any]:
    """Return what pages of one certificate show."""
    facts = reading.facts_in(certificate)
    return {
        "name": facts["name"] if is_own else reading.name_at(certificate, clock.today()),
        "certificate": certificate,
        "facts": facts,
        "period": Period(certificate.first_on, certificate.last_on),
        "is_corrected": certificate.id in reading.corrected([certificate]),
        "issued_on": _day(certificate),
        "tones": TONES,
    }


def _day(certificate: ServiceCertificate) -> date:
    return clock.local(certificate.issued_at).date()


def _link(certificate: ServiceCertificate) -> str:
    token = operations.verify_token(certificate.code)
    return str(config_value("origin") + url_for("volunteers.verify_certificate", token=token))


def _paper(certificate: ServiceCertificate) -> ResponseReturnValue:
    if reading.is_locked(certificate):
        abort(404)
    status, seal = certificate.status, certificate.seal
    sheet = Sheet(
        facts=reading.facts_in(certificate),
        phone=certificate.issuer.phone or "",
        link=_link(certificate),
        seal=f"{seal.algorithm} {seal.key_id} {seal.value}",
        void="" if status is CertificateStatus.VALID else str(LABELS[CertificateStatus][status]),
    )
    data = certificate_pdf(sheet, config_value("instance"))
    return give_bytes(data, "application/pdf", f"{certificate.number}.pdf")
