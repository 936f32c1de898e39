"""What a bundle demands of its users, and what else a reader of its results should know."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

from medapp.domain.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medapp_segmentation.monai_bundle.metadata import Facts

_LONGEST = 200
_MARK = "licen"


def notices_of(facts: Facts, root: Path, files: Iterable[str], *, reorients: bool) -> tuple[Notice, ...]:
    """Intended use and licences; a warning where the orientation is left to chance or MONAI is too old."""
    notices = [_terms(facts, root, files)]
    if not reorients:
        message = (
            "This bundle does not bring images to one orientation: its network sees the voxels as they are "
            "stored. Compare left and right, and use the flip of the task where they are exchanged."
        )
        notices.append(Notice("orientation-as-stored", message))
    installed = metadata.version("monai")
    if _release(facts.monai_version) > _release(installed):
        message = f"This bundle was made with MONAI {facts.monai_version}; installed is {installed}."
        values = {"bundle": facts.monai_version, "installed": installed}
        notices.append(Notice("monai-older-than-bundle", message, values=values))
    return tuple(notices)


def _terms(facts: Facts, root: Path, files: Iterable[str]) -> Notice:
    parts = [f"{facts.name} {facts.version}".strip() + "."]
    if facts.intended_use:
        parts.append(f"Intended use: {facts.intended_use[:_LONGEST]}")
    if facts.copyright:
        parts.append(f"Copyright: {facts.copyright[:_LONGEST]}")
    licences = {name: _first_line(root / name) for name in files if _is_licence(name)}
    parts += [f"{name}: {line}" for name, line in licences.items()]
    if not licences:
        parts.append("It carries no licence.")
    return Notice("bundle-terms", " ".join(parts), "info", {"licences": licences})


def _is_licence(name: str) -> bool:
    inside, _, file = name.rpartition("/")
    return _MARK in file.lower() and inside in {"", "docs"}


def _first_line(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip()[:_LONGEST] for line in lines if line.strip()), "")


def _release(version: str) -> tuple[int, ...]:
    """Major and minor number; empty where they cannot be told."""
    parts = version.split(".")[:2]
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()
