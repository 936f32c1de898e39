"""Where the files that ship with the program lie: icons, presets, weights, the sample case."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a shipped file or folder, for example ``resource("reading", "presets.toml")``.

    In a checkout the folder ``resources`` lies beside the package, in a wheel inside it. The path is
    returned whether it exists or not.
    """
    inside = _PACKAGE / "resources"
    root = inside if inside.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)
