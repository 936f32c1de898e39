"""What all tests share: where real data lies, and a window system that needs no screen."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.signal_stack import put_back, signal_stack

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from medapp.services.sample import SamplePatient

ROOT = Path(__file__).resolve().parent.parent

if not (
    os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in {"win32", "darwin"}
):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Undo what libraries did to the handling of signals."""
    before = signal_stack()
    try:
        return (yield)
    finally:
        put_back(before)


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


@pytest.fixture(scope="session")
def sample_patient(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> SamplePatient:
    """The sample patient, made once and kept in pytest's cache as long as the code that makes it stays."""
    from medapp.services.sample import make_sample

    sources = sorted((ROOT / "medapp" / "services" / "sample").glob("*.py"))
    state = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    cache = getattr(pytestconfig, "cache", None)
    folder = cache.mkdir("sample-patient") if cache else tmp_path_factory.getbasetemp()
    return make_sample(folder / state)


@pytest.fixture(scope="session")
def x_environment() -> Iterator[dict[str, str]]:
    """Environment of a child process that shows real windows on a virtual screen (Xvfb)."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("Xvfb is not installed")
    reader, writer = os.pipe()
    command = [server, "-displayfd", str(writer), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as process:
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        try:
            if not number:
                pytest.skip("Xvfb did not start")
            environment = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
            environment.pop("WAYLAND_DISPLAY", None)
            yield environment
        finally:
            process.terminate()
