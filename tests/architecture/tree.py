"""The files of the project, as git knows them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TEXT_ENDINGS = {
    ".cfg", ".css", ".html", ".in", ".js", ".json", ".mako", ".md", ".po", ".py", ".sh", ".svg",
    ".toml", ".txt", ".yaml", ".yml", "",
}  # fmt: skip


@cache
def files() -> tuple[Path, ...]:
    """Every file that is in the repository or would go into it, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    names = sorted(set(listed.stdout.split("\0")) - {""})
    return tuple(Path(name) for name in names if (ROOT / name).is_file())


def texts() -> Iterator[tuple[Path, str]]:
    """Every file that a person reads, with its text."""
    for path in files():
        if path.suffix in TEXT_ENDINGS:
            yield path, (ROOT / path).read_text(encoding="utf-8")


def sources() -> Iterator[tuple[Path, str]]:
    """Every Python file that a person wrote for good, with its text: all but migrations."""
    for path, text in texts():
        if path.suffix == ".py" and path.parts[0] != "migrations":
            yield path, text


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of the sources, with a name that says where it stands."""
    for path, text in sources():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path}:{node.lineno} {node.name}", node
