"""Which test decides which check.

@pytest.mark.covers("IN-06", ...) names the check ids that a test decides.
--covers=IN-06,IN-07 runs these tests only and fails for an id that no test names;
--covers-list prints every id with its tests and runs nothing.
"""

from collections import defaultdict

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("covers", "checks and the tests that decide them")
    group.addoption("--covers", metavar="ID,ID", default="", help="run the tests of these checks")
    group.addoption("--covers-list", action="store_true", help="print checks with their tests")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Checks(config), "checks")


class Checks:
    """The checks that the collected tests name."""

    def __init__(self, config: pytest.Config) -> None:
        self.wanted = [part.strip() for part in config.getoption("--covers").split(",") if part]
        self.only_lists = config.getoption("--covers-list")
        self.tests: dict[str, set[str]] = defaultdict(set)

    # First of all, so that a check counts also where its test is about the other database.
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        for item in items:
            for check in checks_of(item):
                self.tests[check].add(item.nodeid.partition("[")[0])
        if self.wanted:
            self.select(config, items)

    def select(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the tests of the wanted checks; an unknown id is an error."""
        unknown = [check for check in self.wanted if check not in self.tests]
        if unknown:
            message = f"no test covers {', '.join(unknown)}"
            raise pytest.UsageError(message)
        kept = [item for item in items if checks_of(item) & set(self.wanted)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        return True if self.only_lists and not session.testsfailed else None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.only_lists:
            for check in sorted(self.tests):
                terminalreporter.write_line(f"{check}  {'  '.join(sorted(self.tests[check]))}")


def checks_of(item: pytest.Item) -> set[str]:
    """The ids that a test names, on itself, its class or its module."""
    found: set[str] = set()
    for marker in item.iter_markers("covers"):
        if not marker.args or not all(isinstance(check, str) for check in marker.args):
            message = f"{item.nodeid}: covers() takes check ids as texts"
            raise pytest.UsageError(message)
        found.update(marker.args)
    return found
