"""Headers of many files, files a second, against pydicom and dcmdump; memory that does not grow with them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.formats.dicom.walk import read_header
from tests.bench.data import ct_series, scratch
from tests.bench.harness import Row, against, at_most, emit, interleave, is_short, peak_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

TAGS = (
    "PatientID", "PatientName", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "Modality", "Rows",
    "Columns", "PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient", "InstanceNumber",
)  # fmt: skip


def rows() -> Iterator[Row]:
    """All figures; small slices, for only headers are read."""
    files = 300 if is_short() else 5000
    runs = 1 if is_short() else 3
    folder = ct_series(scratch(), files, rows=16, columns=16, name=f"index{files}")
    what = f"headers of {files} files"
    paths = sorted(folder.iterdir())
    both = interleave(lambda: by_pydicom(paths), lambda: by_walk(paths), runs)
    yield against(what, "pydicom", files / both.peer, files / both.this, unit="files/s", at_least=10)
    if shutil.which("dcmdump"):
        dump = interleave(lambda: by_dcmdump(paths), lambda: by_walk(paths), runs)
        yield against(what, "dcmdump", files / dump.peer, files / dump.this, unit="files/s", at_least=1)
    whole = interleave(lambda: by_pydicom(paths), lambda: by_index(str(folder)), runs)
    yield against(
        f"{what}, grouped to series", "pydicom", files / whole.peer, files / whole.this, unit="files/s"
    )
    peak = peak_memory("tests.bench.bench_index:by_walk_of", str(folder))
    yield at_most("memory of walking them", peak / 1e6, 20, "MB")


def by_pydicom(paths: list[Path]) -> int:
    """The peer: header without pixels, the same elements asked for."""
    from pydicom import dcmread

    found = 0
    for path in paths:
        dataset = dcmread(path, stop_before_pixels=True)
        found += sum(dataset.get(tag) is not None for tag in TAGS)
    return found


def by_walk(paths: list[Path]) -> int:
    """This program's walk."""
    found = 0
    for path in paths:
        header = read_header(path)
        found += sum(header.values.bytes_of(tag) is not None for tag in TAGS)
    return found


def by_walk_of(folder: str) -> int:
    """The same on a folder."""
    return by_walk(sorted(Path(folder).iterdir()))


def by_dcmdump(paths: list[Path]) -> None:
    """One process for all files."""
    subprocess.run(
        ["dcmdump", "-q", "+P", "SOPInstanceUID", "+r", "+sd", str(paths[0].parent)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def by_index(folder: str) -> int:
    """Headers, grouping, geometry and notices, as an import does them."""
    from medapp.formats.collect import collect

    return sum(len(series.instances) for series in collect([Path(folder)]).series)


if __name__ == "__main__":
    emit(rows())
