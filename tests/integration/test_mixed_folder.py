"""One folder with all real images, and text, archives, empty and cut files between them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pydicom
import pytest

from medapp.formats.collect import collect
from medapp.formats.dicom.load import open_volume
from medapp.formats.errors import UnreadableError
from tests.hostile.rules import contradictions

# One file of each way in which pixels and objects are written.
KINDS = (
    "pydicom-test/test_files/CT_small.dcm",
    "pydicom-test/test_files/MR_small_bigendian.dcm",
    "pydicom-test/test_files/MR_small_RLE.dcm",
    "pydicom-test/test_files/JPEG2000.dcm",
    "pydicom-test/test_files/image_dfl.dcm",
    "pydicom-test/test_files/rtplan.dcm",
    "cxr-singles/Fake_MONOHR1.dcm",
)
SHARES = (0.0, 0.02, 0.3, 0.9)
SAID = {"truncated", "header-damaged", "no-pixels"}


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Path:
    folder = shared_data / "dicom"
    if not folder.is_dir():
        pytest.skip("no real images")
    return folder


@pytest.fixture(scope="module")
def mixed(real: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """The folder, and the files in it that are broken or no images."""
    folder = tmp_path_factory.mktemp("mixed") / "all"
    shutil.copytree(real, folder)
    beside = folder / "beside"
    beside.mkdir()
    broken = [beside / name for name in ("notes.txt", "empty.dcm", "empty.nii.gz", "page.html", "noise.dcm")]
    for path, data in zip(broken, (b"notes", b"", b"", b"<html>", bytes(range(256)) * 9), strict=True):
        path.write_bytes(data)
    broken.append(beside / "texts.zip")
    with zipfile.ZipFile(broken[-1], "w") as archive:
        archive.writestr("a/b.txt", "notes")
    cut = beside / "cut.zip"
    cut.write_bytes((b"PK\x03\x04" + bytes(200))[:150])
    return folder, [*broken, cut, *_truncated(real, beside)]


def _truncated(real: Path, beside: Path) -> list[Path]:
    paths = []
    for kind in KINDS:
        source = real / kind
        data = source.read_bytes() if source.is_file() else b""
        for share in SHARES:
            path = beside / f"{source.stem}-{share}.dcm"
            path.write_bytes(data[: max(int(len(data) * share), 140)])
            paths.append(path)
    return paths


@pytest.fixture(scope="module")
def report(mixed: tuple[Path, list[Path]]) -> dict[str, Any]:
    command = [sys.executable, "-m", "medapp", "index", "--json", str(mixed[0])]
    found = subprocess.run(command, capture_output=True, check=False, timeout=55)
    assert found.returncode == 0, found.stderr.decode()[-2000:]
    told: dict[str, Any] = json.loads(found.stdout)
    return told


def listed(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [series for study in report["studies"] for series in study["series"]]


def test_every_broken_file_is_listed_with_its_reason(mixed: tuple[Path, list[Path]], report: dict[str, Any]):
    reasons = {item["path"].partition("!")[0]: (item["code"], item["reason"]) for item in report["rejected"]}
    flagged = {
        file
        for series in listed(report)
        for file in series["files"]
        if SAID & {n["code"] for n in series["notices"]}
    }
    silent = [path.name for path in mixed[1] if not all(reasons.get(str(path), ("",)))]
    assert [name for name in silent if not any(file.endswith(name) for file in flagged)] == []
    assert all(item["code"] and item["reason"] for item in report["rejected"])


def test_every_sound_image_is_listed(real: Path, mixed: tuple[Path, list[Path]], report: dict[str, Any]):
    """By the word of pydicom; a copy stands for the file it is a copy of."""
    here = {file for series in listed(report) for file in series["files"]}
    known = {_uid(Path(file)) for file in here}
    broken = {
        line.split("\t")[0] for line in (real / "VALIDATION.tsv").read_text(encoding="utf-8").splitlines()
    }
    lost = [
        str(path.relative_to(real))
        for path in sorted(real.rglob("*"))
        if path.is_file()
        and str(path.relative_to(real)) not in broken
        and str(mixed[0] / path.relative_to(real)) not in here
        and (uid := _uid(path))
        and uid not in known
    ]
    assert lost == []


def _uid(path: Path) -> str:
    """SOP instance UID of a file that pydicom takes for DICOM, empty for other files and for DICOMDIRs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = pydicom.dcmread(path, stop_before_pixels=True)
            return str(dataset.get("SOPInstanceUID", "")) if dataset.get("SOPClassUID") else ""
        except Exception:  # noqa: BLE001 - then it is no image for pydicom either
            return ""


def test_numbers_of_all_series_are_those_of_their_files(real: Path, tmp_path: Path):
    """Size, mm and HU; units are known before any pixel is decoded."""
    wrong = []
    compared = units = 0
    for series in collect([real], scratch=tmp_path).series:
        volume = None
        if series.kind in ("volume", "stack"):
            try:
                volume = open_volume(series).volume
            except UnreadableError as error:
                wrong += [] if error.reason else [f"{series.key}: refused without a reason"]
        found = contradictions(series, volume)
        compared += found is not None
        units += volume is not None and volume.unit == "HU"
        wrong += [f"{series.instances[0].path.name}: {words}" for words in found or ()]
    assert wrong == []
    assert compared > 150
    assert units > 10
