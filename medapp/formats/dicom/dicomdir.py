"""DICOMDIR: which files a medium says it has (PS3.3 annex F), never outside its folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.formats.dicom.elements import UNDEFINED, Encoding, read_head
from medapp.formats.dicom.source import Source
from medapp.formats.dicom.text import decode

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.formats.dicom.header import Header

_SEQUENCE: Final = 0x00041220
_FIRST_RECORD: Final = 0x00041200
_NEXT: Final = 0x00041400
_LOWER: Final = 0x00041420
_FILE_ID: Final = 0x00041500
_ITEM: Final = 0xFFFEE000
_WANTED: Final = frozenset((_NEXT, _LOWER, _FILE_ID))
_MAX_COMPONENTS: Final = 8


@dataclass(frozen=True)
class Directory:
    """What a DICOMDIR names.

    Attributes:
        found: Files that are there, in the order of the records.
        missing: File IDs of files that are not.
        outside: File IDs that lead outside the folder; never looked at.
        sound: False where the records point nowhere or in a circle.
    """

    found: tuple[Path, ...]
    missing: tuple[str, ...]
    outside: tuple[str, ...]
    sound: bool


def read_directory(header: Header) -> Directory:
    """Read the records of a DICOMDIR.

    The records are read one after the other; their offsets, which damaged media get wrong, are only checked.
    """
    records = [item.raw for item in header.values.items("DirectoryRecordSequence")]
    found: dict[Path, None] = {}
    missing: list[str] = []
    outside: list[str] = []
    names = _Names(header.path.parent)
    for record in records:
        raw = record.get(_FILE_ID)
        if not isinstance(raw, bytes) or not raw.strip(b" \0"):
            continue
        components = [decode(part) for part in raw.split(b"\\")]
        shown = "/".join(components)
        if not _is_inside(components):
            outside.append(shown)
            continue
        path = names.find(components)
        if path is None:
            missing.append(shown)
        else:
            found[path] = None
    return Directory(tuple(found), tuple(missing), tuple(outside), _is_sound(header))


def _is_inside(components: list[str]) -> bool:
    if len(components) > _MAX_COMPONENTS:
        return False
    return all(
        part and part not in (".", "..") and not any(character in part for character in "/\\:\0")
        for part in components
    )


class _Names:
    """Finds files whatever the case of their names: media are copied to lower case and back."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._real = root.resolve()
        self._listed: dict[Path, dict[str, str]] = {}

    def find(self, components: list[str]) -> Path | None:
        path = self._root
        for part in components:
            name = self._entries(path).get(part.lower()) or self._entries(path).get(f"{part.lower()};1")
            if name is None:
                return None
            path /= name
        if not path.is_file() or not path.resolve().is_relative_to(self._real):
            return None
        return path

    def _entries(self, folder: Path) -> dict[str, str]:
        known = self._listed.get(folder)
        if known is None:
            try:
                known = {entry.name.lower(): entry.name for entry in folder.iterdir()}
            except OSError:
                known = {}
            self._listed[folder] = known
        return known


def _is_sound(header: Header) -> bool:
    """Whether every record is reached once from the first, as far as offsets are stated."""
    source = Source.of_bytes(header.path.read_bytes()[: 1 << 26])
    encoding = Encoding(header.explicit, header.little)
    start, records = _records(source, encoding)
    if not start:
        return True
    reached: set[int] = set()
    waiting = [start]
    while waiting:
        offset = waiting.pop()
        if offset == 0:
            continue
        if offset in reached or offset not in records:
            return False
        reached.add(offset)
        waiting += records[offset]
    return True


def _records(source: Source, encoding: Encoding) -> tuple[int, dict[int, list[int]]]:
    """Offset of the first record, and (next, lower) offsets by offset of the record."""
    first = 0
    offset = 128 + 4
    while head := read_head(
        source, offset, Encoding() if source.data[offset : offset + 2] == b"\2\0" else encoding
    ):
        tag, _, value, length = head
        if tag == _SEQUENCE:
            end = source.size if length == UNDEFINED else value + length
            return first, _items(source, value, end, encoding)
        if tag == _FIRST_RECORD:
            first = _integer(source.data[value : value + 4], encoding)
        if length == UNDEFINED:
            break
        offset = value + length
    return first, {}


def _items(source: Source, offset: int, end: int, encoding: Encoding) -> dict[int, list[int]]:
    records: dict[int, list[int]] = {}
    current: list[int] = []
    while offset + 8 <= end and (head := read_head(source, offset, encoding)):
        tag, _, value, length = head
        if tag == _ITEM:
            current = records.setdefault(offset, [])
            offset = value
            continue
        if tag in (_NEXT, _LOWER):
            current.append(_integer(source.data[value : value + 4], encoding))
        offset = value + (0 if length == UNDEFINED else length)
    return records


def _integer(raw: bytes, encoding: Encoding) -> int:
    return int.from_bytes(raw, "little" if encoding.little else "big")
