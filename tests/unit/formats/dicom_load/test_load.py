from __future__ import annotations

import struct
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import RLELossless

from medapp.formats.collect import collect
from medapp.formats.dicom import codecs, decode
from medapp.formats.dicom.load import load_volume, open_volume
from medapp.formats.dicom.load_plan import allocate
from medapp.formats.errors import UNREADABLE, UnreadableError
from tests.unit.formats.dicom_index.making import image, save

SIZE = (64, 64)
BIG = (512, 512)


def write(folder: Path, count: int, size: tuple[int, int] = SIZE, **values: Any) -> list[np.ndarray]:
    """A stack of slices; file names run against the positions. The pixels of every slice."""
    planes = []
    for k in range(count):
        plane = np.random.default_rng(k).integers(-900, 900, size).astype(np.int16)
        own = {name: value[k] if isinstance(value, list) else value for name, value in values.items()}
        stated = {
            "Rows": size[0],
            "Columns": size[1],
            "InstanceNumber": k + 1,
            "ImagePositionPatient": [0, 0, 2.5 * k],
            "PixelData": plane.tobytes(),
        }
        save(image(**(stated | own)), folder / f"{count - k:03d}.dcm")
        planes.append(plane)
    return planes


def series_in(folder: Path):
    (series,) = collect([folder]).series
    return series


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_every_slice_lies_in_its_place(tmp_path, threads):
    planes = write(tmp_path, 23)
    volume = open_volume(series_in(tmp_path)).run(threads=threads)
    assert np.array_equal(volume.array, planes)
    assert (volume.slope, volume.intercept) == (1.0, -1024.0)
    assert not volume.failed


def test_large_slices_lie_in_their_places(tmp_path):
    planes = write(tmp_path, 18, BIG)
    load = open_volume(series_in(tmp_path))
    assert load._array.nbytes > 8 << 20
    assert not load._array.any()
    assert np.array_equal(load.run().array, planes)
    assert load.complete


def test_the_wanted_slice_is_read_first(tmp_path):
    write(tmp_path, 9)
    load = open_volume(series_in(tmp_path))
    load.prefer(7)
    order: list[list[int]] = []
    while block := load._next():
        order.append(block)
    assert [k for block in order for k in block] == [7, 6, 8, 5, 4, 3, 2, 1, 0]


def test_slices_of_one_page_are_read_by_one_thread(tmp_path):
    planes = write(tmp_path, 10, BIG)
    load = open_volume(series_in(tmp_path))
    load.read_slice(5)
    assert load.loaded.sum() == 1
    load.prefer(6)
    assert sorted(load._next()) == [4, 6, 7]
    assert np.array_equal(load._array[5], planes[5])


def test_loading_goes_on_after_it_was_stopped(tmp_path):
    planes = write(tmp_path, 12, BIG)
    load = open_volume(series_in(tmp_path))
    left = iter(range(5))

    def check() -> None:
        if next(left, None) is None:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        load.run(check, threads=2)
    assert 0 < load.loaded.sum() < 12
    assert np.array_equal(load.run().array, planes)
    assert load.loaded.all()


def test_a_slice_that_says_something_else_is_judged_by_itself(tmp_path):
    bits = [16] * 12
    bits[4] = 12
    planes = write(tmp_path, 12, BitsStored=bits, HighBit=[one - 1 for one in bits])
    volume = load_volume(series_in(tmp_path))
    shifted = planes[4] << 4 >> 4
    assert (shifted != planes[4]).any() or (np.abs(planes[4]) < 2048).all()
    expected = [*planes[:4], shifted, *planes[5:]]
    assert np.array_equal(volume.array, expected)


def test_a_slice_that_ends_early_fails_alone(tmp_path):
    planes = write(tmp_path, 12)
    series = series_in(tmp_path)
    cut = series.instances[3].path
    cut.write_bytes(cut.read_bytes()[:-100])
    volume = load_volume(series)
    assert list(volume.failed) == [3]
    assert "ends after" in volume.failed[3]
    assert np.array_equal(np.delete(volume.array, 3, 0), np.delete(planes, 3, 0))


def test_a_slice_that_was_exchanged_for_one_of_another_scale_fails(tmp_path):
    write(tmp_path / "a", 12)
    write(tmp_path / "b", 12, RescaleIntercept=-1000)
    series = series_in(tmp_path / "a")
    victim = series.instances[8].path
    victim.write_bytes((tmp_path / "b" / victim.name).read_bytes())
    volume = load_volume(series)
    assert list(volume.failed) == [8]
    assert "rescale" in volume.failed[8]


def test_memory_is_zero_and_given_in_pages_of_its_own():
    array = allocate((5, 1024, 1024), np.dtype(np.int16))
    assert not array.any()
    array[2] = 7
    assert array.sum() == 7 << 20
    if sys.platform == "linux":
        address = array.ctypes.data
        lines = Path("/proc/self/maps").read_text().splitlines()
        places = [(line.split()[0].split("-"), line.split()[1]) for line in lines]
        rights = next(how for (a, b), how in places if int(a, 16) <= address < int(b, 16))
        assert rights == "rw-p"


def segment(values: np.ndarray) -> bytes:
    """Run-length coded bytes: literal runs only, of even length."""
    flat = values.ravel().tobytes()
    pieces = [flat[at : at + 128] for at in range(0, len(flat), 128)]
    data = b"".join(bytes([len(piece) - 1]) + piece for piece in pieces)
    return data + b"\0" * (len(data) % 2)


def frame(segments: list[bytes]) -> bytes:
    starts = np.cumsum([64, *map(len, segments)])[:-1]
    return struct.pack("<16I", len(segments), *starts, *[0] * (15 - len(segments))) + b"".join(segments)


