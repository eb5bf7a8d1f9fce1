"""Creates the virtual environment and installs the lock files named on the command line."""

import shutil
import subprocess
import sys

from tools.programs import BIN, VENV, run

OLDEST_PYTHON = (3, 11)


def main(locks: list[str]) -> None:
    """Install what the lock files name, and nothing that their hashes do not allow."""
    create_environment()
    install(locks)


def create_environment() -> None:
    """Make the virtual environment where there is none that starts."""
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(str(part) for part in sys.version_info[:2])
        sys.exit(f"Python 3.11 or newer is needed; this is {found}. Try: make PYTHON=python3.11")
    if environment_starts():
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    run([sys.executable, "-m", "venv", str(VENV)], "Creating the virtual environment")


def environment_starts() -> bool:
    """Whether the environment has a Python that runs and can install."""
    python = BIN / "python"
    if not python.exists():
        return False
    return (
        subprocess.run([python, "-m", "pip", "-V"], capture_output=True, check=False).returncode
        == 0
    )


def install(locks: list[str]) -> None:
    """Install lock files into the environment; uv does it faster where it is present."""
    python = str(BIN / "python")
    command = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    if shutil.which("uv"):
        command = ["uv", "pip", "install", "--python", python]
    files = [part for lock in locks for part in ("-r", lock)]
    run([*command, "--require-hashes", *files], f"Installing {', '.join(locks)}")


if __name__ == "__main__":
    main(sys.argv[1:])
