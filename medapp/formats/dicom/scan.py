"""Find images: folders, files, zip and gzip archives, DICOMDIR. Headers only, one by one.

What cannot be read becomes a `Rejected` with its reason and never stops the rest.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from medapp.domain.patient import Rejected, Series
from medapp.formats.dicom import kinds
from medapp.formats.dicom.checks import vet
from medapp.formats.dicom.header import Header
from medapp.formats.dicom.sniff import content_of, inside_gzip, name_of, read_start
from medapp.formats.dicom.walk import read_header
from medapp.formats.errors import ARCHIVE_UNSAFE, NOT_DICOM, TRUNCATED, UNSUPPORTED_ARCHIVE, UnreadableError
from medapp.formats.recognise import RecordFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Found = Header | Series | RecordFile | Rejected
"""A DICOM file, a volume of another format, a part of a record, or a file with the reason why it is none."""

_MAX_ARCHIVE_DEPTH: Final = 2
_MAX_FOLDER_DEPTH: Final = 64
_SYSTEM_FILES: Final = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
_LISTED: Final = 5


@dataclass(slots=True)
class _Scanner:
    scratch: Path | None
    progress: Callable[[int], None] | None
    cancelled: Callable[[], bool] | None
    roots: list[Path]
    recognise: Callable[[Path], RecordFile | None] | None = None
    done: int = 0
    seen: set[str] = field(default_factory=set)

    def stopped(self) -> bool:
        return self.cancelled is not None and self.cancelled()

    def tick(self) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done)


def scan(
    paths: Iterable[Path | str],
    *,
    scratch: Path | None = None,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    recognise: Callable[[Path], RecordFile | None] | None = None,
) -> Iterator[Found]:
    """Read the headers of everything under `paths`.

    Args:
        paths: Folders (read with all folders below), files, archives, DICOMDIRs.
        scratch: Where archives are unpacked; without it they are rejected. What is unpacked stays there.
        progress: Told the number of files done.
        cancelled: Asked before every file.
        recognise: Told every file that is no image, to say whether it is part of a record.

    Yields:
        A header for every DICOM file, a series for every volume of another format, what was recognised as
        part of a record, and the reason for whatever was not taken in. Nothing raises but what `progress`
        and `cancelled` raise.
    """
    roots = [Path(path) for path in paths]
    scanner = _Scanner(scratch, progress, cancelled, [root.resolve() for root in roots], recognise)
    for root in roots:
        yield from _any(scanner, root)


def _any(scanner: _Scanner, path: Path) -> Iterator[Found]:
    if path.is_dir():
        yield from _folder(scanner, str(path), 0)
        return
    for found in _file(scanner, str(path), 0):
        if isinstance(found, Header) and found.sop_class_uid == kinds.MEDIA_DIRECTORY:
            yield from _directory(scanner, found, follow=True)
        else:
            yield found


def _folder(scanner: _Scanner, folder: str, depth: int) -> Iterator[Found]:
    """Files first, then folders, each by name. Links to folders are not followed: they may go in circles."""
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield Rejected(Path(folder), "unreadable", f"the folder cannot be read: {error.strerror}")
        return
    folders: list[str] = []
    for entry in listed:
        if scanner.stopped():
            return
        if entry.is_dir(follow_symlinks=False):
            folders.append(entry.path)
        elif entry.name.lower() in _SYSTEM_FILES:
            continue
        elif entry.is_symlink():
            yield from _link(scanner, entry.path)
        else:
            yield from _one(scanner, entry.path)
    if depth >= _MAX_FOLDER_DEPTH and folders:
        yield Rejected(Path(folder), "unreadable", f"folders are nested deeper than {_MAX_FOLDER_DEPTH}")
        return
    for inner in folders:
        yield from _folder(scanner, inner, depth + 1)


def _link(scanner: _Scanner, path: str) -> Iterator[Found]:
    target = Path(os.path.realpath(path))
    if target.is_dir():
        return
    if not any(target.is_relative_to(root) for root in scanner.roots):
        yield Rejected(Path(path), "outside", "a link that leads outside the opened folder is not followed")
        return
    yield from _one(scanner, path)


def _one(scanner: _Scanner, path: str) -> Iterator[Found]:
    for found in _file(scanner, path, 0):
        if isinstance(found, Header) and found.sop_class_uid == kinds.MEDIA_DIRECTORY:
            yield from _directory(scanner, found, follow=False)
        else:
            yield found


def _file(scanner: _Scanner, path: str, depth: int) -> Iterator[Found]:
    """One file, or what it holds."""
    scanner.tick()
    try:
        header = vet(read_header(path))
    except UnreadableError as error:
        if error.code != "not-dicom":
            cut = "the file is DICOM and cut short: " if error.code == TRUNCATED else ""
            yield Rejected(Path(path), error.code, f"{cut}{error.reason}")
            return
    else:
        yield header
        return
    try:
        yield from _not_dicom(scanner, Path(path), depth)
    except UnreadableError as error:
        yield Rejected(Path(path), error.code, error.reason)
    except OSError as error:
        yield Rejected(Path(path), "unreadable", f"the file cannot be read: {error.strerror or error}")


def _not_dicom(scanner: _Scanner, path: Path, depth: int) -> Iterator[Found]:
    head = read_start(path)
    content = content_of(head)
    if content == "gzip":
        yield from _gzip(scanner, path, depth)
    elif content == "zip":
        yield from _zip(scanner, path, depth)
    elif content in ("nifti", "nrrd"):
        yield _probe(path, content)
    else:
        code, words = name_of(head)
        yield _record(scanner, path, code) or Rejected(path, code, f"the file is {words}")


def _record(scanner: _Scanner, path: Path, code: str) -> RecordFile | None:
    """The file as a part of a record, where somebody wants to know."""
    return scanner.recognise(path) if scanner.recognise is not None and code == NOT_DICOM else None


def _probe(path: Path, content: str) -> Found:
    """A NIfTI or NRRD volume."""
    import importlib

    try:
        series = importlib.import_module(f"medapp.formats.{content}").probe(path)
    except UnreadableError as error:
        return Rejected(path, error.code, error.reason)
    except ModuleNotFoundError:
        return Rejected(path, "unsupported", f"{content.upper()} volumes are not read by this version")
    except (OSError, ValueError, EOFError) as error:
        return Rejected(path, "malformed", f"the {content.upper()} file cannot be read: {error}")
    assert isinstance(series, Series)  # noqa: S101 - what the module promises
    return series


def _scratch(scanner: _Scanner, path: Path, depth: int) -> Path:
    if scanner.scratch is None:
        raise UnreadableError(UNSUPPORTED_ARCHIVE, "archives are not opened here")
    if depth >= _MAX_ARCHIVE_DEPTH:
        raise UnreadableError(ARCHIVE_UNSAFE, f"archives are nested deeper than {_MAX_ARCHIVE_DEPTH}")
    key = os.path.realpath(path)
    if key in scanner.seen:
        raise UnreadableError(ARCHIVE_UNSAFE, "the archive was already opened")
    scanner.seen.add(key)
    scanner.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    return scanner.scratch


def _gzip(scanner: _Scanner, path: Path, depth: int) -> Iterator[Found]:
    inside = inside_gzip(path)
    if inside is None:
        raise UnreadableError(TRUNCATED, "the gzip file is damaged within its first bytes")
    content = content_of(inside)
    if content == "nifti":
        yield _probe(path, content)
    elif content == "dicom":
        from medapp.formats.dicom.archive import unpack_gzip

        yield from _file(scanner, str(unpack_gzip(path, _scratch(scanner, path, depth))), depth + 1)
    else:
        code, words = name_of(inside)
        reason = f"the file is compressed and holds {words.removeprefix('of ')}"
        yield _record(scanner, path, code) or Rejected(path, code, reason)


def _zip(scanner: _Scanner, path: Path, depth: int) -> Iterator[Found]:
    from medapp.formats.dicom.archive import unpack_zip

    for shown, unpacked in unpack_zip(path, _scratch(scanner, path, depth)):
        if scanner.stopped():
            return
        if isinstance(unpacked, Rejected):
            yield unpacked
            continue
        kept = False
        for found in _file(scanner, str(unpacked), depth + 1):
            if isinstance(found, Rejected):
                # A member of an archive inside this one has its own name already.
                inner = found.path != unpacked
                yield replace(
                    found, path=Path(f"{shown}!{found.path.name.partition('!')[2]}") if inner else shown
                )
            elif isinstance(found, RecordFile):
                kept = True
                yield replace(found, shown=str(shown))
            elif not _is_directory(found):
                kept = True
                yield found
        if not kept:
            unpacked.unlink(missing_ok=True)


def _is_directory(found: Found) -> bool:
    return isinstance(found, Header) and found.sop_class_uid == kinds.MEDIA_DIRECTORY


def _directory(scanner: _Scanner, header: Header, *, follow: bool) -> Iterator[Found]:
    """What a DICOMDIR names: read where it was opened itself, checked where its folder is read anyway."""
    from medapp.formats.dicom.dicomdir import read_directory

    directory = read_directory(header)
    if directory.outside:
        reason = (
            f"the DICOMDIR names files outside its folder, which are not read: {_some(directory.outside)}"
        )
        yield Rejected(header.path, "archive-unsafe", reason)
    if directory.missing:
        total = len(directory.missing) + len(directory.found)
        count = f"{len(directory.missing)} of {total} files"
        reason = f"{count} that the DICOMDIR names are not there: {_some(directory.missing)}"
        yield Rejected(header.path, "files-missing", reason)
    if not directory.missing and not directory.found and not directory.outside:
        yield Rejected(header.path, "files-missing", "the DICOMDIR names no files")
    if not directory.sound:
        reason = "records of the DICOMDIR point nowhere or in a circle; its files were found without them"
        yield Rejected(header.path, "malformed", reason)
    if not follow:
        return
    for path in directory.found:
        if scanner.stopped():
            return
        yield from _file(scanner, str(path), 0)


def _some(names: tuple[str, ...]) -> str:
    text = ", ".join(name[:80] for name in names[:_LISTED])
    return f"{text} and {len(names) - _LISTED} more" if len(names) > _LISTED else text
