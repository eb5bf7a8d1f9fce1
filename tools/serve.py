"""Serves the application on this machine, with its worker: python -m tools.serve HOST PORT."""

import os
import socket
import subprocess
import sys

from tools.programs import BIN, ROOT

WORKERS = 2
#: Also of deploy/redcross-web.service. A worker keeps 2048 connections, whoever is slow on them;
#: 1024 more wait to be taken. A connection without a whole head goes after 30 seconds. A worker
#: that is told to end finishes what it has, within 6 seconds.
OPTIONS = (
    *("--interface", "rsgi", "--factory", "--workers", str(WORKERS)),
    *("--backlog", "1024", "--backpressure", "2048", "--http1-header-read-timeout", "30000"),
    *("--workers-kill-timeout", "6", "--no-ws", "--log-level", "warning"),
)


def main(host: str, port: str) -> None:
    """Say where the pages are, start the worker and become the web server."""
    if is_taken(host, int(port)):
        sys.exit(f"Port {port} is in use by another program. Try: make run PORT={int(port) + 1}")
    print(f"\nOpen http://{host}:{port} (Ctrl+C stops the server)\n", flush=True)
    os.chdir(ROOT)
    subprocess.Popen(worker())  # ends with the web server, which keeps the number of this process
    arguments = command(host, port)
    os.execv(arguments[0], arguments)


def command(host: str, port: str, application: str = "app:create_door") -> list[str]:
    """The web server with its arguments; it is started in the project's folder."""
    return [str(BIN / "granian"), *OPTIONS, "--host", host, "--port", port, application]


def worker() -> list[str]:
    """The program that does jobs, and ends when this process does, whatever it became."""
    return [str(BIN / "flask"), "--app", "app", "jobs", "work", "--parent", str(os.getpid())]


def is_taken(host: str, port: int) -> bool:
    """Whether somebody answers at this address already."""
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


if __name__ == "__main__":
    main(*sys.argv[1:])
