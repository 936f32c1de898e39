"""Write down how a result came to be."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp.domain.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp.domain.volume import Volume
    from medapp.jobs.staging import Digests
    from medapp.jobs.task_job import TaskJob

_LIBRARIES = (
    *("medapp", "numpy", "torch", "monai", "SimpleITK", "scipy", "openvino", "scikit-learn", "pandas"),
    *("lifelines", "captum", "onnxruntime", "rdkit"),
)
_WEIGHTS = "weights:"


def volume_sha256(volume: Volume) -> str:
    """Hash the pixels in index order, with their type and shape."""
    return array_sha256(volume.array)


def array_sha256(array: NDArray[Any]) -> str:
    """The same of any array."""
    digest = hashlib.sha256(f"{array.dtype.str}{array.shape}".encode())
    for plane in array:
        digest.update(np.ascontiguousarray(plane).data)
    return digest.hexdigest()


def describe(
    job: TaskJob,
    done: Mapping[str, Any],
    *,
    started: str,
    finished: str,
    hash_folder: Callable[[Path], str],
    digests: Digests,
) -> Provenance:
    """Collect the provenance of a finished job from what was asked and what the worker reported."""
    facts: dict[str, str] = dict(done.get("facts", {}))
    return Provenance(
        task=job.task.id,
        title=job.task.title,
        plugin=job.manifest.package,
        plugin_version=job.manifest.version,
        plugin_sha256=hash_folder(job.manifest.folder),
        weights={
            key.removeprefix(_WEIGHTS): value for key, value in facts.items() if key.startswith(_WEIGHTS)
        },
        parameters=dict(job.parameters),
        input_series_uid=job.input_series_uid,
        input_uids=job.volume.instance_uids if job.volume is not None else (),
        input_sha256=digests.volume,
        record_sha256=digests.record,
        genome_sha256=digests.genome,
        labels_sha256=digests.labels,
        labels_source=job.labels_source,
        device=str(done.get("device", "")),
        precision=facts.get("precision", str(done.get("precision", ""))),
        rung=facts.get("rung", ""),
        seed=job.seed,
        started=started,
        finished=finished,
        versions=versions(facts),
        intended_use=job.manifest.intended_use,
    )


def versions(facts: Mapping[str, str]) -> dict[str, str]:
    """Versions of Python and of the libraries that touch the numbers, with what the plugin recorded."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    extra = {key: value for key, value in facts.items() if not key.startswith(_WEIGHTS)}
    return found | {key: value for key, value in extra.items() if key not in {"rung", "precision"}}
