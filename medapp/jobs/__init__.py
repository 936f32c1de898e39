"""Jobs: the queue, the supervisors of worker processes, private scratch space, provenance."""

from medapp.jobs.handle import JobHandle
from medapp.jobs.local import LocalContext
from medapp.jobs.queue import JobQueue
from medapp.jobs.task_job import TaskJob, TaskOutcome
from medapp.jobs.update import JobFailed, JobState, JobUpdate

__all__ = [
    "JobFailed",
    "JobHandle",
    "JobQueue",
    "JobState",
    "JobUpdate",
    "LocalContext",
    "TaskJob",
    "TaskOutcome",
]
