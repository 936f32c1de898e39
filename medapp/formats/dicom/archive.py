"""Zip and gzip files: unpacked into a given folder only, under names of our own, within limits.

No name from an archive ever becomes a path, so that none can lead outside.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import stat
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from medapp.domain.patient import Rejected
from medapp.formats.errors import ARCHIVE_UNSAFE, MALFORMED, TOO_LARGE, TRUNCATED, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    class Readable(Protocol):
        """What can be read in pieces."""

        def read(self, size: int, /) -> bytes:
            """At most `size` bytes."""
            ...


MAX_MEMBERS: Final = 200_000
MAX_MEMBER_BYTES: Final = 8 << 30
MAX_RATIO: Final = 200
RATIO_FROM: Final = 64 << 20
_SPARE_DISK: Final = 512 << 20
_CHUNK: Final = 1 << 20
_SUFFIXES: Final = (".nii.gz", ".nii", ".nrrd", ".nhdr", ".dcm", ".zip", ".gz", ".seg")
_PRIVATE: Final = 0o700
_LOCAL_HEAD: Final = 30
_ENCRYPTED: Final = 1


def unpack_zip(path: Path, scratch: Path) -> Iterator[tuple[Path, Path | Rejected]]:
    """Unpack a zip member by member.

    Yields:
        How the member is named to the reader, ``archive.zip!member``, and the unpacked file or why it was
        left out.

    Raises:
        UnreadableError: ``archive-unsafe``, ``malformed`` or ``too-large`` for the archive as a whole.
        OSError: Where it cannot be read or the scratch folder not be written.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check(members, path, scratch)
            folder = folder_for(path, scratch)
            for number, member in enumerate(members):
                shown = member_path(path, member.filename)
                reason = _unsafe(member)
                if reason is not None:
                    yield shown, Rejected(shown, *reason)
                    continue
                try:
                    unpacked = _unpack(archive, member, folder / f"{number:06d}{_suffix(member.filename)}")
                except UnreadableError as error:
                    yield shown, Rejected(shown, error.code, error.reason)
                else:
                    yield shown, unpacked
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise UnreadableError(MALFORMED, f"the zip archive is damaged: {error}") from error


def member_path(archive: Path, name: str) -> Path:
    """How a member is named to the reader; never opened."""
    return Path(f"{archive}!{name}".replace("\0", "\ufffd"))


def folder_for(path: Path, scratch: Path) -> Path:
    """The folder in `scratch` for what an archive holds: the same for the same archive."""
    status = path.stat()
    name = f"{path.resolve()}\0{status.st_size}\0{status.st_mtime_ns}"
    folder = scratch / hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:20]
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    return folder


def _suffix(name: str) -> str:
    lower = name.lower()
    return next((suffix for suffix in _SUFFIXES if lower.endswith(suffix)), "")


def _check(members: list[zipfile.ZipInfo], path: Path, scratch: Path) -> None:
    if len(members) > MAX_MEMBERS:
        raise UnreadableError(TOO_LARGE, f"the archive has {len(members)} members, {MAX_MEMBERS} are allowed")
    total = sum(member.file_size for member in members)
    if total > RATIO_FROM and total > MAX_RATIO * path.stat().st_size:
        reason = f"the archive grows more than {MAX_RATIO} times; it looks made to exhaust the disk"
        raise UnreadableError(ARCHIVE_UNSAFE, reason)
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise UnreadableError(ARCHIVE_UNSAFE, "members of the archive lie over each other")
        end = member.header_offset + _LOCAL_HEAD + member.compress_size
    free = shutil.disk_usage(scratch).free
    if total > free - _SPARE_DISK:
        raise UnreadableError(TOO_LARGE, f"the archive unpacks to {total} bytes, the disk has {free} left")


def _unsafe(member: zipfile.ZipInfo) -> tuple[str, str] | None:
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
        return "archive-unsafe", "its name leads outside the archive"
    mode = member.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "archive-unsafe", "it is a link or a device, not a file"
    if member.flag_bits & _ENCRYPTED:
        return "archive-encrypted", "it is encrypted"
    if member.file_size > MAX_MEMBER_BYTES:
        return "too-large", f"it unpacks to {member.file_size} bytes"
    return None


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> Path:
    try:
        with archive.open(member) as source:
            copy_bounded(source, target, member.file_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        target.unlink(missing_ok=True)
        raise UnreadableError(MALFORMED, f"it cannot be unpacked: {error}") from error
    return target


def copy_bounded(source: Readable, target: Path, limit: int) -> None:
    """Copy at most `limit` bytes.

    Raises:
        UnreadableError: ``archive-unsafe`` where there is more; nothing is left behind.
    """
    done = 0
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            done += len(chunk)
            if done > limit:
                break
            file.write(chunk)
    if done > limit:
        target.unlink()
        raise UnreadableError(ARCHIVE_UNSAFE, f"it unpacks to more than the {limit} bytes that are allowed")


def unpack_gzip(path: Path, scratch: Path) -> Path:
    """Unpack a gzip file.

    Raises:
        UnreadableError: ``archive-unsafe`` or ``malformed``.
        OSError: Where it cannot be read or the scratch folder not be written.
    """
    limit = min(max(RATIO_FROM, MAX_RATIO * path.stat().st_size), MAX_MEMBER_BYTES)
    limit = min(limit, max(shutil.disk_usage(scratch).free - _SPARE_DISK, 0))
    target = folder_for(path, scratch) / "000000.dcm"
    try:
        with gzip.open(path) as source:
            copy_bounded(source, target, limit)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        target.unlink(missing_ok=True)
        raise UnreadableError(TRUNCATED, f"the gzip file is damaged: {error}") from error
    return target
