"""A PostgreSQL server for one test run, started from Debian's binaries."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
SERVER_USER = "postgres"

# A test database may be lost with the machine, so nothing waits for the disk.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def programs() -> Path | None:
    """The folder of the newest server programs, or None."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Cluster:
    """One server in a temporary folder on a free port; stop() removes both."""

    def __init__(self, folder_of_programs: Path) -> None:
        self.programs = folder_of_programs
        self.folder = Path(tempfile.mkdtemp(prefix="redcross-test-"))
        self.port = free_port()
        # The server refuses to run as root; Debian's package brings a user for it.
        self.user = SERVER_USER if os.geteuid() == 0 else None

    def start(self) -> str:
        """Start the server and wait until it answers; gives its address."""
        if self.user:
            shutil.chown(self.folder, self.user)
        data = str(self.folder / "data")
        self.call("initdb", "-D", data, "-U", SERVER_USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = {**SETTINGS, "port": self.port, "unix_socket_directories": self.folder}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        log = str(self.folder / "log")
        self.call("pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options)
        return f"postgresql://{SERVER_USER}@127.0.0.1:{self.port}/postgres"

    def stop(self) -> None:
        """Stop the server and remove its files."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.call("pg_ctl", "stop", "-m", "immediate", "-D", str(self.folder / "data"))
        shutil.rmtree(self.folder)

    def call(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.programs / program, *arguments],
            cwd=self.folder,
            user=self.user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
