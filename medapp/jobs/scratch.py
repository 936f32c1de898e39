"""Private folders for the pixels of running jobs: patient data, so swept at every start."""

from __future__ import annotations

import os
import shutil
import uuid
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pathlib import Path

_PRIVATE = 0o700
_OWNER = "jobs-"


class Scratch:
    """One private folder of this process below `root`, with one folder a job."""

    def __init__(self, root: Path) -> None:
        """Sweep what dead processes left below `root` and make a folder of our own."""
        root.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        for old in root.glob(f"{_OWNER}*"):
            if not _alive(old.name.removeprefix(_OWNER)):
                shutil.rmtree(old, ignore_errors=True)
        self.folder = root / f"{_OWNER}{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self.folder.mkdir(mode=_PRIVATE)

    def make(self, job_id: str) -> Path:
        """Make the private folder of a job."""
        folder = self.folder / job_id
        folder.mkdir(mode=_PRIVATE)
        return folder

    def remove(self, job_id: str) -> None:
        """Remove a job's folder."""
        shutil.rmtree(self.folder / job_id, ignore_errors=True)

    def close(self) -> None:
        """Remove everything of this process."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _alive(name: str) -> bool:
    pid = name.partition("-")[0]
    return pid.isdigit() and int(pid) != os.getpid() and psutil.pid_exists(int(pid))
