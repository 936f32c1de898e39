"""Where a classifier's manifest and model lie, and whether the model is the one the manifest means."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from medapp_classification.image_import.parsing import parse
from medapp_classification.image_import.words import ImportRefused, refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from medapp_classification.image_import.description import Description

Kind = Literal["onnx", "torchscript", "weights", "bundle"]
NAMES = ("classifier.toml", "classifier.json")
_MOST_TEXT = 4 << 20
_ONNX, _STATES, _SCRIPTS = (".onnx",), (".safetensors", ".pt", ".pth"), (".ts",)
_EXTERNAL = re.compile(rb"\n\x08location\x12(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """A manifest and its model.

    Attributes:
        manifest: The file.
        model: The file or, for a bundle, the folder.
        manifest_sha256: Of the file, for the provenance.
    """

    description: Description
    manifest: Path
    model: Path
    kind: Kind
    manifest_sha256: str


def find(path: Path) -> Source:
    """Read the manifest at `path`: the file, or a folder that holds one. No model is loaded.

    Raises:
        ImportRefused: Where there is none, it is wrong, or its model is not there.
    """
    manifest = _manifest(path)
    try:
        if manifest.stat().st_size > _MOST_TEXT:
            message = "it is far too long"
            raise refuse(message)
        raw = manifest.read_bytes()
        content = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = "it cannot be read as text"
        raise refuse(message) from error
    description = parse(content, is_json=manifest.suffix == ".json")
    model = manifest.parent / description.model
    if not model.resolve().is_relative_to(manifest.parent.resolve()):
        message = "[classifier] model leads out of the folder by a link"
        raise refuse(message)
    if not model.exists():
        message = f"its model {description.model!r} is not there: put it beside the manifest"
        raise refuse(message)
    return Source(description, manifest, model, _kind(model), hashlib.sha256(raw).hexdigest())


def _manifest(path: Path) -> Path:
    if path.is_dir():
        found = [path / name for name in NAMES if (path / name).is_file()]
        if not found:
            message = (
                f"the folder holds no {' or '.join(NAMES)}: write one, docs/import_a_classifier.md shows how"
            )
            raise ImportRefused(message)
        return found[0]
    if not path.is_file():
        message = "there is no classifier where the path leads: name its folder or its manifest"
        raise ImportRefused(message)
    if path.suffix not in {".toml", ".json"}:
        message = f"{path.name} is no manifest: name the folder, or the {NAMES[0]} that describes the model"
        raise ImportRefused(message)
    return path


def _kind(model: Path) -> Kind:
    if model.is_dir():
        return "bundle"
    if model.suffix in _ONNX:
        return "onnx"
    if model.suffix in _SCRIPTS or _is_script(model):
        return "torchscript"
    if model.suffix in _STATES:
        return "weights"
    known = ", ".join((*_ONNX, *_SCRIPTS, *_STATES))
    message = f"its model {model.name!r} is of no known kind: {known}, or the folder of a MONAI bundle"
    raise refuse(message)


def _is_script(model: Path) -> bool:
    """Whether a file holds TorchScript, whatever it is called: such an archive has a folder of code."""
    import zipfile

    if not zipfile.is_zipfile(model):
        return False
    with zipfile.ZipFile(model) as archive:
        return any("/code/" in name for name in archive.namelist())


def model_sha256(source: Source, check: Callable[[], None]) -> str:
    """SHA-256 of the model: of its file, or of the names and contents of all files of a bundle.

    Raises:
        ImportRefused: Where the manifest names another.
    """
    if source.model.is_dir():
        digest = hashlib.sha256()
        for path in sorted(source.model.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path != source.manifest:
                check()
                digest.update(path.relative_to(source.model).as_posix().encode() + b"\0")
                digest.update(bytes.fromhex(_of_file(path)))
        found = digest.hexdigest()
    else:
        check()
        found = _of_file(source.model)
    wanted = source.description.sha256
    if wanted and wanted != found:
        message = f"the model is not the one that the manifest means: its SHA-256 is {found}, not {wanted}"
        raise ImportRefused(message)
    return found


def _of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse_outside_data(content: bytes) -> None:
    """An ONNX file may name further files for its weights: they would escape the hash and lie anywhere.

    Raises:
        ImportRefused: Where it names any.
    """
    if _EXTERNAL.search(content) is not None:
        message = "the ONNX file keeps weights in other files: save it as one file"
        raise ImportRefused(message)
