"""Compressed files, damaged files and files that unpack to more than is allowed."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from medapp.formats.errors import UnreadableError
from medapp.formats.stream import open_bytes, read_bytes, share_read, start_of


def test_the_same_bytes_come_out_whether_compressed_or_not(tmp_path: Path) -> None:
    text = b"line\n" * 100_000
    plain, packed = tmp_path / "a.json.gz", tmp_path / "b.json"
    plain.write_bytes(text)
    packed.write_bytes(gzip.compress(text))
    assert read_bytes(plain, 1 << 20) == read_bytes(packed, 1 << 20) == text
    with open_bytes(packed) as file:
        assert sum(1 for _ in file) == 100_000


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(bytes(10 << 20)))
    with pytest.raises(UnreadableError, match="more than 1 MiB"):
        read_bytes(bomb, 1 << 20)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gz"
    broken.write_bytes(gzip.compress(b"text" * 1000)[:-12])
    with pytest.raises(UnreadableError, match="damaged"):
        read_bytes(broken, 1 << 20)


def test_what_stands_before_the_damage_comes_out(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gz"
    whole = b"".join(b"line %d\n" % number for number in range(20_000))
    broken.write_bytes(gzip.compress(whole)[:-2000])
    start = start_of(broken, 1 << 16)
    assert start == whole[: 1 << 16]
    lines = []
    with open_bytes(broken) as file, pytest.raises(UnreadableError):
        lines.extend(iter(file.readline, b""))
    assert len(lines) > 10_000
    broken.write_bytes(b"\x1f\x8b\x08garbage")
    with pytest.raises(UnreadableError):
        start_of(broken, 100)


def test_the_share_that_is_read_is_that_of_the_file_on_the_disk(tmp_path: Path) -> None:
    for data in (b"a" * (4 << 20), gzip.compress(random.Random(1).randbytes(4 << 20))):
        path = tmp_path / "file"
        path.write_bytes(data)
        with open_bytes(path) as file:
            assert share_read(file) == 0
            file.read(2 << 20)
            assert 0.4 < share_read(file) < 0.7
            file.read()
            assert share_read(file) == 1
    with (tmp_path / "file").open("rb") as other:
        assert share_read(other) == 0
