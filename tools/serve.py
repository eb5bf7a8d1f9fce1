"""Serves the application on this machine, with its worker: python -m tools.serve HOST PORT."""

import os
import socket
import subprocess
import sys

from tools.programs import BIN, ROOT

WORKERS = 2


def main(host: str, port: str) -> None:
    """Say where the pages are, start the worker and become the web server."""
    if is_taken(host, int(port)):
        sys.exit(f"Port {port} is in use by another program. Try: make run PORT={int(port) + 1}")
    print(f"\nOpen http://{host}:{port} (Ctrl+C stops the server)\n", flush=True)
    os.chdir(ROOT)
    subprocess.Popen(worker())  # ends with the web server, which keeps the number of this process
    arguments = command(host, port)
    os.execv(arguments[0], arguments)


def command(host: str, port: str, application: str = "app:create_server") -> list[str]:
    """The web server with its arguments; it is started in the project's folder."""
    options = ["--interface", "wsgi", "--workers", str(WORKERS), "--blocking-threads", "1"]
    address = ["--host", host, "--port", port, "--log-level", "warning"]
    return [str(BIN / "granian"), *options, *address, "--factory", application]


def worker() -> list[str]:
    """The program that does jobs, and ends when this process does, whatever it became."""
    return [str(BIN / "flask"), "--app", "app", "jobs", "work", "--parent", str(os.getpid())]


def is_taken(host: str, port: int) -> bool:
    """Whether somebody answers at this address already."""
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


if __name__ == "__main__":
    main(*sys.argv[1:])
