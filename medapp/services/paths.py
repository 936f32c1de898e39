"""Where the program keeps its files on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "MEDAPP_HOME"
_PRIVATE = 0o700


@dataclass(frozen=True)
class AppPaths:
    """The program's folders; all but `config` hold patient data and are readable by their owner only.

    Attributes:
        data: What must be kept: the library and its results.
        library: The library's database and thumbnails.
        results: One folder a result, named by its identifier.
        scratch: What may be swept at every start: memory maps of running jobs, unpacked archives.
        logs: Logs of the program and of its jobs.
        config: The user's own settings, presets and key map.
    """

    data: Path
    library: Path
    results: Path
    scratch: Path
    logs: Path
    config: Path

    @classmethod
    def under(cls, home: Path) -> AppPaths:
        """All folders below one, for tests, portable use and single commands."""
        data = home / "data"
        return cls(data, data / "library", data / "results", home / "scratch", home / "logs", home / "config")

    @classmethod
    def default(cls) -> AppPaths:
        """The user's own folders; the environment variable MEDAPP_HOME puts them all below one."""
        home = os.environ.get(HOME_VARIABLE)
        if home:
            return cls.under(Path(home).expanduser())
        from platformdirs import PlatformDirs

        folders = PlatformDirs("medapp", appauthor=False)
        data = folders.user_data_path
        return cls(
            data=data,
            library=data / "library",
            results=data / "results",
            scratch=folders.user_cache_path / "scratch",
            logs=folders.user_log_path,
            config=folders.user_config_path,
        )

    def create(self) -> AppPaths:
        """Make the folders that are missing, private to the user where the system knows such a thing.

        Raises:
            OSError: Where one cannot be made.
        """
        for folder in (self.data, self.library, self.results, self.scratch, self.logs, self.config):
            folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        for folder in (self.data, self.scratch, self.logs):
            folder.chmod(_PRIVATE)
        return self
