"""What all tests share: where real data lies, and a window system that needs no screen."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

if not (
    os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in {"win32", "darwin"}
):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _shared_folder() -> Path:
    named = os.environ.get("MEDAPP_SHARED")
    return Path(named) if named else ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository; the test is skipped where it is absent."""
    folder = _shared_folder()
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder} (set MEDAPP_SHARED)")
    return folder


@pytest.fixture
def medapp_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home of the program, for this test and the processes that it starts."""
    home = tmp_path / "medapp-home"
    monkeypatch.setenv("MEDAPP_HOME", str(home))
    return home
