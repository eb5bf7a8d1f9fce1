"""Writes the next migration: its number, a file with what the models ask for, and HEAD."""

import subprocess
import sys

from tools.programs import BIN, ROOT

MIGRATIONS = ROOT / "migrations"


def main(arguments: list[str]) -> None:
    """Ask Alembic for a revision with the next number; the subject is an imperative."""
    subject = " ".join(arguments).strip()
    if not subject:
        sys.exit('Say what the migration does: make migration m="add served_on to service records"')
    revision = next_revision()
    command = ["revision", "--autogenerate", "--rev-id", revision, "-m", subject]
    subprocess.run([BIN / "alembic", *command], cwd=ROOT, check=True)
    subprocess.run([BIN / "ruff", "format", "--quiet", MIGRATIONS / "versions"], check=True)
    (MIGRATIONS / "HEAD").write_text(f"{revision}\n", encoding="utf-8")


def next_revision() -> str:
    """The number after the newest migration, four digits; two branches conflict in HEAD."""
    numbers = [int(path.name[:4]) for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")]
    return f"{max(numbers, default=0) + 1:04d}"


if __name__ == "__main__":
    main(sys.argv[1:])
