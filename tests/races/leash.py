"""Runs a program until standard input ends or a time is over: python -m tests.races.leash N ARGS.

Standard input is a pipe from the tests, so the program stops also where they were killed.
"""

import os
import select
import signal
import subprocess
import sys
import time

STOP_SECONDS = 15


def main(seconds: float, arguments: list[str]) -> int:
    """Start the program, stop it in time, and return its exit status."""
    deadline = time.monotonic() + seconds
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None and time.monotonic() < deadline:
        if select.select([sys.stdin], [], [], 0.2)[0]:
            break
    process.terminate()
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait()


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
