"""Where a bundle's files are: a folder, or a zip file that is unpacked with care."""

from __future__ import annotations

import hashlib
import shutil
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from medapp.api import TaskRefused

if TYPE_CHECKING:
    from collections.abc import Callable

METADATA = "configs/metadata.json"
CONFIGS = ("configs/inference.json", "configs/inference.yaml", "configs/inference.yml")
_MOST_FILES = 20_000
_MOST_BYTES = 30 << 30
_MOST_RATIO = 200
_CHUNK = 1 << 20


class BundleError(TaskRefused):
    """The bundle cannot be run; the text says why, for the user."""


@dataclass(frozen=True)
class Texts:
    """What is read of a bundle before it is run.

    Attributes:
        config_name: ``configs/inference.json`` or its like.
        files: Names of all files, relative to the bundle's root.
    """

    metadata: str
    config: str
    config_name: str
    files: tuple[str, ...]


def read_texts(path: Path) -> Texts:
    """Read metadata and inference configuration of a folder or zip file; nothing is unpacked.

    Raises:
        BundleError: Where `path` is no bundle.
    """
    if path.is_dir():
        root = _root([file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()])
        base = path / root
        files = sorted(file.relative_to(base).as_posix() for file in base.rglob("*") if file.is_file())
        return _texts(files, lambda name: (base / name).read_bytes())
    with _open_zip(path) as archive:
        names = [info.filename for info in _checked(archive)]
        root = _root(names)
        prefix = f"{root}/" if root else ""
        files = sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix))
        return _texts(files, lambda name: archive.read(prefix + name))


def unpacked(path: Path, scratch: Path, check: Callable[[], None]) -> Path:
    """The bundle's root folder; a zip file is unpacked below `scratch`.

    Raises:
        BundleError: Where it is no bundle, or the zip file is not safe to unpack.
    """
    if path.is_dir():
        files = [file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()]
        return (path / _root(files)).resolve()
    target = scratch / "bundle"
    with _open_zip(path) as archive:
        members = _checked(archive)
        for info in members:
            check()
            out = target / info.filename
            out.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as packed, out.open("wb") as file:
                shutil.copyfileobj(packed, file, _CHUNK)
        return (target / _root([info.filename for info in members])).resolve()


def sha256_of(root: Path, check: Callable[[], None]) -> str:
    """Hash of names and contents of a bundle's files; caches of compiled code do not count."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if not path.is_file() or "__pycache__" in path.parts:
            continue
        check()
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _texts(files: list[str], read: Callable[[str], bytes]) -> Texts:
    name = next((name for name in CONFIGS if name in files), None)
    if name is None:
        message = f"the bundle has no inference configuration ({', '.join(CONFIGS)})"
        raise BundleError(message)
    try:
        return Texts(read(METADATA).decode(), read(name).decode(), name, tuple(files))
    except (UnicodeDecodeError, OSError, zipfile.BadZipFile, RuntimeError) as error:
        message = f"the bundle's configuration cannot be read: {error}"
        raise BundleError(message) from error


def _root(files: list[str]) -> str:
    """The shallowest folder that holds ``configs/metadata.json``."""
    hits = [name for name in files if name == METADATA or name.endswith(f"/{METADATA}")]
    if not hits:
        message = f"what was given is no MONAI bundle: it has no {METADATA}"
        raise BundleError(message)
    best = min(hits, key=lambda name: (name.count("/"), name))
    return best.removesuffix(METADATA).rstrip("/")


def _open_zip(path: Path) -> zipfile.ZipFile:
    if not path.exists():
        message = f"there is no bundle at {path}"
        raise BundleError(message)
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        message = f"{path.name} is neither a folder nor a readable zip file: {error}"
        raise BundleError(message) from error


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of an archive, where all of it may be unpacked."""
    members = [info for info in archive.infolist() if not info.is_dir()]
    total = sum(info.file_size for info in members)
    if len(members) > _MOST_FILES or total > _MOST_BYTES:
        message = f"the zip file is too large: {len(members)} files, {total / 1e9:.1f} GB"
        raise BundleError(message)
    for info in members:
        _refuse_unsafe(info)
    return members


def _refuse_unsafe(info: zipfile.ZipInfo) -> None:
    name = PurePosixPath(info.filename)
    kind = stat.S_IFMT(info.external_attr >> 16)
    reason = ""
    if name.is_absolute() or ".." in name.parts or "\\" in info.filename or ":" in info.filename:
        reason = "would be written outside the folder"
    elif kind not in {0, stat.S_IFREG}:
        reason = "is a link or a device, not a file"
    elif info.flag_bits & 1:
        reason = "is encrypted"
    elif info.file_size > _MOST_RATIO * max(info.compress_size, _CHUNK):
        reason = "unpacks to far more than it is packed in"
    if reason:
        message = f"the zip file is not safe: {info.filename!r} {reason}"
        raise BundleError(message)
