"""Says in the last lines which tests were left out, and why.

A test that is skipped proves nothing, so with CI=true every skip is a failure, but where the
machine forbids what no package brings, as a container that lets nobody mount: it is said by name.
Tests marked `browser` are left out where there is no chromium.
"""

import os
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

NAMES_SHOWN = 10
#: How a reason begins that no installation mends.
FORBIDDEN = "this machine forbids"
#: The first that is there is taken: the shell draws the same pages in two thirds of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The browser program for walks through pages, or None."""
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("absent", "tests that are left out")
    group.addoption("--left-out-to", metavar="FILE", help="write there what was left out")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(LeftOut(config), "left-out")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium():
        return
    reason = "no chromium: install the package chromium"
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


class LeftOut:
    """The tests that were skipped, by reason."""

    def __init__(self, config: pytest.Config) -> None:
        self.file: str | None = config.getoption("--left-out-to")
        self.tests: dict[str, set[str]] = defaultdict(set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.add(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.add(report)

    def add(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Remember a test, or a whole module, with its reason."""
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        self.tests[reason.removeprefix("Skipped: ")].add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.file:
            Path(self.file).write_text("".join(f"{line}\n" for line in self.lines()), "utf-8")
        if self.fails and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.tests:
            return
        terminalreporter.section("left out" + (", a failure with CI=true" if self.fails else ""))
        for line in self.lines():
            terminalreporter.write_line(line)

    @property
    def fails(self) -> bool:
        """Whether a run that decides left out what could have been there."""
        return is_ci() and any(not one.startswith(FORBIDDEN) for one in self.tests)

    def lines(self) -> list[str]:
        """One paragraph per reason: how many tests, and the first of them."""
        found = []
        for reason, tests in sorted(self.tests.items()):
            names = sorted(tests)
            found += [f"{len(names)} left out, {reason}"]
            found += [f"  {name}" for name in names[:NAMES_SHOWN]]
            if len(names) > NAMES_SHOWN:
                found += [f"  and {len(names) - NAMES_SHOWN} more"]
        return found


def is_ci() -> bool:
    """Whether this run decides whether a change may go in."""
    return os.environ.get("CI") == "true"
