"""Standardise in a process beside this one, so that a molecule that never ends is ended.

rdkit cannot be interrupted from within; the process is killed and started anew instead, and the molecule
that did it is refused.
"""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from medapp_molecules.notation.standard import Standard, standardise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from medapp_molecules.notation.reading import Given

LIMIT: Final = 10.0
"""Seconds for one molecule."""
_START: Final = 120.0
"""Seconds until the process answers for the first time: rdkit is slow to load from a cold disk."""

_LATEST: Final = 120
"""Seconds after which the process is ended by the system at the latest."""


class Apart:
    """The process. Use as a context manager."""

    def __init__(self, limit: float = LIMIT) -> None:
        """Nothing is started before it is needed."""
        self._limit = limit
        self._is_left = False
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()

    def standardise(self, rows: Sequence[Given]) -> list[Standard]:
        """Of each row what became of it; one that is refused already stays so.

        Raises:
            RuntimeError: Where the process cannot be started.
        """
        asked = [row for row in rows if not row.refused]
        found = self._ask(asked) if asked else []
        if found is None:
            found = [self._alone(row) for row in asked]
        answers = iter(found)
        return [Standard("", row.refused) if row.refused else next(answers) for row in rows]

    def _alone(self, row: Given) -> Standard:
        found = self._ask([row])
        if found is None:
            return Standard("", f"Standardising it took longer than {self._limit:g} s or ended the process.")
        return found[0]

    def _ask(self, rows: Sequence[Given]) -> list[Standard] | None:
        """Answers; None where there were none in time."""
        process = self._started()
        assert process.stdin is not None  # noqa: S101 - asked for below
        try:
            process.stdin.write(json.dumps([(row.text, row.kind) for row in rows]).encode() + b"\n")
            process.stdin.flush()
            line = self._answers.get(timeout=self._limit)
        except (OSError, queue.Empty):
            line = b""
        if not line:
            self._end()
            return None
        return [Standard(smiles, refused, tuple(notes)) for smiles, refused, notes in json.loads(line)]

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None:
            return self._process
        if self._is_left:
            message = "the process that reads molecules was ended"
            raise RuntimeError(message)
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._answers = queue.Queue()
        threading.Thread(target=_listen, args=(self._process, self._answers), daemon=True).start()
        try:
            ready = self._answers.get(timeout=_START)
        except queue.Empty:
            ready = b""
        if not ready:
            self._end()
            message = "the process that reads molecules does not start"
            raise RuntimeError(message)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        with suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()

    def __enter__(self) -> Self:
        """Nothing to do."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the process; a thread that still waits for it starts no other."""
        self._is_left = True
        self._end()


def ahead(
    batches: Iterator[list[Given]], standardise: Callable[[Sequence[Given]], list[Standard]]
) -> Iterator[tuple[list[Given], list[Standard]]]:
    """Each batch with what became of its rows; the next one is worked on while this one is looked at.

    Left early, it does not wait for what is under way: that ends with the process.
    """
    beside = ThreadPoolExecutor(1)
    try:
        asked: tuple[list[Given], Future[list[Standard]]] | None = None
        for batch in batches:
            before, asked = asked, (batch, beside.submit(standardise, batch))
            if before is not None:
                yield before[0], before[1].result()
        if asked is not None:
            yield asked[0], asked[1].result()
    finally:
        beside.shutdown(wait=False, cancel_futures=True)


def _listen(process: subprocess.Popen[bytes], answers: queue.Queue[bytes]) -> None:
    """Hand on what the process says; an empty line when it has ended."""
    assert process.stdout is not None  # noqa: S101 - asked for above
    with process.stdout as lines:
        for line in lines:
            answers.put(line)
    answers.put(b"")


def main() -> None:
    """Answer lines of rows until there are no more."""
    standardise("C")
    out = sys.stdout.buffer
    out.write(b"ready\n")
    out.flush()
    for line in sys.stdin.buffer:
        # Should the one who asked be gone, nobody else ends this; the system does, in the midst of rdkit too.
        _alarm(_LATEST)
        found = [standardise(text, kind) for text, kind in json.loads(line)]
        out.write(json.dumps([(one.smiles, one.refused, one.notes) for one in found]).encode() + b"\n")
        out.flush()
        _alarm(0)


def _alarm(seconds: int) -> None:
    if sys.platform != "win32":
        signal.alarm(seconds)


if __name__ == "__main__":
    main()
