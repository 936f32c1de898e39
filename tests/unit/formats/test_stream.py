"""Compressed files, damaged files and files that unpack to more than is allowed."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from medapp.formats.errors import UnreadableError
from medapp.formats.stream import open_bytes, read_bytes


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
