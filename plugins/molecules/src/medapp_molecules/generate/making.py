"""Make molecules until there are enough; write those that are valid, wanted and not there yet."""

from __future__ import annotations

import json
import math
from collections import deque
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

import torch

from medapp.api import MoleculesResult
from medapp.api.wire_molecules import RowWriter, read_rows
from medapp.domain.molecule import MoleculeRow
from medapp.domain.notice import Notice
from medapp_molecules.generate.guiding import Guide
from medapp_molecules.generate.looking import Lookers
from medapp_molecules.generate.sampling import TOGETHER
from medapp_molecules.generate.seeds import code_of, same
from medapp_molecules.notation.pieces import UnknownPieceError

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from medapp.api import JobContext, MoleculesRequest
    from medapp_molecules.generate.looking import Look
    from medapp_molecules.generate.sampling import Writer
    from medapp_molecules.generate.wanted import Wanted

_AHEAD: Final = 4
"""Batches that are written before the first is looked at: guiding hangs on it, so it is always the same."""
_FEW: Final = 200
"""Molecules up to which no process is started: that takes longer than to look at them."""
_LEAST_TRIES: Final = 5000


@dataclass
class Tally:
    """What was seen so far; kept beside the rows, so that a run that was ended is gone on with.

    Attributes:
        batch: Number of the next.
        tried: Molecules that were written.
        valid: Of which are molecules.
        repeated: Of those as wanted, which were there already.
        fulfilled: Valid ones that are as wanted.
        closest: How far the one is from what is wanted that comes closest, see `Judge.miss`.
    """

    batch: int = 0
    tried: int = 0
    valid: int = 0
    repeated: int = 0
    fulfilled: int = 0
    closest: float = math.inf


class Making:
    """One run."""

    def __init__(
        self, request: MoleculesRequest, context: JobContext, writer: Writer, wanted: Wanted
    ) -> None:
        """With what writes molecules, and what is wanted of them."""
        self._request, self._context, self._writer, self._wanted = request, context, writer, wanted
        self._number = int(str(request.parameters["number"]))
        tries = int(str(request.parameters.get("tries", 100)))
        self._limit = max(_LEAST_TRIES, self._number * tries)
        self._together = TOGETHER if self._number > _FEW else TOGETHER // 4
        self._plain = not request.parameters.get("properties", True)
        self._state = request.out.with_name(f"{request.out.name}.state")
        self._tally = _read(self._state)
        self._codes: deque[Tensor] = deque()
        self._unguided: list[Notice] = []
        self._guide = self._guided()

    def run(self) -> MoleculesResult:
        """Make and write them.

        Raises:
            JobCancelled: Where the user has cancelled; what was written stays.
        """
        processes = 0 if self._number <= _FEW else max(1, self._context.threads)
        check = self._context.check_cancelled
        with (
            RowWriter(self._request.out) as rows,
            Lookers(self._request.parameters, processes, check) as lookers,
        ):
            seen = {row.smiles for row in read_rows(self._request.out)}
            following = self._tally.batch
            while rows.done < self._number and self._tally.tried < self._limit:
                while lookers.waiting < _AHEAD:
                    lookers.hand_over(self._batch(following))
                    following += 1
                self._take(lookers.answer(), rows, seen)
                rows.flush()
                self._keep()
                share = max(rows.done / self._number, self._tally.tried / self._limit)
                self._context.progress(min(1.0, share), f"{rows.done} molecules")
            done = rows.done
        self._state.unlink(missing_ok=True)
        return MoleculesResult(done, 0, self._metrics(done), self._notices(done))

    def _batch(self, number: int) -> list[str]:
        # Its own stream for each batch: a run that is taken up again draws what it would have drawn.
        random = torch.Generator().manual_seed(self._context.seed * 1_000_003 + number)
        codes = self._writer.codes(self._together, random)
        if self._guide is not None:
            codes = self._guide.moved(codes, random)
        self._codes.append(codes)
        return self._writer.write(codes, random, self._context.check_cancelled)

    def _take(self, looks: list[Look], rows: RowWriter, seen: set[str]) -> None:
        tally = self._tally
        tally.batch += 1
        tally.tried += len(looks)
        codes = self._codes.popleft()
        if self._guide is not None:
            self._guide.remember([look.miss if look.smiles else None for look in looks], codes)
        for look in looks:
            tally.valid += bool(look.smiles)
            if not look.smiles or same(look.smiles, self._wanted.like):
                continue
            tally.closest = min(tally.closest, look.miss)
            if look.miss > 0:
                continue
            tally.fulfilled += 1
            if look.smiles in seen or not (look.properties or self._plain):
                tally.repeated += 1
            elif rows.done < self._number:
                seen.add(look.smiles)
                rows.write(
                    MoleculeRow(
                        rows.done + 1, smiles=look.smiles, properties=look.properties, nearest=look.nearest
                    )
                )

    def _guided(self) -> Guide | None:
        """Only where something is wanted, and of the generator: the decoder alone knows no codes."""
        if not self._wanted.anything or self._writer.generator is None:
            return None
        anchors = []
        given = {"The molecule to resemble": self._wanted.like, "The scaffold": self._wanted.scaffold}
        for name, smiles in given.items():
            try:
                anchors += [code_of(self._writer, smiles)] if smiles else []
            except UnknownPieceError as error:
                message = f"{name} cannot be started from, for {error}: few may be found."
                self._unguided.append(Notice("seed-unknown", message))
        return Guide(anchors)

    def _keep(self) -> None:
        partial = self._state.with_name(f".{self._state.name}.part")
        partial.write_text(json.dumps(asdict(self._tally)), encoding="ascii")
        partial.replace(self._state)

    def _metrics(self, done: int) -> dict[str, float]:
        tally = self._tally
        found = {
            "valid": tally.valid / max(1, tally.tried),
            "unique": 1 - tally.repeated / max(1, tally.fulfilled),
            "tried": float(tally.tried),
            "written": float(done),
        }
        return found | ({"as wanted": tally.fulfilled / max(1, tally.valid)} if self._wanted.anything else {})

    def _notices(self, done: int) -> tuple[Notice, ...]:
        found = [*self._wanted.notices(), *self._unguided]
        if self._writer.generator is None:
            found.append(Notice("baseline", "Written by the decoder alone, the plain baseline.", "info"))
        if done < self._number:
            message = (
                f"{f'Only {done}' if done else 'None'} of {self._number} were found in "
                f"{self._tally.tried} tries; "
                "less may be wanted of each, or more tries allowed."
            )
            found.append(Notice("too-few", message + self._most_alike()))
        return tuple(found)

    def _most_alike(self) -> str:
        """How near anything came, where nothing but likeness is wanted and none was near enough."""
        wanted, miss = self._wanted, self._tally.closest
        if not 0 < miss <= 1 or replace(wanted, like="", similarity=0.0, taken=()).anything:
            return ""
        return f" The most alike has a similarity of {wanted.similarity * (1 - miss):.2f}."


def _read(path: Path) -> Tally:
    try:
        return Tally(**json.loads(path.read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return Tally()
