"""Slow but patient decoders in a child process, for frames that the fast ones refuse.

Some decoders abort their process or ask for all memory when a file is damaged; the child has limits of
its own and is thrown away when it does not answer.
"""

from __future__ import annotations

import atexit
import json
import select
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.formats.errors import UNREADABLE, UnreadableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIME_LIMIT_S: Final = 10.0
MEMORY_LIMIT: Final = 3 * 1024**3 // 2
"""Bytes; with what this process takes, one file stays below two gigabytes."""
_MODULE: Final = "medapp.formats.dicom.isolated_child"


class _Child:
    """One resident child; restarted after it has died or hung."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def ask(self, path: Path, frame: int, rgb: bool) -> NDArray[Any]:  # noqa: FBT001
        """Decode one frame.

        Raises:
            UnreadableError: Where no decoder can, or the child died or took too long.
        """
        with self._lock:
            process, out = self._start()
            answer = self._answer(process, {"path": str(path), "frame": frame, "out": str(out), "rgb": rgb})
            if "error" in answer:
                raise UnreadableError(UNREADABLE, str(answer["error"]))
            return np.asarray(np.load(out, allow_pickle=False))

    def close(self) -> None:
        """End the child."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()

    def _start(self) -> tuple[subprocess.Popen[str], Path]:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="medapp-decode-")
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _MODULE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        return self._process, Path(self._folder.name) / "frame.npy"

    def _answer(self, process: subprocess.Popen[str], request: dict[str, Any]) -> dict[str, Any]:
        if process.stdin is None or process.stdout is None:  # pragma: no cover - both are pipes
            return {"error": "no decoder process"}
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = _line(process)
        except OSError:
            line = ""
        if not line:
            self.close()
            return {"error": "the decoder crashed or took too long"}
        found: dict[str, Any] = json.loads(line)
        return found


def _line(process: subprocess.Popen[str]) -> str:
    """One line within the time limit, else nothing."""
    if process.stdout is None:  # pragma: no cover - it is a pipe
        return ""
    if sys.platform == "win32":  # pragma: no cover - pipes cannot be waited for there
        timer = threading.Timer(TIME_LIMIT_S, process.kill)
        timer.start()
        line = process.stdout.readline()
        timer.cancel()
        return line
    ready, _, _ = select.select([process.stdout], [], [], TIME_LIMIT_S)
    return process.stdout.readline() if ready else ""


_CHILD: Final = _Child()
atexit.register(_CHILD.close)


def decode_isolated(path: Path, frame: int, *, rgb: bool = False) -> NDArray[Any]:
    """Decode a frame with pydicom, else SimpleITK, away from this process.

    Args:
        path: The file.
        frame: 0-based.
        rgb: Ask for RGB of a colour image.

    Raises:
        UnreadableError: Where no decoder can, or the child died or took longer than `TIME_LIMIT_S`.
    """
    return _CHILD.ask(path, frame, rgb)


def close() -> None:
    """End the child process; the next frame starts another."""
    _CHILD.close()
