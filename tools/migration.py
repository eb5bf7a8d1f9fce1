"""Writes the next migration: its number, a file with what the models ask for, and HEAD."""

import os
import subprocess
import sys
import tempfile

from tools.programs import BIN, ROOT

MIGRATIONS = ROOT / "migrations"


def main(arguments: list[str]) -> None:
    """Ask Alembic for a revision with the next number; the subject is an imperative."""
    subject = " ".join(arguments).strip()
    if not subject:
        sys.exit('Say what the migration does: make migration m="add served_on to service records"')
    revision = next_revision()
    command = ["revision", "--autogenerate", "--rev-id", revision, "-m", subject]
    with tempfile.TemporaryDirectory() as folder:  # compared with an empty database of today
        environment = {**os.environ, "REDCROSS_INSTANCE": folder}
        environment.pop("DATABASE_URL", None)
        for step in (["upgrade", "head"], command):
            subprocess.run([BIN / "alembic", *step], cwd=ROOT, env=environment, check=True)
    subprocess.run([BIN / "ruff", "format", "--quiet", MIGRATIONS / "versions"], check=True)
    (MIGRATIONS / "HEAD").write_text(f"{revision}\n", encoding="utf-8")


def next_revision() -> str:
    """The number after the newest migration, four digits; two branches conflict in HEAD."""
    numbers = [int(path.name[:4]) for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")]
    return f"{max(numbers, default=0) + 1:04d}"


if __name__ == "__main__":
    main(sys.argv[1:])
