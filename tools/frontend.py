"""Copies front-end files of other people from node_modules to static/vendor.

A file carries a hash of its content in its name, so that a browser may keep it for good.
static/vendor/manifest.json maps the name used in templates to the name of the file.
"""

import hashlib
import json
import shutil

from tools.programs import ROOT

SOURCE = ROOT / "node_modules"
TARGET = ROOT / "static" / "vendor"

FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
}


def main() -> None:
    """Replace the folder by fresh copies and their list."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    manifest = {name: copy(name, source) for name, source in FILES.items()}
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    (TARGET / "manifest.json").write_text(text, encoding="utf-8")


def copy(name: str, source: str) -> str:
    """Copy one file; the name it got, with the first ten digits of its SHA-256."""
    content = (SOURCE / source).read_bytes()
    stem, dot, ending = name.partition(".")
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}{dot}{ending}"
    (TARGET / hashed).write_bytes(content)
    return hashed


if __name__ == "__main__":
    main()
