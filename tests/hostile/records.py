"""Feeds broken and malicious records to the program: each alone through the services that the window uses."""

from __future__ import annotations

import contextlib
import http.server
import threading
from typing import TYPE_CHECKING, Any

from tests.hostile.made import Bait
from tests.hostile.record_cases import archived, made
from tests.hostile.record_verdict import SECRET, became, verdict
from tests.hostile.watch import Subject, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.hostile.cases import Case
    from tests.hostile.watch import Outcome


CLOCK_LIMIT_S = 300.0
"""An import waits for the disk, too, where an image does not."""


class _Counter(http.server.BaseHTTPRequestHandler):
    """Counts who calls."""

    calls: list[str]

    def do_GET(self) -> None:
        """Anybody who calls has followed an address out of a file."""
        self.calls.append(self.path)
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def bait(folder: Path) -> Iterator[tuple[Bait, list[str]]]:
    """A file with a secret and a server; the list grows with every call of it."""
    calls: list[str] = []
    handler = type("Handler", (_Counter,), {"calls": calls})
    secret = folder / "secret.txt"
    secret.write_text(SECRET)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Bait(secret, f"http://127.0.0.1:{server.server_address[1]}"), calls
        finally:
            server.shutdown()
            thread.join()


def judge(case: Case, answer: dict[str, Any], _usual: frozenset[str]) -> tuple[str, str]:
    """See `tests.hostile.watch.Judge`."""
    return verdict(case, answer), "died" if "escaped" in answer else became(answer)


def feed(
    root: Path | None, folder: Path, parts: Sequence[str] = ("",), *, tell: bool = True
) -> dict[str, Outcome]:
    """All outcomes by name of the case.

    Args:
        root: The unpacked archive; None for those made here alone.
        folder: Where files may be written.
        parts: Only cases whose name has one of them in it.
        tell: Whether what is wrong is printed at once.
    """
    with bait(folder) as (lure, calls):
        todo = [*(archived(root) if root is not None else ()), *made(folder / "made", lure)]
        todo = [case for case in todo if any(part in case.name for part in parts)]
        outcomes = run(todo, tell=tell, subject=Subject("tests.hostile.record_worker", judge, CLOCK_LIMIT_S))
    if calls and outcomes:
        last = next(reversed(outcomes.values()))
        last.wrong = f"an address out of a file was called: {calls[0]}"
    return outcomes
