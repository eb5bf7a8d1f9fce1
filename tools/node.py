"""Runs npm: the system's where it is new enough, else one installed from the Python index."""

import re
import shutil
import subprocess
import sys

from tools import install
from tools.programs import BIN, run

OLDEST_NPM = 10


def npm() -> str:
    """The npm program to use; installs one into the virtual environment where none will do."""
    found = shutil.which("npm")
    if found and is_new_enough(found):
        return found
    installed = BIN / "npm"
    if not installed.exists():
        install.install(["requirements-node.txt"])
    return str(installed)


def is_new_enough(program: str) -> bool:
    """Whether the program runs and calls itself npm 10 or newer."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"\d+", done.stdout)
    return version is not None and int(version[0]) >= OLDEST_NPM


if __name__ == "__main__":
    run([npm(), *sys.argv[1:]], "Fetching the front-end files")
