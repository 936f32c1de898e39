"""Reads one hostile case after the other, as the program would, and tells what it saw.

Started by ``python -m tests.hostile``: one JSON list of paths a line on the standard input, one JSON
object a line on the standard output.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any


def examine(paths: list[str], scratch: Path) -> dict[str, Any]:
    """Index the paths and load every series that has pixels."""
    from medapp.formats.collect import collect

    found = collect([Path(path) for path in paths], scratch=scratch)
    rejected = [{"path": str(item.path), "code": item.code, "reason": item.reason} for item in found.rejected]
    return {"rejected": rejected, "series": [_load(item) for item in found.series]}


def _load(series: Any) -> dict[str, Any]:
    from medapp.formats.dicom.load import load_volume
    from medapp.formats.errors import UnreadableError

    told: dict[str, Any] = {
        "kind": series.kind,
        "instances": len(series.instances),
        "notices": [notice.code for notice in series.notices],
    }
    try:
        volume = load_volume(series)
    except UnreadableError as error:
        return {**told, "refused": error.code}
    told["notices"] += [notice.code for notice in volume.notices]
    told["failed"] = len(volume.failed)
    told["shape"] = list(volume.array.shape)
    told["unit"] = volume.unit
    told["finite"] = _is_finite(volume)
    return told


def _is_finite(volume: Any) -> bool:
    import numpy as np

    numbers = [volume.slope, volume.intercept]
    return bool(np.isfinite(numbers).all()) and bool(np.isfinite(volume.array).all())


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    # What a decoder prints must not get between the answers.
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            with tempfile.TemporaryDirectory(prefix="medapp-hostile-") as scratch:
                answer = examine(json.loads(line), Path(scratch))
        except Exception:  # noqa: BLE001 - the point is to see what escapes
            answer = {"escaped": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
