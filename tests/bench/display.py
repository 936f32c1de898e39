"""A virtual screen for the benches that compare windows; both sides of a comparison run on the same."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def screen() -> Iterator[dict[str, str] | None]:
    """Environment of children that open real windows; None where there is neither a screen nor Xvfb."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
    server = shutil.which("Xvfb")
    if "DISPLAY" in environment:
        yield environment
        return
    if server is None:
        yield None
        return
    reader, writer = os.pipe()
    command = [server, "-displayfd", str(writer), "-screen", "0", "2560x1600x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as process:
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        try:
            yield {**environment, "DISPLAY": f":{number}"} if number else None
        finally:
            process.terminate()
