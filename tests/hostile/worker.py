"""Reads one hostile case after the other, as the program would, and tells what it saw.

Started by ``python -m tests.hostile``: one JSON list of paths a line on the standard input, one JSON
object a line on the standard output, the first as soon as everything is imported.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import tempfile
import traceback
import warnings
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import psutil

from medapp.formats.collect import collect
from medapp.formats.dicom.load import load_volume
from medapp.formats.dicom.thumbnail import make_thumbnail
from medapp.formats.errors import UnreadableError
from medapp.services.index_report import series_report
from tests.hostile.rules import contradictions

_STATUS = Path("/proc/self/status")
_DEEP = "a/b/c/d/e/scratch"
"""Archives are unpacked so far below the watched folder that a few steps up are still inside it."""


def examine(paths: list[str], watched: Path) -> dict[str, Any]:
    """Index the paths, report them as JSON, load every series that has pixels and draw its thumbnail."""
    scratch = watched / _DEEP
    scratch.mkdir(parents=True)
    targets = {path: path.exists() for path in _absolute(paths)}
    found = collect([Path(path) for path in paths], scratch=scratch)
    rejected = [{"path": str(item.path), "code": item.code, "reason": item.reason} for item in found.rejected]
    # NaN is no JSON: the report of the index must not hold any.
    json.dumps([series_report(item) for item in found.series], allow_nan=False)
    loaded = [_load(item) for item in found.series]
    answer = {"rejected": rejected, "series": [told for told, _ in loaded], **spent()}
    for item, (told, volume) in zip(found.series, loaded, strict=True):
        wrong = contradictions(item, volume)
        told["compared"], told["wrong"] = wrong is not None, wrong or []
    outside: list[object] = [
        path for path in watched.rglob("*") if path.is_file() and scratch not in path.parents
    ]
    outside += [path for path, was in targets.items() if path.exists() != was]
    outside += _read_outside(found.series, [scratch, *(Path(path).parent for path in paths)])
    answer["outside"] = [str(path) for path in outside]
    return answer


def _load(series: Any) -> tuple[dict[str, Any], Any]:
    geometry = series.geometry
    told: dict[str, Any] = {
        "kind": series.kind,
        "instances": len(series.instances),
        "notices": [notice.code for notice in series.notices],
        "spacing": geometry is not None and geometry.pixel_spacing_mm is not None,
        "stackable": geometry is not None and geometry.stackable,
        "positions": list(geometry.slice_positions) if geometry is not None else [],
        "texts": {
            "PatientName": series.study.patient.name,
            "PatientID": series.study.patient.id,
            "SeriesDescription": series.description,
        },
    }
    if series.kind not in ("volume", "stack"):
        return told, None
    try:
        volume = load_volume(series)
        make_thumbnail(series)
    except UnreadableError as error:
        return {**told, "refused": error.code, "reason": error.reason}, None
    told["notices"] += [notice.code for notice in volume.notices]
    told["failed"] = list(volume.failed.values())
    told["shape"] = list(volume.array.shape)
    told["unit"] = volume.unit
    told["finite"] = _is_finite(volume)
    return told, volume


def _is_finite(volume: Any) -> bool:
    import numpy as np

    windows = [number for window in volume.windows for number in (window.center, window.width)]
    numbers = [volume.slope, volume.intercept, *windows, *volume.geometry.affine.flat]
    return bool(np.isfinite(numbers).all()) and bool(np.isfinite(volume.array).all())


def _absolute(paths: list[str]) -> list[Path]:
    """Where archives with absolute names would write."""
    found: list[Path] = []
    for path in paths:
        with (
            contextlib.suppress(OSError, zipfile.BadZipFile, NotImplementedError),
            zipfile.ZipFile(path) as file,
        ):
            found += [Path(name) for name in file.namelist() if PurePosixPath(name).is_absolute()]
    return found


def _read_outside(series: Any, allowed: list[Path]) -> list[str]:
    """Files that were read though they lie elsewhere, and keys that are no name of a file."""
    roots = [root.resolve() for root in allowed]
    paths = {one.path.resolve() for item in series for one in item.instances}
    found = [str(path) for path in paths if not any(path.is_relative_to(root) for root in roots)]
    return [*found, *(item.key for item in series if not re.fullmatch(r"[0-9a-f]+", item.key))]


def cpu() -> float:
    """Seconds of processor time of this process and its children, those that ended among them."""
    spent = sum(os.times()[:4])
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            spent += sum(child.cpu_times()[:4])
    return spent


def spent() -> dict[str, float]:
    """Processor time so far, and the most memory since `forget`."""
    peak = 0
    with contextlib.suppress(OSError):
        found = re.search(r"VmHWM:\s*(\d+) kB", _STATUS.read_text())
        peak = int(found[1]) * 1024 if found else 0
    return {"cpu": cpu(), "peak": peak}


def forget() -> None:
    """Let the kernel count the most memory anew."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _answer(line: str) -> dict[str, Any]:
    try:
        with tempfile.TemporaryDirectory(prefix="medapp-hostile-") as folder:
            return examine(json.loads(line), Path(folder))
    except Exception:  # noqa: BLE001 - the point is to see what escapes
        return {"escaped": traceback.format_exc(), **spent()}


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    # What a decoder prints must not get between the answers.
    os.dup2(2, 1)
    # Numbers that are cast though they are none only warn.
    warnings.simplefilter("error", RuntimeWarning)
    answers.write("{}\n")
    answers.flush()
    for line in sys.stdin:
        forget()
        before = cpu()
        answer = _answer(line)
        answer["cpu"] -= before
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
