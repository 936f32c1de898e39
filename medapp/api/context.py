"""What a plugin may ask of the job it runs in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, Required, TypedDict, Unpack

if TYPE_CHECKING:
    import logging
    from pathlib import Path

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from medapp.domain.molecule import MoleculeRow


class JobCancelled(Exception):  # noqa: N818 - an outcome the user asked for, not an error
    """Raised by `JobContext.check_cancelled`; let it pass through."""


class TaskRefused(ValueError):  # noqa: N818 - an outcome that the user can do something about
    """Raised by a hook where the task cannot be done on what it was given.

    The text is a sentence for the user, who sees it alone: no traceback, no name of a class.
    """


class InferOptions(TypedDict, total=False):
    """How `JobContext.infer` lays its tiles and what it returns; all but `roi` and `classes` may be left out.

    Attributes:
        roi: Voxels of a tile (slices, rows, columns), as the network was trained on.
        classes: Channels that the network gives.
        overlap: Share of a tile that its neighbour covers too, one number or one an axis; 0.25 by default.
        mode: ``gaussian`` (default): the middle of a tile counts more than its edge; ``constant``.
        reduce: ``argmax`` (default): the class of every voxel; ``probabilities``: the weighted mean of what
            the network gives, as it gives it: where it ends in logits, put a softmax or sigmoid behind it.
        least_roi: Smallest tile to shrink to where memory runs out; by default the tile is not shrunk.
        span: Part of the job's progress that the inference is, (0, 1) by default.
    """

    roi: Required[Sequence[int]]
    classes: Required[int]
    overlap: float | Sequence[float]
    mode: Literal["gaussian", "constant"]
    reduce: Literal["argmax", "probabilities"]
    least_roi: Sequence[int] | None
    span: tuple[float, float]


class JobContext(Protocol):
    """Handed to every hook that works; the worker process and the test harness implement it."""

    @property
    def device(self) -> str:
        """The torch name of the device chosen for this job: ``cpu``, ``cuda:0``."""
        ...

    @property
    def precision(self) -> str:
        """``float32``, or ``bfloat16`` where the user asked for "fast"."""
        ...

    @property
    def threads(self) -> int:
        """CPU threads this job may use."""
        ...

    @property
    def memory_budget(self) -> int:
        """Bytes that this job may take on `device`, from measured free memory."""
        ...

    @property
    def seed(self) -> int:
        """Seed of every random choice; the same seed gives the same result."""
        ...

    @property
    def log(self) -> logging.Logger:
        """Lines go to the job's log."""
        ...

    @property
    def scratch(self) -> Path:
        """A private folder, removed after the job."""
        ...

    def progress(self, fraction: float, message: str = "") -> None:
        """Report progress from 0 to 1; also a point at which cancelling takes effect.

        Raises:
            JobCancelled: Where the user has cancelled.
        """
        ...

    def check_cancelled(self) -> None:
        """Call at every tile or slice.

        Raises:
            JobCancelled: Where the user has cancelled.
        """
        ...

    def weights(self, name: str) -> Path:
        """The file of the manifest's `weights` entry `name`, its sha256 verified.

        Raises:
            FileNotFoundError: Where the manifest or the disk does not have it.
            ValueError: Where its hash is not the manifest's.
        """
        ...

    def record(self, key: str, value: str) -> None:
        """Write a fact into the result's provenance (``rung``, ``precision``, ``backend``)."""
        ...

    def study(self, task: str, smiles: Sequence[str]) -> tuple[MoleculeRow, ...]:
        """What another task says of molecules, a row for each in their order.

        Those can be asked that the user named in a parameter whose schema says ``names_tasks = true``, as
        in ``theirs.binding:affinity 7..``; they run with their defaults. Ask of many molecules at once: one
        may read its weights at every call. What it refuses, or says nothing of, is a row with the reason in
        `refused`.

        Raises:
            JobCancelled: Where the user has cancelled.
            LookupError: Where the task was not named.
            TaskRefused: Where it refuses all of them.
            RuntimeError: Where it fails; the text has its name.
        """
        ...

    def infer(self, network: Any, image: ArrayLike, **options: Unpack[InferOptions]) -> NDArray[np.generic]:  # noqa: ANN401
        """Run a network over an image tile by tile, by what is fastest on `device` and fits its memory.

        The result is MONAI's `sliding_window_inference` to 1e-3 of the largest output. The network is in eval
        mode for the call and may be moved to `device`. Keep one network object between jobs where you can:
        what is compiled for it is kept with it. Writes ``backend``, ``precision`` and ``rung`` down.

        Args:
            network: A `torch.nn.Module` from (N, C, D, H, W) to (N, classes, D, H, W), any N.
            image: (C, D, H, W), numpy or torch, of any real type; tiles become float32. 0 lies outside of it.
            options: See `InferOptions`.

        Returns:
            ``argmax``: (D, H, W) uint8, above 256 classes uint16.
            ``probabilities``: (classes, D, H, W) float32.

        Raises:
            JobCancelled: Where the user has cancelled; looked at with every tile.
            ValueError: Where options, image or the network's outputs are not as described.
            MemoryError: Where memory does not suffice in any way.
        """
        ...
