"""Commands of accounts: made, given posts, opened and closed by whoever runs the installation."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import click
from flask import Flask
from flask.cli import AppGroup

from accounts import operations, queries
from accounts.models import User
from accounts.rules import check_phone
from core import clock, settings
from core.access.permissions import Role
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from core.web import config_value
from organizations.models import Organization
from organizations.queries import organization_of_code

accounts = AppGroup("accounts", help="Accounts, posts, sessions.")
DAY = click.DateTime(["%Y-%m-%d"])


def user_of(phone: str) -> User:
    """Return the account of a typed phone number, or end the command."""
    user = queries.find_user_by_phone(checked(phone))
    if user is None:
        raise click.ClickException("no account has this phone")
    return user


def checked(phone: str) -> str:
    """Return a typed phone number in canonical form, or end the command."""
    try:
        return check_phone(phone)
    except RuleViolation as violation:
        raise click.ClickException(str(violation)) from violation


def organization_of(code: str) -> Organization:
    """Return the organization of a code, or end the command."""
    found = organization_of_code(code)
    if found is None:
        raise click.ClickException("no organization has this code")
    return found


def day_of(moment: datetime | None) -> date | None:
    """Return the day of an option, or None where it was not given."""
    return moment.date() if moment else None


@accounts.command("create-user")
@click.argument("phone")
@click.option("--name", default="", help="How the account is shown.")
def create_user(phone: str, name: str) -> None:
    """Make an account that signs in with a phone."""
    user = operations.find_or_create_user(
        checked(phone), by=SYSTEM, now=clock.now(), display_name=name
    )
    db.session.commit()
    click.echo(f"The account is {user.code}.")


@accounts.command("grant")
@click.argument("phone")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.argument("organization")
@click.option("--from", "starts_on", type=DAY, help="First day, by default today.")
@click.option("--to", "ends_on", type=DAY, help="Last day, by default open.")
def grant(
    phone: str, role: str, organization: str, starts_on: datetime | None, ends_on: datetime | None
) -> None:
    """Give an account a role at an organization, named by its code."""
    first = day_of(starts_on) or clock.today()
    try:
        operations.grant_post(
            user_of(phone),
            Role(role),
            organization_of(organization),
            first,
            day_of(ends_on),
            by=SYSTEM,
            now=clock.now(),
        )
    except RuleViolation as violation:
        raise click.ClickException(str(violation)) from violation
    db.session.commit()
    click.echo("Granted.")


@accounts.command("end-post")
@click.argument("phone")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.argument("organization")
@click.option("--on", type=DAY, help="Last day, by default yesterday: it ends now.")
def end_post(phone: str, role: str, organization: str, on: datetime | None) -> None:
    """End a role that an account holds at an organization."""
    user, place = user_of(phone), organization_of(organization)
    terms = queries.terms_of(user.id, Role(role), place.id)
    today = clock.today()
    running = [term for term in terms if term.ends_on is None or term.ends_on >= today]
    if not running:
        raise click.ClickException("the account holds no such post")
    last = day_of(on) or today - timedelta(days=1)
    try:
        operations.end_post(running[0], last, by=SYSTEM, now=clock.now())
    except RuleViolation as violation:
        raise click.ClickException(str(violation)) from violation
    db.session.commit()
    click.echo(f"The last day is {last}.")


@accounts.command("announce-terms")
@click.option("--on", type=DAY, help="By default today.")
def announce_terms(on: datetime | None) -> None:
    """Let queues follow the posts that began today or ended yesterday; run once a day."""
    day, now = day_of(on) or clock.today(), clock.now()
    began, ended = operations.announce_terms(day)
    lapsed = operations.lapse_grants(day, now)
    warned = operations.warn_of_ends(day, now)
    db.session.commit()
    click.echo(f"{began} began, {ended} ended, {lapsed} offers lapsed, {warned} warned")


@accounts.command("send-digests")
@click.option("--now", "at_once", is_flag=True, help="Whatever hour it is, after an outage.")
def send_digests(*, at_once: bool) -> None:
    """Tell whoever has work waiting, in the hour of the setting; nobody twice a day."""
    now = clock.now()
    hour = settings.value("digests.hour", clock.local(now).date())
    if not at_once and clock.local(now).hour != hour:
        click.echo(f"not now, at {hour} o'clock")
        return
    total, last = 0, 0
    while True:
        following, written = operations.send_digests(now, last)
        db.session.commit()
        total += written
        if following is None:
            break
        last = following
    click.echo(f"{total} digests")


@accounts.command("unlock")
@click.argument("phone")
def unlock(phone: str) -> None:
    """Open signing in by password again after too many wrong tries."""
    operations.unlock_user(user_of(phone), by=SYSTEM)
    db.session.commit()
    click.echo("Open.")


@accounts.command("suspend")
@click.argument("phone")
def suspend(phone: str) -> None:
    """Close an account; every session of it ends at once."""
    operations.suspend_user(user_of(phone), by=SYSTEM, now=clock.now())
    db.session.commit()
    click.echo("Suspended.")


@accounts.command("resume")
@click.argument("phone")
def resume(phone: str) -> None:
    """Open a suspended account again."""
    operations.resume_user(user_of(phone), by=SYSTEM, now=clock.now())
    db.session.commit()
    click.echo("Open.")


@accounts.command("sign-out-all")
@click.argument("phone")
def sign_out_all(phone: str) -> None:
    """End every session of an account."""
    count = operations.end_sessions(user_of(phone), by=SYSTEM, now=clock.now())
    db.session.commit()
    click.echo(f"{count} sessions ended")


@accounts.command("set-password")
@click.argument("phone")
@click.password_option()
def set_password(phone: str, password: str) -> None:
    """Give an account a password, asked for twice."""
    try:
        operations.set_password(user_of(phone), password, by=SYSTEM, now=clock.now())
    except RuleViolation as violation:
        raise click.ClickException(str(violation)) from violation
    db.session.commit()
    click.echo("Kept; every session ended.")


@accounts.command("purge")
def purge() -> None:
    """Delete codes, wrong tries, sessions, devices and letters that nobody needs any more."""
    counts = operations.purge(clock.now())
    db.session.commit()
    click.echo(", ".join(f"{count} {name}" for name, count in counts.items()))


@accounts.command("factor-code")
@click.argument("phone")
def factor_code(phone: str) -> None:
    """Print what the authenticator of an account shows now; refused in production."""
    if config_value("is_production"):
        raise click.ClickException("never where people are real")
    code = queries.factor_code(user_of(phone), clock.now())
    if code is None:
        raise click.ClickException("the account has no second factor")
    click.echo(code)


def register(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(accounts)
