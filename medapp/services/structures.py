"""Drawings of structures, molfiles and what two differ in, made in a process beside this one.

rdkit cannot be interrupted from within and holds the interpreter while it draws: a process keeps the window
free, and one that takes too long over a molecule is ended and started anew.
"""

from __future__ import annotations

import base64
import json
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIMIT: Final = 20.0
"""Seconds for one molecule."""
_START: Final = 120.0
"""Seconds for the first of a process: rdkit is slow to load from a cold disk."""
_MODULE: Final = "medapp.services.structures_process"


class StructureError(ValueError):
    """A structure that cannot be drawn or written; the message says why."""


@dataclass(frozen=True)
class Look:
    """How structures are drawn: colours as ``#rrggbb``.

    Attributes:
        palette: By atomic number; -1 for all that have none.
        notes: Of the numbers of atoms.
        paper: Whether they lie on white; else on nothing.
    """

    palette: Mapping[int, str] = field(default_factory=dict)
    notes: str = ""
    paper: bool = False


@dataclass(frozen=True)
class Differences:
    """What two molecules differ in.

    Attributes:
        common: Atoms of their largest common part; 0 where they have none to speak of.
        own, other: Indices of the atoms of each that are not in it, none where there is no such part.
        in_time: Whether the part was found; else nothing is told.
    """

    common: int = 0
    own: tuple[int, ...] = ()
    other: tuple[int, ...] = ()
    in_time: bool = True


@dataclass(frozen=True)
class Drawing:
    """What is to be drawn.

    Attributes:
        size: Width and height in px.
        atoms: Index and colour of those that are marked.
        numbers: Whether atoms are numbered, from 0 in the order of the SMILES.
    """

    smiles: str
    size: tuple[int, int]
    atoms: tuple[tuple[int, str], ...] = ()
    numbers: bool = False


class Draughtsman:
    """The process, started when it is first asked. Its methods wait: call them in a thread."""

    def __init__(self, limit: float = LIMIT) -> None:
        """Nothing is started yet."""
        self._limit = limit
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()
        self._closed = False

    def svg(self, drawing: Drawing, look: Look) -> bytes:
        """Draw for a screen.

        Raises:
            StructureError: Where it cannot be drawn.
        """
        return str(self._ask(_question("svg", drawing, look))["svg"]).encode()

    def png(self, drawing: Drawing, look: Look) -> bytes:
        """Draw for paper.

        Raises:
            StructureError: Where it cannot be drawn.
        """
        return base64.b64decode(self._ask(_question("png", drawing, look))["png"])

    def molfile(self, smiles: str, name: str) -> str:
        """Write a molfile with places of the atoms on a plane.

        Raises:
            StructureError: Where it cannot be written.
        """
        return str(self._ask({"kind": "molfile", "smiles": smiles, "name": name})["molfile"])

    def smiles(self, molfiles: Sequence[str]) -> list[str]:
        """Read molfiles: a SMILES of each, empty where one is none.

        Raises:
            StructureError: Where it takes too long.
        """
        found = self._ask({"kind": "smiles", "molfiles": list(molfiles)})
        return [str(one) for one in found["smiles"]]

    def differences(self, smiles: str, other: str, seconds: int) -> Differences:
        """Compare two molecules by their largest common part, for so long at most.

        Raises:
            StructureError: Where one of them cannot be read, or the process has ended.
        """
        question = {"kind": "differences", "smiles": smiles, "other": other, "seconds": seconds}
        found = self._ask(question)
        own, others = (tuple(int(at) for at in found[name]) for name in ("own", "other"))
        return Differences(int(found["common"]), own, others, bool(found["in_time"]))

    def close(self) -> None:
        """End the process; what is asked afterwards is refused."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()  # whoever waits for an answer is told that there is none
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        """Nothing to do."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the process."""
        self.close()

    # ---- the process ----------------------------------------------------------------------------------
    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            line = self._line(question)
        if not line:
            message = "drawing it took too long or ended the process"
            raise StructureError(message)
        found: dict[str, Any] = json.loads(line)
        if "error" in found:
            raise StructureError(str(found["error"]))
        return found

    def _line(self, question: Mapping[str, Any]) -> bytes:
        if self._closed:
            return b""
        is_new = self._process is None
        process = self._started()
        assert process.stdin is not None  # noqa: S101 - asked for below
        try:
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
            line = self._answers.get(timeout=max(self._limit, _START) if is_new else self._limit)
        except (OSError, queue.Empty):
            line = b""
        if not line:
            self._end()
        return line

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            self._answers = queue.Queue()
            threading.Thread(target=_listen, args=(self._process, self._answers), daemon=True).start()
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


def _question(kind: str, drawing: Drawing, look: Look) -> dict[str, Any]:
    width, height = drawing.size
    return {
        "kind": kind, "smiles": drawing.smiles, "width": width, "height": height, "atoms": drawing.atoms,
        "numbers": drawing.numbers, "palette": dict(look.palette), "notes": look.notes, "paper": look.paper,
    }  # fmt: skip


def _listen(process: subprocess.Popen[bytes], answers: queue.Queue[bytes]) -> None:
    """Hand on what the process says; an empty line when it has ended."""
    assert process.stdout is not None  # noqa: S101 - asked for above
    with process.stdout as lines:
        for line in lines:
            answers.put(line)
    answers.put(b"")