def form(samples: int = 1, bits: int = 16) -> codecs.PixelFormat:
    colour = "RGB" if samples > 1 else "MONOCHROME2"
    return codecs.PixelFormat(8, 6, samples, bits, bits, bits - 1, False, False, colour)


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("bits", [8, 16])
def test_run_lengths_become_values(samples, bits):
    shape = (8, 6) if samples == 1 else (8, 6, 3)
    values = np.random.default_rng(bits).integers(0, 1 << bits, shape).astype(f"u{bits // 8}")
    planes = values.reshape(8, 6, samples).transpose(2, 0, 1)
    high_first = planes.astype(planes.dtype.newbyteorder(">"))
    segments = [
        segment(plane.copy().view(np.uint8).reshape(48, -1)[:, byte])
        for plane in high_first
        for byte in range(bits // 8)
    ]
    decoder = codecs.decoder_for(codecs.RLE)
    assert decoder is not None
    assert np.array_equal(decoder(frame(segments), form(samples, bits)), values)


def run(value: int, count: int) -> bytes:
    return bytes([257 - count, value])


@pytest.mark.parametrize(
    "lengths", [(40, 48, 48), (40, 56, 48), (48, 48, 47), (56, 40, 48), (48, 48), (48, 48, 48, 48)]
)
def test_segments_of_a_wrong_length_are_not_taken(lengths):
    data = frame([run(k, length) for k, length in enumerate(lengths)])
    decoder = codecs.decoder_for(codecs.RLE)
    assert decoder is not None
    with pytest.raises((ValueError, RuntimeError)):
        decoder(data, form(3, 8))


@pytest.mark.parametrize(
    "data", [b"", b"\1" * 40, frame([])[:64], struct.pack("<16I", 3, 64, 9, 70, *[0] * 12)]
)
def test_a_damaged_run_length_header_is_named(data):
    with pytest.raises(ValueError, match="run-length"):
        codecs.rle_planes(data, 3, 1)


def test_run_lengths_cannot_fill_memory():
    decoder = codecs.decoder_for(codecs.RLE)
    assert decoder is not None
    with pytest.raises(RuntimeError):
        decoder(frame([run(1, 128) * 1000, run(2, 128) * 1000]), form())


def test_run_length_slices_need_no_child(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(decode, "decode_isolated", refuse)
    planes = []
    for k in range(4):
        dataset = image(Rows=64, Columns=64, InstanceNumber=k + 1, ImagePositionPatient=[0, 0, k])
        plane = np.random.default_rng(k).integers(-900, 900, SIZE).astype(np.int16)
        dataset.PixelData = plane.tobytes()
        dataset.compress(RLELossless, generate_instance_uid=False)
        save(dataset, tmp_path / f"{k}.dcm")
        planes.append(plane)
    volume = load_volume(series_in(tmp_path))
    assert not volume.failed
    assert np.array_equal(volume.array, planes)


def test_a_file_of_which_frames_are_refused_slowly_is_given_up(tmp_path, monkeypatch):
    asked = []

    def refuse(path, frame, *, rgb):
        asked.append(frame)
        time.sleep(0.06)
        raise UnreadableError(UNREADABLE, "no")

    monkeypatch.setattr(decode, "decode_isolated", refuse)
    monkeypatch.setattr(decode, "_PATIENCE_S", 0.1)
    dataset = image(PixelData=encapsulate([b"none"] * 9), NumberOfFrames=9)
    dataset.file_meta.TransferSyntaxUID = RLELossless
    save(dataset, tmp_path / "a.dcm")
    volume = load_volume(series_in(tmp_path))
    assert len(volume.failed) == 9
    assert len(asked) == 2


def test_a_file_without_the_pixels_it_points_to_is_refused_by_the_first_decoder(tmp_path):
    dataset = image(PixelData=encapsulate([b"none"]))
    dataset.file_meta.TransferSyntaxUID = RLELossless
    path = save(dataset, tmp_path / "a.dcm")
    data = path.read_bytes()
    # The delimiter of the fragments becomes an element of another kind.
    path.write_bytes(data.replace(b"\xfe\xff\xdd\xe0", b"\x14\xaa\x72\x51"))
    volume = load_volume(series_in(tmp_path))
    assert "SimpleITK" not in volume.failed[0]


def test_a_double_that_no_float_holds_is_refused(tmp_path):
    plane = np.full((6, 8), 1e300)
    dataset = image(PixelData=None, BitsAllocated=64, DoubleFloatPixelData=plane.tobytes())
    save(dataset, tmp_path / "a.dcm")
    assert list(load_volume(series_in(tmp_path)).failed) == [0]


def test_a_file_of_which_frames_fail_slowly_in_this_process_is_given_up(tmp_path, monkeypatch):
    tried = []

    def fail(_data, _form):
        tried.append(1)
        end = time.thread_time() + 0.06
        while time.thread_time() < end:
            pass
        raise ValueError

    def refuse(path, frame, *, rgb):
        raise UnreadableError(UNREADABLE, "no")

    monkeypatch.setattr(codecs, "decoder_for", lambda _syntax: fail)
    monkeypatch.setattr(decode, "decode_isolated", refuse)
    monkeypatch.setattr(decode, "_PATIENCE_S", 0.1)
    dataset = image(PixelData=encapsulate([b"none"] * 9), NumberOfFrames=9)
    dataset.file_meta.TransferSyntaxUID = RLELossless
    save(dataset, tmp_path / "a.dcm")
    volume = open_volume(series_in(tmp_path)).run(threads=1)
    assert len(volume.failed) == 9
    assert len(tried) == 2
