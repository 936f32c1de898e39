"""A raw series and compressed slices to a volume, against SimpleITK; the first slice; geometry; memory."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp.formats.collect import collect
from medapp.formats.dicom.load import load_volume, open_volume
from tests.bench.data import ct_series, phantom_slice, scratch
from tests.bench.harness import (
    Row,
    against,
    at_most,
    emit,
    interleave,
    is_short,
    median,
    peak_memory,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.domain.volume import Volume

CODECS = (
    ("JPEG-LS", "1.2.840.10008.1.2.4.80", 0.55),
    ("JPEG 2000", "1.2.840.10008.1.2.4.90", 0.8),
    ("RLE", "1.2.840.10008.1.2.5", 0.03),
)


def rows() -> Iterator[Row]:
    """All figures."""
    slices = 40 if is_short() else 400
    runs = 1 if is_short() else 5
    folder = ct_series(scratch(), slices, name=f"ct{slices}")
    what = f"{slices} raw slices of 512x512 to a volume"
    both = interleave(lambda: by_simpleitk(str(folder)), lambda: by_medapp(str(folder)), runs)
    yield against(what, "SimpleITK", both.peer, both.this, at_most=0.15)
    plain = interleave(lambda: read_bytes(str(folder)), lambda: by_medapp(str(folder)), runs)
    yield against(what, "reading the bytes", plain.peer, plain.this, at_most=1.5)
    (series,) = collect([folder]).series
    yield at_most("first slice after a click", median(lambda: first_slice(series), runs), 0.2)
    data = slices * 512 * 512 * 2
    peak = peak_memory("tests.bench.bench_load:by_medapp", str(folder), prepare="tests.bench.bench_load:warm")
    peer = peak_memory(
        "tests.bench.bench_load:by_simpleitk", str(folder), prepare="tests.bench.bench_load:by_warm_simpleitk"
    )
    yield against(
        "extra memory of that load, times the data", "SimpleITK", peer / data, peak / data, unit="x"
    )
    yield at_most("... for itself", peak / data, 1.05, "x")
    yield at_most("largest difference of its geometry from SimpleITK's", geometry_error(folder), 1e-4, "mm")
    for name, syntax, limit in CODECS:
        yield codec_row(name, syntax, limit)


def codec_row(name: str, syntax: str, limit: float) -> Row:
    """Compressed slices against SimpleITK, values compared first."""
    slices = 10 if is_short() else 100
    folder = compressed_series(name, syntax, slices)
    ours, peer = by_medapp(str(folder)), by_simpleitk(str(folder))
    real = ours.array.astype(np.int32) * int(ours.slope) + int(ours.intercept)
    assert np.array_equal(real, peer), f"{name}: values differ"
    both = interleave(
        lambda: by_simpleitk(str(folder)), lambda: by_medapp(str(folder)), 1 if is_short() else 3
    )
    return against(f"{slices} slices of {name}", "SimpleITK", both.peer, both.this, at_most=limit)


def by_medapp(folder: str) -> Volume:
    """Headers and pixels, two threads."""
    (series,) = collect([Path(folder)]).series
    return load_volume(series)


def warm(_folder: str) -> None:
    """What a running program has imported."""
    import psutil

    psutil.virtual_memory()


def by_warm_simpleitk(_folder: str) -> None:
    """Import the peer."""
    import SimpleITK as sitk

    sitk.Image(2, 2, sitk.sitkInt16)


def by_simpleitk(folder: str) -> Any:
    """The peer's way: sorted names, series reader, numpy view of the image."""
    import SimpleITK as sitk

    return sitk.GetArrayFromImage(simpleitk_image(folder))


def simpleitk_image(folder: str) -> Any:
    """The image of the peer."""
    import SimpleITK as sitk

    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(folder))
    return reader.Execute()


def read_bytes(folder: str) -> int:
    """Read every file, one behind the other, into a buffer of the size of all of them that was used before.

    A buffer for one file would stay in the cache of the processor, and an unused one would have to be
    given its pages: neither is reading the bytes alone.
    """
    paths = sorted(Path(folder).iterdir())
    room = memoryview(used_buffer(folder))
    total = 0
    for path in paths:
        with path.open("rb", buffering=0) as file:
            total += file.readinto(room[total:]) or 0
    return total


@functools.cache
def used_buffer(folder: str) -> bytearray:
    """Room for all files of a folder, of which every page has been written."""
    return bytearray(b"\1") * sum(path.stat().st_size for path in Path(folder).iterdir())


def first_slice(series: Any) -> None:
    """From a click to the pixels of the slice that is shown first."""
    load = open_volume(series)
    load.read_slice(len(load.loaded) // 2)
    assert load.loaded.any()


def geometry_error(folder: Path) -> float:
    """Largest difference of origin, spacing and direction."""
    image = simpleitk_image(str(folder))
    geometry = by_medapp(str(folder)).geometry
    theirs = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    origin = np.abs(np.array(image.GetOrigin()) - geometry.origin).max()
    return float(max(origin, np.abs(theirs - geometry.affine[:3, :3]).max()))


def compressed_series(name: str, syntax: str, slices: int) -> Path:
    """The bench series with its pixels compressed."""
    import imagecodecs
    from pydicom import dcmread
    from pydicom.encaps import encapsulate
    from pydicom.pixels.encoders import RLELosslessEncoder

    target = scratch() / name.replace(" ", "")
    target.mkdir()
    encode = {"JPEG-LS": imagecodecs.jpegls_encode, "JPEG 2000": _jpeg_2000}
    for path in sorted(ct_series(scratch(), slices, name=f"ct{slices}-coded").iterdir()):
        dataset = dcmread(path)
        k = dataset.InstanceNumber - 1
        values = (phantom_slice(k % 50) + 1024).astype(np.uint16)
        dataset.PixelRepresentation, dataset.BitsStored, dataset.HighBit = 0, 12, 11
        values = np.minimum(values, 4095)
        dataset.PixelData = values.tobytes()
        coder = encode.get(name)
        frame = (
            coder(values)
            if coder
            else RLELosslessEncoder.encode(
                values, rows=512, columns=512, samples_per_pixel=1, number_of_frames=1, bits_allocated=16,
                bits_stored=12, pixel_representation=0, photometric_interpretation="MONOCHROME2",
            )
        )  # fmt: skip
        dataset.PixelData = encapsulate([frame])
        dataset["PixelData"].VR = "OB"
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset.save_as(target / path.name)
    return target


def _jpeg_2000(values: Any) -> bytes:
    import imagecodecs

    return bytes(imagecodecs.jpeg2k_encode(values, reversible=True, codecformat="j2k", bitspersample=12))


if __name__ == "__main__":
    emit(rows())
