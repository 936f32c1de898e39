"""Runs the program and writes down what it opens outside of where it may, and every call of a network.

``python -m tests.hostile.audit LOG ROOT[:ROOT...] ARGUMENTS...``: the arguments are those of ``medapp``. The
hooks see what Python opens; what a library written in C opens by itself is told by the bait of the tests.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parent.parent.parent
_CALLS = frozenset({
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind",
    "urllib.Request", "http.client.connect", "ftplib.connect", "webbrowser.open", "subprocess.Popen",
    "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
})  # fmt: skip
_SYSTEM = ("/proc/", "/sys/", "/dev/", "/usr/", "/lib", "/etc/localtime", "/etc/timezone", "/etc/mime.types")


class Audit:
    """What was done that may not be."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self.found: list[str] = []
        self._allowed: tuple[str, ...] = ()
        self._on = False
        sys.addaudithook(self._hear)

    def watch(self, roots: Iterable[Path]) -> None:
        """Begin to listen; what lies below `roots` and what belongs to Python may be opened."""
        own = [sys.prefix, sys.base_prefix, sys.exec_prefix, str(ROOT), sysconfig.get_path("stdlib")]
        own += map(str, roots)
        places = {*own, *map(os.path.realpath, own)}
        self._allowed = (*_SYSTEM, *(f"{place}/" for place in places), *places)
        self.found.clear()
        self._on = True

    def stop(self) -> list[str]:
        """Listen no more; what was heard."""
        self._on = False
        return list(self.found)

    def _hear(self, event: str, values: tuple[Any, ...]) -> None:
        if not self._on:
            return
        if event in _CALLS:
            self.found.append(f"{event} {values!r}"[:300])
        elif event == "open" and isinstance(values[0], str | bytes):
            path = os.path.abspath(os.fsdecode(values[0]))  # noqa: PTH100  no more opens on the way
            if not path.startswith(self._allowed):
                self.found.append(f"open {path}")


def main() -> int:
    """Run the command line and write what was heard."""
    log, roots, *arguments = sys.argv[1:]
    audit = Audit()
    sys.argv = ["medapp", *arguments]
    from medapp.cli.main import main as medapp

    audit.watch([Path(one) for one in roots.split(os.pathsep)])
    try:
        return medapp()
    finally:
        Path(log).write_text("\n".join(audit.stop()), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
