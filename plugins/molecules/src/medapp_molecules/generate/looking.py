"""Look at molecules as they were written: valid or not, as wanted or not; in processes beside.

What is made is looked at by rdkit, which takes longer than to make it: with two processors both go on at the
same time. Batches are answered in the order that they are handed over.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from medapp.domain.molecule import Property
from medapp_molecules.generate.wanted import Judge, Wanted, fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_ANSWER: Final = 120.0
"""Seconds for a batch after which its process is taken for stuck."""
_POLL: Final = 0.1
_PORTION: Final = 32
MOST_KNOWN: Final = 200_000
"""Molecules of the file of known ones that are compared with."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a molecule.

    Attributes:
        smiles: Canonical; empty where it is none.
        miss: 0 where all that is wanted is fulfilled, see `Judge.miss`.
        properties: Only of one that is as wanted and was not seen before.
        nearest: Of the known molecules, with its similarity.
    """

    smiles: str
    miss: float = 0.0
    properties: tuple[Property, ...] = ()
    nearest: tuple[str, float] | None = None


class Looker:
    """Looks at molecules in this process."""

    def __init__(self, parameters: Mapping[str, object]) -> None:
        """With the parameters of the task: what is wanted, and a file of known molecules.

        Raises:
            WantedError: Where they cannot be read.
            TaskRefused: Where the file cannot.
        """
        self._judge = Judge(Wanted.of(parameters))
        self._plain = not parameters.get("properties", True)
        known = str(parameters.get("known") or "")
        self._names, self._known = _known(Path(known).expanduser()) if known else ([], [])
        self._seen: set[str] = set()

    def look(self, smiles: Sequence[str]) -> list[Look]:
        """At each, as it was written."""
        from rdkit import rdBase

        with rdBase.BlockLogs():
            return [self._one(one) for one in smiles]

    def _one(self, text: str) -> Look:
        from rdkit import Chem

        mol = Chem.MolFromSmiles(text) if text else None
        if mol is None or not mol.GetNumAtoms() or "." in text:
            return Look("")
        smiles = str(Chem.MolToSmiles(mol))
        miss = self._judge.miss(mol) if self._judge.wanted.anything else 0.0
        if miss > 0 or smiles in self._seen:
            return Look(smiles, miss)
        self._seen.add(smiles)
        if self._plain:
            return Look(smiles, 0.0, (), self._nearest(mol))
        from medapp_molecules.screen.properties import properties_of

        return Look(smiles, 0.0, properties_of(mol), self._nearest(mol))

    def _nearest(self, mol: Any) -> tuple[str, float] | None:  # noqa: ANN401 - rdkit has no useful type
        if not self._known:
            return None
        from rdkit.DataStructs import BulkTanimotoSimilarity

        found = BulkTanimotoSimilarity(fingerprint(mol), self._known)
        best = max(range(len(found)), key=found.__getitem__)
        return self._names[best], float(found[best])


class Lookers:
    """Several of them, each in a process; or one here, where `count` is 0. Use as a context manager."""

    def __init__(self, parameters: Mapping[str, object], count: int, check: Callable[[], None]) -> None:
        """`check` is called while answers are waited for, and may raise to end it."""
        self._check = check
        self._here = None if count else Looker(parameters)
        self._batches: deque[tuple[int, Sequence[str]]] = deque()
        self._next = 0
        self._processes = [_Process(parameters) for _ in range(count)]

    @property
    def waiting(self) -> int:
        """Batches that are not answered yet."""
        return len(self._batches)

    def hand_over(self, smiles: Sequence[str]) -> None:
        """Have a batch looked at."""
        place = self._next % max(1, len(self._processes))
        self._next += 1
        self._batches.append((place, smiles))
        if self._processes:
            self._processes[place].ask(smiles)

    def answer(self) -> list[Look]:
        """Of the batch that waits longest.

        Raises:
            RuntimeError: Where a process ends or is stuck.
        """
        place, smiles = self._batches.popleft()
        if self._here is None:
            return self._processes[place].answer(self._check)
        found = []
        for at in range(0, len(smiles), _PORTION):
            self._check()
            found += self._here.look(smiles[at : at + _PORTION])
        return found

    def __enter__(self) -> Self:
        """Nothing to do."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the processes."""
        for one in self._processes:
            one.end()


class _Process:
    def __init__(self, parameters: Mapping[str, object]) -> None:
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._asked: queue.Queue[bytes | None] = queue.Queue()
        self._answers: queue.Queue[bytes] = queue.Queue()
        # Writing waits for the process to read, and that must not hold up what writes molecules.
        for work in (self._tell, self._listen):
            threading.Thread(target=work, daemon=True).start()
        self._asked.put(json.dumps(dict(parameters)).encode() + b"\n")

    def ask(self, smiles: Sequence[str]) -> None:
        self._asked.put(json.dumps(list(smiles)).encode() + b"\n")

    def answer(self, check: Callable[[], None]) -> list[Look]:
        until = time.monotonic() + _ANSWER
        while time.monotonic() < until:
            check()
            with suppress(queue.Empty):
                line = self._answers.get(timeout=_POLL)
                if not line:
                    break
                return [_look(one) for one in json.loads(line)]
        message = "a process that looks at molecules ended or is stuck"
        raise RuntimeError(message)

    def _tell(self) -> None:
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        with suppress(OSError, ValueError):
            while (line := self._asked.get()) is not None:
                self._process.stdin.write(line)
                self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        with suppress(OSError, ValueError), self._process.stdout as lines:
            for line in lines:
                self._answers.put(line)
        self._answers.put(b"")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._asked.put(None)
        with suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()


def _look(facts: Sequence[Any]) -> Look:
    smiles, miss, properties, nearest = facts
    return Look(
        smiles, miss, tuple(Property(*one) for one in properties), tuple(nearest) if nearest else None
    )


def _told(look: Look) -> tuple[object, ...]:
    found = [(one.name, one.value, one.unit, None, None, False, one.note) for one in look.properties]
    return look.smiles, look.miss, found, look.nearest


def _known(path: Path) -> tuple[list[str], list[Any]]:
    from rdkit import Chem, rdBase

    from medapp_molecules.notation.reading import read

    names, prints = [], []
    with rdBase.BlockLogs():
        for given in islice(read(path), MOST_KNOWN):
            make = Chem.MolFromSmiles if given.kind == "smiles" else Chem.MolFromMolBlock
            mol = None if given.refused else make(given.text)
            if mol is not None:
                names.append(str(Chem.MolToSmiles(mol)))
                prints.append(fingerprint(mol))
    return names, prints


def main() -> None:
    """Answer lines until there are no more: first the parameters, then batches."""
    lines = iter(sys.stdin.buffer)
    first = next(lines, None)
    if first is None:
        return
    looker = Looker(json.loads(first))
    for line in lines:
        found = [_told(one) for one in looker.look(json.loads(line))]
        sys.stdout.buffer.write(json.dumps(found).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
