"""The marker `covers` and its options."""

import pytest

pytestmark = pytest.mark.pure

TESTS = """
import pytest

@pytest.mark.covers("AA-01", "AA-02")
@pytest.mark.parametrize("number", [1, 2])
def test_first(number): pass

@pytest.mark.covers("AA-02")
def test_second(): pass

def test_other(): assert False
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest("pytest_plugins = ['tests.plugins.covers']")
    pytester.makeini("[pytest]\nmarkers = covers(*ids): the checks")
    pytester.makepyfile(test_acts=TESTS)
    return pytester


def test_only_the_tests_of_the_wanted_checks_run(project: pytest.Pytester) -> None:
    project.runpytest_inprocess("--covers=AA-01").assert_outcomes(passed=2, deselected=2)
    project.runpytest_inprocess("--covers=AA-01,AA-02").assert_outcomes(passed=3, deselected=1)


def test_a_check_that_no_test_names_is_an_error(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("--covers=AA-02,AA-99")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no test covers AA-99*"])


def test_the_list_names_each_test_once_and_runs_nothing(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("--covers-list")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        [
            "AA-01  test_acts.py::test_first",
            "AA-02  test_acts.py::test_first  test_acts.py::test_second",
        ]
    )
    result.assert_outcomes()


def test_a_marker_without_ids_is_an_error(project: pytest.Pytester) -> None:
    project.makepyfile(test_acts="import pytest\n@pytest.mark.covers()\ndef test_it(): pass")
    result = project.runpytest_inprocess("--covers-list")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
