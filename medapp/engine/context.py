"""The job context inside a worker process: progress, cancelling, weights, facts for the provenance."""

from __future__ import annotations

import hashlib
import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Unpack

from medapp.api.context import JobCancelled

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from medapp.api.context import InferOptions
    from medapp.api.others import OtherTask
    from medapp.domain.molecule import MoleculeRow

_QUIET_S = 0.1
_CHUNK = 1 << 20


@dataclass
class WorkerContext:
    """Implements `medapp.api.JobContext`; one per job.

    Attributes:
        send: Sends one event to the shell.
        cancelled: Set by the thread that listens to the shell.
        weights_files: Path and expected sha256 by name, from the manifest.
        others: Tasks that may be asked about molecules.
        facts: What the plugin recorded for the provenance.
    """

    device: str
    precision: str
    threads: int
    memory_budget: int
    seed: int
    scratch: Path
    send: Callable[[Mapping[str, object]], None]
    cancelled: threading.Event
    weights_files: Mapping[str, tuple[Path, str]] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("medapp.job"))
    others: Mapping[str, OtherTask] = field(default_factory=dict)
    _last: float = 0.0
    _span: tuple[float, float] = (0.0, 1.0)

    @contextmanager
    def part(self, start: float, end: float) -> Iterator[None]:
        """Within it, 0 to 1 of `progress` are a part of the whole: so that a bar never goes back."""
        before, self._span = self._span, (start, end)
        try:
            yield
        finally:
            self._span = before

    def progress(self, fraction: float, message: str = "") -> None:
        """Report progress; at most ten times a second reaches the shell."""
        self.check_cancelled()
        now = time.monotonic()
        start, end = self._span
        whole = start + (end - start) * min(max(fraction, 0.0), 1.0)
        if now - self._last < _QUIET_S and whole < 1:
            return
        self._last = now
        self.send({"event": "progress", "fraction": whole, "message": message})

    def check_cancelled(self) -> None:
        """Raise `JobCancelled` where the user has cancelled."""
        if self.cancelled.is_set():
            raise JobCancelled

    def weights(self, name: str) -> Path:
        """The verified weights file `name`."""
        if name not in self.weights_files:
            message = f"the manifest names no weights {name!r}"
            raise FileNotFoundError(message)
        path, expected = self.weights_files[name]
        if not path.is_file():
            message = f"the weights {name!r} are not installed"
            raise FileNotFoundError(message)
        found = file_sha256(path)
        if found != expected:
            message = (
                f"the weights {name!r} are not those of the manifest: sha256 {found} instead of {expected}"
            )
            raise ValueError(message)
        self.facts[f"weights:{name}"] = found
        return path

    def record(self, key: str, value: str) -> None:
        """Write a fact into the result's provenance."""
        self.facts[key] = value

    def study(self, task: str, smiles: Sequence[str]) -> tuple[MoleculeRow, ...]:
        """What another task says of molecules, a row for each."""
        from medapp.engine.studying import study

        return study(self, task, smiles)

    def infer(self, network: Any, image: ArrayLike, **options: Unpack[InferOptions]) -> NDArray[np.generic]:  # noqa: ANN401
        """Run a network over an image tile by tile."""
        from medapp.engine.inference import infer

        return infer(self, network, image, **options)


def file_sha256(path: Path) -> str:
    """Hash a file in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
