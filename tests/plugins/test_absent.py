"""What is left out is said, and is a failure where a change is decided."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

WALK = """
import pytest

@pytest.mark.browser
def test_walk(): pass

def test_other(): pass
"""

LEFT_OUT = "1 left out, no chromium: install the package chromium"


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with the plugin, on a machine where no program is found."""
    pytester.makeconftest("pytest_plugins = ['tests.plugins.absent']")
    pytester.makeini("[pytest]\nmarkers = browser: walks")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "xdist.plugin")
    return pytester


@pytest.fixture(params=["-n0", "-n1"])
def workers(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_walk_without_chromium_is_named_with_its_reason(
    project: pytest.Pytester, workers: str
) -> None:
    project.makepyfile(test_acts=WALK)
    result = project.runpytest_inprocess(workers, "--left-out-to=left-out")
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines([LEFT_OUT, "  test_acts.py::test_walk"])
    assert Path("left-out").read_text("utf-8") == f"{LEFT_OUT}\n  test_acts.py::test_walk\n"


def test_what_is_left_out_is_a_failure_in_ci(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    monkeypatch.setenv("CI", "true")
    project.makepyfile(test_acts=WALK)
    result = project.runpytest_inprocess(workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*left out, a failure with CI=true*", LEFT_OUT])


def test_a_module_that_skips_itself_is_left_out_too(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    monkeypatch.setenv("CI", "true")
    project.makepyfile(
        test_acts="def test_it(): pass",
        test_self="import pytest\npytest.skip('not today', allow_module_level=True)",
    )
    result = project.runpytest_inprocess(workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["1 left out, not today", "  test_self.py"])


def test_what_a_machine_forbids_is_said_and_no_failure(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    project.makepyfile(
        test_acts="def test_it(): pass",
        test_self="import pytest\ndef test_it(): pytest.skip('this machine forbids it')",
    )
    result = project.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["1 left out, this machine forbids it"])


def test_with_chromium_nothing_is_left_out(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = project.path / "chromium"
    browser.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(project.path))
    monkeypatch.setenv("CI", "true")
    project.makepyfile(test_acts=WALK)
    result = project.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("*left out*")


def test_an_expected_failure_is_not_left_out(project: pytest.Pytester) -> None:
    project.makepyfile("import pytest\n@pytest.mark.xfail\ndef test_it(): assert False")
    result = project.runpytest_inprocess()
    result.assert_outcomes(xfailed=1)
    result.stdout.no_fnmatch_line("*left out*")
