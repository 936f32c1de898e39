"""Puts the folder ``resources`` into a wheel; an editable install reads it where it lies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ResourcesHook(BuildHookInterface[Any]):
    """Called by hatchling for every build of a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the folder, except for the version ``editable``."""
        folder = Path(self.root) / "resources"
        if version == "standard" and folder.is_dir():
            build_data["force_include"][str(folder)] = "medapp/resources"
