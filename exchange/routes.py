"""Batches for another volunteer system, at the province (domain.md VOL-52, scenario 33)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.i18n import gettext
from core.rules import RuleViolation
from core.switches import Module
from core.uploads import takes_file
from core.web import asked, invalid, scope, see_other
from exchange import operations
from exchange.documents import schema_text
from exchange.forms import ActForm, BatchForm, ReceiptForm
from exchange.labels import LABELS
from exchange.profiles import current_profile
from exchange.queries.batches import (
    batch_in,
    batches_in,
    has_file,
    is_stopped,
    job_of,
    on_the_way,
    pieces_of,
    refused_in,
    steps_of,
)
from exchange.rules import BATCH_TRANSITIONS, MAX_BYTES, BatchAction, BatchMode, ObjectKind

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from exchange.queries.batches import Batch

MAX_CODE = 32
TONES = {"draft": "neutral", "ready": "info", "sent": "warn", "receipted": "ok"}

bp = Blueprint("exchange", __name__)


@bp.get("/o/<org>/exchange")
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
def batches(org: str) -> str:
    """Show the batches, newest first, and what the receiving system is."""
    return _list(org, BatchForm())


@bp.post("/o/<org>/exchange")
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
def start_batch(org: str) -> ResponseReturnValue:
    """Begin a batch; a fresh factor comes first."""
    way = require_fresh_factor(back=url_for("exchange.batches", org=org))
    if way is not None:
        return way
    form = BatchForm()
    if form.accepts():
        try:
            begun = operations.start_batch(scope(), BatchMode(form.mode.data), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("exchange.batch", org=org, code=begun.code)
    return _list(org, form), 422


@bp.get("/o/<org>/exchange/schema")
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
def schema(org: str) -> Response:
    """Return what is exchanged: items, codes, version."""
    del org
    answer = Response(schema_text(), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="exchange-schema.json"'
    return answer


@bp.get("/o/<org>/exchange/<code>")
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
def batch(org: str, code: str) -> str:
    """Show one batch: what it holds, where it stands, what both sides have."""
    return render_template("exchange/batch.html", **_facts(org, _found(code), ActForm()))


@bp.post("/o/<org>/exchange/<code>/agree")
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
def agree(org: str, code: str) -> ResponseReturnValue:
    """Let a batch leave that somebody else made; a fresh factor comes first."""
    way = require_fresh_factor(back=url_for("exchange.batch", org=org, code=code))
    return way or _act(org, code, operations.agree)


@bp.post("/o/<org>/exchange/<code>/sent")
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
def mark_sent(org: str, code: str) -> ResponseReturnValue:
    """Note that the file was handed over."""
    return _act(org, code, operations.mark_sent)


@bp.post("/o/<org>/exchange/<code>/close")
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
def close(org: str, code: str) -> ResponseReturnValue:
    """End a batch whose receipt was read."""
    return _act(org, code, operations.close)


@bp.post("/o/<org>/exchange/<code>/give-up")
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
def give_up(org: str, code: str) -> ResponseReturnValue:
    """End a batch that came to nothing."""
    return _act(org, code, operations.give_up)


@bp.post("/o/<org>/exchange/<code>/again")
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
def send_again(org: str, code: str) -> ResponseReturnValue:
    """Begin a batch of the rows that were refused, and end this one."""
    found, form = _found(code), ActForm()
    if form.accepts():
        try:
            begun = operations.start_batch(
                scope(), BatchMode.REJECTS, now=clock.now(), follows=found.code
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("exchange.batch", org=org, code=begun.code)
    return invalid("exchange/batch.html", **_facts(org, found, form))


@bp.post("/o/<org>/exchange/<code>/file")
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
def download(org: str, code: str) -> ResponseReturnValue:
    """Give the file away, once more asking for a factor; one line of log."""
    way = require_fresh_factor(back=url_for("exchange.batch", org=org, code=code))
    if way is not None:
        return way
    taken = operations.take_file(_found(code).code, scope(), now=clock.now())
    answer = Response(pieces_of(taken), mimetype="application/zip")
    day = clock.local(taken.created_at).date()
    name = f"exchange-{day.isoformat()}-{taken.code}.zip"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@bp.get("/o/<org>/exchange/<code>/file")
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
def downloaded(org: str, code: str) -> ResponseReturnValue:
    """Answer a reload of the download: the batch."""
    return see_other("exchange.batch", org=org, code=_found(code).code)


@bp.route("/o/<org>/exchange/<code>/receipt", methods=["GET", "POST"])
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
@takes_file(MAX_BYTES)
def receipt(org: str, code: str) -> ResponseReturnValue:
    """Read what the other system answered: whole, or not at all with the reason."""
    found, form = _found(code), ReceiptForm()
    if form.accepts() and _receive(form, found):
        return see_other("exchange.batch", org=org, code=found.code)
    page = {"org": org, "batch": found, "form": form}
    if request.method == "POST":
        return invalid("exchange/receipt.html", **page)
    return render_template("exchange/receipt.html", **page)


@bp.get("/o/<org>/exchange/<code>/refused")
@module(Module.EXCHANGE)
@requires(Permission.EXCHANGE_KEEP)
def refused(org: str, code: str) -> str:
    """Show the rows that were refused: object, number, version, reason; no names."""
    found = _found(code)
    page = refused_in(found, asked("after", MAX_CODE))
    return render_template("exchange/refused.html", org=org, batch=found, page=page)


def _receive(form: ReceiptForm, found: Batch) -> bool:
    file = request.files.get("file")
    if file is None or not file.filename:
        form.file.errors = [*form.file.errors, gettext("请先选一个文件")]
        return False
    try:
        operations.receive(found.code, file.stream.read(MAX_BYTES + 1), scope(), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return False
    return True


def _act(org: str, code: str, act: Callable[..., object]) -> ResponseReturnValue:
    found, form = _found(code), ActForm()
    if form.accepts():
        try:
            act(found.code, scope(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("exchange.batch", org=org, code=found.code)
    return invalid("exchange/batch.html", **_facts(org, found, form))


def _found(code: str) -> Batch:
    found = batch_in(scope(), code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _list(org: str, form: BatchForm) -> str:
    return render_template(
        "exchange/batches.html",
        org=org,
        form=form,
        page=batches_in(scope(), asked("after", MAX_CODE)),
        waits=on_the_way(scope()),
        profile=current_profile(clock.today()),
        tones=TONES,
    )


def _facts(org: str, found: Batch, form: ActForm) -> dict[str, Any]:
    job = job_of(found)
    return {
        "org": org,
        "batch": found,
        "form": form,
        "tones": TONES,
        "job": job,
        "is_stopped": not found.is_whole and is_stopped(job),
        "may": {action: (found.status, action) in BATCH_TRANSITIONS for action in BatchAction},
        "is_own": found.made_by_id == scope().principal.user_id,
        "file_here": found.is_whole and has_file(found) and found.expires_at > clock.now(),
        "steps": steps_of(found),
        "report": found.report.get("kinds", {}),
        "labels": {kind.value: words for kind, words in LABELS[ObjectKind].items()},
    }
