"""The life of a job."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class JobStatus(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobAction(StrEnum):
    """What happens to a job; what a step finished stays, whatever comes after."""

    BEGIN = "begin"
    FINISH = "finish"
    FAIL = "fail"
    RESUME = "resume"
    CANCEL = "cancel"


_S, _A = JobStatus, JobAction

JOB_TRANSITIONS: Mapping[tuple[JobStatus, JobAction], JobStatus] = {
    (_S.WAITING, _A.BEGIN): _S.RUNNING,
    (_S.WAITING, _A.CANCEL): _S.CANCELLED,
    (_S.RUNNING, _A.FINISH): _S.DONE,
    (_S.RUNNING, _A.FAIL): _S.FAILED,
    (_S.RUNNING, _A.CANCEL): _S.CANCELLED,
    (_S.WAITING, _A.FAIL): _S.FAILED,
    (_S.FAILED, _A.RESUME): _S.WAITING,
    (_S.FAILED, _A.CANCEL): _S.CANCELLED,
}

#: States in which the worker has something to do.
OPEN_JOBS = (_S.WAITING, _S.RUNNING)
