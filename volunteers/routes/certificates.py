"""Certificates of service: the register of the issuer, and what the code tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock
from core.access.marks import public, requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.extensions import limiter
from core.files.serving import give_bytes
from core.rules import RuleViolation
from core.web import asked, config_value, invalid, principal, scope, see_other
from volunteers import operations
from volunteers.forms import CertificateEndForm, ClearanceForm
from volunteers.paper import certificate_pdf
from volunteers.queries import certificates as reading
from volunteers.queries import holders
from volunteers.queries.certificate_reviews import certificates_to_review
from volunteers.routes.blueprint import bp
from volunteers.routes.certified import MAX_CODE, PAPERS, TONES, facts_shown, link_of, sheet_of
from volunteers.rules.certificates import CertificateAction, CertificateStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from volunteers.queries import ServiceCertificate

PER_ADDRESS = "60 per minute"


@bp.get("/o/<org>/certificates")
@requires(Permission.CERTIFICATES_VIEW)
def certificates(org: str) -> str:
    """Show the register of certificates that an organization issued, newest first."""
    to_review = asked("show", MAX_CODE) == "to_review"
    read = certificates_to_review if to_review else reading.certificates_at
    page = read(scope(), asked("after", MAX_CODE))
    return render_template(
        "volunteers/certificates.html",
        org=org,
        page=page,
        to_review=to_review,
        corrected=reading.corrected(page.rows),
        names={one.id: holders.name_at(one, clock.today()) for one in page.rows},
        grades={one.id: holders.grades_in(one) for one in page.rows},
        tones=TONES,
    )


@bp.get("/o/<org>/certificates/<code>")
@requires(Permission.CERTIFICATES_VIEW)
def show_certificate(org: str, code: str) -> str:
    """Show one certificate of the register, and what may be done to it."""
    certificate = _issued(code)
    is_own = holders.holder_of(certificate) == principal().person_id
    may_keep = scope().may(Permission.CERTIFICATES_KEEP) and not is_own
    return render_template(
        "volunteers/certificate.html",
        org=org,
        **facts_shown(certificate),
        done=asked("done", 12),
        may_print=not _is_minors(certificate) and link_of(certificate),
        may_keep=may_keep and certificate.status is CertificateStatus.VALID,
        may_clear=may_keep and certificate.is_held,
    )


@bp.get("/o/<org>/certificates/<code>/pdf")
@requires(Permission.CERTIFICATES_VIEW)
@limiter.limit(PAPERS)
def certificate_paper(org: str, code: str) -> ResponseReturnValue:
    """Give a certificate of the register as PDF, to be sealed; a minor brings his own (D10)."""
    certificate = _issued(code)
    if _is_minors(certificate):
        abort(403)
    link = link_of(certificate)
    if not link:
        return see_other("volunteers.show_certificate", org=org, code=certificate.code)
    data = certificate_pdf(sheet_of(certificate, link), config_value("instance"))
    return give_bytes(data, "application/pdf", f"{certificate.number}.pdf")


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


@bp.route("/o/<org>/certificates/<code>/clear", methods=["GET", "POST"])
@requires(Permission.CERTIFICATES_KEEP)
def clear_certificate(org: str, code: str) -> ResponseReturnValue:
    """Say that the false hours behind a certificate were looked into: it may be issued anew."""
    certificate, form = _issued(code), ClearanceForm()
    if form.accepts():
        try:
            operations.clear_certificate(
                certificate.code,
                form.note.data or "",
                issuer_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.show_certificate", org=org, code=code, done="cleared")
    truth = reading.truth_of(certificate, clock.today())
    page = {"org": org, "form": form, "truth": truth, **facts_shown(certificate)}
    if request.method == "POST":
        return invalid("volunteers/certificate_clear.html", **page)
    return render_template("volunteers/certificate_clear.html", **page)


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
    page = {"org": org, "form": form, "action": action, **facts_shown(certificate)}
    if request.method == "POST":
        return invalid("volunteers/certificate_end.html", **page)
    return render_template("volunteers/certificate_end.html", **page)


def _issued(code: str) -> ServiceCertificate:
    found = reading.certificate_at(scope(), code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _is_minors(certificate: ServiceCertificate) -> bool:
    return holders.is_minors(certificate, clock.today())
