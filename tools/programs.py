"""Starts the programs that set up the project and says plainly what to do when one fails."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"

NETWORK_SIGNS = re.compile(
    r"connection|could not connect|dns error|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT"
    r"|error sending request|name resolution|network is unreachable|timed out|tunnel",
    re.IGNORECASE,
)


def run(command: list[str], purpose: str) -> None:
    """Run a command quietly in the project folder, with the environment's programs first.

    Where it fails, leave with one sentence about the network, or with what the command said.
    """
    print(f"{purpose} ...", flush=True)
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(explain(purpose, done.stdout))


def explain(purpose: str, said: str) -> str:
    """The message for a person whose step failed."""
    if NETWORK_SIGNS.search(said):
        return (
            f"{purpose}: the package server cannot be reached. "
            "Check the network or the proxy settings and run the same command again."
        )
    last = "\n".join(said.strip().splitlines()[-15:])
    return f"{last}\n\n{purpose}: failed, for the reason above."
