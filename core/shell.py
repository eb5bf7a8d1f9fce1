"""The pages around everything: display settings, help, privacy; and what the base page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    g,
    has_request_context,
    redirect,
    render_template,
    request,
)
from markupsafe import Markup

from core import clock, retention, settings
from core.access.marks import public
from core.i18n import DENSITIES, LANGUAGES, SIZES, THEMES, gettext
from core.messages import outbox
from core.offline import account_mark
from core.sharing import shared
from core.web import asked_next, config_value, safe_next, wanted_path

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("shell", __name__)
YEAR_SECONDS = 365 * 86_400
#: Dated settings that say how long something is kept, as the privacy notice names the periods;
#: each is the setting of a rule of ``core.retention``, or of what accounts tidy up every night.
KEPT = {
    "identity": "privacy.identity_years",
    "records": "privacy.records_years",
    "refused": "privacy.refused_years",
    "photos": "privacy.photos_years",
    "logs": "privacy.logs_years",
    "sign_ins": "accounts.sign_in_days",
    "messages": "messages.days",
    "letters": "letters.days",
    "copies": "backups.days",
}
NOTHING = Markup()


@dataclass(frozen=True, slots=True)
class Tab:
    """One entry of the tab bar or the sidebar."""

    label: str
    url: str
    current: bool = False
    badge: int = 0

    @property
    def name(self) -> str:
        """Return the accessible name: the number belongs to it."""
        if not self.badge:
            return self.label
        return str(gettext("%(label)s，%(count)d 项", label=self.label, count=self.badge))


@dataclass(frozen=True, slots=True)
class Crumb:
    """One level of the breadcrumb; without an address it is plain text."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Acting:
    """In which role the person acts on this page."""

    organization_name: str
    role_label: str
    is_post: bool


@dataclass(slots=True)
class Shell:
    """What the base page shows around the content; tabs, sidebar and menu are drawn already."""

    brand: str
    help_phone: str
    signed_in: bool
    demo: bool
    return_path: str
    account: str = ""
    shared: bool = False
    acting: Acting | None = None
    can_switch: bool = False
    tabs: Markup = NOTHING
    sidebar: Markup = NOTHING
    menu: Markup = NOTHING
    breadcrumb: list[Crumb] = field(default_factory=list)


Filler = Callable[[Shell], None]


def install(app: Flask, fill: Filler) -> None:
    """Give every template ``shell``; ``fill`` adds navigation and acting role."""

    @app.context_processor
    def provide() -> dict[str, Any]:
        if not has_request_context():
            return {}
        if "shell" not in g:
            config = current_app.config["REDCROSS"]
            g.shell = Shell(
                brand=config.brand,
                help_phone=config.help_phone,
                signed_in=g.get("principal") is not None,
                demo=config.environment == "demo",
                return_path=wanted_path(),
                account=account_mark(g.principal.user_id) if g.get("principal") else "",
                shared=g.get("shared", False),
            )
            fill(g.shell)
        return {"shell": g.shell}


@bp.get("/display")
@public
def choose_display() -> str:
    """Show text sizes, colours and languages: the way there of pages that carry no token."""
    return render_template("shell/display.html", back=asked_next() or "/")


@bp.post("/display")
@public
def set_display() -> Response:
    """Keep text size, theme, density and language in this browser and return to the page."""
    response = redirect(safe_next(request.form.get("next")) or "/", 303)
    languages = tuple(LANGUAGES)
    allowed = {"size": SIZES, "theme": THEMES, "density": DENSITIES, "language": languages}
    for name, values in allowed.items():
        value = request.form.get(name, "")
        if value in values:
            response.set_cookie(
                name,
                value,
                max_age=YEAR_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=config_value("origin").startswith("https://"),
            )
    return response


@bp.get("/help")
@public
@shared
def help_page() -> str:
    """Show whom to call and how the usual things are done."""
    return render_template("shell/help.html")


@bp.get("/privacy")
@public
@shared
def privacy() -> str:
    """Show what is kept, why, who sees it, for how long, and whom to ask (PRV-17, D6)."""
    today = clock.today()
    return render_template(
        "shell/privacy.html",
        kept={name: retention.period(setting, today) for name, setting in KEPT.items()},
        age=settings.value("minors.own_data_age", on=today),
        adult_age=settings.value("minors.adult_age", on=today),
        answer_days=settings.value("changes.working_days", on=today),
        contact=config_value("privacy_contact"),
    )


@bp.get("/development/outbox")
@public
def show_outbox() -> str:
    """Show messages sent on a system without real people; it does not exist in production."""
    return render_template("shell/outbox.html", messages=outbox())


def register(app: Flask) -> None:
    """Register the pages; the outbox only where no real people are served."""
    app.register_blueprint(bp)
    if not app.config["REDCROSS"].shows_outbox:
        app.view_functions["shell.show_outbox"] = _missing


@public
def _missing() -> Response:
    abort(404)
