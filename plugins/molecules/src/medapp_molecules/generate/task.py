"""molecules.generate: new molecules, by the generator or by the decoder alone, as they are wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from medapp.api import Estimate, InputCheck, MoleculesRequest

if TYPE_CHECKING:
    from medapp.api import JobContext, MoleculesResult, TaskRequest

_MEMORY: Final = 900_000_000


def check_input(request: TaskRequest) -> InputCheck:
    """What is wanted can be read and does not contradict itself; no file is needed."""
    from medapp_molecules.generate.wanted import Wanted, WantedError

    if not isinstance(request, MoleculesRequest) or request.source is not None:
        return InputCheck(ok=False, reason="makes molecules of nothing and takes no file")
    known = str(request.parameters.get("known") or "")
    if known and not Path(known).expanduser().is_file():
        return InputCheck(ok=False, reason=f"there is no file {known}")
    try:
        wrong = list(Wanted.of(request.parameters).contradictions())
    except WantedError as error:
        return InputCheck(ok=False, reason=str(error))
    return InputCheck(ok=not wrong, reason=" ".join(wrong))


def estimate(request: TaskRequest) -> Estimate:  # noqa: ARG001 - the same for all
    """The networks, and processes that look at what is made."""
    return Estimate(_MEMORY)


def generate(request: MoleculesRequest, context: JobContext) -> MoleculesResult:
    """Write a row for each molecule.

    Raises:
        TaskRefused: Where the weights cannot be used, or the file of known molecules cannot.
        FileNotFoundError: Where they are not installed.
    """
    import torch

    from medapp_molecules.generate.making import Making
    from medapp_molecules.generate.sampling import AUTOENCODER, GENERATOR, read_writer
    from medapp_molecules.generate.wanted import Wanted
    from medapp_molecules.notation.reading import read

    if known := str(request.parameters.get("known") or ""):
        # Here too, for the processes beside could only end.
        next(read(Path(known).expanduser()), None)
    generator = None if request.parameters.get("method") == "decoder" else context.weights(GENERATOR)
    writer = read_writer(context.weights(AUTOENCODER), generator)
    # Small matrices: a second thread waits more than it works, and there is rdkit beside it.
    torch.set_num_threads(1)
    return Making(request, context, writer, Wanted.of(request.parameters)).run()
