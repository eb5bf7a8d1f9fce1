"""The application: configuration, extensions, guard, pages, commands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask, request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from accounts import directory
from accounts import labels as accounts_labels
from accounts import routes as accounts_routes
from accounts.cli import accounts
from accounts.operations import letters
from activities import hooks as activities_hooks  # noqa: F401 - binds activities to what others tell
from activities import labels as activities_labels
from activities import routes as activities_routes
from activities.cli import activities
from core import (
    assets,
    cli,
    clock,
    door,
    errors,
    filters,
    garbage,
    headers,
    health,
    holidays,
    i18n,
    idempotency,
    labels,
    links,
    logging,
    offline,
    shell,
    transactions,
    uploads,
)
from core.access import guard
from core.backup.cli import backup
from core.config import Config
from core.damage import check_file
from core.database import connect_options, db, prepare_engine
from core.extensions import csrf, htmx, limiter
from core.files.cli import files
from core.imports import jobs as imports_jobs
from core.imports import labels as imports_labels
from core.imports import routes as imports_routes
from core.imports import subjects
from core.jobs import kinds, queue
from core.jobs import labels as jobs_labels
from core.jobs import routes as jobs_routes
from core.jobs.cli import jobs
from core.sessions import CookieSessionInterface
from datasets.demo.cli import demo
from datasets.scale.cli import scale
from exchange import jobs as exchange_jobs
from exchange import labels as exchange_labels
from exchange import profiles as exchange_profiles
from exchange import routes as exchange_routes
from exchange.cli import exchange
from members import hooks as members_hooks  # noqa: F401 - binds members to what others tell
from members import imports as members_imports
from members import jobs as members_jobs
from members import labels as members_labels
from members import routes as members_routes
from members.cli import members
from organizations import jobs as organizations_jobs
from organizations import labels as organizations_labels
from organizations import routes as organizations_routes
from organizations.cli import organizations
from people import hooks as people_hooks  # noqa: F401 - binds people to what others tell
from people import labels as people_labels
from people import routes as people_routes
from people.cli import people
from schools import hooks as schools_hooks  # noqa: F401 - binds schools to what others tell
from schools import imports as schools_imports
from schools import jobs as schools_jobs
from schools import labels as schools_labels
from schools import routes as schools_routes
from schools.cli import schools
from supervision import routes as supervision_routes  # noqa: F401 - views of the blueprint
from supervision.alerts import labels as alerts_labels
from supervision.alerts import routes as alerts_routes  # noqa: F401 - adds its pages to supervision
from supervision.alerts.cli import alerts
from supervision.api import labels as api_labels
from supervision.api import routes as api_routes
from supervision.api.routes import blueprint as api_blueprint
from supervision.blueprint import bp as supervision_bp
from supervision.cli import terms_group
from supervision.evaluations import labels as evaluations_labels
from supervision.evaluations import routes as evaluations_routes  # noqa: F401 - adds pages to supervision
from supervision.evaluations import tables as evaluations_tables  # noqa: F401 - names its table
from supervision.indicators import labels as indicators_labels
from supervision.indicators import routes as indicators_routes  # noqa: F401 - views of the blueprint
from supervision.navigation import fill_shell
from supervision.orders import hooks as orders_hooks  # noqa: F401 - binds orders to what others tell
from supervision.orders import labels as orders_labels
from supervision.orders import routes as orders_routes  # noqa: F401 - adds its pages to supervision
from supervision.public import labels as public_labels
from supervision.public import routes as public_routes
from supervision.quality import labels as quality_labels
from supervision.quality import routes as quality_routes
from supervision.quality.cli import quality
from supervision.reports import labels as reports_labels
from supervision.reports import routes as reports_routes  # noqa: F401 - adds pages to supervision
from supervision.reports import tables as reports_tables  # noqa: F401 - names its tables
from supervision.reports.cli import reports_group
from supervision.rollup.cli import figures_group
from supervision.tabling import indicators as tabling_indicators  # noqa: F401 - names its table
from supervision.tabling import jobs as tabling_jobs
from supervision.tabling import kinds as tabling_kinds  # noqa: F401 - names its tables
from supervision.tabling import labels as tabling_labels
from supervision.tabling import routes as tabling_routes  # noqa: F401 - adds pages to supervision
from volunteers import admission as volunteers_hooks  # noqa: F401 - binds what others tell
from volunteers import labels as volunteers_labels
from volunteers import routes as volunteers_routes
from volunteers.cli import ledger, volunteers

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_BODY_BYTES = 2 * 1024 * 1024


def create_app(config: Config | None = None) -> Flask:
    """Return the application for a configuration, by default the one in the environment."""
    config = config or Config.from_env()
    app = transactions.RetryingFlask(__name__)
    configure(app, config)
    clock.keep_days_off(holidays.days_off(holidays.DATA, config.instance / holidays.NAME))
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    install_hooks(app, config)
    register_pages(app)
    register_commands(app)
    return app


def create_server() -> Flask:
    """Return the application for a web server that keeps it for long.

    Raises DamagedDatabaseError where the file of the database is broken.
    """
    config = Config.from_env()
    check_file(config.database_url)
    app = create_app(config)
    garbage.let_rest()
    return app


def create_door() -> door.Door:
    """Return the application as the web server calls it."""
    return door.before(create_server())


def configure(app: Flask, config: Config) -> None:
    """Set what Flask and its extensions read."""
    app.config.update(
        REDCROSS=config,
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=dict(
            connect_options(config.database_url, is_command=config.is_command)
        ),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=1000,
        TRUSTED_HOSTS=list(config.trusted_hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        RATELIMIT_ENABLED=config.limits_enabled,
        RATELIMIT_STORAGE_URI=config.limit_storage,
        BABEL_DEFAULT_LOCALE="zh_CN",
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.session_interface = CookieSessionInterface(
        secure=config.origin.startswith("https://"), secret=config.secret_key
    )
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    offset = timedelta(seconds=config.clock_offset_seconds)
    if offset:
        clock.set_offset_for_tests(offset, production=config.is_production)


def install_hooks(app: Flask, config: Config) -> None:
    """Put the hooks in their order: transaction, guard, CSRF, idempotency; headers last."""
    logging.install(app)
    headers.install(app, secure=config.origin.startswith("https://"))
    transactions.install(app)
    uploads.install(app)
    i18n.install(app)
    filters.install(app)
    labels.install(
        app,
        accounts_labels.LABELS,
        organizations_labels.LABELS,
        schools_labels.LABELS,
        volunteers_labels.LABELS,
        people_labels.LABELS,
        members_labels.LABELS,
        activities_labels.LABELS,
        exchange_labels.LABELS,
        jobs_labels.LABELS,
        imports_labels.LABELS,
        public_labels.LABELS,
        indicators_labels.LABELS,
        alerts_labels.LABELS,
        orders_labels.LABELS,
        reports_labels.LABELS,
        evaluations_labels.LABELS,
        tabling_labels.LABELS,
        api_labels.LABELS,
        quality_labels.LABELS,
    )
    assets.install(app)
    links.install(app)
    errors.install(app)
    htmx.init_app(app)
    csrf.init_app(app)
    guard.install(app, directory.AccountDirectory())
    api_blueprint.install(app)
    app.before_request(protect)
    directory.install(app)
    limiter.init_app(app)
    idempotency.install(app)
    shell.install(app, fill_shell)
    queue.install(app, config)
    install_work(app)
    exchange_profiles.install(app, config)


def install_work(app: Flask) -> None:
    """Name what packages do in the background, and what lists may bring to them."""
    kinds.install(
        app,
        directory.job_authority,
        letters.tell_job_ended,
        *members_jobs.KINDS,
        *imports_jobs.KINDS,
        *exchange_jobs.KINDS,
        *schools_jobs.KINDS,
        *organizations_jobs.KINDS,
        *tabling_jobs.KINDS,
    )
    subjects.install(
        app,
        members_imports.ADULT_MEMBERS,
        schools_imports.PUPILS,
        schools_imports.SCHOOL_LINES,
    )


def protect() -> ResponseReturnValue | None:
    """Check the CSRF token of unsafe requests, after the guard told who asks."""
    if request.endpoint is not None and request.method not in transactions.SAFE_METHODS:
        csrf.protect()
    return None


def register_pages(app: Flask) -> None:
    """Register every blueprint."""
    shell.register(app)
    app.register_blueprint(health.bp)
    offline.install(app, volunteers_routes.SHELLS)
    app.register_blueprint(jobs_routes.bp)
    app.register_blueprint(imports_routes.bp)
    app.register_blueprint(accounts_routes.bp)
    app.register_blueprint(organizations_routes.bp)
    app.register_blueprint(schools_routes.bp)
    app.register_blueprint(people_routes.bp)
    app.register_blueprint(members_routes.bp)
    app.register_blueprint(activities_routes.bp)
    app.register_blueprint(exchange_routes.bp)
    app.register_blueprint(supervision_bp)
    app.register_blueprint(public_routes.bp)
    app.register_blueprint(quality_routes.bp)
    app.register_blueprint(api_routes.bp)
    app.register_blueprint(api_routes.api)
    app.register_blueprint(volunteers_routes.bp)


def register_commands(app: Flask) -> None:
    """Register every command group."""
    cli.register(app)
    app.cli.add_command(accounts)
    app.cli.add_command(alerts)
    app.cli.add_command(activities)
    app.cli.add_command(jobs)
    app.cli.add_command(organizations)
    app.cli.add_command(members)
    app.cli.add_command(people)
    app.cli.add_command(scale)
    app.cli.add_command(schools)
    app.cli.add_command(figures_group)
    app.cli.add_command(terms_group)
    app.cli.add_command(reports_group)
    app.cli.add_command(quality)
    app.cli.add_command(demo)
    app.cli.add_command(exchange)
    app.cli.add_command(ledger)
    app.cli.add_command(volunteers)
    app.cli.add_command(backup)
    app.cli.add_command(files)
