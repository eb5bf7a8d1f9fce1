"""A name for the state of the working tree, so that one state is not tested twice."""

import hashlib
import subprocess
import sys

from tools.programs import ROOT


def key() -> str:
    """SHA-256 over the Python version and every file that git tracks or would track.

    An empty text where the folder is no git work tree: such a state has no name.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        return ""
    total = hashlib.sha256(sys.version.encode())
    for name in sorted(set(listed.stdout.split(b"\0"))):
        path = ROOT / name.decode()
        if path.is_file():
            total.update(name + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
