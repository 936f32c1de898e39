"""Find installed plugins by reading their manifests; nothing of a plugin is imported here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import machinery, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.plugins.manifest import FILE_NAME, ManifestError, parse_manifest

if TYPE_CHECKING:
    from medapp.api.manifest import Manifest, TaskManifest

GROUP = "medapp.plugins"


@dataclass(frozen=True)
class BrokenPlugin:
    """A plugin that cannot be offered, with the reason in words."""

    name: str
    reason: str


@dataclass(frozen=True)
class Discovery:
    """What is installed."""

    manifests: tuple[Manifest, ...]
    broken: tuple[BrokenPlugin, ...] = ()

    def find(self, task_id: str) -> tuple[Manifest, TaskManifest]:
        """Find a task by its id.

        Raises:
            KeyError: Where no plugin offers it; the text lists what there is.
        """
        for manifest in self.manifests:
            for task in manifest.tasks:
                if task.id == task_id:
                    return manifest, task
        known = ", ".join(task.id for manifest in self.manifests for task in manifest.tasks) or "none"
        message = f"no plugin offers the task {task_id!r}; installed are: {known}"
        raise KeyError(message)


def discover() -> Discovery:
    """Read the manifest of every installed plugin. Broken ones are listed with their reason."""
    manifests: list[Manifest] = []
    broken: list[BrokenPlugin] = []
    taken: dict[str, str] = {}
    for entry in sorted(metadata.entry_points(group=GROUP), key=lambda item: (item.name, item.value)):
        try:
            manifest = _read(entry)
            _refuse_taken(manifest, taken)
        except (ManifestError, OSError, UnicodeDecodeError, ValueError) as error:
            broken.append(BrokenPlugin(entry.name, str(error)))
            continue
        taken.update({task.id: manifest.title for task in manifest.tasks})
        manifests.append(manifest)
    return Discovery(tuple(manifests), tuple(broken))


def find_task(task_id: str) -> tuple[Manifest, TaskManifest]:
    """Find an installed task by its id.

    Raises:
        KeyError: Where no plugin offers it.
    """
    return discover().find(task_id)


def _refuse_taken(manifest: Manifest, taken: dict[str, str]) -> None:
    for task in manifest.tasks:
        if task.id in taken:
            message = f"the task {task.id!r} is already offered by {taken[task.id]!r}"
            raise ManifestError(message)


def _read(entry: metadata.EntryPoint) -> Manifest:
    package = entry.value.partition(":")[0].partition(".")[0]
    folder = _package_folder(entry, package)
    path = folder / FILE_NAME
    if not path.is_file():
        message = f"the package {package!r} carries no {FILE_NAME}"
        raise ManifestError(message)
    version = entry.dist.version if entry.dist is not None else ""
    text = path.read_text(encoding="utf-8")
    return parse_manifest(text, package=package, version=version, folder=folder)


def _package_folder(entry: metadata.EntryPoint, package: str) -> Path:
    """Where the package lies: by the installed files, or by the finders for editable installs."""
    for file in (entry.dist.files or ()) if entry.dist is not None else ():
        if file.parts == (package, FILE_NAME):
            return Path(str(file.locate())).parent
    # A top-level package is found without importing it. Not every editable install puts a path where the path
    # finder looks: setuptools brings a finder of its own.
    spec = machinery.PathFinder.find_spec(package) or find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        message = f"the package {package!r} is not to be found"
        raise ManifestError(message)
    return Path(next(iter(spec.submodule_search_locations)))


def folder_sha256(folder: Path) -> str:
    """Hash a plugin's files, names and contents, in order; caches of compiled code do not count."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
